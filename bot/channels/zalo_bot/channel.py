"""Zalo Bot as a channel: a reply becomes one call."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any, Final

import structlog

from bot.channels import Delivery, Refused, Sent, TryLater
from bot.channels.zalo_bot.api import IDLE, BotApi
from bot.channels.zalo_bot.quota import WARN_AT, Quota
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import MediaError, Outage, RefusalError, UnreachableError
from bot.pacing import Rate
from handlers.messages import Capabilities, Reply

log = structlog.get_logger(__name__)

PictureUrl = Callable[[str], str]
"""A public address, valid for minutes, of a picture by its storage key."""

_SEND_TIMEOUT_S: Final = 15.0
_TOKEN_WAIT_S: Final = 60.0
_RATE_WAIT_S: Final = 60.0
# 429 near the end of the month's messages: Zalo may count otherwise than we do, so it is asked again now and then.
_QUOTA_WAIT_S: Final = 3600.0
_TRANSIENT_WAIT_S: Final = 30.0
_MOST_PICTURE: Final = 10_000_000
_FETCH_TIMEOUT_S: Final = 20.0
_MOST_SLOW: Final = 200
_GONE: Final = ("chat", "user", "blocked")
# No number is published; slow enough that the month's messages could not be sent in less than ten minutes.
RATE: Final = Rate(per_second=5, per_chat_s=1.0)
# Broadcasts stop there: what is left of the month is for answers.
_BROADCASTS_UP_TO: Final = 0.8


class ZaloBotChannel:
    """Sends plain text to private chats; no formatting, so that nothing in a text can be refused as markup."""

    name: Final = "zalo_bot"
    mailbox: Final = False

    def __init__(
        self,
        api: BotApi,
        quota: Quota,
        *,
        counts: Counts | None = None,
        picture_url: PictureUrl | None = None,
        seconds: Callable[[], float] = time.monotonic,
        timeout_s: float = _SEND_TIMEOUT_S,
        rate: Rate | None = RATE,
    ) -> None:
        self.rate: Final = rate
        self.api: Final = api
        self.capabilities: Final = Capabilities(text_limit=2000, pictures_in=True, pictures_out=picture_url is not None)
        self._quota: Final = quota
        self._counts: Final = counts
        self._picture_url: Final = picture_url
        self._outage: Final = Outage(seconds)
        self._timeout_s: Final = timeout_s
        # Pictures whose sending has timed out: Zalo fetches them itself, for up to minutes.
        self._slow: Final[set[str]] = set()

    async def send(self, chat: str, reply: Reply) -> Delivery:
        """Send one message. Once the month's messages are used up, everything waits for the next month."""
        if await self._quota.sent() >= self._quota.most:
            return self._until_next_month()
        try:
            receipt = await self._put(chat, reply)
        except UnreachableError as error:
            return self._unreachable(reply, error)
        except RefusalError as error:
            return await self._refused(error)
        self._outage.over()
        await self._quota.add()
        return Sent(receipt)

    async def broadcast_room(self) -> int:
        """How many messages of broadcasts may still be sent this month."""
        return max(0, int(self._quota.most * _BROADCASTS_UP_TO) - await self._quota.sent())

    async def fetch(self, ref: str) -> bytes | None:
        """A picture that a person sent; None where it can no longer be had."""
        try:
            return await self.api.http.fetch(ref, most_bytes=_MOST_PICTURE, timeout_s=_FETCH_TIMEOUT_S)
        except MediaError as error:
            if self._counts is not None:
                self._counts.note(self.name, "attachment_not_fetched")
            log.info("zalo_bot.attachment_not_fetched", reason=str(error))
            return None

    async def close(self) -> None:
        await self.api.close()

    async def _put(self, chat: str, reply: Reply) -> str:
        if reply.picture and self._picture_url is not None and reply.picture not in self._slow:
            fields = {"chat_id": chat, "photo": self._picture_url(reply.picture), "caption": reply.text}
            try:
                return _receipt(await self.api.call("sendPhoto", fields, self._timeout_s))
            except RefusalError as error:
                if error.code != 400:
                    raise
                # The words matter more than the picture.
        return _receipt(await self.api.call("sendMessage", {"chat_id": chat, "text": reply.text}, self._timeout_s))

    def _unreachable(self, reply: Reply, error: UnreachableError) -> TryLater:
        if reply.picture and error.reason == "TimeoutError" and len(self._slow) < _MOST_SLOW:
            self._slow.add(reply.picture)  # the next attempt is words only
        return self._outage.wait(error.reason)

    def _until_next_month(self) -> TryLater:
        return TryLater(self._quota.seconds_to_next_month(), "the month's messages are used up", whole_channel=True)

    async def _refused(self, error: RefusalError) -> Delivery:
        reason = f"code {error.code} {error.description}".strip()
        if error.code >= 500:
            return self._outage.wait(reason)
        self._outage.over()
        if error.code == 429:
            near_the_end = await self._quota.sent() >= self._quota.most * WARN_AT
            return TryLater(_QUOTA_WAIT_S if near_the_end else _RATE_WAIT_S, "code 429", whole_channel=True)
        if error.code == 401:
            return TryLater(_TOKEN_WAIT_S, "code 401: the token is not accepted", whole_channel=True)
        if error.code in (IDLE, 403):  # 403 is listed as a fault of the server's own
            return TryLater(_TRANSIENT_WAIT_S, reason)
        return Refused(reason, gone=error.code == 404 and error.says(*_GONE))


def _receipt(result: Any) -> str:
    found = result.get("message_id") if isinstance(result, dict) else None
    return "" if found is None else str(found)
