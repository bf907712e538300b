"""The Official Account as a channel: a reply becomes one consultation message, where the person may be written to."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Final

import structlog

from bot.channels import Delivery, Refused, Sent, TryLater
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import MediaError, Outage, RefusalError, UnreachableError
from bot.channels.zalo_oa import faults, outgoing
from bot.channels.zalo_oa.api import OaApi
from bot.channels.zalo_oa.outgoing import Shape
from bot.channels.zalo_oa.tokens import NoTokenError
from bot.pacing import Rate
from handlers.messages import Capabilities, Reply
from storage import zalo
from storage.database import Database

log = structlog.get_logger(__name__)

ReadFile = Callable[[str], Awaitable[bytes | None]]

# What is sent within two days of a person's last message is free, within seven it is billed, later it is refused.
FREE: Final = timedelta(hours=48)
WINDOW: Final = timedelta(days=7)
# 4,000 requests a minute for an application (official documentation, September 2026, reported).
RATE: Final = Rate(per_second=60, per_chat_s=1.0)
_SEND_TIMEOUT_S: Final = 15.0
_TOKEN_WAIT_S: Final = 30.0
_CONSENT_WAIT_S: Final = 600.0
_MOST_PICTURE: Final = 10_000_000
_FETCH_TIMEOUT_S: Final = 20.0
_MOST_REFUSED_LISTS: Final = 3


class ZaloOaChannel:
    """Sends to people who have written within seven days; that one cannot be written to is no error."""

    name: Final = "zalo_oa"
    mailbox: Final = False
    window: Final = WINDOW

    def __init__(
        self,
        api: OaApi,
        database: Database,
        counts: Counts,
        clock: Callable[[], datetime],
        *,
        read_file: ReadFile | None = None,
        seconds: Callable[[], float] = time.monotonic,
        timeout_s: float = _SEND_TIMEOUT_S,
        rate: Rate | None = RATE,
    ) -> None:
        self.rate: Final = rate
        self.api: Final = api
        self.capabilities: Final = Capabilities(
            text_limit=outgoing.TEXT_LIMIT,
            buttons=outgoing.MOST_BUTTONS,
            button_label_limit=outgoing.TITLE_LIMIT,
            list_rows=outgoing.MOST_ROWS,
            may_refuse=True,
            pictures_in=True,
            pictures_out=read_file is not None,
        )
        self._database: Final = database
        self._counts: Final = counts
        self._clock: Final = clock
        self._read_file: Final = read_file
        self._outage: Final = Outage(seconds)
        self._timeout_s: Final = timeout_s
        # What the platform has taken, or what it has refused: the sources disagree, it decides.
        self._buttons: tuple[Shape, ...] = (Shape.BARE, Shape.TYPED)
        self._lists_refused = 0

    async def send(self, chat: str, reply: Reply) -> Delivery:
        """Send one message, or say that this person cannot be written to now."""
        if len(reply.text.encode("utf-16-le")) // 2 > outgoing.TEXT_LIMIT:
            return Refused("the text is too long")  # -210 anyway; it must never be cut
        cannot, billed = await self._window(chat)
        if cannot:
            self._counts.add(self.name, "cannot_send_now")
            return Refused(cannot, shut=faults.SHUT)
        try:
            receipt = await self._put(chat, reply)
        except NoTokenError as error:
            self._counts.add(self.name, "no_token")
            wait = _CONSENT_WAIT_S if error.consent else _TOKEN_WAIT_S
            return TryLater(wait, error.reason, whole_channel=True)
        except UnreachableError as error:
            return self._outage.wait(error.reason)
        except RefusalError as error:
            self._outage.over()
            self._counts.add(self.name, f"error {error.code}")
            return faults.delivery(error, self._clock)
        self._outage.over()
        self._counts.add(self.name, "sent_billed" if billed else "sent")
        return Sent(receipt)

    async def fetch(self, ref: str) -> bytes | None:
        """A picture that a person sent; None where it can no longer be had."""
        try:
            return await self.api.http.fetch(ref, most_bytes=_MOST_PICTURE, timeout_s=_FETCH_TIMEOUT_S)
        except MediaError as error:
            self._counts.note(self.name, "attachment_not_fetched")
            log.info("zalo_oa.attachment_not_fetched", reason=str(error))
            return None

    async def start(self) -> None:
        """Begin to keep the tokens fresh."""
        await self.api.tokens.start()

    async def close(self) -> None:
        await self.api.tokens.close()
        await self.api.http.close()

    async def _window(self, chat: str) -> tuple[str, bool]:
        """Why this person cannot be written to (or nothing), and whether it costs. Of a stranger Zalo decides."""
        async with self._database.read() as connection:
            person = await zalo.person(connection, chat)
        if person is None or person.last_interaction_at is None:
            return "", False
        silent = self._clock() - person.last_interaction_at
        if silent > WINDOW:
            return faults.WINDOW, False
        return "", silent > FREE

    async def _put(self, chat: str, reply: Reply) -> str:
        to = outgoing.recipient(chat)
        if reply.picture and (attachment := await self._uploaded(reply.picture)):
            # A message has one attachment: the picture goes first, without words, if there are buttons.
            with_more = reply.choices or reply.controls
            picture = outgoing.picture("" if with_more else reply.text, attachment)
            sent = await self.api.send(to, picture, self._timeout_s)
            if not with_more:
                return _receipt(sent)
        return await self._put_text(to, reply)

    async def _put_text(self, to: dict[str, str], reply: Reply) -> str:
        for shape in (*self._shapes(reply), Shape.WORDS):
            try:
                data: dict[str, object] = {}
                for message in outgoing.messages(reply, shape):
                    data = await self.api.send(to, message, self._timeout_s)
            except RefusalError as error:
                if shape is Shape.WORDS or not faults.may_be_the_shape(error):
                    raise
                self._counts.add(self.name, f"shape {error.code}")
                if shape is Shape.LIST:
                    self._lists_refused += 1
                continue
            if shape is Shape.LIST:
                self._lists_refused = 0
            elif shape is not Shape.WORDS:
                self._buttons = (shape,)
            return _receipt(data)
        raise AssertionError("words are the last shape")

    def _shapes(self, reply: Reply) -> tuple[Shape, ...]:
        """The shapes to try before the choices are written out."""
        if reply.choices and reply.controls:
            # A list that was refused a few times running is not tried again before the next start.
            return (Shape.LIST,) if self._lists_refused < _MOST_REFUSED_LISTS else ()
        return self._buttons if reply.choices else ()

    async def _uploaded(self, key: str) -> str:
        """The attachment id of a picture; empty where there is none, or Zalo does not take it: the words go alone."""
        data = None if self._read_file is None else await self._read_file(key)
        if data is None:
            return ""
        try:
            return await self.api.upload_image(data, self._timeout_s)
        except RefusalError as error:
            if error.code in (faults.RATE, -216, -220, -124):
                raise
            self._counts.add(self.name, f"upload {error.code}")
            return ""


def _receipt(data: dict[str, object]) -> str:
    found = data.get("message_id")
    return "" if found is None else str(found)
