"""Every dialog and interview of the product is finished on Zalo Bot by typing alone: what citizens do.

The officers' part is in `test_typing_staff.py`. The last test finds the dialogs in the code: a new one without a walk
is red there, and a walk that does not use what it names is red itself.
"""

from __future__ import annotations

import json
import re

from handlers import interviews
from handlers.actions.privacy import MACHINE, READABLE, fetch_copy
from handlers.turn import Knowledge
from tests.zalo import test_typing_staff  # its walks count as well
from tests.zalo.drivers import chat_id
from tests.zalo.walking import WALKED, Town, code_in, everything, living, numbered, walks
from tests.zalo.walking import town as town  # a fixture

NOT_WALKED = {
    "news.news:find": "the next page of what a search found; that of a list is `news:list`, typed by the same number",
    "reports.review:after": "the next page of the queue: more reports than a walk makes, and a number like any other",
    "nominations.nominations:after": "the same of nominations",
    "office.commune": "a choice among places of one name: no place of this locality has one, so nobody is asked",
    "people.text": "looks up a place for the invitation that is being written, and never takes the text itself",
}


@walks("rating.rate rating.rate:yes rating.rate:no rating.text")
async def test_an_answer_is_rated(town: Town) -> None:
    """By the words beside it, and by a plain yes or no."""
    person = town.phone("citizen")
    said = await person.says("trợ cấp hưu trí xã hội")
    assert "Có giúp được" in said, said
    assert "cảm ơn" in await person.says("có giúp được")
    other = town.phone("neighbour")
    assert "Chưa giúp được" in await other.says("trợ cấp hưu trí xã hội")
    assert "xin lỗi" in await other.says("chua hieu")
    third = town.phone("head")
    await third.says("trợ cấp hưu trí xã hội")
    assert "xin lỗi" in await third.says("chua giup duoc")


@walks("menu.menu menu.group menu.start answer.article answer.part answer.text")
async def test_menu_article_and_each_part(town: Town) -> None:
    """From the list of subjects down to each part of an article, by numbers; and a question of one's own."""
    person = town.phone("citizen")
    await person.says("bắt đầu")
    menu = numbered(await person.says("mục lục"))
    assert len(menu) >= 5
    group = numbered(await person.says("2"))
    article = await person.says("1")
    assert group["1"] and "Căn cứ" in article
    labels = [label for label in numbered(article).values() if not label.startswith("Xem nhà mình")]
    assert len(labels) >= 5
    for label in labels:
        assert label in await person.says(label)
        article = await person.says("Về mục lục")
    assert "Mức hỗ trợ" in await person.says("tro cap huu tri xa hoi bao nhieu tien")


@walks("office.office office.text")
async def test_office_and_commune(town: Town) -> None:
    """The way to a person, and the name of one's own commune, typed without accents; another one changes it."""
    person = town.phone("citizen")
    await person.says("trợ cấp hưu trí xã hội")
    assert "UBND" in await person.says("gap can bo")
    assert "Thụy Lôi" in await person.says("thuy loi")
    assert "Ngọc Sơn" in await person.says("xã Ngọc Sơn")


@walks("language.language")
async def test_language_there_and_back(town: Town) -> None:
    """English and Vietnamese again."""
    person = town.phone("citizen")
    assert re.search(r"English|you", await person.says("english"))
    assert "tiếng Việt" in await person.says("tiếng việt")


@walks("notices.notices notices.notices:stop notices.notices:start topics.topics topics.topic")
async def test_notices_and_topics(town: Town) -> None:
    """Stopped and taken again by a word each; one topic switched by its number, and back."""
    person = town.phone("citizen")
    assert "dừng" in await person.says("dừng nhận tin")
    assert "nhận lại" in await person.says("đăng ký lại")
    await person.says("chu de")
    on = await person.picks("vay vốn")
    assert "Vay vốn ưu đãi" in on
    assert await person.picks("vay vốn") != on


@walks("privacy.privacy privacy.privacy:kept privacy.privacy:take privacy.privacy:forget privacy.privacy:confirmed")
async def test_privacy_looked_at_taken_along_and_deleted(town: Town, knowledge: Knowledge) -> None:
    """Both copies, for reading and for machines, each once; then the confirmation that deleting asks for."""
    person = town.phone("citizen")
    await person.says("bảo hiểm y tế hộ nghèo")
    await person.says("Thụy Lôi")
    assert "đang giữ" in await person.says("dữ liệu của tôi")
    key = (await person.says("mang du lieu ve")).rsplit("https://x.example/du-lieu/", 1)[1].split()[0]
    async with town.database.write() as connection:
        readable, machine, again = [
            await fetch_copy(connection, knowledge.keys, key, name, town.clock())
            for name in (READABLE, MACHINE, MACHINE)
        ]
    assert readable is not None and "Thụy Lôi" in readable.data.decode()
    assert machine is not None and chat_id(person.chat) in json.dumps(json.loads(machine.data)) and again is None
    await person.says("xóa dữ liệu")
    assert "đã xóa" in await person.picks("đồng ý xóa")


async def test_the_copy_is_a_text_where_there_is_no_address(town_url: str, knowledge: Knowledge) -> None:
    """An office that polls has no page to fetch files from: everything is told in the talk."""
    async with living(town_url, knowledge, address="") as town:
        person = town.phone("citizen")
        await person.says("Thụy Lôi", "dữ liệu của tôi")
        said = await person.says("mang dữ liệu về")
        assert "Thụy Lôi" in said and "http" not in said


@walks("eligibility.elig eligibility.text interviews.begin interviews.text interviews.iv finish.eligibility",
       "finish.handover")  # fmt: skip
async def test_the_check_of_a_household_and_sending_its_result(town: Town) -> None:
    """Every question is answered by a number, up to the result; the result goes to an officer after a clear yes."""
    person = town.phone("citizen")
    await person.says("xem nhà mình được hỗ trợ gì")
    said = await person.says("mẹ tôi 82 tuổi, tôi 55 tuổi")
    for _ in range(40):
        if "KẾT QUẢ" in said:
            break
        said = await person.says("1" if numbered(said) else "70" if "bao nhiêu tuổi" in said else "bỏ qua")
    assert "KẾT QUẢ" in said
    assert "Giấy tờ" in await person.says("1")
    assert "thoát nghèo" in (await person.says("nếu thoát nghèo thì mất gì")).lower()
    await town.phone("commune").says("tôi là ai")
    await person.says("xem kết quả", "Đưa cho trưởng thôn, cán bộ")
    if "Gửi cho cán bộ xã" not in town.heard["citizen"]:
        await person.says("1")  # without what is private
    await person.picks("Gửi cho cán bộ xã")
    await person.says("Thụy Lôi", "Nguyễn Văn Mẫu, thôn Mẫu 1")
    assert "Cháu đã gửi cho cán bộ" in await person.says("1")
    assert "Nguyễn Văn Mẫu" in "\n".join(await town.phone("commune").told())


@walks("eligibility.elig eligibility.elig:for eligibility.elig:said")
async def test_a_check_begins_from_an_article_and_from_what_was_told(town: Town) -> None:
    """By the number beside it, in both cases."""
    for name, text, label in (
        ("citizen", "trợ cấp hưu trí xã hội", "xem"),
        ("neighbour", "mẹ tôi 82 tuổi không có lương hưu", "kiểm tra cho mẹ"),
    ):
        person = town.phone(name)
        await person.says(text)
        assert numbered(await person.picks(label))


@walks("interviews.aside interviews.iv")
async def test_an_interview_put_aside_and_taken_up(town: Town) -> None:
    """Put aside by a word; taken up by another, at the same question."""
    person = town.phone("citizen")
    await person.says("xem nhà mình được hỗ trợ gì")
    question = numbered(await person.says("1"))
    assert "làm tiếp" in await person.says("để sau")
    assert numbered(await person.says("làm tiếp")) == question
    assert numbered(await person.says("việc làm dở")) == question


async def test_stopping_in_the_middle_stops_the_questions_alone(town: Town) -> None:
    """ "dừng" ends the questions; messages stop by "dừng nhận tin", which is what their last line says."""
    person = town.phone("citizen")
    await person.says("xem nhà mình được hỗ trợ gì")
    assert "nhận tin" not in await person.says("dừng")
    assert "đang giữ" in await person.says("dữ liệu của tôi")
    assert "dừng gửi thông báo" in await person.says("dừng nhận tin")


@walks("people.me people.link people.link:off code.text code.code")
async def test_who_am_i_a_link_and_a_wrong_code(town: Town) -> None:
    """A citizen without a role asks, gets a code for another channel, and mistypes one."""
    person = town.phone("citizen")
    assert "mã" in await person.says("tôi là ai")
    code_in(await person.says("liên kết"))
    assert "mã" in await person.says("mã AB2D-2C45")
    assert "mã" in await person.says("/start AB2D2C45")
    assert await person.says("bỏ liên kết")


@walks("hidden.hidden")
async def test_a_hidden_message_is_answered_with_what_to_do(town: Town) -> None:
    """message.unsupported.received: the commune, the village head, the numbers to call; no silence."""
    said = await town.phone("citizen").hidden()
    assert "UBND" in said and "trưởng thôn" in said and "115" in said and "chưa hiểu" not in said


@walks("news.news news.news:list news.news:read news.text finish.news_search")
async def test_news_read_and_searched(town: Town) -> None:
    """By numbers, by words at once, and by being asked for them."""
    person = town.phone("citizen")
    assert numbered(await person.says("tin tức"))
    assert len(await person.says("1")) > 80
    await person.says("gương điển hình")
    assert "/tin/" in await person.says("1")
    assert "gà" in await person.says("tin nuoi ga")
    assert "gà" in await person.says("tìm tin", "nuôi gà")


@walks("dialogues.dialogues finish.dialogue_question")
async def test_a_question_for_the_policy_dialogue(town: Town) -> None:
    """Found in the list, asked, confirmed."""
    person = town.phone("citizen")
    assert numbered(await person.says("đối thoại"))
    said = await person.says("1")
    said = await person.picks("câu hỏi")
    said = await person.says("Nhà tôi vay rồi thì có được vay thêm không?")
    assert "vay thêm" in said
    assert "đã gửi câu hỏi" in await person.says("1")


@walks("cases.case cases.case:new cases.case:again cases.case:leave cases.case:talk cases.case:status",
       "cases.case:withdraw cases.text cases.media finish.case inbox.inbox inbox.text finish.case_reply")  # fmt: skip
async def test_a_question_is_handed_over_and_answered(town: Town) -> None:
    """The citizen's side and the officer's, each by typing; a photo goes along; the officer answers and closes."""
    person, officer = town.phone("citizen"), town.phone("district")
    await officer.says("tôi là ai")
    await person.says("hộ nghèo vay vốn được bao nhiêu", "nhắn cho cán bộ")
    said = await person.says("1", "Thụy Lôi", "Nguyễn Văn Mẫu", "được")
    assert "Nguyễn Văn Mẫu" in said
    assert "HT-0001" in await person.says("1")
    assert "HT-0001" in await person.shows()
    assert "HT-0001" in await officer.says("hộp thư")
    assert "vay vốn" in await officer.says("HT-0001")
    await officer.picks("nhận")
    await person.says("gặp lại Chung Tay")
    await person.says("nhan tiep cho can bo")
    await person.says("thêm một việc: nhà có ba người")
    assert "nhà có ba người" in await officer.says("HT-0001")
    await officer.picks("trả lời")
    await officer.says("Bác mang giấy tờ ra xã giúp cháu.")
    await officer.says("1")
    assert "mang giấy tờ ra xã" in "\n".join(await person.told())
    await officer.says("HT-0001")
    await officer.picks("khép lại")
    assert "HT-0001" in await officer.says("1")
    await person.says("hỏi thêm cán bộ")
    assert "HT-0001" in await person.says("câu hỏi của tôi")
    await person.says("rút lại câu hỏi")
    assert "HT-0001" in await person.says("1")


@walks(
    "linked.home linked.home:see linked.home:link linked.home:end linked.homecode",
    "linked.text finish.home_code finish.link_home",
)
async def test_a_household_is_linked_seen_and_ended(town: Town) -> None:
    """The village head gives the code, the citizen links with it, looks, and ends it."""
    person, head = town.phone("citizen"), town.phone("head")
    await head.says("tôi là ai")
    code = code_in(await head.says("cấp mã hộ", "mau chin"))
    asked = await person.says("nha toi", "Hoang Van Mau Chin, 1951", f"ma {code.lower()}")
    assert "Bác có đồng ý không ạ?" in asked
    assert "Đã gắn với hộ MAU-9" in await person.says("1")
    assert "hộ nghèo" in await person.says("nhà tôi")
    other = code_in(await head.says("cấp mã hộ", "MAU-1"))
    await person.says("nhà tôi", "gắn thêm hộ", "Mẫu Một, 1951", f"mã {other}")
    assert "MAU-1" in await person.says("1")
    await person.says("nhà tôi")
    assert "hộ nghèo" in await person.picks("MAU-9")
    await person.says("gỡ hộ")
    assert "Đã gỡ hộ MAU-9" in await person.says("1")


async def test_the_village_head_acts_for_somebody_who_cannot_be_read(town: Town) -> None:
    """What a protected person hears sends them to the village head, who asks, gets the notices and reports for them."""
    person, head = town.phone("citizen"), town.phone("head")
    assert "trưởng thôn" in await person.hidden()
    await head.says("tôi là ai")
    # Asks the office in their stead.
    await head.says("nhắn cho cán bộ", "Bà Mẫu Chín không đọc được chữ, hỏi thẻ bảo hiểm y tế")
    said = await head.says("Thụy Lôi", "Hoàng Văn Mẫu Chín", "được")
    assert "Hoàng Văn Mẫu Chín" in said
    assert "HT-0001" in await head.says("1")
    # Gets the household's messages and reads them to it; what is kept says that it was read aloud.
    asked = await head.says("nhận tin thay hộ", "mau chin")
    assert "Bác đọc cho người trong hộ nghe" in asked
    assert "Có việc mới của hộ MAU-9" in await head.says("đã nghe, đồng ý")
    # Reports what has happened in the household.
    assert "Số biên nhận" in await head.says("báo bệnh nặng", "mau chin", "hôm qua", "bỏ qua", "1")
    # And has the household's entitlements checked, question by question, as the person would.
    assert numbered(await head.says("hỏi cho người khác")) or numbered(await head.says("xem nhà mình được hỗ trợ gì"))


def test_every_dialog_and_interview_has_a_walk() -> None:
    """Found in the code: a new dialog, a new word of an old one, or a new interview needs a walk by typing."""
    assert test_typing_staff.__doc__
    doors = everything() - NOT_WALKED.keys()
    finishes = {f"finish.{kind}" for kind in interviews.discover()}
    assert doors - WALKED == set()
    assert finishes - WALKED == set()
    assert WALKED - doors - finishes == set()
