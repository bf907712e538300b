"""Bring the database to the schema of this version, or back, with Alembic."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from alembic import command
from alembic.config import Config
from alembic.util import CommandError
from sqlalchemy import Connection

from storage.database import Database
from storage.errors import StorageError

_FOLDER: Final = Path(__file__).parent / "migrations"


def configuration(connection: Connection | None = None) -> Config:
    """Alembic's configuration without an ini file; the migrations run on the given connection."""
    config = Config()
    config.set_main_option("script_location", str(_FOLDER))
    config.attributes["connection"] = connection
    return config


async def upgrade(database: Database, revision: str = "head") -> None:
    """Run all migrations that are missing."""
    async with database.engine.begin() as connection:
        await connection.run_sync(lambda sync: command.upgrade(configuration(sync), revision))


async def downgrade(database: Database, revision: str) -> None:
    """Undo migrations down to the given revision (`base` for an empty database).

    Raises:
        StorageError: there is no such revision below the present one.
    """
    try:
        async with database.engine.begin() as connection:
            await connection.run_sync(lambda sync: command.downgrade(configuration(sync), revision))
    except CommandError as error:
        raise StorageError(f"cannot go back to revision {revision!r}: {error}") from error
