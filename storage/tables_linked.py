"""The tables of households linked to accounts, what became of findings, photos, handed-over roles, nightly jobs."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
    text,
)

from storage.tables import RowId, UtcDateTime, metadata

ENDINGS: Final = ("person", "officer", "deleted", "account")
OUTCOMES: Final = ("applying", "granted", "has_it", "not_entitled", "declined", "open")

household_codes: Final = Table(
    "household_codes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("code_hash", String(64), nullable=False),
    Column("household_id", RowId, nullable=False),
    Column("created_by", RowId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_by", RowId),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("code_hash"),
    Index("ix_household_codes_household_id", "household_id"),
    sqlite_autoincrement=True,
)

_OPEN: Final = text("ended_at IS NULL")

account_households: Final = Table(
    "account_households",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # No foreign key: that there was a link, and that it ended, outlives a deleted account as a bare number.
    Column("account_id", RowId, nullable=False),
    Column("household_id", RowId, nullable=False),
    # Which text was agreed to; the texts are kept (phrases `linked.consent.…`).
    Column("consent_version", String(16), nullable=False),
    Column("consented_at", UtcDateTime, nullable=False),
    # Who vouched that the person belongs to the household.
    Column("linked_by", RowId, nullable=False),
    # An officer or village head who passes on what is said, for people who cannot write to us.
    Column("on_behalf", Boolean, nullable=False),
    Column("ended_at", UtcDateTime),
    Column("ended_by", RowId),
    Column("ended_how", String(16)),
    Index(
        "uq_account_households_open",
        "account_id",
        "household_id",
        unique=True,
        postgresql_where=_OPEN,
        sqlite_where=_OPEN,
    ),
    Index("ix_account_households_household_id", "household_id"),
    CheckConstraint(f"ended_how IN ({', '.join(repr(each) for each in ENDINGS)})", name="ended_how"),
    sqlite_autoincrement=True,
)

# What an account has been told of a finding. By what was found, not by its row: a run may find the same thing anew.
household_told: Final = Table(
    "household_told",
    metadata,
    Column("account_id", RowId, primary_key=True, autoincrement=False),
    Column("household_id", RowId, primary_key=True, autoincrement=False),
    Column("member_id", RowId, primary_key=True, autoincrement=False),
    Column("benefit", String(64), primary_key=True),
    Column("kind", String(16), primary_key=True),
    Column("day", Date, primary_key=True),
    Column("told_at", UtcDateTime, nullable=False),
)

_LATEST: Final = text("latest")

finding_outcomes: Final = Table(
    "finding_outcomes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("household_id", RowId, nullable=False),
    Column("member_id", RowId, nullable=False),
    Column("benefit", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("day", Date, nullable=False),
    Column("outcome", String(16), nullable=False),
    # What was said with it: ciphertext.
    Column("note", Text),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId, nullable=False),
    Column("latest", Boolean, nullable=False),
    Index(
        "uq_finding_outcomes_latest",
        "household_id",
        "member_id",
        "benefit",
        "kind",
        "day",
        unique=True,
        postgresql_where=_LATEST,
        sqlite_where=_LATEST,
    ),
    CheckConstraint(f"outcome IN ({', '.join(repr(each) for each in OUTCOMES)})", name="outcome"),
    sqlite_autoincrement=True,
)

# A role that ends when its invitation is used.
handovers: Final = Table(
    "handovers",
    metadata,
    Column("invitation_id", RowId, primary_key=True, autoincrement=False),
    Column("role_id", RowId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("done_at", UtcDateTime),
    Index("ix_handovers_role_id", "role_id"),
)

# Photos of channels that do not keep them for us.
photos: Final = Table(
    "photos",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("mime", String(64), nullable=False),
    Column("size", Integer, nullable=False),
    # Ciphertext.
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    # It belongs to a report: it stays as long as that.
    Column("kept", Boolean, nullable=False),
    Index("ix_photos_chat", "channel", "chat"),
    Index("ix_photos_waiting", "kept", "created_at"),
)

job_runs: Final = Table(
    "job_runs",
    metadata,
    Column("job", String(64), primary_key=True),
    # The day in Viet Nam.
    Column("night", Date, primary_key=True),
    Column("holder", String(64), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    # Until then nobody else begins it.
    Column("lease_until", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
    # Numbers, as JSON.
    Column("result", Text, nullable=False),
    # The place where it raised, never what it held.
    Column("failure", Text),
)
