"""The preview in chat: one message for each channel that has recipients, as that channel will show it."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from typing import Any

import pytest

from bot.turns import TurnEngine
from handlers.actions import people as actions
from handlers.broadcasting.outlets import Outlets, Shown
from handlers.messages import Capabilities, Incoming, Reply
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import broadcasts
from storage.broadcasts import Content, Wording
from storage.database import Database
from storage.expansion import Reach
from storage.keys import Keys
from tests.broadcasts.crowd import crowd
from tests.people.conftest import keys as keys
from tests.people.conftest import places as places
from tests.support.assembly import Clock
from tests.turns.conftest import Outlet, Plain

SHOWN = {
    "plain": Shown(Capabilities()),
    "short": Shown(Capabilities(text_limit=160)),
    "pressed": Shown(Capabilities(20_000, 40, pictures_out=True), caption_limit=60),
    "nobody": Shown(Capabilities()),
}
TEXT = "Mời bà con đến nhà văn hóa lúc 19 giờ, mang theo sổ hộ nghèo và giấy tờ tùy thân của cả nhà."


@dataclass
class Desk:
    """A commune officer who composes on the plainest channel, which sends no announcements."""

    database: Database
    clock: Clock
    engine: TurnEngine
    outlet: Outlet
    channel: Plain
    number: int = 0

    async def say(self, *texts: str) -> list[Reply]:
        before = 0
        for text in texts:
            self.number += 1
            before = len(self.outlet.taken)
            await self.engine.handle(Incoming("plain", "a", str(self.number), self.clock.at, text=text))
        return [each.reply for each in self.outlet.taken[before:]]

    async def composed(self) -> list[Reply]:
        return await self.say("soạn thông báo", "1", "Mời họp thôn", TEXT, "không", "mọi người", "1", "gửi ngay", "1")


@pytest.fixture
async def desk(places: Database, knowledge: Knowledge, keys: Keys, clock: Clock) -> AsyncIterator[Desk]:
    async def reach() -> Reach:
        return Reach(frozenset({"short", "pressed", "nobody"}))

    known, outlet, channel = replace(knowledge, keys=keys, outlets=Outlets(SHOWN, reach)), Outlet(), Plain()
    channels: Any = {"plain": channel}
    engine = TurnEngine(places, known, Responder(), channels, outlet, clock)
    made = Desk(places, clock, engine, outlet, channel)
    async with places.write() as connection:
        code = await actions.invite(
            connection, None, keys, role="commune_officer", area_key="thuy-loi-2023", name="Mẫu", seed="a",
            now=clock.at,
        )  # fmt: skip
    await made.say(code.code)
    yield made
    await engine.close()


async def test_each_channel_with_recipients_is_shown_as_it_will_look(desk: Desk) -> None:
    """Cut where it is short, with buttons or without; nothing of a channel that nobody reads."""
    async with desk.database.write() as connection:
        await crowd(connection, 3, desk.clock.at, channel="short")
        await crowd(connection, 2, desk.clock.at, channel="pressed")
    said = [each.text for each in await desk.composed()]
    shown = {text.split(" (")[0].removeprefix("▼ Trên "): text for text in said if text.startswith("▼")}
    assert sorted(shown) == ["pressed", "short"] and len(said) == 3
    assert "(3 người nhận)" in shown["short"] and "(2 người nhận)" in shown["pressed"]
    assert "cắt thành 2. Tin 1:" in shown["short"] and "Tin 2:" in shown["short"]
    assert "không có nút bấm" in shown["short"] and "Nút bấm" not in shown["short"]
    assert "✂" not in shown["pressed"] and "Nút bấm: [" in shown["pressed"]
    assert all(TEXT.split(",")[0] in text and "dừng nhận tin" in text for text in shown.values())
    assert "5 người (" in said[-1]


async def test_what_a_channel_does_not_bring_is_said(desk: Desk) -> None:
    """A picture goes before a long text on one channel and not at all on another; each language is shown."""
    async with desk.database.write() as connection:
        await crowd(connection, 3, desk.clock.at, channel="short")
        await crowd(connection, 2, desk.clock.at, channel="pressed")
    await desk.composed()
    wordings = {"vi": Wording("Mời họp thôn", TEXT), "en": Wording("Village meeting", "Come at seven.")}
    async with desk.database.write() as connection:
        assert await broadcasts.change(
            connection, 1, 1, {"content": broadcasts.encode(Content(wordings, ("p" * 32,)))}
        )  # fmt: skip
    said = await desk.say("xem tin 1")
    heads = [each.text.splitlines()[0] for each in said if each.text.startswith("▼")]
    assert heads == [
        "▼ Trên pressed – tiếng Việt (2 người nhận):", "▼ Trên pressed – tiếng Anh (2 người nhận):",
        "▼ Trên short – tiếng Việt (3 người nhận):", "▼ Trên short – tiếng Anh (3 người nhận):",
    ]  # fmt: skip
    pressed, short = said[0].text, said[2].text
    assert "cắt thành 2. Tin 1:\n[ảnh]\n✂" in pressed and "không gửi được ảnh" not in pressed
    assert "[ảnh]" not in short and "không gửi được ảnh" in short
    assert "Village meeting" in said[1].text and "[Stop" in said[1].text
    assert [each.picture for each in said[:4]] == [""] * 4
    desk.channel.capabilities = Capabilities(pictures_out=True)
    said = await desk.say("xem tin 1")
    assert [each.picture for each in said[:4]] == [f"media:{'p' * 32}"] * 2 + [""] * 2
    assert "[ảnh]" not in said[0].text


async def test_nobody_gets_it_and_it_is_shown_as_here(desk: Desk) -> None:
    """Then there is no channel to speak of."""
    said = [each.text for each in await desk.composed()]
    assert said[0].startswith("Mời họp thôn") and not any("▼" in text for text in said)
