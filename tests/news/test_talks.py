"""News in chat: what a channel's room allows, pictures where they can be shown, and questions left to the search."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from content import demo_news
from handlers.actions.demo_news import load_demo_news
from handlers.conversation import Conversation
from handlers.dialogs import news as dialog
from handlers.messages import Capabilities, Incoming, Reply
from handlers.newsroom import reading
from handlers.rendering import Hints, render
from handlers.turn import Knowledge, Turn, UnitOfWork
from storage import news
from storage.database import Database
from storage.news import Wanted
from tests.news.conftest import Newsroom

HINTS = Hints(choose="Bác gõ số hoặc chữ để chọn:", control="Hoặc gõ:")


@pytest.fixture
async def told(room: Newsroom) -> Database:
    """The demo's news, with a text of ten thousand characters among them."""
    found = demo_news.load("kim-bang-2023")
    assert found is not None
    first, *others = found.news
    long = "\n".join(f"Đoạn {number}: {'bà con làm chuồng gà, ' * 12}" for number in range(40))
    found = demo_news.DemoNews((demo_news.DemoItem(**{**_fields(first), "body": long}), *others), found.dialogues)
    async with room.database.write() as connection:
        await load_demo_news(connection, found, room.keys, room.clock.at)
    return room.database


def _fields(item: demo_news.DemoItem) -> dict[str, Any]:
    return {name: getattr(item, name) for name in item.__struct_fields__}


def _turn(
    connection: Any, knowledge: Knowledge, room: Newsroom, capabilities: Capabilities, language: str = ""
) -> Turn:
    incoming = Incoming("plain", "an", "1", room.clock.at)
    known = replace(knowledge, address="https://tin.example")
    return Turn(incoming, Conversation(language=language), known, room.clock.at, UnitOfWork(connection), capabilities)


@pytest.mark.parametrize("limit", [2000, 4096, 20_000])
async def test_every_part_fits_one_message_and_together_they_are_the_text(
    told: Database, room: Newsroom, knowledge: Knowledge, limit: int
) -> None:
    """Choices included, on the plainest channel as on the others."""
    capabilities = Capabilities(text_limit=limit)
    heard = ""
    async with told.write() as connection:
        turn = _turn(connection, knowledge, room, capabilities)
        number, part = 1, 1
        while True:
            reply = await reading.read(turn, number, part, reading.ALL)
            assert reply is not None and len(render(reply, capabilities, HINTS)) == 1
            heard += reply.text
            onward = [each.id for each in reply.choices if each.id.startswith(f"news:read:{number}:{part + 1}:")]
            if not onward:
                break
            part += 1
        row = await news.live_by_id(connection, number)
        await turn.work.__aexit__(None, None, None)
    assert row is not None and part > 2
    assert all(f"Đoạn {each}:" in heard for each in range(40))
    assert "https://tin.example/tin/" in heard


async def test_a_picture_goes_along_where_it_can_be_shown_and_in_words_where_not(
    told: Database, room: Newsroom, knowledge: Knowledge
) -> None:
    async with told.write() as connection:
        with_pictures = _turn(connection, knowledge, room, Capabilities(pictures_out=True))
        shown = await reading.read(with_pictures, 1, 1, "story")
        told_of = await reading.read(_turn(connection, knowledge, room, Capabilities()), 1, 1, "story")
        await with_pictures.work.__aexit__(None, None, None)
    assert shown is not None and shown.picture.startswith("media:demo-") and "Tranh vẽ" not in shown.text
    assert told_of is not None and "Tranh vẽ: một khu vườn" in told_of.text


async def test_who_reads_english_gets_it_where_it_was_written(
    told: Database, room: Newsroom, knowledge: Knowledge
) -> None:
    async with told.write() as connection:
        turn = _turn(connection, knowledge, room, Capabilities(), "en")
        translated, other = [await reading.read(turn, number, 1, reading.ALL) for number in (1, 2)]
        await turn.work.__aexit__(None, None, None)
    assert translated is not None and "free-range chickens" in translated.text
    assert other is not None and "Thôn Mẫu 2" in other.text


@pytest.mark.parametrize(
    ("said", "taken"),
    [
        ("tin nuoi ga", True),
        ("Tìm tin về chuồng gà", True),
        ("gương dựng nhà", True),
        ("tin nuôi gà được hỗ trợ bao nhiêu", False),
        ("tin nhắn nuôi gà", False),
        ("tin nuôi gà?", False),
        ("nuôi gà", False),
        ("tin máy cày", False),
    ],
)
async def test_only_what_looks_for_news_and_finds_some_is_taken(
    told: Database, room: Newsroom, knowledge: Knowledge, said: str, taken: bool
) -> None:
    """Everything else is a question like any other."""
    async with told.write() as connection:
        turn = _turn(connection, knowledge, room, Capabilities())
        replies: list[Reply] | None = await dialog.text(turn, said)
        await turn.work.__aexit__(None, None, None)
    assert (replies is not None) is taken


@pytest.mark.parametrize(
    "choice",
    ["list:none:1", "list:all:0", "list:all:99999", "find:x:ga", "read:1:1:none", "read:99:1:all", "read:x", "eat:1"],
)
async def test_an_old_or_made_up_choice_leads_nowhere(
    told: Database, room: Newsroom, knowledge: Knowledge, choice: str
) -> None:
    async with told.write() as connection:
        turn = _turn(connection, knowledge, room, Capabilities())
        assert await dialog.news(turn, choice) == []
        await turn.work.__aexit__(None, None, None)


async def test_every_choice_is_short_enough_for_every_channel(
    told: Database, room: Newsroom, knowledge: Knowledge
) -> None:
    """64 bytes of ASCII, also with the longest words and numbers."""
    async with told.write() as connection:
        turn = _turn(connection, knowledge, room, Capabilities())
        rows, _ = await news.live(connection, Wanted())
        reply = reading._page(
            turn, "", rows, "disaster_warning", 998, 999, "news:find:", f":{'a' * reading._LONGEST_SAID}"
        )
    ids = [each.id for each in (*reply.choices, *reply.controls)]
    assert len(ids) == 7 and all(each.isascii() and len(each) <= 64 for each in ids)
