"""The tables of learning: which questions were asked, without who asked them, and how the articles were changed."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    CheckConstraint,
    Column,
    Date,
    Float,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables import RowId, UtcDateTime, metadata

QUESTION_KINDS: Final = ("article", "choices", "handoff")
CHANGE_KINDS: Final = ("samples", "article", "restored")
CHANGE_STATES: Final = ("waiting", "approved", "refused", "withdrawn")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


question_log: Final = Table(
    "question_log",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    # A day, not a moment: a moment beside the commune would say too much.
    Column("day", Date, nullable=False),
    Column("kind", String(16), nullable=False),
    # The article that answered it, or the nearest one where none did.
    Column("article", String(64), nullable=False),
    Column("score", Float, nullable=False),
    Column("area_key", String(64), nullable=False),
    # What was asked, with numbers and names masked, as ciphertext; empty where it is not kept.
    Column("text", Text, nullable=False),
    # 1 helped, -1 did not.
    Column("rating", SmallInteger),
    # Random, known to the conversation alone; taken away with the rating, else in the next night.
    Column("ticket", String(64), unique=True),
    # What an officer made of it.
    Column("change_id", RowId),
    CheckConstraint(_one_of("kind", QUESTION_KINDS), name="kind"),
    CheckConstraint("rating IS NULL OR rating IN (-1, 1)", name="rating"),
    Index("ix_question_log_day", "day", "id"),
    sqlite_autoincrement=True,
)

knowledge_changes: Final = Table(
    "knowledge_changes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("article_id", String(64), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    # The order in which changes came into force, over all articles: what every process compares with its own.
    Column("number", Integer),
    # The number of the text that was changed; 0 is the shipped file.
    Column("base", Integer, nullable=False),
    # The whole article as JSON; empty for one that is as shipped, and for samples until they are approved.
    Column("body", Text, nullable=False),
    # New sample questions, a JSON list.
    Column("questions", Text, nullable=False),
    # What the last try of it found, as JSON; empty before the first.
    Column("tried", Text, nullable=False),
    Column("reason", Text, nullable=False),
    Column("created_by", RowId, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Column("decided_by", RowId),
    Column("decided_at", UtcDateTime),
    UniqueConstraint("number"),
    CheckConstraint(_one_of("kind", CHANGE_KINDS), name="kind"),
    CheckConstraint(_one_of("state", CHANGE_STATES), name="state"),
    CheckConstraint("(state = 'approved') = (number IS NOT NULL)", name="number"),
    Index("ix_knowledge_changes_article", "article_id", "state", "number"),
    Index("ix_knowledge_changes_state", "state", "id"),
    sqlite_autoincrement=True,
)
