"""The tables of reports: what was told, how it went through the review, and what was sent along."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Date, ForeignKey, Index, Integer, String, Table, Text, text

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

STATES: Final = ("sent", "checking", "asked", "checked", "deciding", "approved", "refused", "withdrawn", "joined")
_OPEN: Final = text("state IN ('sent', 'checking', 'asked', 'checked', 'deciding')")
_OTHER: Final = text("other_household_id IS NOT NULL")
_TAKEN: Final = text("move = 'take'")

reports: Final = Table(
    "reports",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Short enough to be said on the telephone: "BC-0412".
    Column("receipt", String(16), nullable=False),
    # The interview that it came from: confirmed twice, it is still one report.
    Column("submission", String(64), nullable=False, unique=True),
    Column("form", String(32), nullable=False),
    Column("area_key", String(64), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("household_id", RowId),
    Column("member_id", RowId),
    Column("other_household_id", RowId),
    # Keyed hash of what a report is about that is not in the register yet.
    Column("subject_hash", String(64)),
    # JSON of what was told, as ciphertext.
    Column("fields", Text, nullable=False),
    Column("event_date", Date, nullable=False),
    Column("state", String(16), nullable=False),
    Column("version", Integer, nullable=False),
    Column("sent_by", RowId, nullable=False),
    # The chat that it came from, and where its sender is told how it goes on.
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("decided_at", UtcDateTime),
    Column("due_on", Date),
    Column("reminded_on", Date),
    Column("change_id", RowId),
    Column("duplicate_of", RowId),
    Index("ix_reports_queue", "state", "area_path", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_reports_open", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_reports_due", "due_on", "id", postgresql_where=_OPEN, sqlite_where=_OPEN),
    Index("ix_reports_form", "form", "area_path", "id"),
    Index("ix_reports_place", "area_path", "id"),
    Index("ix_reports_same", "form", "household_id", "event_date"),
    Index("ix_reports_subject_hash", "subject_hash"),
    Index("ix_reports_household_id", "household_id"),
    Index("ix_reports_other", "other_household_id", postgresql_where=_OTHER, sqlite_where=_OTHER),
    Index("ix_reports_sent_by", "sent_by", "id"),
    Index("ix_reports_duplicate_of", "duplicate_of"),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in STATES)})", name="state"),
    # A receipt that is given again would point to another family's report.
    sqlite_autoincrement=True,
)

report_moves: Final = Table(
    "report_moves",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", RowId, ForeignKey("reports.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId, nullable=False),
    Column("role", String(32), nullable=False),
    Column("move", String(16), nullable=False),
    Column("from_state", String(16), nullable=False),
    Column("to_state", String(16), nullable=False),
    # What was said with it, and for a correction what was there before: ciphertext.
    Column("reason", Text),
    Index("ix_report_moves_taken", "account_id", "report_id", postgresql_where=_TAKEN, sqlite_where=_TAKEN),
    sqlite_autoincrement=True,
)

report_files: Final = Table(
    "report_files",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("report_id", RowId, ForeignKey("reports.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId, nullable=False),
    # "photo" or "location".
    Column("kind", String(16), nullable=False),
    Column("channel", String(32), nullable=False),
    Column("mime", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    # The channel's handle of a photo, or the point: ciphertext.
    Column("content", Text, nullable=False),
    sqlite_autoincrement=True,
)
