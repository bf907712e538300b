"""What every channel promises to the people on it, and to the core."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from storage.database import Database
from storage.tables import conversations, inbox, outbox
from tests.channels.conftest import COLOURS, LONG
from tests.channels.drivers import Driver

ODD = {
    "empty": "",
    "blank": " \n\t ",
    "10,000 characters": "dài ơi là dài " * 715,
    "binary": "".join(map(chr, range(1, 32))) + "\x7f\x80\xff",
    "emoji": "👨‍👩‍👧‍👦🏳️‍🌈👍🏽",
    "right to left": "\u202eمرحبا بالعالم\u202c",
    "zero width": "\u200b\u200d\u2060\ufeff",
    "unknown command": "/khongcolenhnay@bot",
    "number out of range": "99",
    "half a surrogate pair": "a\ud83d",
    "markup": "<b>*_[x](y)`&amp;",
}


@pytest.mark.parametrize("typed", ["2", "Màu xanh lá cây", "mau xanh la cay", "MÀU XANH LÁ CÂY"])
async def test_a_choice_is_made_by_typing_its_number_or_label(driver: Driver, typed: str) -> None:
    """With and without accents, in any case, on every channel."""
    await driver.say(5, "màu")
    await driver.say(5, typed)
    assert (await driver.seen(5))[-1].text == "Đã chọn green"


async def test_a_choice_is_made_by_its_button_where_there_are_buttons(driver: Driver) -> None:
    """Buttons carry the choice's id; where there are none, the choices are written as a numbered list."""
    await driver.say(5, "màu")
    shown = (await driver.seen(5))[-1]
    if not driver.channel.capabilities.buttons:
        assert "2. Màu xanh lá cây" in shown.text
        return
    assert [choice_id for _, choice_id in shown.buttons] == [choice.id for choice in COLOURS]
    await driver.press(5, shown.buttons[1][1])
    assert (await driver.seen(5))[-1].text == "Đã chọn green"


async def test_labels_fit_the_buttons(driver: Driver) -> None:
    """A label that is too long is cut, never the whole message refused."""
    await driver.say(5, "màu")
    limit = driver.channel.capabilities.button_label_limit
    for label, _ in (await driver.seen(5))[-1].buttons:
        assert not limit or len(label) <= limit


async def test_a_long_reply_arrives_whole_and_in_order(driver: Driver) -> None:
    """Split where the platform's limit asks for it, nothing lost, choices with the last piece."""
    await driver.say(5, "dài")
    seen = await driver.seen(5)
    assert all(0 < len(each.text.encode("utf-16-le")) // 2 <= driver.limit for each in seen)
    numbers = re.findall(r"Câu số (\d+)", " ".join(each.text for each in seen))
    assert [int(number) for number in numbers] == list(range(1, 301))
    assert len(seen) >= len(LONG) / driver.limit
    await driver.say(5, "1")
    assert (await driver.seen(5))[-1].text == "Đã chọn red"


async def test_two_replies_arrive_in_order(driver: Driver) -> None:
    """What a turn says first is read first."""
    await driver.say(5, "hai")
    assert [each.text for each in await driver.seen(5)] == ["một", "hai"]


async def test_a_redelivered_message_has_one_effect(driver: Driver) -> None:
    """The same message id is the same message, however often it comes."""
    await driver.say(5, "chào")
    await driver.repeat(5)
    await driver.repeat(5)
    await driver.say(5, "chào")
    assert [each.text for each in await driver.seen(5)] == ["Tin thứ 1", "Tin thứ 2"]


async def test_chats_do_not_mix(driver: Driver) -> None:
    """A number typed in one chat means the choices of that chat."""
    await driver.say(5, "màu")
    await driver.say(6, "2")
    await driver.say(5, "2")
    assert "Tin thứ 1" in [each.text for each in await driver.seen(6)]
    assert "Đã chọn green" in [each.text for each in await driver.seen(5)]


async def test_ids_are_strings(driver: Driver, database: Database) -> None:
    """Channel, chat, message id and receipt are text in every table."""
    await driver.say(5, "chào")
    async with database.read() as connection:
        for table in (inbox, outbox, conversations):
            row = (await connection.execute(select(table))).one()
            assert isinstance(row.chat, str) and isinstance(row.channel, str)
        assert (await connection.execute(select(func.typeof(inbox.c.message_id)))).scalar_one() == "text"


async def test_a_button_from_last_year_gets_a_kind_sentence(driver: Driver) -> None:
    """Its choice no longer exists: the person is told, and offered a way on."""
    for outdated in ("colour:violet", "nothing:at:all", "x" * 64):
        before = len(await driver.seen(5))
        await driver.press(5, outdated)
        assert len(await driver.seen(5)) == before + 1


@pytest.mark.parametrize("kind", ODD)
async def test_odd_text_gets_one_reply(driver: Driver, kind: str) -> None:
    """Never an exception, never silence; and the talk goes on."""
    await driver.say(5, ODD[kind])
    seen = await driver.seen(5)
    assert len(seen) == 1 and seen[0].text.strip()
    await driver.say(5, "màu")
    assert "màu nào" in (await driver.seen(5))[-1].text


async def test_a_photo_gets_a_reply(driver: Driver) -> None:
    """A picture cannot be read here; the person is told so."""
    if await driver.show_photo(5):
        assert len(await driver.seen(5)) == 1


async def test_an_edit_shows_the_new_text(driver: Driver) -> None:
    """In place where the channel can, as a new message where it cannot."""
    await driver.say(5, "chào")
    await driver.say(5, "sửa")
    assert (await driver.seen(5))[-1].text == "Xong"
