"""The rule of an upgrade without a pause: the old version's statements work on the new version's schema.

During an upgrade `chungtay migrate` runs first, while processes of the version before still take messages. A revision
may therefore add tables, columns that may stay empty or fill themselves, indexes; it may not take away or rename what
the version before uses, nor demand what it does not write. docs/tasks/upgrade.md tells how a column is removed in two
steps.
"""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Mapping
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import pytest
from alembic.script import ScriptDirectory
from sqlalchemy import (
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Connection,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    MetaData,
    Numeric,
    SmallInteger,
    String,
    Table,
    create_engine,
    text,
)
from sqlalchemy.exc import SQLAlchemyError

from storage import migrate
from storage.database import Database

_REVISIONS: Final = [
    revision.revision for revision in ScriptDirectory.from_config(migrate.configuration()).walk_revisions()
][::-1]
# The released version before this one has this schema; what came before it was never run by anybody else.
RELEASED: Final = "0008"
_LATER: Final = _REVISIONS[_REVISIONS.index(RELEASED) + 1 :]
_NOT_OURS: Final = ("alembic_version", "sqlite_sequence")


@pytest.fixture
async def bare(bare_url: str) -> AsyncIterator[Database]:
    """Both engines, without any table."""
    database = Database(bare_url)
    yield database
    await database.close()


def _reflected(connection: Connection) -> dict[str, Table]:
    metadata = MetaData()
    metadata.reflect(connection)
    return {table.name: table for table in metadata.sorted_tables if table.name not in _NOT_OURS}


async def _schema(database: Database) -> dict[str, Table]:
    async with database.read() as connection:
        return await connection.run_sync(_reflected)


def _fills_itself(column: Any) -> bool:
    counted = column.primary_key and isinstance(column.type, Integer | BigInteger) and column.autoincrement is not False
    return bool(column.nullable or column.server_default is not None or counted)


def _violations(before: Mapping[str, Table], after: Mapping[str, Table]) -> list[str]:
    found = [f"the table {name} is gone" for name in before if name not in after]
    for name, old in before.items():
        if name not in after:
            continue
        new = after[name]
        for column in old.columns:
            if column.name not in new.columns:
                found.append(f"the column {name}.{column.name} is gone")
                continue
            now = new.columns[column.name]
            if column.nullable and not now.nullable and now.server_default is None:
                found.append(f"the column {name}.{column.name} may no longer be empty")
            if column.type._type_affinity is not now.type._type_affinity:
                found.append(f"the column {name}.{column.name} has another type")
            old_length, new_length = getattr(column.type, "length", None), getattr(now.type, "length", None)
            if old_length and new_length and new_length < old_length:
                found.append(f"the column {name}.{column.name} is shorter")
        found += [
            f"the new column {name}.{column.name} must be filled by whoever writes a row"
            for column in new.columns
            if column.name not in old.columns and not _fills_itself(column)
        ]
    return found


async def test_every_step_since_the_release_only_adds_and_the_released_version_works_on_it(bare: Database) -> None:
    """One revision after the other, so that the one that breaks the rule is named; after each the released version's
    own statements, built from its schema: insert, read, change, delete.
    """
    await migrate.upgrade(bare, RELEASED)
    released = before = await _schema(bare)
    assert len(released) > 25
    found = []
    for number, revision in enumerate(_LATER, start=1):
        await migrate.upgrade(bare, revision)
        after = await _schema(bare)
        found += [f"{revision}: {violation}" for violation in _violations(before, after)]
        before = after
        async with bare.engine.connect() as connection:
            refused = await connection.run_sync(_refused, released, number)
            await connection.rollback()
        found += [f"{revision}: {one}" for one in refused]
    assert found == []


def _value(table: Table, column: Any, number: int) -> Any:
    kind = column.type
    allowed = _allowed(table, column.name)
    if allowed:
        return allowed[0]
    if isinstance(kind, Boolean):
        return False
    if isinstance(kind, BigInteger | Integer | SmallInteger):
        return number
    if isinstance(kind, Numeric):
        return 1
    if isinstance(kind, DateTime):
        # As the driver keeps it: SQLite has no zone.
        return datetime(2026, 11, 24, tzinfo=UTC if kind.timezone else None)
    if isinstance(kind, Date):
        # A later column is a later day: a period ends after it begins.
        return date(2026, 11, 24) + timedelta(days=list(table.columns).index(column))
    if isinstance(kind, LargeBinary):
        return b"{}"
    return f"/{number}/"[: getattr(kind, "length", None) or 8]


def _allowed(table: Table, column: str) -> list[Any]:
    """The words or numbers that a CHECK lets into a column, as the engine shows it."""
    for constraint in table.constraints:
        if not isinstance(constraint, CheckConstraint):
            continue
        said = str(constraint.sqltext)
        if not re.search(rf"(?<![a-z_]){column}\b", said) or not re.search(r"\bIN\b|ANY", said):
            continue
        words = re.findall(r"'([^']*)'", said)
        if words:
            return words
        numbers = re.findall(r"(?<![\w.])\d+(?![\w.])", said)
        if numbers:
            return [int(number) for number in numbers]
    return []


def _refused(connection: Connection, released: Mapping[str, Table], number: int) -> list[str]:
    """What an old process does, and what this schema does not let it do any more; undone by the caller."""
    _without_references(connection)
    found = []
    for table in released.values():
        try:
            with connection.begin_nested():
                _use(connection, table, number)
        except SQLAlchemyError as error:
            found.append(f"the released version cannot use {table.name}: {getattr(error, 'orig', error)}")
    return found


def _use(connection: Connection, table: Table, number: int) -> None:
    row = {column.name: _value(table, column, number) for column in table.columns}
    connection.execute(table.insert().values(**row))
    key = [column == row[column.name] for column in table.primary_key.columns]
    assert connection.execute(table.select().where(*key)).mappings().one().keys() == row.keys()
    if table.name == "audit":  # append-only
        return
    for other in [column for column in table.columns if not column.primary_key][:1]:
        assert connection.execute(table.update().where(*key).values({other: row[other.name]})).rowcount == 1
    assert connection.execute(table.delete().where(*key)).rowcount == 1


def _without_references(connection: Connection) -> None:
    """The rows that these point to are not what is tried here."""
    if connection.dialect.name == "sqlite":
        connection.execute(text("PRAGMA defer_foreign_keys = ON"))
    else:
        connection.execute(text("SET LOCAL session_replication_role = replica"))


def test_what_breaks_the_rule_is_found() -> None:
    """Each kind of violation once: else the tests above could not fail."""
    engine = create_engine("sqlite://")
    with engine.begin() as connection:
        for name in ("gone", "kept"):
            Table(
                name,
                MetaData(),
                Column("id", Integer, primary_key=True),
                Column("renamed", String(8)),
                Column("shorter", String(8)),
                Column("empty", String(8)),
                Column("kind", String(8)),
            ).create(connection)
        before = _reflected(connection)
        connection.execute(text("DROP TABLE gone"))
        connection.execute(text("DROP TABLE kept"))
        Table(
            "kept",
            MetaData(),
            Column("id", Integer, primary_key=True),
            Column("new_name", String(8), nullable=False),
            Column("fine", String(8)),
            Column("also_fine", Integer, nullable=False, server_default="0"),
            Column("shorter", String(4)),
            Column("empty", String(8), nullable=False),
            Column("kind", Integer),
        ).create(connection)
        found = _violations(before, _reflected(connection))
    engine.dispose()
    assert sorted(found) == sorted(
        [
            "the table gone is gone",
            "the column kept.renamed is gone",
            "the new column kept.new_name must be filled by whoever writes a row",
            "the column kept.shorter is shorter",
            "the column kept.empty may no longer be empty",
            "the column kept.kind has another type",
        ]
    )
