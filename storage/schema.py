"""Which schema the database has and which one this version wants; without Alembic, 10 MB in every process."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from storage.database import Database

_VERSIONS: Final = Path(__file__).parent / "migrations" / "versions"


def wanted() -> str:
    """The newest migration: the number that its file name begins with."""
    return max(file.name.partition("_")[0] for file in _VERSIONS.glob("[0-9]*.py"))


async def present(database: Database) -> str | None:
    """The migration that the database has come to; None for an empty database."""
    try:
        async with database.read() as connection:
            found = await connection.execute(text("SELECT version_num FROM alembic_version"))
            version: str | None = found.scalar_one_or_none()
            return version
    except DBAPIError:  # no such table
        return None
