"""The tables of the district's analytics: questions by week, and where dialogs stand. Nobody's words, chat or name."""

from __future__ import annotations

from typing import Final

from sqlalchemy import CheckConstraint, Column, Date, Integer, SmallInteger, String, Table

from storage.tables import UtcDateTime, metadata

STANDS: Final = ("standing", "finished", "cancelled")

# A finished week of the log, summed up: it stays when the log's questions are deleted.
question_weeks: Final = Table(
    "question_weeks",
    metadata,
    # The Monday of the week.
    Column("week", Date, primary_key=True),
    Column("area_key", String(64), primary_key=True),
    # The article that answered or was offered; empty where none did.
    Column("article", String(64), primary_key=True),
    Column("answered", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    CheckConstraint("answered IN (0, 1)", name="answered"),
)

# Which weeks have been summed up, so that it is done once.
analytics_weeks: Final = Table(
    "analytics_weeks",
    metadata,
    Column("week", Date, primary_key=True),
    Column("summed_at", UtcDateTime, nullable=False),
)

# Every dialog stands in exactly one row: at the question it waits for, finished, or cancelled there.
dialog_counts: Final = Table(
    "dialog_counts",
    metadata,
    # The day and the area of its beginning, whatever comes later.
    Column("day", Date, primary_key=True),
    Column("area_key", String(64), primary_key=True),
    Column("kind", String(32), primary_key=True),
    # The question's field; "=" is the summary to confirm, empty once it is finished.
    Column("step", String(64), primary_key=True),
    Column("stand", String(16), primary_key=True),
    # Several rows for the same, so that two processes seldom wait for each other.
    Column("share", SmallInteger, primary_key=True, autoincrement=False),
    Column("number", Integer, nullable=False),
    CheckConstraint("stand IN ('standing', 'finished', 'cancelled')", name="stand"),
)
