"""The tables of messages that wait for their turn, of what is counted per channel, and of the Zalo Official Account."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Index,
    Integer,
    LargeBinary,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables import RowId, UtcDateTime, metadata

ARRIVAL_WAITING: Final = 1
ARRIVAL_FAILED: Final = 2
_WAITING: Final = text("state = 1")

# What a webhook has taken and no turn has handled yet. A row is deleted as soon as its turn is committed: the payload
# is what the person wrote.
arrivals: Final = Table(
    "arrivals",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("message_id", String(128), nullable=False),
    # Whose message it is: one sender's messages are handled one after the other.
    Column("sender", String(128), nullable=False),
    Column("payload", LargeBinary, nullable=False),
    Column("sent_at", UtcDateTime, nullable=False),
    Column("received_at", UtcDateTime, nullable=False),
    # Not to be handled before; also the end of the lease of the process that is handling it.
    Column("due_at", UtcDateTime, nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("state", SmallInteger, nullable=False),
    Column("failure", Text),
    UniqueConstraint("channel", "message_id"),
    Index("ix_arrivals_waiting", "channel", "sender", "id", postgresql_where=_WAITING, sqlite_where=_WAITING),
    CheckConstraint("state IN (1, 2)", name="state"),
)

# Numbers without people: messages sent in a month, bodies with a wrong signature, …
channel_counts: Final = Table(
    "channel_counts",
    metadata,
    Column("channel", String(32), primary_key=True),
    # The month in Viet Nam: 2026-11.
    Column("period", String(7), primary_key=True),
    Column("name", String(64), primary_key=True),
    Column("count", Integer, nullable=False),
)

zalo_oa_people: Final = Table(
    "zalo_oa_people",
    metadata,
    Column("user_id", String(128), primary_key=True),
    # What opens the seven days in which we may write; empty for a person who has only followed.
    Column("last_interaction_at", UtcDateTime),
    Column("following", Boolean, nullable=False),
    Column("changed_at", UtcDateTime, nullable=False),
    Index("ix_zalo_oa_people_changed_at", "changed_at"),
)

zalo_oa_tokens: Final = Table(
    "zalo_oa_tokens",
    metadata,
    Column("app_id", String(64), primary_key=True),
    # Both encrypted with the installation's key.
    Column("access_token", Text, nullable=False),
    Column("refresh_token", Text, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("refreshed_at", UtcDateTime, nullable=False),
    # Grows with every new pair, so that a process knows whether its copy is old.
    Column("generation", Integer, nullable=False),
    # The lease of the process that is fetching a new pair. Still set after its end: that process never came back.
    Column("refreshing_until", UtcDateTime),
    # Refusals of this pair's refresh token in a row.
    Column("refusals", Integer, nullable=False),
    # Why a person must give consent again; empty while all is well.
    Column("trouble", Text, nullable=False),
)
