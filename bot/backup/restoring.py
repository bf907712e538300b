"""Brings a backup back, and proves that all of it is there."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backup import counting, manifest, postgres, sqlite
from bot.backup.counting import Held
from bot.backup.manifest import BackupError, Manifest
from storage import audit, schema
from storage.database import Database


async def restore(url: str, source: Path, now: datetime, *, force: bool) -> tuple[Manifest, Path | None]:
    """Replace the database by a backup; returns what is in it, and where a SQLite file that was there has gone.

    Raises:
        BackupError: the backup is damaged, newer than this version or of another engine; the database holds rows and
            `force` was not given; or what came back is not what the backup says.
    """
    page = await asyncio.to_thread(manifest.checked, source)
    database = Database(url)
    try:
        _fits(page, database)
        if database.file is not None:
            aside = await _into_file(database.file, source / page.file, now, force=force)
        else:
            aside = None
            await _into_server(url, database, source / page.file, force=force)
        await _prove(database, page)
        return page, aside
    except SQLAlchemyError as error:
        said = str(getattr(error, "orig", error)).partition("\n")[0]
        raise BackupError(f"the database does not answer as it should: {said}") from error
    finally:
        await database.close()


def _fits(page: Manifest, database: Database) -> None:
    engine = "sqlite" if database.is_sqlite else "postgresql"
    if page.engine != engine:
        raise BackupError(f"the backup is of {page.engine}, the configured database is {engine}")
    if page.schema > schema.wanted():
        raise BackupError(
            f"the backup has schema {page.schema}, this version knows {schema.wanted()} at most: install the version "
            f"that made it ({page.version}) or a newer one"
        )


def _refuse_full(held: Held, *, force: bool) -> None:
    if held.total and not force:
        raise BackupError(f"the database holds {held.total} rows; --force replaces them by the backup")


async def _into_file(file: Path, source: Path, now: datetime, *, force: bool) -> Path | None:
    held = await asyncio.to_thread(counting.in_file, file)
    _refuse_full(held, force=force)
    aside = file.with_name(f"{file.name}.before-{now:%Y%m%dT%H%M%SZ}") if held.total else None
    await asyncio.to_thread(sqlite.load, source, file, aside)
    return aside


async def _into_server(url: str, database: Database, source: Path, *, force: bool) -> None:
    async with database.engine.connect() as connection:
        version = await postgres.server_version(connection)
        _refuse_full(await counting.through(connection), force=force)
        replace = await _what_is_there(connection)
    await postgres.load(url, source, version, replace=replace)


_FUNCTIONS: Final = text(
    "SELECT format('DROP FUNCTION %s CASCADE', p.oid::regprocedure) FROM pg_proc p "
    "JOIN pg_namespace n ON n.oid = p.pronamespace WHERE n.nspname = 'public' AND NOT EXISTS "
    "(SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')"
)
_TABLES: Final = text(
    "SELECT format('DROP TABLE %I.%I CASCADE', schemaname, tablename) FROM pg_tables WHERE schemaname = 'public'"
)


async def _what_is_there(connection: AsyncConnection) -> Sequence[str]:
    """Statements that remove our tables and functions, and nothing of an extension."""
    found = [*(await connection.execute(_TABLES)).scalars(), *(await connection.execute(_FUNCTIONS)).scalars()]
    return [str(statement) for statement in found]


async def _prove(database: Database, page: Manifest) -> None:
    async with database.read() as connection:
        held = await counting.through(connection)
        if dict(held.rows) != dict(page.rows):
            other = sorted(name for name in {*held.rows, *page.rows} if held.rows.get(name) != page.rows.get(name))
            raise BackupError(f"what came back is not what the backup says: other rows in {', '.join(other)}")
        if page.audit_rows:
            walked = await audit.verify(connection, page.audit_hash)
            if walked.broken is not None:
                raise BackupError(f"the audit trail of the backup is broken at row {walked.broken}: {walked.reason}")
