"""The tables. A change here goes with one migration in `storage/migrations/versions/`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    false,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

metadata: Final = MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ck": "ck_%(table_name)s_%(constraint_name)s",
        "pk": "pk_%(table_name)s",
    }
)


class UtcDateTime(TypeDecorator[datetime]):
    """An aware UTC time on both engines; SQLite itself keeps no zone."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored time needs a time zone")
        return value.astimezone(UTC) if dialect.name != "sqlite" else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: Any, dialect: Dialect) -> datetime | None:
        if value is None or value.tzinfo is not None:
            return value  # type: ignore[no-any-return]  # the driver gives a datetime
        return value.replace(tzinfo=UTC)  # type: ignore[no-any-return]


# A 64-bit row id that SQLite can also count up by itself.
RowId: Final = BigInteger().with_variant(Integer(), "sqlite")

INBOX_DONE: Final = 1
INBOX_FAILED: Final = 2

inbox: Final = Table(
    "inbox",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("message_id", String(128), primary_key=True),
    Column("chat", String(128), nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    Column("state", SmallInteger, nullable=False),
    # Kept only for a turn that failed, so that an operator can replay it.
    Column("payload", LargeBinary),
    Column("failure", Text),
    Index("ix_inbox_failed", "received_at", postgresql_where=text("state = 2"), sqlite_where=text("state = 2")),
    CheckConstraint("state IN (1, 2)", name="state"),
)

conversations: Final = Table(
    "conversations",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("state", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("last_seen_at", UtcDateTime, nullable=False),
    # What an audience asks about, copied from the state at every turn that changes it.
    Column("language", String(8), nullable=False, server_default=text("''")),
    Column("area_key", String(64)),
    Column("notices_stopped", Boolean, nullable=False, server_default=false()),
    Column("stopped_at", UtcDateTime),
    # The platform said that the person has blocked us or left; the next message from them clears it.
    Column("blocked_at", UtcDateTime),
    UniqueConstraint("channel", "chat"),
)

OUTBOX_QUEUED: Final = 1
OUTBOX_SENT: Final = 2
OUTBOX_FAILED: Final = 3
# Cancelled, too late, or the chat could no longer be written to; `failure` says which.
OUTBOX_ENDED: Final = 4

_SINGLE_QUEUED: Final = text("state = 1 AND broadcast_id IS NULL")
_BROADCAST_QUEUED: Final = text("state = 1 AND broadcast_id IS NOT NULL")
_OF_BROADCAST: Final = text("broadcast_id IS NOT NULL")
_PAST: Final = text("state <> 1")

outbox: Final = Table(
    "outbox",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    # 1 answer, 2 notice, 3 broadcast: the smaller goes first.
    Column("priority", SmallInteger, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # Not to be sent before; also the end of the lease of the worker that is sending it.
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("sent_at", UtcDateTime),
    Column("receipt", String(128)),
    Column("failure", Text),
    # Its payload is empty: it is rendered from the broadcast. These rows are the broadcast's receipts.
    Column("broadcast_id", RowId),
    # `due_at` is the end of a lease, not a wait that somebody asked for.
    Column("leased", Boolean, nullable=False, server_default=false()),
    # Where the channel tells that the message has reached the person.
    Column("delivered_at", UtcDateTime),
    Index("ix_outbox_due", "channel", "priority", "id", postgresql_where=_SINGLE_QUEUED, sqlite_where=_SINGLE_QUEUED),
    Index("ix_outbox_waiting", "channel", "chat", "id", postgresql_where=_SINGLE_QUEUED, sqlite_where=_SINGLE_QUEUED),
    Index("ix_outbox_past", "channel", "chat", "id", postgresql_where=_PAST, sqlite_where=_PAST),
    # A million queued rows of one broadcast are found one broadcast at a time, so that pausing it is one word there. In
    # the order of `due_at`: what is leased or waits is not even looked at, and no other index gives this order.
    Index(
        "ix_outbox_broadcast_due",
        "broadcast_id",
        "channel",
        "due_at",
        "id",
        postgresql_where=_BROADCAST_QUEUED,
        sqlite_where=_BROADCAST_QUEUED,
    ),
    Index(
        "ix_outbox_broadcast",
        "broadcast_id",
        "channel",
        "chat",
        unique=True,
        postgresql_where=_OF_BROADCAST,
        sqlite_where=_OF_BROADCAST,
    ),
    CheckConstraint("state IN (1, 2, 3, 4)", name="state"),
    CheckConstraint("priority IN (1, 2, 3)", name="priority"),
    # Without it SQLite gives a deleted row its id back, and a mailbox reader would miss the next message.
    sqlite_autoincrement=True,
)

channels: Final = Table(
    "channels",
    metadata,
    Column("channel", String(32), primary_key=True),
    # The platform asked for silence until then (429 with retry-after); holds for every process.
    Column("paused_until", UtcDateTime),
)
