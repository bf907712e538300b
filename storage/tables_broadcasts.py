"""The tables of broadcasts, of topics chosen by people, and of the sending rate that processes share."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
)

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

BROADCAST_STATES: Final = (
    "draft",
    "waiting_approval",
    "scheduled",
    "running",
    "paused",
    "done",
    "cancelled",
    "expired",
    "refused",
)
_STATE_CHECK: Final = f"state IN ({', '.join(repr(state) for state in BROADCAST_STATES)})"

# No row is the default of the topic (content/topics.yaml).
topic_choices: Final = Table(
    "topic_choices",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("topic", String(32), primary_key=True),
    Column("wanted", Boolean, nullable=False),
    Column("chosen_at", UtcDateTime, nullable=False),
)

broadcasts: Final = Table(
    "broadcasts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("topic", String(32), nullable=False),
    Column("urgent", Boolean, nullable=False),
    # JSON: `storage.broadcasts.Content`. The outbox rows of a broadcast have no payload of their own.
    Column("content", Text, nullable=False),
    # JSON: a tree of conditions (rules/audiences).
    Column("audience", Text, nullable=False),
    # The author's own area: always part of the audience.
    Column("area_key", String(64), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("state", String(16), nullable=False),
    # Grows with every change: who changes an older one is told so.
    Column("version", Integer, nullable=False),
    # The broadcast that this one puts right; it goes to those who got that one.
    Column("corrects_id", RowId),
    Column("created_by", RowId),
    Column("created_at", UtcDateTime, nullable=False),
    Column("approved_by", RowId),
    Column("start_at", UtcDateTime),
    # Not to be sent later than this.
    Column("not_after", UtcDateTime),
    Column("moved_at", UtcDateTime, nullable=False),
    # Recipients counted when it was last shown to the author.
    Column("estimate", Integer),
    # When it was expanded into outbox rows, how many, and JSON of who was left out, by reason.
    Column("expanded_at", UtcDateTime),
    Column("recipients", Integer),
    Column("excluded", Text),
    Column("demo", Boolean, nullable=False),
    CheckConstraint(_STATE_CHECK, name="state"),
    Index("ix_broadcasts_state", "state", "start_at"),
    Index("ix_broadcasts_place", "area_path", "id"),
    Index("ix_broadcasts_topic", "topic", "expanded_at"),
    sqlite_autoincrement=True,
)

broadcast_moves: Final = Table(
    "broadcast_moves",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("broadcast_id", RowId, ForeignKey("broadcasts.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    # Empty for what the system does by itself: starting, expiring, finishing.
    Column("account_id", RowId),
    Column("move", String(32), nullable=False),
    Column("reason", Text, nullable=False),
    sqlite_autoincrement=True,
)

# A channel's messages per second, divided among the processes that send on it.
channel_shares: Final = Table(
    "channel_shares",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("holder", String(32), primary_key=True),
    # How many a second the process could use, and how many it has.
    Column("wanted", Integer, nullable=False),
    Column("slots", Integer, nullable=False),
    # A process that has not come back by then has ended, and its slots are free.
    Column("until", UtcDateTime, nullable=False),
)
