"""The tables of news and stories: what there is, every text it had, its pictures, and who moved it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    ForeignKeyConstraint,
    Index,
    Integer,
    String,
    Table,
    Text,
    text,
)

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_media import media
from storage.tables_people import AreaPath

NEWS_STATES: Final = ("draft", "waiting_approval", "published", "withdrawn")
NEWS_KINDS: Final = ("news", "story")
_LIVE: Final = text("live_version IS NOT NULL")

news_items: Final = Table(
    "news_items",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # Its address: made of the title, and never another one once it has been published.
    Column("slug", String(96), nullable=False, unique=True),
    # Of the newest text.
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    # The text that everybody can read, while there is one.
    Column("live_version", Integer),
    Column("area_path", AreaPath, nullable=False),
    Column("created_by", RowId),
    Column("created_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    # First, and last.
    Column("published_at", UtcDateTime),
    Column("updated_at", UtcDateTime),
    Column("demo", Boolean, nullable=False),
    Index("ix_news_items_live", "published_at", "id", postgresql_where=_LIVE, sqlite_where=_LIVE),
    Index("ix_news_items_place", "area_path", "state", "id"),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in NEWS_STATES)})", name="state"),
    sqlite_autoincrement=True,
)

news_versions: Final = Table(
    "news_versions",
    metadata,
    Column("news_id", RowId, ForeignKey("news_items.id"), primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId),
    Column("kind", String(16), nullable=False),
    Column("topic", String(32), nullable=False),
    Column("area_key", String(64), nullable=False),
    Column("area_name", String(200), nullable=False),
    Column("title", Text, nullable=False),
    Column("summary", Text, nullable=False),
    Column("body", Text, nullable=False),
    Column("title_en", Text, nullable=False),
    Column("summary_en", Text, nullable=False),
    Column("body_en", Text, nullable=False),
    Column("source", Text, nullable=False),
    Column("source_url", Text, nullable=False),
    Column("names_person", Boolean, nullable=False),
    # JSON of who agreed, when and how, as ciphertext; empty where nobody is named.
    Column("consent", Text, nullable=False),
    # Title and text in the plain spelling, a blank at both ends, for the search.
    Column("plain_title", Text, nullable=False),
    Column("plain", Text, nullable=False),
    CheckConstraint(f"kind IN ({', '.join(repr(kind) for kind in NEWS_KINDS)})", name="kind"),
)

news_pictures: Final = Table(
    "news_pictures",
    metadata,
    Column("news_id", RowId, primary_key=True, autoincrement=False),
    Column("version", Integer, primary_key=True, autoincrement=False),
    Column("position", Integer, primary_key=True, autoincrement=False),
    Column("media_id", String(64), ForeignKey(media.c.id), nullable=False, index=True),
    # What is to be seen, for those who do not see it.
    Column("alt", Text, nullable=False),
    ForeignKeyConstraint(["news_id", "version"], ["news_versions.news_id", "news_versions.version"]),
)

news_moves: Final = Table(
    "news_moves",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("news_id", RowId, ForeignKey("news_items.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId),
    Column("role", String(32), nullable=False),
    Column("move", String(20), nullable=False),
    # Of the text that it was done to.
    Column("version", Integer, nullable=False),
    Column("reason", Text, nullable=False),
)
