"""Counts what a database holds: the same figures before and after are the proof that nothing is missing."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from sqlalchemy import ColumnClause, Connection, String, column, func, inspect, select, table
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.audit import BEGINNING

# Filled by the first start or by the engine: they do not make a database one that holds something.
_OF_ITSELF: Final = ("alembic_version", "areas", "job_runs")


@dataclass(frozen=True, slots=True)
class Held:
    """What is in a database."""

    schema: str
    rows: Mapping[str, int]
    audit_rows: int
    audit_hash: str

    @property
    def total(self) -> int:
        """Rows that somebody would miss."""
        return sum(number for name, number in self.rows.items() if name not in _OF_ITSELF)


def in_file(file: Path) -> Held:
    """What a SQLite file holds; it is only read. One that is not there holds nothing."""
    if not file.exists():
        return Held("", {}, 0, BEGINNING)
    with closing(sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True)) as connection:
        found = connection.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite@_%' ESCAPE '@'"
        )
        names = [name for (name,) in found]
        rows = {name: _count(connection, name) for name in sorted(names)}
        versions = (
            connection.execute("SELECT version_num FROM alembic_version").fetchone()
            if "alembic_version" in rows
            else None
        )
        last = (
            connection.execute("SELECT hash FROM audit ORDER BY id DESC LIMIT 1").fetchone()
            if "audit" in rows
            else None
        )
    return Held(versions[0] if versions else "", rows, rows.get("audit", 0), last[0] if last else BEGINNING)


def _count(connection: sqlite3.Connection, name: str) -> int:
    statement = select(func.count()).select_from(table(name))
    return int(connection.execute(str(statement)).fetchone()[0])


async def through(connection: AsyncConnection) -> Held:
    """What the transaction of a connection sees."""
    return await connection.run_sync(_through)


def _through(connection: Connection) -> Held:
    names = sorted(inspect(connection).get_table_names())
    rows = {name: int(connection.execute(select(func.count()).select_from(table(name))).scalar_one()) for name in names}
    version = ""
    if "alembic_version" in rows:
        number: ColumnClause[str] = column("version_num", String)
        version = connection.execute(select(number).select_from(table("alembic_version"))).scalar_one_or_none() or ""
    last = None
    if "audit" in rows:
        trail = table("audit", column("id"), column("hash"))
        last = connection.execute(select(trail.c.hash).order_by(trail.c.id.desc()).limit(1)).scalar_one_or_none()
    return Held(version, rows, rows.get("audit", 0), last or BEGINNING)
