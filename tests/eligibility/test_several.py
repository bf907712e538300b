"""Questions that take several answers at once, in a talk: answered, taken back, skipped, corrected, contradicted."""

from __future__ import annotations

import pytest

from handlers.messages import Capabilities
from handlers.turn import Knowledge
from tests.eligibility.talking import Talk

LINE = "tôi 45, vợ 43, mẹ 82, con 12 tuổi lớp 7"


@pytest.fixture
def talk(knowledge: Knowledge) -> Talk:
    """A talk on a channel without buttons."""
    return Talk(knowledge)


async def _asked_for_situation(talk: Talk, people: str = LINE) -> str:
    """Poor, the people told; now the house's situation is asked."""
    return await talk.say("nhà tôi được hỗ trợ gì", "hộ nghèo", people)


async def test_everybody_is_told_in_one_line(talk: Talk) -> None:
    """With age and school; what was understood is said back, and entitlements that follow at once."""
    text = await _asked_for_situation(talk)
    assert "nhà mình có 4 người" in text
    assert "mẹ bác: 82 tuổi" in text
    assert "✔ Bác, vợ bác, mẹ bác, con bác – Thẻ bảo hiểm y tế" in text
    assert (talk.answer("3:person.age"), talk.answer("3:person.study")) == (12, "lower_secondary")
    assert "Nhà mình có những điều nào sau đây?" in text


async def test_an_age_of_nobody_is_asked_back(talk: Talk) -> None:
    """Nothing of the line is kept."""
    assert "chưa rõ “2 vợ chồng”" in await _asked_for_situation(talk, "2 vợ chồng 45 và 43")
    assert talk.answer("0:who") is None
    assert "không khớp" not in await talk.say("chồng 45, vợ 43")
    assert talk.answer("1:person.age") == 43


async def test_an_impossible_age_in_the_line_is_said(talk: Talk) -> None:
    """ "Mẹ 8" is a slip."""
    assert "mẹ bác 8 tuổi, chắc cháu nghe nhầm" in (await _asked_for_situation(talk, "tôi 45, mẹ 8")).replace(
        "mẹ 8", "mẹ bác 8"
    )
    assert talk.answer("0:who") is None


@pytest.mark.parametrize("said", ["không", "khong co gi", "không ai", "6", "Không có điều nào"])
async def test_nothing_is_an_answer(talk: Talk, said: str) -> None:
    """By word, number or label; then no verdict waits for it."""
    await _asked_for_situation(talk)
    await talk.say(said)
    assert talk.answer("household.special_situation") == "no"
    assert talk.answer("1:person.parents") == "cared"


@pytest.mark.parametrize("said", ["1 5", "1, 5", "khuyết tật và thiên tai", "so 1 va so 5"])
async def test_several_lines_are_picked(talk: Talk, said: str) -> None:
    """Said back, and asked next who it is."""
    await _asked_for_situation(talk)
    text = await talk.say(said)
    assert "Cháu ghi: có người khuyết tật; vừa gặp chuyện lớn" in text
    assert talk.answer("household.special_kind") == "several"
    assert talk.answer("household.has_allowance_member") == "no"
    assert talk.answer("0:person.disability_degree") is None


@pytest.mark.parametrize(("said", "told"), [("13", "không có số 13"), ("có", "chưa rõ “có”"), ("1 9", "không có số 9")])
async def test_what_is_not_clear_is_asked_again(talk: Talk, said: str, told: str) -> None:
    """With what was understood; nothing is kept."""
    await _asked_for_situation(talk)
    assert told in await talk.say(said)
    assert talk.answer("household.special_situation") is None


@pytest.mark.parametrize("said", ["không biết", "bỏ qua", "chắc là có"])
async def test_who_does_not_know_leaves_every_line_unknown(talk: Talk, said: str) -> None:
    """Never a no, and it is not asked in pieces afterwards."""
    await _asked_for_situation(talk)
    text = await talk.say(said)
    assert talk.answer("household.special_situation") is None
    assert talk.answer("1:person.parents") is None
    for _ in range(40):
        assert "khuyết tật" not in text.split("KẾT QUẢ")[0]
        if "KẾT QUẢ" in text:
            break
        text = await talk.say("bỏ qua")
    assert "KẾT QUẢ" in text


async def test_going_back_takes_all_of_it_away(talk: Talk) -> None:
    """The whole answer, not only a part; a skip afterwards leaves it unknown."""
    await _asked_for_situation(talk)
    await talk.say("1 5")
    assert "Nhà mình có những điều nào sau đây?" in await talk.say("quay lại")
    assert talk.answer("household.crisis") is None
    await talk.say("không biết")
    assert talk.answer("household.special_kind") is None


async def test_it_is_corrected_from_the_result(talk: Talk) -> None:
    """By its name; the new answer replaces the old one with all that followed."""
    await _asked_for_situation(talk)
    await talk.say("không", "xem kết quả")
    assert "Nhà mình có những điều nào sau đây?" in await talk.say("sửa hoàn cảnh")
    await talk.say("2")
    assert talk.answer("household.special_kind") == "allowance"
    assert talk.answer("household.has_allowance_member") == "yes"


async def test_a_later_word_that_contradicts_it_is_noticed(talk: Talk) -> None:
    """ "Không" and then "mẹ tôi khuyết tật nặng": one of the two is wrong, and the older one can be corrected."""
    await _asked_for_situation(talk)
    await talk.say("không")
    text = await talk.say("mẹ tôi khuyết tật nặng")
    assert "không đi cùng nhau được" in text
    assert "sửa hoàn cảnh riêng của nhà" in text
    assert talk.answer("2:person.disability_degree") == "none"


async def test_a_fact_told_instead_picks_its_line(talk: Talk) -> None:
    """ "Mẹ tôi khuyết tật nặng" answers the question, and tells who and how."""
    await _asked_for_situation(talk)
    text = await talk.say("mẹ tôi khuyết tật nặng")
    assert "Cháu ghi: có người khuyết tật; mẹ bác: khuyết tật nặng" in text
    assert talk.answer("2:person.disability_degree") == "severe"
    assert talk.answer("household.special_kind") == "disability"
    assert talk.answer("household.crisis") == "no"


@pytest.mark.parametrize("said", ["2 4", "vợ và con", "vo, con"])
async def test_persons_are_picked_by_number_or_name(talk: Talk, said: str) -> None:
    """Of whoever is named it is true, of the others not; "con" is a person here, not a word of address."""
    await _asked_for_situation(talk)
    await talk.say("2")
    for _ in range(9):
        if "những ai đang nhận trợ cấp xã hội" in talk.text:
            break
        await talk.say("không")
    assert talk.labels[:5] == ["Bác", "Vợ bác", "Mẹ bác", "Con bác", "Không có ai"]
    assert "Cháu ghi: đang nhận trợ cấp xã hội: vợ bác, con bác" in await talk.say(said)
    assert [talk.answer(f"{number}:person.receives_allowance") for number in range(4)] == ["no", "yes", "no", "yes"]


async def test_buttons_tick_until_done(knowledge: Knowledge) -> None:
    """A press ticks a line, a second one takes the tick away; typed numbers still answer at once."""
    talk = Talk(knowledge, capabilities=Capabilities(buttons=40, button_label_limit=30))
    text = await _asked_for_situation(talk)
    assert "1. Có người khuyết tật" in text
    await talk.press("iv:a:disability")
    await talk.press("iv:a:crisis")
    await talk.press("iv:a:disability")
    assert talk.answer("household.crisis") is None
    assert [label for label in talk.labels if "✓" in label] == [
        "5. ✓ Vừa gặp chuyện lớn (thiếu đói, thiên tai, cháy nhà, tai nạn, có người mất…)"
    ]
    assert "Xong" in talk.labels
    await talk.press("iv:a:done")
    assert talk.answer("household.special_kind") == "crisis"


async def test_it_is_taken_up_again_where_it_was(talk: Talk) -> None:
    """Next week the same question stands there."""
    await _asked_for_situation(talk)
    await talk.say("để sau")
    assert "Nhà mình có những điều nào sau đây?" in await talk.say("làm tiếp")
    await talk.say("1")
    assert talk.answer("household.special_kind") == "disability"


async def test_what_is_private_is_shown_only_with_consent(talk: Talk) -> None:
    """A picked line about a disability goes on the card only if the person agrees."""
    await _asked_for_situation(talk)
    await talk.say("1", "xem kết quả")
    assert "có người khuyết tật" in await talk.press("elig:hand")
    assert "có người khuyết tật" not in await talk.press("elig:hand:no")
    assert "có người khuyết tật" in await talk.press("elig:hand:yes")
