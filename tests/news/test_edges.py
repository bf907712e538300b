"""News and dialogues at their edges: overtaken, without a reason, past their day, empty, and the demo's own slips."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from content import demo_news
from handlers.access import ADMINISTRATOR
from handlers.actions import dialogues as actions
from handlers.actions import news as news_actions
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import sync_areas
from handlers.newsroom.errors import NewsError
from storage import dialogues
from storage.database import Database
from storage.keys import Keys
from storage.tables_media import media
from tests.news.conftest import LOCALITY, Newsroom, draft
from tests.news.test_dialogues import _ask, _group, _move, _open, _said
from tests.people.conftest import person
from tests.support.assembly import Clock


@pytest.fixture
async def room(sqlite_url: str, clock: Clock) -> AsyncIterator[Newsroom]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
    held = [
        await person(database, role, area, at=clock)
        for role, area in (
            ("communications_staff", "kim-bang-district"),
            ("district_officer", "kim-bang-district"),
            ("commune_officer", "thuy-loi-2023"),
            ("commune_officer", "que-2023"),
            ("village_head", "thuy-loi-mau-1"),
        )
    ]
    yield Newsroom(database, Keys.fixed(b"news", clock.at), clock, *held)
    await database.close()


async def _refused(work: Awaitable[Any]) -> str:
    with pytest.raises(NewsError) as caught:
        await work
    return caught.value.key.removeprefix("news.error.")


async def _save(room: Newsroom, dialogue_id: int, version: int) -> Any:
    async with room.database.write() as connection:
        return await actions.save(
            connection, room.writer, _said(room), dialogue_id=dialogue_id, version=version, now=room.clock.at
        )


async def test_an_announcement_that_changed_meanwhile_is_not_written_over(room: Newsroom) -> None:
    """Two windows, or two people: the second is told."""
    async with room.database.write() as connection:
        row = await actions.save(connection, room.writer, _said(room), now=room.clock.at)
    assert await _refused(_save(room, row.id, row.version + 1)) == "changed_meanwhile"


async def test_sending_back_and_calling_off_need_a_reason(room: Newsroom) -> None:
    """Whoever wrote it, and whoever asked, is told why; blanks are none."""
    async with room.database.write() as connection:
        row = await actions.save(connection, room.writer, _said(room), now=room.clock.at)
    row = await _move(room, room.writer, row, "submit")
    assert await _refused(_move(room, room.officer, row, "send_back", " . ")) == "reason_empty"
    row = await _move(room, room.officer, row, "approve")
    assert await _refused(_move(room, room.officer, row, "cancel")) == "reason_empty"


async def test_nothing_is_opened_for_questions_after_their_last_day(room: Newsroom) -> None:
    """It lay on a desk for too long: the days are set anew first."""
    async with room.database.write() as connection:
        row = await actions.save(connection, room.writer, _said(room), now=room.clock.at)
    row = await _move(room, room.writer, row, "submit")
    room.clock.advance(timedelta(days=7, seconds=1).total_seconds())
    assert await _refused(_move(room, room.officer, row, "approve")) == "deadline_past"


async def test_a_group_has_words_and_is_there(room: Newsroom) -> None:
    """A new one without a question, one of another dialogue, one that was dissolved meanwhile."""
    row, other = await _open(room), await _open(room)
    await _ask(room, row, "a", "Vay vốn cần giấy gì?")
    assert await _refused(_group(room, row, [1], " ? ")) == "group_empty"
    theirs = await _group(room, other, [], "Câu hỏi khác")
    async with room.database.write() as connection:
        known: dict[str, Any] = {"group_id": theirs, "now": room.clock.at}
        assert await _refused(actions.group(connection, room.writer, row.id, [1], **known)) == "gone"
        mine = await actions.group(connection, room.writer, row.id, [], question="Giấy tờ vay vốn", now=room.clock.at)
        await actions.group(connection, room.writer, row.id, [1], group_id=mine, now=room.clock.at)
        assert [each.group_id for each in await dialogues.questions(connection, row.id)] == [mine]


@pytest.mark.parametrize(
    ("question", "text", "key"),
    [("x" * 5000, "Trả lời.", "answer_long"), ("Hỏi?", "x" * 50_000, "answer_long"), (" ", "Trả lời.", "group_empty")],
)
async def test_an_answer_has_a_question_and_an_end(room: Newsroom, question: str, text: str, key: str) -> None:
    """What is refused is not kept."""
    row = await _open(room)
    group = await _group(room, row, [], "Hỏi?", "Trước đó.")
    async with room.database.write() as connection:
        said: dict[str, Any] = {"question": question, "text": text, "now": room.clock.at}
        assert await _refused(actions.answer(connection, room.writer, row.id, group, **said)) == key
        assert [each.answer for each in await dialogues.group_list(connection, row.id)] == ["Trước đó."]


async def test_a_group_that_is_gone_is_not_answered(room: Newsroom) -> None:
    """With neither question nor answer it is dissolved, once."""
    row = await _open(room)
    group = await _group(room, row, [], "Hỏi?")
    async with room.database.write() as connection:
        nothing: dict[str, Any] = {"question": "", "text": "", "now": room.clock.at}
        await actions.answer(connection, room.writer, row.id, group, **nothing)
        assert await dialogues.group_list(connection, row.id) == []
        assert await _refused(actions.answer(connection, room.writer, row.id, group, **nothing)) == "gone"
        said: dict[str, Any] = {"question": "Hỏi?", "text": "Trả lời.", "now": room.clock.at}
        assert await _refused(actions.answer(connection, room.writer, row.id, group, **said)) == "gone"


async def test_two_dialogues_of_one_title_have_two_addresses(room: Newsroom) -> None:
    """And a third has a third."""
    assert [(await _open(room)).slug for _ in range(3)] == [
        "doi-thoai-ve-vay-von", "doi-thoai-ve-vay-von-2", "doi-thoai-ve-vay-von-3",
    ]  # fmt: skip


async def test_whoever_only_looks_on_reads_no_open_questions(room: Newsroom) -> None:
    """An administrator sees a dialogue and a story, may do nothing with them, and reads nobody's questions."""
    administrator = await person(room.database, ADMINISTRATOR, "kim-bang-district", at=room.clock)
    row = await _open(room)
    await _ask(room, row, "a", "Nhà tôi nghèo, vay thế nào?")
    async with room.database.write() as connection:
        assert len((await actions.see(connection, room.writer, room.keys, row.id, room.clock.at)).questions) == 1
        seen = await actions.see(connection, administrator, room.keys, row.id, room.clock.at)
        assert (seen.questions, seen.may) == ((), frozenset())
        item = await news_actions.save(connection, room.writer, room.keys, draft(), now=room.clock.at, today=room.today)
        told = await news_actions.see(connection, administrator, room.keys, item.id, room.clock.at)
        assert told.may == frozenset()


async def test_two_demo_stories_with_one_drawing_keep_it_once(room: Newsroom) -> None:
    """It is known by what it shows; a place that the locality does not have stops the load."""
    found = demo_news.load("kim-bang-2023")
    assert found is not None
    first = next(item for item in found.news if item.picture is not None)
    values = {name: getattr(first, name) for name in first.__struct_fields__}
    twin = demo_news.DemoItem(**{**values, "title": f"{first.title} lần hai"})
    async with room.database.write() as connection:
        assert await load_demo_news(connection, demo_news.DemoNews((first, twin), ()), room.keys, room.clock.at) == 2
        assert (await connection.execute(select(func.count()).select_from(media))).scalar_one() == 1
    lost = demo_news.DemoItem(**{**values, "title": "Ở nơi khác", "area": "no-such-place"})
    async with room.database.write() as connection:
        load = load_demo_news(connection, demo_news.DemoNews((lost,), ()), room.keys, room.clock.at)
        assert await _refused(load) == "area"
