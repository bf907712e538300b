"""The tables of keeping: how far a change of the key has come, and which texts people have agreed to."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, Integer, String, Table, Text, UniqueConstraint

from storage.tables import RowId, UtcDateTime, metadata

key_rotations: Final = Table(
    "key_rotations",
    metadata,
    # The key that everything is being brought to.
    Column("key_id", String(32), primary_key=True),
    # Table and column, as the registry names them.
    Column("place", String(96), primary_key=True),
    # JSON: the primary key of the last row that was looked at; empty before the first.
    Column("last", Text, nullable=False),
    Column("changed", Integer, nullable=False),
    # Values that no key of the file opens: they stay as they are.
    Column("unreadable", Integer, nullable=False),
    Column("started_at", UtcDateTime, nullable=False),
    Column("finished_at", UtcDateTime),
)

consents: Final = Table(
    "consents",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    # What was agreed to, and to which of its texts (content/consents.yaml).
    Column("purpose", String(32), nullable=False),
    Column("version", String(16), nullable=False),
    # First and last time.
    Column("agreed_at", UtcDateTime, nullable=False),
    Column("again_at", UtcDateTime, nullable=False),
    UniqueConstraint("channel", "chat", "purpose", "version"),
    Index("ix_consents_again_at", "again_at"),
    sqlite_autoincrement=True,
)
