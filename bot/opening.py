"""Opens the configured database for a command: at this version's schema, and closed afterwards."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.settings import Settings
from storage import schema
from storage.database import Database
from storage.errors import StorageError


@asynccontextmanager
async def opened(settings: Settings) -> AsyncIterator[Database]:
    """The database, ready to be used.

    Raises:
        StorageError: it has another schema, and is not the embedded one that may be brought up to date by itself.
    """
    database = Database(settings.database_url)
    try:
        await check_schema(database)
        yield database
    finally:
        await database.close()


async def check_schema(database: Database) -> None:
    """Bring an embedded database to this version's schema; refuse any other that is not there.

    Raises:
        StorageError: the schema is another one and is left as it is.
    """
    if await schema.present(database) == schema.wanted():
        return
    if not database.is_sqlite:
        raise StorageError("the database has another schema than this version; run `chungtay migrate` first")
    # In a process of its own: what it loads is needed once.
    migrating = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "bot.cli", "migrate", stderr=asyncio.subprocess.PIPE
    )
    _, said = await migrating.communicate()
    if migrating.returncode:
        last = said.decode(errors="replace").strip().rsplit("\n", 1)[-1]
        raise StorageError(last.removeprefix("chungtay: ") or "the database could not be brought to this schema")
