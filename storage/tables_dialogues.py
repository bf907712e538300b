"""The tables of policy dialogues: the day, what people ask beforehand, the answers, and who moved it."""

from __future__ import annotations

from typing import Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    ForeignKey,
    Index,
    Integer,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

DIALOGUE_STATES: Final = ("draft", "waiting_approval", "open", "answers_waiting", "answered", "cancelled")

dialogues: Final = Table(
    "dialogues",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("slug", String(96), nullable=False, unique=True),
    Column("title", Text, nullable=False),
    Column("about", Text, nullable=False),
    Column("place", Text, nullable=False),
    Column("area_key", String(64), nullable=False),
    Column("area_name", String(200), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("starts_at", UtcDateTime, nullable=False),
    # Until then questions are taken.
    Column("questions_until", UtcDateTime, nullable=False),
    Column("state", String(20), nullable=False),
    Column("version", Integer, nullable=False),
    Column("created_by", RowId),
    Column("created_at", UtcDateTime, nullable=False),
    Column("moved_at", UtcDateTime, nullable=False),
    Column("announced_at", UtcDateTime),
    Column("answered_at", UtcDateTime),
    Column("demo", Boolean, nullable=False),
    Index("ix_dialogues_place", "area_path", "state", "id"),
    CheckConstraint(f"state IN ({', '.join(repr(state) for state in DIALOGUE_STATES)})", name="state"),
    sqlite_autoincrement=True,
)

dialogue_groups: Final = Table(
    "dialogue_groups",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("dialogue_id", RowId, ForeignKey("dialogues.id"), nullable=False, index=True),
    # The question in words of ours, without what could tell who asked.
    Column("question", Text, nullable=False),
    Column("answer", Text, nullable=False),
    Column("answered_by", RowId),
    Column("changed_at", UtcDateTime, nullable=False),
    sqlite_autoincrement=True,
)

dialogue_questions: Final = Table(
    "dialogue_questions",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("dialogue_id", RowId, ForeignKey("dialogues.id"), nullable=False),
    Column("group_id", RowId, ForeignKey("dialogue_groups.id"), index=True),
    # Where the answer goes; nobody at the desk sees it.
    Column("channel", String(32), nullable=False),
    Column("chat", String(128), nullable=False),
    # What was asked, as ciphertext.
    Column("text", Text, nullable=False),
    # Keyed hash of the plain spelling: the same question twice by one person is one.
    Column("text_hash", String(64), nullable=False),
    Column("language", String(8), nullable=False),
    Column("asked_at", UtcDateTime, nullable=False),
    # Not answered as part of the dialogue, and why; empty otherwise.
    Column("set_aside", Text, nullable=False),
    Column("told_at", UtcDateTime),
    UniqueConstraint("dialogue_id", "channel", "chat", "text_hash", name="uq_dialogue_questions_same"),
    Index("ix_dialogue_questions_chat", "channel", "chat"),
    sqlite_autoincrement=True,
)

dialogue_moves: Final = Table(
    "dialogue_moves",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("dialogue_id", RowId, ForeignKey("dialogues.id"), nullable=False, index=True),
    Column("at", UtcDateTime, nullable=False),
    Column("account_id", RowId),
    Column("role", String(32), nullable=False),
    Column("move", String(20), nullable=False),
    Column("reason", Text, nullable=False),
)
