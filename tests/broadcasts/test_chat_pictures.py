"""Pictures and a link of an announcement composed in chat: noted, fetched by a worker, shown before it is kept."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace

import pytest
from sqlalchemy import select

from bot import fetching
from bot.fetching import MOST_ATTEMPTS, fetch_all
from bot.timed import Timed
from bot.turns import Outcome, TurnEngine
from handlers.actions import people as actions
from handlers.broadcasting.checking import MOST_PICTURES
from handlers.messages import Attachment, Capabilities, Incoming
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import broadcasts, media, media_fetches
from storage.broadcasts import BroadcastRow
from storage.database import Database
from storage.keys import Keys
from storage.tables_media import media as media_table
from storage.tables_media import media_fetches as table
from storage.tables_people import audit
from tests.news.conftest import picture
from tests.people.conftest import keys as keys
from tests.people.conftest import places as places
from tests.support.assembly import Clock
from tests.turns.conftest import Outlet, Plain


class Source:
    """A channel's store of pictures."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[str] = []

    async def fetch(self, ref: str) -> bytes | None:
        self.asked.append(ref)
        await asyncio.sleep(0)
        return self.files.get(ref)


@dataclass
class Office:
    """An officer at a channel that takes pictures and shows them."""

    database: Database
    knowledge: Knowledge
    clock: Clock
    engine: TurnEngine
    outlet: Outlet
    source: Source = field(default_factory=Source)
    number: int = 0

    async def say(self, text: str = "", *photos: str, channel: str = "seeing") -> str:
        self.number += 1
        message = Incoming(
            channel, "a", str(self.number), self.clock.at, text=text,
            photos=tuple(Attachment(ref, "image/jpeg", 1) for ref in photos),
        )  # fmt: skip
        before = len(self.outlet.taken)
        assert await self.engine.handle(message) is Outcome.DONE
        return "\n".join(each.reply.text for each in self.outlet.taken[before:])

    async def begun(self) -> str:
        for text in ("soạn thông báo", "1", "Mời họp thôn", "Họp lúc 19 giờ ở nhà văn hóa"):
            said = await self.say(text)
        return said

    async def ended(self) -> str:
        for text in ("mọi người", "1", "gửi ngay", "1"):
            said = await self.say(text)
        return said

    async def fetched(self, database: Database | None = None) -> int:
        return await fetch_all(database or self.database, self.knowledge, {"seeing": self.source.fetch}, self.clock.at)

    async def row(self) -> BroadcastRow:
        async with self.database.read() as connection:
            row = await broadcasts.read(connection, 1)
        assert row is not None
        return row

    async def kept(self) -> list[str]:
        async with self.database.read() as connection:
            return list((await connection.execute(select(media_table.c.id))).scalars())


@pytest.fixture
async def office(places: Database, knowledge: Knowledge, keys: Keys, clock: Clock) -> AsyncIterator[Office]:
    seeing = Plain()
    seeing.name = "seeing"
    seeing.capabilities = Capabilities(pictures_in=True, pictures_out=True)
    known, outlet = replace(knowledge, keys=keys), Outlet()
    engine = TurnEngine(places, known, Responder(), {"seeing": seeing, "plain": Plain()}, outlet, clock)
    made = Office(places, known, clock, engine, outlet)
    async with places.write() as connection:
        code = await actions.invite(
            connection, None, keys, role="commune_officer", area_key="thuy-loi-2023", name="Mẫu", seed="a",
            now=clock.at,
        )  # fmt: skip
    await made.say(code.code)
    yield made
    await engine.close()


async def test_pictures_and_a_link_are_in_the_preview_and_in_the_draft(office: Office) -> None:
    """An album comes as several messages; the last one while something else is being asked."""
    office.source.files = {each: picture(40 + len(each), 30) for each in ("red", "green", "blue")}
    assert "gửi ảnh vào đây" in await office.begun()
    assert "1 ảnh" in await office.say("", "red")
    assert "2 ảnh" in await office.say("", "green")
    assert "địa chỉ" in await office.say("Đủ ảnh rồi")
    assert "3 ảnh" in await office.say("", "blue")
    await office.say("https://kimbang.example/hop-thon")
    assert await office.fetched() == 3
    said = await office.ended()
    assert "https://kimbang.example/hop-thon" in said and "Ảnh kèm theo: 3." in said
    (shown,) = [each.reply.picture for each in office.outlet.taken if each.reply.picture]
    row = await office.row()
    assert len(row.content.pictures) == 3 and row.content.by_language["vi"].link == "https://kimbang.example/hop-thon"
    async with office.database.read() as connection:
        sheet = await media.outgoing(connection, shown, office.clock.at)
        assert sheet is not None and sheet.mime == "image/jpeg"
        found = await media.known(connection, row.content.pictures)
        account = row.created_by
        assert {(each.area_path, each.created_by) for each in found.values()} == {(row.area_path, account)}
        verbs = (await connection.execute(select(audit.c.verb).where(audit.c.subject_kind == "media"))).scalars()
        assert list(verbs) == ["media_kept"] * 3
        assert (await connection.execute(select(table.c.id))).first() is None


async def test_what_is_under_a_photo_answers_the_question(office: Office) -> None:
    """A caption is the text; the photo belongs to the announcement all the same."""
    for text in ("soạn thông báo", "1", "Mời họp thôn"):
        await office.say(text)
    office.source.files = {"red": picture(40, 30)}
    assert "1 ảnh" in await office.say("Họp lúc 19 giờ ở nhà văn hóa", "red")
    await office.say("xong")
    await office.say("khong co")
    await office.fetched()
    await office.ended()
    row = await office.row()
    assert row.content.by_language["vi"].text == "Họp lúc 19 giờ ở nhà văn hóa"
    assert row.content.by_language["vi"].link == "" and row.content.pictures == tuple(await office.kept())


async def test_nothing_is_kept_before_its_pictures_are_there(office: Office) -> None:
    """Said as it is; the answers stay, and the same button works once they are."""
    office.source.files = {"red": picture(40, 30)}
    await office.begun()
    await office.say("", "red")
    await office.say("1")
    await office.say("bỏ qua")
    said = await office.ended()
    assert "Còn 1 ảnh đang tải về" in said and "• Ảnh: 1 ảnh" in said and "• Đường dẫn: không có" in said
    async with office.database.read() as connection:
        assert await broadcasts.read(connection, 1) is None
    await office.fetched()
    assert "bản nháp" in await office.say("1")
    assert len((await office.row()).content.pictures) == 1


async def test_a_picture_that_is_none_is_left_out_with_the_reason(office: Office) -> None:
    """By what is in it; the others stay, and another one can be sent in its place."""
    office.source.files = {"red": picture(40, 30), "text": b"no picture at all", "blue": picture(50, 30)}
    await office.begun()
    await office.say("", "red", "text", "lost")
    await office.say("1")
    await office.say("bỏ qua")
    for wait in range(MOST_ATTEMPTS):
        assert await office.fetched() == (3 if not wait else 1)
        office.clock.advance(120)
    assert await office.fetched() == 0 and office.source.asked.count("lost") == MOST_ATTEMPTS
    said = await office.ended()
    assert "Ảnh thứ 2 không dùng được" in said and "không phải ảnh đọc được" in said
    assert "Ảnh thứ 3 không dùng được" in said and "không đưa lại được" in said and "• Ảnh: 1 ảnh" in said
    assert "2 ảnh" in await office.say("", "blue")
    await office.fetched()
    await office.say("1")
    assert len((await office.row()).content.pictures) == 2


async def test_ten_and_no_more_and_none_again(office: Office) -> None:
    """The eleventh is refused at once; all can be left out again."""
    office.source.files = {str(number): picture(20 + number, 20) for number in range(MOST_PICTURES + 1)}
    await office.begun()
    said = await office.say("", *office.source.files)
    assert "nhiều nhất 10 ảnh" in said and "10 ảnh" in said
    assert "nhiều nhất 10 ảnh" in await office.say("", "0")
    await office.say("Bỏ hết ảnh")
    await office.say("bỏ qua")
    await office.ended()
    assert (await office.row()).content.pictures == ()


async def test_two_workers_keep_a_picture_once_and_a_killed_one_leaves_it(office: Office, second: Database) -> None:
    """A lease; whoever took it and never came back is waited for, and then it is fetched again."""
    office.source.files = {"red": picture(40, 30)}
    await office.begun()
    await office.say("", "red")
    tried = await asyncio.gather(office.fetched(), office.fetched(second))
    assert sorted(tried) == [0, 1] and len(await office.kept()) == 1
    await office.say("", "red")
    async with office.database.write() as connection:
        found = await media_fetches.first_due(connection, ["seeing"], office.clock.at)
        assert found is not None
        until = office.clock.at + fetching._LEASE
        assert await media_fetches.take(connection, office.knowledge.keys, found, office.clock.at, until) is not None
    assert await office.fetched() == 0
    office.clock.advance(fetching._LEASE.total_seconds())
    assert await office.fetched() == 1 and len(await office.kept()) == 2


async def test_a_process_without_the_channel_leaves_it_to_another(office: Office) -> None:
    """And a source that raises keeps nothing else from being looked at."""
    await office.begun()
    await office.say("", "red")
    assert await fetch_all(office.database, office.knowledge, {"web": office.source.fetch}, office.clock.at) == 0

    class Raising:
        async def fetch(self, ref: str) -> bytes | None:
            raise RuntimeError(ref)

    await Timed(office.database, office.knowledge, office.clock, [fetching.task({"seeing": Raising()})]).look()
    async with office.database.read() as connection:
        assert (await connection.execute(select(table.c.attempts))).scalar_one() == 1


async def test_a_channel_of_words_asks_for_no_picture(office: Office) -> None:
    """The link can be skipped; at the end it can still be given."""
    code = (await office.say("liên kết")).split(": ")[1][:9]
    await office.say(code, channel="plain")
    for text in ("soạn thông báo", "1", "Mời họp thôn", "Họp lúc 19 giờ"):
        said = await office.say(text, channel="plain")
    assert "địa chỉ" in said and "gửi ảnh" not in said
    for text in ("bỏ qua", "mọi người", "1", "gửi ngay"):
        said = await office.say(text, channel="plain")
    assert "• Đường dẫn: không có" in said and "Ảnh" not in said
    await office.say("sửa đường dẫn", channel="plain")
    assert "kimbang.example" in await office.say("http://kimbang.example/a", channel="plain")
    await office.say("1", channel="plain")
    assert (await office.row()).content.by_language["vi"].link == "http://kimbang.example/a"


async def test_deleting_ones_data_ends_the_fetching(office: Office) -> None:
    """What has not been fetched is not fetched any more."""
    await office.begun()
    await office.say("", "red")
    async with office.database.write() as connection:
        await media_fetches.forget(connection, ("seeing", "a"))
    assert await office.fetched() == 0


async def test_an_end_and_english_words_are_named_at_the_summary(office: Office) -> None:
    """They are asked of nobody; an end before the beginning stops it before anything is sent."""
    await office.begun()
    await office.say("không có ảnh")
    await office.say("https://kimbang.example/a")
    for text in ("mọi người", "1", "ngày mai 14h"):
        said = await office.say(text)
    assert "• Hạn gửi: không có" in said and "• Tiêu đề tiếng Anh: không có" in said
    await office.say("sửa hạn gửi")
    assert "đã qua" in await office.say("hôm qua")
    assert "• Hạn gửi: 09:00 25/11/2026" in await office.say("ngày mai 9h")
    await office.say("sửa tiêu đề tiếng anh")
    assert "• Tiêu đề tiếng Anh: Village meeting" in await office.say("Village meeting")
    said = await office.say("1")
    assert "Không gửi nữa sau 09:00 25/11/2026" in said and "Gửi đi" not in office.outlet.taken[-1].reply.text
    row = await office.row()
    assert row.not_after is not None and row.not_after.isoformat() == "2026-11-25T02:00:00+00:00"
    english = row.content.by_language["en"]
    assert (english.title, english.text, english.link) == ("Village meeting", "", "https://kimbang.example/a")
    assert {line for line in said.splitlines() if line.startswith("•")} == {
        "• Tin chưa có nội dung.", "• Hạn gửi phải sau giờ bắt đầu gửi.",
        "• Hiện không có ai nhận được tin này. Bác xem lại người nhận.",
    }  # fmt: skip


async def test_what_was_given_is_taken_away_again(office: Office) -> None:
    """ "không" at the summary's own question."""
    await office.begun()
    for text in ("không có ảnh", "bỏ qua", "mọi người", "1", "gửi ngay", "sửa hạn gửi", "25/12 14h"):
        said = await office.say(text)
    assert "• Hạn gửi: 14:00 25/12/2026" in said
    for text in ("sửa hạn gửi", "không", "sửa nội dung tiếng anh", "Meeting at seven.", "sửa nội dung tiếng anh"):
        await office.say(text)
    said = await office.say("khong can")
    assert "• Hạn gửi: không có" in said and "• Nội dung tiếng Anh: không có" in said
    await office.say("1")
    row = await office.row()
    assert row.not_after is None and set(row.content.by_language) == {"vi"}
