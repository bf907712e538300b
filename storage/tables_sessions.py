"""The tables of the desk: sign-in links, sessions, and the second factor."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Boolean, Column, ForeignKey, Integer, String, Table, Text, UniqueConstraint

from storage.tables import RowId, UtcDateTime, metadata

desk_links: Final = Table(
    "desk_links",
    metadata,
    Column("token_hash", String(64), primary_key=True),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("expires_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
)

desk_sessions: Final = Table(
    "desk_sessions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("token_hash", String(64), nullable=False),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False, index=True),
    # The role chosen at the desk; 0 for the first one held.
    Column("acting_role", RowId, nullable=False),
    # The second factor was given in this session.
    Column("proved", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False, index=True),
    UniqueConstraint("token_hash"),
    sqlite_autoincrement=True,
)

desk_factors: Final = Table(
    "desk_factors",
    metadata,
    Column("account_id", RowId, ForeignKey("accounts.id"), primary_key=True, autoincrement=False),
    # Ciphertext: it is needed in the clear for every check.
    Column("secret", Text, nullable=False),
    Column("confirmed_at", UtcDateTime),
    # The last interval whose code was taken: a code that was read over a shoulder is worth nothing.
    Column("last_step", Integer, nullable=False),
)

desk_recovery_codes: Final = Table(
    "desk_recovery_codes",
    metadata,
    Column("code_hash", String(64), primary_key=True),
    Column("account_id", RowId, ForeignKey("accounts.id"), nullable=False, index=True),
    Column("used_at", UtcDateTime),
)
