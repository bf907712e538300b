"""A row in any table of the schema, every text of it marked: for tests that reach tables nobody thought of."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Boolean, CheckConstraint, Date, Float, Integer, LargeBinary, Numeric, String, Table
from sqlalchemy.ext.asyncio import AsyncConnection

import storage
from storage.tables import UtcDateTime, metadata
from storage.tables_register import JsonList

# The schema is spread over `storage/tables*.py`: all of it counts.
for _module in pkgutil.iter_modules(storage.__path__):
    if _module.name.startswith("tables"):
        importlib.import_module(f"storage.{_module.name}")

_WORDS: Final = re.compile(r"""(?:\w+ IS NULL OR )?"?(\w+)"? IN \('([^']*)'""")

# What a mark would spoil: JSON that is read, an account that must stay open, numbers with a meaning.
GIVEN: Final[Mapping[str, Mapping[str, Any]]] = {
    "conversations": {"state": b'{"topic":"ZZ-topic"}'},
    "outbox": {"state": 1, "priority": 1, "payload": b'{"text":"ZZ-outbox"}', "broadcast_id": None, "leased": False},
    "inbox": {"state": 2, "payload": b'{"text":"ZZ-inbox"}'},
    "arrivals": {"state": 2, "payload": b'{"text":"ZZ-arrivals"}'},
    "account_drafts": {"draft": b'{"kind":"ZZ-draft","answers":{"a":"ZZ-draft"}}'},
    "accounts": {"closed_at": None},
    "cases": {"state": "closed"},
    "households": {"merged_into": None},
    "account_households": {"ended_at": None, "ended_how": None},
    "changes": {"items": "[]"},
    "roles": {"end": None},
}


def marked_row(table: Table, at: datetime, given: Mapping[str, Any]) -> dict[str, Any]:
    """A value for every column: what is given, else a mark with the column's name, or the first word of its list."""
    words: dict[str, str] = {}
    for check in (each for each in table.constraints if isinstance(each, CheckConstraint)):
        for found in _WORDS.finditer(str(check.sqltext)):
            words.setdefault(found[1], found[2])
    values: dict[str, Any] = {}
    fixed = {**GIVEN.get(table.name, {}), **given}
    for column in table.columns:
        if column.name in fixed:
            values[column.name] = fixed[column.name]
        elif column.name in words:
            values[column.name] = words[column.name]
        else:
            values[column.name] = _mark(table.name, column, at)
    return values


def _mark(table: str, column: Any, at: datetime) -> Any:
    kind, mark = column.type, f"ZZ-{table}-{column.name}"
    if isinstance(kind, UtcDateTime):
        return at
    if isinstance(kind, Date):
        return date(9998, 1, 1) if column.name in ("end", "until") else at.date()
    if isinstance(kind, Boolean):
        return True
    if isinstance(kind, LargeBinary):
        return mark.encode()
    if isinstance(kind, JsonList):
        return [mark]
    if isinstance(kind, Integer | Numeric | Float) or column.type.python_type is int:
        return 1
    length = kind.length if isinstance(kind, String) else None
    length = getattr(kind, "length", None) or length
    return mark[:length] if length else mark


async def put(connection: AsyncConnection, table: Table, at: datetime, **given: Any) -> dict[str, Any]:
    """Insert a marked row; rows of other tables that it points to must be there."""
    row = marked_row(table, at, given)
    await connection.execute(table.insert().values(**row))
    return row


async def dump(connection: AsyncConnection) -> dict[str, list[dict[str, Any]]]:
    """Everything in the database, as plain values, by table, each in the order of its key."""
    found: dict[str, list[dict[str, Any]]] = {}
    for table in metadata.sorted_tables:
        # PostgreSQL gives rows that were rewritten in whatever order the space was free.
        rows = await connection.execute(table.select().order_by(*table.primary_key.columns))
        found[table.name] = [dict(row._mapping) for row in rows]
    return found


def texts(row: Mapping[str, Any]) -> dict[str, str]:
    """The values of a row as text."""
    return {
        name: value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value)
        for name, value in row.items()
        if value is not None
    }
