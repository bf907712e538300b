"""What the page and the server say to each other, the same over WebSocket and plain HTTP."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec

from bot.channels.web.channel import Fetched, WebChannel
from bot.channels.web.photos import Photos
from bot.turns import Outcome
from content.words import Words
from handlers.messages import Attachment, Incoming
from storage.files import StoredFile
from storage.media import PREFIX

TEXT_LIMIT: Final = 10_000
_ID: Final = re.compile(r"[A-Za-z0-9_-]{1,64}")
_BURST: Final = 20
_BURST_TIME: Final = timedelta(seconds=10)
ADDRESS_BURST: Final = 200
"""Messages of all chats of one network address in the same time: a new session costs nothing, an address does. A whole
village behind one address of its mobile network stays far below it."""
_MOST_REMEMBERED: Final = 50_000


class FromPage(msgspec.Struct, forbid_unknown_fields=False):
    """A frame of the page: a message with the page's own id, or a ping."""

    type: str = "message"
    id: str = ""
    text: str = ""
    choice: str = ""
    photo: str = ""
    """Key of a photo that was sent just before."""


_FRAME: Final = msgspec.json.Decoder(FromPage)


class Pace:
    """At most so many messages of a chat (or an address) in a few seconds; says how long to wait."""

    def __init__(self, most: int = _BURST) -> None:
        self._most: Final = most
        self._recent: dict[str, list[datetime]] = {}

    def wait_s(self, chat: str, now: datetime) -> int:
        """0 when the message may pass (and is counted), else the seconds to wait."""
        recent = [at for at in self._recent.get(chat, ()) if now - at < _BURST_TIME]
        if len(recent) >= self._most:
            self._recent[chat] = recent
            return max(1, int((recent[0] + _BURST_TIME - now).total_seconds()) + 1)
        if len(self._recent) >= _MOST_REMEMBERED:
            self._recent.clear()
        self._recent[chat] = [*recent, now]
        return 0


class Talk:
    """Takes the page's frames and hands them to the turns."""

    def __init__(
        self,
        channel: WebChannel,
        handle: Callable[[Incoming], Awaitable[Outcome]],
        words: Callable[[str], Words],
        clock: Callable[[], datetime],
        photos: Photos | None = None,
    ) -> None:
        self.photos: Final = photos
        self.channel: Final = channel
        self._handle: Final = handle
        self._words: Final = words
        self._clock: Final = clock
        self._pace: Final = Pace()
        self._address_pace: Final = Pace(ADDRESS_BURST)

    async def file(self, chat: str, key: str) -> StoredFile | None:
        """A file of this chat by its key."""
        return await self.channel.file(chat, key, self._clock()) if _ID.fullmatch(key.removeprefix(PREFIX)) else None

    async def take(self, chat: str, raw: bytes | str, language: str = "", address: str = "") -> dict[str, Any]:
        """The frame that answers a frame: `ack` after the commit, `refused` with a kind sentence, or `pong`."""
        words = self._words(language)
        try:
            frame = _FRAME.decode(raw)
        except msgspec.DecodeError:
            return {"type": "refused", "id": "", "text": words.say("talk.refused_unreadable")}
        if frame.type == "ping":
            return {"type": "pong"}
        if not _ID.fullmatch(frame.id):
            return {"type": "refused", "id": "", "text": words.say("talk.refused_unreadable")}
        if len(frame.text) > TEXT_LIMIT:
            text = words.say("talk.refused_long", limit=words.number(TEXT_LIMIT))
            return {"type": "refused", "id": frame.id, "text": text}
        wait = self.wait_s(chat, address)
        if wait:
            text = words.say("talk.refused_fast", seconds=wait)
            return {"type": "refused", "id": frame.id, "text": text, "retry_after": wait}
        photo = await self._photo(chat, frame.photo)
        if frame.photo and photo is None:
            return {"type": "refused", "id": frame.id, "text": words.say("talk.photo_gone")}
        await self._handle(self._incoming(chat, frame, language, photo))
        return {"type": "ack", "id": frame.id}

    def wait_s(self, chat: str, address: str = "") -> int:
        """Seconds until a chat may send again; a photo counts like a message."""
        now = self._clock()
        return self._pace.wait_s(chat, now) or (self._address_pace.wait_s(address, now) if address else 0)

    async def _photo(self, chat: str, key: str) -> Attachment | None:
        if self.photos is None or not _ID.fullmatch(key):
            return None
        return await self.photos.attachment(chat, key)

    def _incoming(self, chat: str, frame: FromPage, language: str, photo: Attachment | None) -> Incoming:
        return Incoming(
            channel=self.channel.name,
            chat=chat,
            # Ids are the page's own: only within its chat do they name one message.
            message_id=f"{chat}:{frame.id}",
            sent_at=self._clock(),
            text=frame.text.replace("\x00", ""),
            choice=frame.choice[:64].replace("\x00", ""),
            photos=(photo,) if photo is not None else (),
            language=language,
        )


def to_page(message: Fetched) -> dict[str, Any]:
    """A message as a frame for the page."""
    return {
        "type": "message",
        "seq": message.seq,
        "text": message.reply.text,
        "choices": [{"id": choice.id, "label": choice.label} for choice in message.reply.choices],
        **({"picture": f"/chat/files/{message.reply.picture}"} if message.reply.picture else {}),
        "at": message.at.isoformat(),
    }
