"""The tables of areas, accounts, roles, invitations, links and the audit trail."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    ForeignKey,
    Index,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables import RowId, UtcDateTime, metadata

# "/ha-nam/kim-bang-district/que-2023/". Compared byte by byte, so that the index serves a subtree on both engines.
AreaPath: Final = String(512).with_variant(String(512, collation="C"), "postgresql")

ROLES: Final = (
    "village_head",
    "commune_officer",
    "district_officer",
    "communications_staff",
    "administrator",
)
_ROLE_CHECK: Final = f"role IN ({', '.join(repr(role) for role in ROLES)})"

areas: Final = Table(
    "areas",
    metadata,
    Column("key", String(64), primary_key=True),
    Column("code", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    # Name and other names in the plain spelling, for finding an area by a part of its name.
    Column("plain_name", Text, nullable=False),
    Column("kind", String(32), nullable=False),
    Column("rural", Boolean, nullable=False),
    Column("parent_key", String(64), index=True),
    Column("path", AreaPath, nullable=False, unique=True),
    Column("start", Date, nullable=False),
    Column("end", Date),
    # Keys of the areas that took over the territory: a JSON list.
    Column("successors", Text, nullable=False),
    Column("demo", Boolean, nullable=False),
)

accounts: Final = Table(
    "accounts",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Empty for a citizen who linked two channels and never gave a name.
    Column("name", String(200), nullable=False),
    Column("notices_stopped", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("closed_at", UtcDateTime),
    Column("demo", Boolean, nullable=False),
    # An id that is given again would take over the audit trail of the one before.
    sqlite_autoincrement=True,
)

account_channels: Final = Table(
    "account_channels",
    metadata,
    Column("channel", String(32), primary_key=True),
    Column("chat", String(128), primary_key=True),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("linked_at", UtcDateTime, nullable=False),
    # Where notices and broadcasts go; one of an account's channels.
    Column("preferred", Boolean, nullable=False),
)

account_drafts: Final = Table(
    "account_drafts",
    metadata,
    Column("account_id", RowId, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    Column("kind", String(64), primary_key=True),
    Column("draft", LargeBinary, nullable=False),
    Column("saved_at", UtcDateTime, nullable=False),
)

roles: Final = Table(
    "roles",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("role", String(32), nullable=False),
    Column("area_key", String(64), nullable=False, index=True),
    # Half-open: the first day in the role, and the first day no longer in it.
    Column("start", Date, nullable=False),
    Column("end", Date),
    Column("granted_by", RowId),
    Column("invitation_id", RowId),
    CheckConstraint(_ROLE_CHECK, name="role"),
    CheckConstraint('"end" IS NULL OR "end" >= start', name="dates"),
    sqlite_autoincrement=True,
)

invitations: Final = Table(
    "invitations",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("code_hash", String(64), nullable=False),
    Column("role", String(32), nullable=False),
    Column("area_key", String(64), nullable=False),
    # What the invited person is called; emptied once the account has it.
    Column("name", String(200), nullable=False),
    Column("created_by", RowId),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("used_by", RowId),
    Column("revoked_at", UtcDateTime),
    UniqueConstraint("code_hash"),
    CheckConstraint(_ROLE_CHECK, name="role"),
)

link_codes: Final = Table(
    "link_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

audit: Final = Table(
    "audit",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("at", UtcDateTime, nullable=False),
    # Empty for the command line and for a chat without an account.
    Column("account_id", RowId),
    Column("role", String(32), nullable=False),
    Column("verb", String(64), nullable=False),
    Column("subject_kind", String(32), nullable=False),
    Column("subject_id", String(64), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    # Text, not the engine's own JSON: the hash is over these very characters.
    Column("detail", Text, nullable=False),
    Column("previous_hash", String(64), nullable=False),
    Column("hash", String(64), nullable=False),
    Index("ix_audit_subject", "subject_kind", "subject_id", "id"),
    Index("ix_audit_verb", "verb", "at"),
    # A fork of the chain is impossible, not only detectable.
    UniqueConstraint("previous_hash"),
    sqlite_autoincrement=True,
)
