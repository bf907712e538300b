"""The tables of nominations: who is put forward for commendation, how it went through the review, its photos."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath
from storage.tables_reports import STATES

_OPEN: Final = text("state IN ('sent', 'checking', 'asked', 'checked', 'deciding')")
KINDS: Final = ("person", "household", "collective")
CONSENTS: Final = ("yes", "no", "unasked")

nominations: Final = Table(
    "nominations",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Short enough to be said on the telephone: "DC-0007".
    Column("receipt", String(16), nullable=False),
    # The interview or form that it came from: confirmed twice, it is still one nomination.
    Column("submission", String(64), nullable=False, unique=True),
    Column("kind", String(16), nullable=False),
    # The year whose list it is meant for.
    Column("year", Integer, nullable=False),
    Column("area_key", String(64), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    # The organisation that nominates, by its id in the locality's data; empty for the village itself.
    Column("organisation", String(32), nullable=False),
    # Keyed hash of the nominee's name without accents; NULL once the content is erased.
    Column("name_hash", String(64)),
    # JSON of what was told, as ciphertext; empty once erased.
    Column("told", Text, nullable=False),
    # Whether the nominee agrees to be written about: no name, so that lists can be counted by it.
    Column("consent", String(8), nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sent_by", RowId, nullable=False),
    # The chat that it came from, where its sender is told how it goes on; empty for one written at the desk.
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("due_on", Date),
    # The last day on which somebody was reminded of it.
    Column("reminded_on", Date),
    Column("duplicate_of", RowId),
    # The story that was begun from it.
    Column("news_id", RowId),
    Column("erased_at", UtcDateTime),
    Index("ix_nominations_queue", "state", "area_path", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_nominations_year", "year", "area_path", "id"),
    Index("ix_nominations_name_hash", "name_hash", "year"),
    Index("ix_nominations_sent_by", "sent_by", "id"),
    Index("ix_nominations_duplicate_of", "duplicate_of"),
    CheckConstraint(f"state IN ({', '.join(repr(each) for each in STATES)})", name="state"),
    CheckConstraint(f"kind IN ({', '.join(repr(each) for each in KINDS)})", name="kind"),
    CheckConstraint(f"consent IN ({', '.join(repr(each) for each in CONSENTS)})", name="consent"),
    # A receipt that is given again would point to somebody else.
    sqlite_autoincrement=True,
)

nomination_moves: Final = Table(
    "nomination_moves",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("nomination_id", RowId, ForeignKey("nominations.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId, nullable=False),
    Column("role", String(32), nullable=False),
    Column("move", String(16), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    # What was said with it, and for a correction what was there before: ciphertext.
    Column("reason", Text),
    sqlite_autoincrement=True,
)

nomination_files: Final = Table(
    "nomination_files",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("nomination_id", RowId, ForeignKey("nominations.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId, nullable=False),
    Column("channel", String(32), nullable=False),
    Column("mime", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    # The channel's handle of the photo: ciphertext.
    Column("content", Text, nullable=False),
    sqlite_autoincrement=True,
)
