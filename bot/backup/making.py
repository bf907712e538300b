"""Makes a backup: consistent, checked, written down."""

from __future__ import annotations

import asyncio
import shutil
import socket
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import Final

from sqlalchemy import inspect, text
from sqlalchemy.exc import SQLAlchemyError

from bot.backup import counting, manifest, postgres, sqlite
from bot.backup.counting import Held
from bot.backup.manifest import BackupError, Manifest
from handlers.turn import VIETNAM
from storage import standing
from storage.database import Database

_FORMAT: Final = 1


async def make(url: str, target: Path, clock: Callable[[], datetime], version: str) -> tuple[Path, Manifest]:
    """Write a new backup below `target`; returns its folder and what is in it.

    Raises:
        BackupError: it could not be made; nothing half-made is left behind.
    """
    began = clock()
    database = Database(url)
    folder = manifest.new_folder(target, began)
    try:
        held, file = await _dump(url, database, folder)
        size, sha256 = await asyncio.to_thread(manifest.described, folder, file)
        page = Manifest(
            format=_FORMAT,
            made_at=began,
            version=version,
            engine="sqlite" if database.is_sqlite else "postgresql",
            schema=held.schema,
            file=file,
            bytes=size,
            sha256=sha256,
            rows=dict(held.rows),
            audit_rows=held.audit_rows,
            audit_hash=held.audit_hash,
        )
        finished = manifest.finish(folder, page)
        await _write_down(database, began, clock(), size)
        return finished, page
    except SQLAlchemyError as error:
        raise BackupError(f"the database does not answer as it should: {type(error).__name__}") from error
    finally:
        with suppress(OSError):
            shutil.rmtree(folder)  # only what did not get its name
        await database.close()


async def _dump(url: str, database: Database, folder: Path) -> tuple[Held, str]:
    if database.file is not None:
        await asyncio.to_thread(sqlite.dump, database.file, folder)
        return await asyncio.to_thread(counting.in_file, folder / sqlite.FILE), sqlite.FILE
    async with database.engine.connect() as connection:
        # One snapshot for the counting here and for pg_dump.
        await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY"))
        await postgres.dump(url, connection, folder)
        return await counting.through(connection), postgres.FILE


async def _write_down(database: Database, began: datetime, ended: datetime, size: int) -> None:
    """For `chungtay doctor` and monitoring. A database of an older version may have no table for it yet."""
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    if "job_runs" not in names:
        return
    async with database.write() as connection:
        night = began.astimezone(VIETNAM).date()
        await standing.backed_up(connection, night, began, ended, size, socket.gethostname())
