"""A village head's phone: messages through the product's own turn engine, replies as they were committed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

from bot.channels.terminal import TerminalChannel
from bot.turns import Outcome, TurnEngine
from handlers.messages import Attachment, Incoming
from handlers.respond import Responder
from handlers.turn import Knowledge
from tests.reports.conftest import NOW, Place
from tests.turns.conftest import Outlet


class Phone:
    """Says something and hears what comes back."""

    def __init__(self, engine: TurnEngine, outlet: Outlet, chat: str) -> None:
        self._engine = engine
        self._outlet = outlet
        self._chat = chat
        self._number = 0

    async def say(self, text: str, *photos: Attachment, choice: str = "") -> str:
        """The replies to a message or a pressed button, one text."""
        before = len(self._outlet.taken)
        self._number += 1
        incoming = Incoming(
            "terminal", self._chat, f"{self._chat}:{self._number}", NOW, text=text, choice=choice, photos=photos
        )
        assert await self._engine.handle(incoming) is Outcome.DONE
        return "\n".join(each.reply.text for each in self._outlet.taken[before:])

    async def talk(self, *said: str) -> str:
        """The reply to the last of several messages."""
        heard = ""
        for text in said:
            heard = await self.say(text)
        return heard


@asynccontextmanager
async def phones(place: Place, knowledge: Knowledge) -> AsyncIterator[dict[str, Phone]]:
    """A phone for each person of the place, by name; whoever writes is known to have an account."""
    outlet, channel = Outlet(), TerminalChannel(lambda _: None)
    known = replace(knowledge, keys=place.keys)
    engine = TurnEngine(place.database, known, Responder(), {channel.name: channel}, outlet, lambda: NOW)
    found = {name: Phone(engine, outlet, name) for name in ("head", "commune", "district", "second", "citizen")}
    try:
        for name in ("head", "commune", "district", "second"):
            await found[name].say("tôi là ai")
        yield found
    finally:
        await engine.close()
