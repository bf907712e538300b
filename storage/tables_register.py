"""The tables of the register: households, members, the changes that made them, and what is derived for reading fast."""

from __future__ import annotations

import json
from typing import Any, Final

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    Date,
    Index,
    Integer,
    SmallInteger,
    String,
    Table,
    Text,
    text,
)
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

from storage.tables import RowId, UtcDateTime, metadata
from storage.tables_people import AreaPath

STATES: Final = ("active", "moved_out", "dissolved", "merged")
STATUSES: Final = ("poor", "near_poor", "newly_exited", "average", "none")
LISTS: Final = ("poor", "near_poor")
"""The statuses that put a household on a list that the reports count."""
SEXES: Final = ("male", "female")
PRECISIONS: Final = ("day", "month", "year")


class JsonList(TypeDecorator[list[str]]):
    """A list of short texts as compact JSON: the same characters for the same list on both engines."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: list[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ()), ensure_ascii=False, separators=(",", ":"))

    def process_result_value(self, value: Any, dialect: Dialect) -> list[str]:
        return json.loads(value) if value else []


# Names and codes without accents, compared byte by byte: a prefix is a range of the index on both engines.
PlainText: Final = String(200).with_variant(String(200, collation="C"), "postgresql")
_ACTIVE: Final = text("state = 'active'")


def _one_of(column: str, values: tuple[str, ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


households: Final = Table(
    "households",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("code", PlainText, nullable=False, unique=True),
    Column("area_key", String(64), nullable=False),
    # Derived from area_key, so that a subtree is one range of an index.
    Column("area_path", AreaPath, nullable=False),
    Column("head_member_id", RowId),
    Column("address", Text, nullable=False),
    Column("state", String(16), nullable=False),
    Column("merged_into", RowId),
    Column("status", String(16), nullable=False),
    Column("status_since", Date),
    Column("decision_no", String(100), nullable=False),
    Column("decision_date", Date),
    # Totals of form B1 and form B2 as the officer wrote them; never computed here.
    Column("b1", Integer),
    Column("b2", Integer),
    Column("deprivations", JsonList, nullable=False),
    Column("causes", JsonList, nullable=False),
    Column("groups", JsonList, nullable=False),
    Column("phone_encrypted", Text),
    Column("phone_hash", String(64)),
    # Derived: the head's and all members' names in the plain spelling.
    Column("name_search", Text, nullable=False),
    Column("version", Integer, nullable=False),
    Column("demo", Boolean, nullable=False),
    Column("created_at", UtcDateTime, nullable=False),
    Index("ix_households_place", "area_path", "code"),
    Index("ix_households_status", "status", "area_path", "code", postgresql_where=_ACTIVE, sqlite_where=_ACTIVE),
    Index("ix_households_phone_hash", "phone_hash"),
    CheckConstraint(_one_of("state", STATES), name="state"),
    CheckConstraint(_one_of("status", STATUSES), name="status"),
    # An id that is given again would take over the history of the one before.
    sqlite_autoincrement=True,
)

members: Final = Table(
    "members",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("household_id", RowId, nullable=False, index=True),
    Column("name", String(200), nullable=False),
    Column("name_plain", Text, nullable=False),
    Column("relation", String(32), nullable=False),
    Column("birth_date", Date),
    # How much of the birth date is known: day, month or year.
    Column("birth_precision", String(8), nullable=False),
    Column("sex", String(8)),
    Column("ethnicity", String(50), nullable=False),
    Column("id_number_encrypted", Text),
    Column("id_number_hash", String(64)),
    Column("disability_encrypted", Text),
    Column("schooling", String(64), nullable=False),
    Column("pension", Boolean),
    # Attends school or training at present.
    Column("study", Boolean),
    Column("ended_on", Date),
    Column("ended_reason", String(32), nullable=False),
    Column("version", Integer, nullable=False),
    Index("ix_members_id_number_hash", "id_number_hash"),
    Index("ix_members_birth_date", "birth_date"),
    CheckConstraint(f"sex IS NULL OR {_one_of('sex', SEXES)}", name="sex"),
    CheckConstraint(_one_of("birth_precision", PRECISIONS), name="birth_precision"),
    sqlite_autoincrement=True,
)

changes: Final = Table(
    "changes",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("kind", String(32), nullable=False),
    # The day on which it happened, not the day on which it was typed.
    Column("event_date", Date, nullable=False),
    Column("recorded_at", UtcDateTime, nullable=False),
    Column("account_id", RowId),
    Column("report_id", RowId),
    Column("import_id", RowId),
    Column("undoes", RowId),
    Column("household_ids", Text, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    # JSON of what was before and after; protected fields stand in it as ciphertext and keyed hash only.
    Column("items", Text, nullable=False),
    Index("ix_changes_report_id", "report_id"),
    Index("ix_changes_import_id", "import_id", "id"),
    Index("ix_changes_area", "area_path", "id"),
    Index("ix_changes_undoes", "undoes"),
    sqlite_autoincrement=True,
)

change_households: Final = Table(
    "change_households",
    metadata,
    Column("household_id", RowId, primary_key=True, autoincrement=False),
    Column("change_id", RowId, primary_key=True, autoincrement=False),
    Index("ix_change_households_change_id", "change_id"),
)

imports: Final = Table(
    "imports",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("file_name", String(200), nullable=False),
    Column("file_hash", String(64), nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("event_date", Date, nullable=False),
    Column("households", Integer, nullable=False),
    Column("members", Integer, nullable=False),
    Column("account_id", RowId),
    Column("at", UtcDateTime, nullable=False),
    Column("undone_at", UtcDateTime),
    sqlite_autoincrement=True,
)

# Each row is counted once, on `booked_on`; rows are only ever added, so a closed period keeps its figures.
movements: Final = Table(
    "movements",
    metadata,
    Column("id", RowId, primary_key=True, autoincrement=True),
    Column("change_id", RowId, nullable=False, index=True),
    Column("household_id", RowId, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("status", String(16), nullable=False),
    Column("event_date", Date, nullable=False),
    Column("booked_on", Date, nullable=False),
    # The column of the period report, see `storage.register.movements.COLUMNS`.
    Column("column", String(24), nullable=False),
    Column("households", SmallInteger, nullable=False),
    Column("persons", Integer, nullable=False),
    Index("ix_movements_household", "household_id", "event_date"),
    Index("ix_movements_place", "area_path", "booked_on"),
    CheckConstraint(_one_of("status", LISTS), name="status"),
    sqlite_autoincrement=True,
)

# Each name from each of its words on: "nguyen van mau", "van mau", "mau". A part of a name is a prefix of one of them.
name_keys: Final = Table(
    "name_keys",
    metadata,
    Column("key", PlainText, primary_key=True),
    Column("household_id", RowId, primary_key=True, autoincrement=False),
    Column("member_id", RowId, primary_key=True, autoincrement=False),
    Column("area_path", AreaPath, nullable=False),
    # The first two and three levels of the path: the names of a district, and of a commune, lie side by side.
    Column("upper_path", AreaPath, nullable=False, server_default=text("''")),
    Column("unit_path", AreaPath, nullable=False, server_default=text("''")),
    Index("ix_name_keys_upper", "upper_path", "key", "household_id"),
    Index("ix_name_keys_unit", "unit_path", "key", "household_id"),
    Index("ix_name_keys_household_id", "household_id"),
    sqlite_with_rowid=False,
)

# From which day to which a household stood where, and how: what a list as of a past day is read from.
household_spans: Final = Table(
    "household_spans",
    metadata,
    Column("household_id", RowId, primary_key=True, autoincrement=False),
    Column("since", Date, primary_key=True),
    # Half-open; the last day of the calendar where it still holds.
    Column("until", Date, nullable=False),
    # Today's code, so that a list has the same order on every day.
    Column("code", PlainText, nullable=False),
    Column("area_path", AreaPath, nullable=False),
    Column("state", String(16), nullable=False),
    Column("status", String(16), nullable=False),
    Index("ix_household_spans_place", "area_path", "code", "since", "until"),
    Index(
        "ix_household_spans_status", "status", "area_path", "code", "since", "until",
        postgresql_where=_ACTIVE, sqlite_where=_ACTIVE,
    ),
    CheckConstraint('"until" > since', name="dates"),
    CheckConstraint(_one_of("state", STATES), name="state"),
    CheckConstraint(_one_of("status", STATUSES), name="status"),
    sqlite_with_rowid=False,
)  # fmt: skip

periods: Final = Table(
    "periods",
    metadata,
    Column("area_path", AreaPath, primary_key=True),
    Column("start", Date, primary_key=True),
    # Half-open, and where corrections of the period are counted.
    Column("end", Date, primary_key=True),
    Column("locked_at", UtcDateTime, nullable=False),
    Column("by", RowId),
    CheckConstraint('"end" > start', name="dates"),
)

TABLES: Final = (
    households,
    members,
    changes,
    change_households,
    imports,
    movements,
    name_keys,
    household_spans,
    periods,
)
