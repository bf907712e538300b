"""Each channel as a person uses it: type, press, look. The contract suite runs over all of them."""

from __future__ import annotations

import asyncio
import io
import itertools
import json
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Protocol

from PIL import Image

from bot.channels import Channel, Delivery, Sent
from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.polling import Poller
from bot.channels.terminal import TerminalChannel
from bot.channels.web.channel import WebChannel
from bot.channels.web.photos import Photos
from bot.channels.web.talk import Talk
from content import words
from handlers.messages import Attachment, Capabilities, Incoming, Reply
from storage.keys import Keys
from tests.support.assembly import Assembly, Clock, assembled
from tests.support.telegram_server import TOKEN, telegram_server


@dataclass(frozen=True, slots=True)
class Seen:
    """A message as the person sees it."""

    text: str
    buttons: tuple[tuple[str, str], ...] = ()
    """(label, choice id)"""


class Driver(Protocol):
    """A person on a channel; `chat` is a small number, the driver makes the channel's own id of it."""

    channel: Channel
    limit: int
    """Characters (UTF-16 units) that the platform takes in one message."""

    async def say(self, chat: int, text: str) -> None:
        """Type something and wait until the answer is there."""
        ...

    async def press(self, chat: int, choice_id: str) -> None: ...

    async def repeat(self, chat: int) -> None:
        """The platform delivers the last message of the chat once more."""
        ...

    async def show_photo(self, chat: int) -> bool:
        """Send a photo; False where the channel takes none."""
        ...

    async def seen(self, chat: int) -> list[Seen]:
        """Everything said to the chat so far, in order."""
        ...


Factory = Callable[[Any, Any, Any], AbstractAsyncContextManager[Driver]]
"""(database, responder, knowledge) -> a running driver"""


@dataclass
class _Direct:
    """A channel whose messages are handed to the engine by the test itself."""

    channel: Any
    assembly: Assembly
    limit: int
    look: Callable[[str], list[Seen]]
    last: dict[int, Incoming] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: itertools.count(1))

    async def _handle(self, chat: int, **content: Any) -> None:
        incoming = Incoming(self.channel.name, str(chat), f"{chat}:{next(self.ids)}", self.assembly.clock(), **content)
        self.last[chat] = incoming
        await self.assembly.engine.handle(incoming)
        await self.assembly.delivery.drain()

    async def say(self, chat: int, text: str) -> None:
        await self._handle(chat, text=text)

    async def press(self, chat: int, choice_id: str) -> None:
        await self._handle(chat, choice=choice_id)

    async def repeat(self, chat: int) -> None:
        await self.assembly.engine.handle(self.last[chat])
        await self.assembly.delivery.drain()

    async def show_photo(self, chat: int) -> bool:
        await self._handle(chat, photos=(Attachment("ref"),))
        return True

    async def seen(self, chat: int) -> list[Seen]:
        return self.look(str(chat))


class PlainChannel:
    """The floor: 2,000 characters of text, nothing else. It refuses what a platform of that kind would refuse."""

    name = "plain"
    mailbox = False
    capabilities = Capabilities()

    def __init__(self) -> None:
        self.sent: list[tuple[str, str]] = []

    async def send(self, chat: str, reply: Reply) -> Delivery:
        assert isinstance(chat, str)
        assert not (reply.choices or reply.picture or reply.document or reply.edit_of), "beyond the capabilities"
        assert 0 < len(reply.text.encode("utf-16-le")) // 2 <= 2000
        self.sent.append((chat, reply.text))
        return Sent(str(len(self.sent)))

    async def close(self) -> None:
        """Nothing is held."""


@asynccontextmanager
async def plain(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    channel = PlainChannel()
    async with assembled(database, {channel.name: channel}, responder, knowledge, Clock()) as assembly:
        yield _Direct(channel, assembly, 2000, lambda chat: [Seen(text) for to, text in channel.sent if to == chat])


@asynccontextmanager
async def terminal(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    written: list[Seen] = []
    channel = TerminalChannel(lambda text: written.append(Seen(text)))
    async with assembled(database, {channel.name: channel}, responder, knowledge, Clock()) as assembly:
        yield _Direct(channel, assembly, 2000, lambda chat: list(written))


@dataclass
class _Web:
    channel: WebChannel
    talk: Talk
    clock: Clock
    limit: int = 20_000
    refused: list[Seen] = field(default_factory=list)
    last: dict[int, str] = field(default_factory=dict)
    ids: Any = field(default_factory=lambda: itertools.count(1))

    async def _take(self, chat: int, **frame: str) -> None:
        self.clock.advance(10)  # a page may not write faster than people do
        self.last[chat] = json.dumps({"type": "message", "id": f"m{next(self.ids)}", **frame})
        await self.repeat(chat)

    async def say(self, chat: int, text: str) -> None:
        await self._take(chat, text=text)

    async def press(self, chat: int, choice_id: str) -> None:
        await self._take(chat, choice=choice_id)

    async def repeat(self, chat: int) -> None:
        frame = await self.talk.take(f"chat{chat}", self.last[chat])
        if frame["type"] == "refused":  # the page shows the kind sentence in it
            self.refused.append(Seen(frame["text"]))

    async def show_photo(self, chat: int) -> bool:
        assert self.talk.photos is not None
        stream = io.BytesIO()
        Image.new("RGB", (20, 10), "green").save(stream, "PNG")
        photo = await self.talk.photos.take(f"chat{chat}", stream.getvalue())
        await self._take(chat, photo=photo.key)
        return True

    async def seen(self, chat: int) -> list[Seen]:
        found = await self.channel.fetch(f"chat{chat}", 0)
        shown = [Seen(each.reply.text, tuple((c.label, c.id) for c in each.reply.choices)) for each in found]
        return [*self.refused, *shown]


@asynccontextmanager
async def web(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    channel, clock = WebChannel(database), Clock()
    languages = words.load()
    async with assembled(database, {channel.name: channel}, responder, knowledge, clock) as assembly:
        photos = Photos(database, Keys.fixed(b"channels", clock.at), clock)
        talk = Talk(channel, assembly.engine.handle, lambda language: languages[language or "vi"], clock, photos)
        yield _Web(channel, talk, clock)


@dataclass
class _Telegram:
    channel: TelegramChannel
    server: Any
    assembly: Assembly
    repeat_last: Callable[[], Awaitable[None]]
    limit: int = 4096

    async def _settle(self, update_id: int) -> None:
        await self.server.confirmed(update_id)
        await self.assembly.delivery.drain()

    async def say(self, chat: int, text: str) -> None:
        await self._settle(await self.server.say(chat, text))

    async def press(self, chat: int, choice_id: str) -> None:
        await self._settle(await self.server.press(chat, choice_id))

    async def repeat(self, chat: int) -> None:
        await self.repeat_last()
        await self.assembly.delivery.drain()

    async def show_photo(self, chat: int) -> bool:
        sizes = [{"file_id": f"p{n}", "file_unique_id": f"u{n}", "width": n, "height": n} for n in (90, 800)]
        await self._settle(await self.server.send(chat, photo=sizes))
        return True

    async def seen(self, chat: int) -> list[Seen]:
        return [Seen(each.text, each.buttons) for each in self.server.shown(chat)]


@asynccontextmanager
async def telegram(database: Any, responder: Any, knowledge: Any) -> AsyncIterator[Driver]:
    async with telegram_server() as server:
        channel = TelegramChannel(TOKEN, api_root=server.url, rate=None)
        async with assembled(database, {channel.name: channel}, responder, knowledge, Clock()) as assembly:
            last: list[Incoming] = []

            async def handle(incoming: Incoming) -> Any:
                last[:] = [incoming]
                return await assembly.engine.handle(incoming)

            async def again() -> None:
                await assembly.engine.handle(last[0])

            poller = Poller(channel, handle, assembly.clock, long_poll_s=1)
            task = asyncio.create_task(poller.run())
            try:
                yield _Telegram(channel, server, assembly, again)
            finally:
                task.cancel()
                await asyncio.gather(task, return_exceptions=True)
        await channel.close()
