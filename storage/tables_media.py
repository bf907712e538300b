"""The table of pictures and documents that officers keep to hand out: in news, stories, announcements, answers."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Index, Integer, LargeBinary, String, Table, Text

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

MEDIA_KINDS: Final = ("picture", "document")

media: Final = Table(
    "media",
    metadata,
    # Random: it stands in the address under which the public page and the web chat fetch it.
    Column("id", String(64), primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("mime", String(128), nullable=False),
    # What a document is called when it is saved, made of a-z, 0-9 and hyphens; empty for a picture.
    Column("name", String(80), nullable=False),
    Column("size", Integer, nullable=False),
    # Pixels; 0 for a document.
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("sha256", String(64), nullable=False),
    Column("data", LargeBinary, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    # Empty for the demo and the command line.
    Column("created_by", RowId),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_media_same", "sha256", "area_path"),
    CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in MEDIA_KINDS)})", name="kind"),
)

media_fetches: Final = Table(
    "media_fetches",
    metadata,
    # The id of the picture once it is kept.
    Column("id", String(64), primary_key=True),
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    # The channel's handle as ciphertext: on some channels it is an address that anybody could open.
    Column("ref", Text, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("account_id", RowId, nullable=False),
    Column("role", String(32), nullable=False),
    Column("attempts", Integer, nullable=False),
    # When it is tried next; empty where it cannot be had, for the reason in `failure`.
    Column("due_at", UtcDateTime),
    Column("failure", String(32), nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_media_fetches_due", "due_at"),
    Index("ix_media_fetches_chat", "channel", "chat"),
)
"""Pictures that somebody sent in a chat for an announcement: gone once they are kept, at the latest after a day."""
