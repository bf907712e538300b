"""The webhook: store first, 200 afterwards, the turn later."""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_bot.channel import ZaloBotChannel
from bot.channels.zalo_bot.updates import CHANNEL, event_name, message_id, to_incoming, unwrapped
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import decoded
from bot.turns import Outcome
from handlers.messages import Incoming
from storage.arrivals import Arrival, NewArrival

log = structlog.get_logger(__name__)

Handle = Callable[[Incoming], Awaitable[Outcome]]
Store = Callable[[NewArrival], Awaitable[None]]

_SECRET_HEADER: Final = "x-bot-api-secret-token"  # noqa: S105  # a header's name
_MOST_BYTES: Final = 1_000_000
_CALL_TIMEOUT_S: Final = 15.0
_ODD_AFTER: Final = timedelta(hours=3)


class Webhook:
    """Takes what Zalo posts. An empty post is Zalo's look whether somebody is there."""

    def __init__(
        self, channel: ZaloBotChannel, store: Store, secret: str, counts: Counts, clock: Callable[[], datetime]
    ) -> None:
        if not secret:
            raise ValueError("a webhook without a secret would let anybody post as Zalo")
        self._api: Final = channel.api
        self._store: Final = store
        self._secret: Final = secret.encode()
        self._counts: Final = counts
        self._clock: Final = clock

    async def register(self, url: str, secret: str) -> None:
        """Tell Zalo where to post. It tries the address at once, so the server must be listening already.

        Raises:
            ZaloError: it was refused or could not be reached.
        """
        result = await self._api.call("setWebhook", {"url": url, "secret_token": secret}, _CALL_TIMEOUT_S)
        verification = result.get("verification") if isinstance(result, dict) else None
        if isinstance(verification, dict) and verification.get("ok") is False:
            log.warning(
                "zalo_bot.webhook_not_verified",
                status=verification.get("status_code"),
                hint="Zalo could not reach the address; a proxy that checks browsers answers 403 (docs/vi/zalo-bot.md)",
            )

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status to answer with."""
        if not body.strip():
            self._counts.add(CHANNEL, "probe")
            return 200
        given = next((value for name, value in headers.items() if name.lower() == _SECRET_HEADER), "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), self._secret):
            return self._refuse("wrong_secret", 403)
        if len(body) > _MOST_BYTES:
            return self._refuse("too_large", 413)
        update = unwrapped(decoded(body))
        if update is None:
            return self._refuse("unreadable", 400)
        now = self._clock()
        incoming = to_incoming(update, now)
        if incoming is None:
            known = event_name(update).startswith("message.")  # of a group, or of another bot
            self._counts.note(CHANNEL, "passed_over" if known else "unknown_event")
            log.info("zalo_bot.passed_over", event_name=event_name(update), has_id=bool(message_id(update)))
            return 200
        off = abs(now - incoming.sent_at)
        if off > _ODD_AFTER:
            # Taken all the same: who has the secret could write any time into it, and the inbox knows the id of what
            # was handled before.
            self._counts.note(CHANNEL, "clock_off")
            log.warning("zalo_bot.clock_off", hours=round(off.total_seconds() / 3600))
        payload = msgspec.json.encode(incoming)
        try:
            await self._store(NewArrival(CHANNEL, incoming.message_id, incoming.chat, payload, incoming.sent_at))
        except Exception as error:  # whatever it was, it is not stored: Zalo may send it again
            log.warning("zalo_bot.not_stored", error=type(error).__name__)
            return 500
        return 200

    def _refuse(self, reason: str, status: int) -> int:
        self._counts.refuse(CHANNEL, reason)
        log.warning("zalo_bot.refused", reason=reason)
        return status


class Work:
    """Hands a stored message on to its turn."""

    def __init__(self, handle: Handle) -> None:
        self._handle: Final = handle
        self._decode: Final = msgspec.json.Decoder(Incoming).decode

    async def prepare(self, connection: AsyncConnection, rows: Sequence[Arrival]) -> None:
        """Nothing is kept of the people on this channel beside their talk."""

    async def handle(self, row: Arrival) -> None:
        await self._handle(self._decode(row.payload))
