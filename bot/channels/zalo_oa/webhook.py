"""The webhook: signature over the raw bytes, stored, 200 within two seconds; the turn runs later."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
import structlog
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import clean, decoded
from bot.channels.zalo_oa import events
from bot.channels.zalo_oa.events import CHANNEL, Event
from bot.turns import Outcome
from handlers.messages import Incoming
from storage import zalo
from storage.arrivals import Arrival, NewArrival
from storage.database import Database

log = structlog.get_logger(__name__)

Handle = Callable[[Incoming], Awaitable[Outcome]]
Store = Callable[[NewArrival], Awaitable[None]]

_SIGNATURE: Final = "x-zevent-signature"
_TIMESTAMP: Final = "x-zevent-timestamp"
_MOST_BYTES: Final = 1_000_000
# Zalo's last repetition comes within two hours. Between that and two days a clock may be wrong, ours or theirs: the
# message is taken, and the difference noted. Later it is an old body played again; should our clock be that wrong,
# Zalo's repetitions bring the message again once it is set.
_ODD_AFTER: Final = timedelta(hours=3)
_REFUSED_AFTER: Final = timedelta(days=2)
_WINDOW_KEPT: Final = timedelta(days=8)
_TIDY_EVERY: Final = timedelta(hours=6)
_SENT_NOTED_WITHIN: Final = timedelta(minutes=1)


class Webhook:
    """Takes what Zalo posts. An empty post is the developer console's look whether somebody is there."""

    def __init__(
        self, store: Store, counts: Counts, clock: Callable[[], datetime], *, app_id: str, secret_key: str
    ) -> None:
        if not app_id or not secret_key:
            raise ValueError("without the application's id and the account's secret key no signature can be checked")
        self._store: Final = store
        self._counts: Final = counts
        self._clock: Final = clock
        self._app_id: Final = app_id
        self._secret_key: Final = secret_key

    async def receive(self, headers: Mapping[str, str], body: bytes) -> int:
        """The HTTP status to answer with."""
        if not body.strip():
            self._counts.add(CHANNEL, "probe")
            return 200
        if len(body) > _MOST_BYTES:
            return self._refuse("too_large", 413)
        given = {name.lower(): value for name, value in headers.items()}
        posted = decoded(body)
        if not self._is_signed(given, body, posted):
            return self._refuse("wrong_signature", 403)
        if posted is None:
            return self._refuse("unreadable", 400)
        now = self._clock()
        sent_at, refused = self._time(posted, now)
        if refused:
            return self._refuse("too_old", 403)
        if given.get("num_retry"):
            self._counts.note(CHANNEL, "repeated")
        return await self._take(posted, sent_at, body)

    async def _take(self, posted: Mapping[str, Any], sent_at: datetime, body: bytes) -> int:
        name = clean(posted.get("event_name"))[:64]
        if events.is_ignored(name):
            return 200
        event = events.read(posted, sent_at, body)
        if event is None:
            self._counts.note(CHANNEL, "unknown_event")
            log.info("zalo_oa.passed_over", event_name=name)
            return 200
        try:
            await self._store(
                NewArrival(CHANNEL, event.message_id, event.sender, msgspec.json.encode(event), event.sent_at)
            )
        except Exception as error:  # whatever it was, it is not stored: Zalo must send it again
            log.warning("zalo_oa.not_stored", error=type(error).__name__)
            return 500
        return 200

    def _is_signed(self, headers: Mapping[str, str], body: bytes, posted: Mapping[str, Any] | None) -> bool:
        """Whether the signature fits with the body's own timestamp, or with the header's: sources name both."""
        given = headers.get(_SIGNATURE, "").replace(" ", "").lower().removeprefix("mac=").encode("utf-8", "replace")
        stamps = (str(posted.get("timestamp", "")) if posted else "", headers.get(_TIMESTAMP, "").strip())
        fits = False
        for stamp in stamps:
            expected = signature(self._app_id, body, stamp, self._secret_key).encode()
            fits |= bool(stamp) and hmac.compare_digest(given, expected)
        return fits

    def _time(self, posted: Mapping[str, Any], now: datetime) -> tuple[datetime, bool]:
        """When it was sent, and whether it is refused for its age."""
        milliseconds = events.timestamp_ms(posted)
        if milliseconds is None:
            return now, False
        sent_at = events.at(milliseconds)
        difference = abs(now - sent_at)
        if difference > _REFUSED_AFTER:
            return sent_at, True
        if difference > _ODD_AFTER:
            self._counts.note(CHANNEL, "clock_off")
            log.warning("zalo_oa.clock_off", hours=round(difference.total_seconds() / 3600))
        return sent_at, False

    def _refuse(self, reason: str, status: int) -> int:
        self._counts.refuse(CHANNEL, reason)
        log.warning("zalo_oa.refused", reason=reason)
        return status


class NotYetNotedError(Exception):
    """Zalo tells of the arrival of a message that we have not noted as sent."""


class Work:
    """Hands a stored event on: first what is known of the person, then the turn."""

    def __init__(self, database: Database, handle: Handle, clock: Callable[[], datetime]) -> None:
        self._database: Final = database
        self._handle: Final = handle
        self._clock: Final = clock
        self._decode: Final = msgspec.json.Decoder(Event).decode
        self._tidied_at: datetime | None = None

    async def prepare(self, connection: AsyncConnection, rows: Sequence[Arrival]) -> None:
        """When each person last wrote, and who follows: what sending must know before a turn answers."""
        now = self._clock()
        written: dict[str, datetime] = {}
        for row in rows:
            event = self._read(row)
            if event is None:
                continue
            if event.interaction:
                written[event.person] = min(row.received_at, now)
            if event.following is not None:
                await zalo.followed(connection, event.person, event.following, now)
        await zalo.interacted(connection, written, now)
        if self._tidied_at is None or now - self._tidied_at > _TIDY_EVERY:
            await zalo.forget_silent(connection, now - _WINDOW_KEPT)
            self._tidied_at = now

    async def handle(self, row: Arrival) -> None:
        event = self._decode(row.payload)
        if event.receipts:
            await self._arrived(row, event)
        if event.incoming is not None:
            await self._handle(event.incoming)
        if event.withdrawn:
            async with self._database.write() as connection:
                await zalo.forget_person(connection, event.person)

    async def _arrived(self, row: Arrival, event: Event) -> None:
        """Note what has reached the person. Zalo may be faster than our own note of what we sent: one more try."""
        now = self._clock()
        async with self._database.write() as connection:
            found = await zalo.delivered(connection, CHANNEL, event.parties, event.receipts, min(event.sent_at, now))
        if not found and row.attempts == 1 and now - row.received_at < _SENT_NOTED_WITHIN:
            raise NotYetNotedError

    def _read(self, row: Arrival) -> Event | None:
        try:
            return self._decode(row.payload)
        except msgspec.DecodeError:  # of another version; `handle` will say so, it must not stop the others
            return None


def signature(app_id: str, body: bytes, timestamp: str, secret_key: str) -> str:
    """Plain SHA-256 in hexadecimal over application id, raw body, timestamp and the account's secret key."""
    return hashlib.sha256(app_id.encode() + body + timestamp.encode() + secret_key.encode()).hexdigest()
