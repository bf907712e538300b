"""The table of files that wait to be sent or fetched."""

from __future__ import annotations

from typing import Final

from sqlalchemy import Column, Index, LargeBinary, String, Table

from storage.tables import UtcDateTime, metadata

files: Final = Table(
    "files",
    metadata,
    # Random: it stands in the address under which the web page fetches the file.
    Column("key", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    Column("mime", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("expires_at", UtcDateTime, nullable=False),
    Index("ix_files_chat", "channel", "chat"),
    Index("ix_files_expires_at", "expires_at"),
)
