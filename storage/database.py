"""One database, SQLite or PostgreSQL: how to open it, read from it and write to it in one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any, Final

import msgspec
from sqlalchemy import event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from storage.errors import StorageError

_DRIVERS: Final = {"sqlite": "sqlite+aiosqlite", "postgresql": "postgresql+asyncpg", "postgres": "postgresql+asyncpg"}
_BUSY_TIMEOUT_S: Final = 15
_SQLITE_PRAGMAS: Final = (
    "PRAGMA journal_mode=WAL",
    # FULL: a committed turn survives a power cut, not only a killed process.
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    f"PRAGMA busy_timeout={_BUSY_TIMEOUT_S * 1000}",
    "PRAGMA cache_size=-16000",
)


def parse_url(text: str) -> URL:
    """The SQLAlchemy URL with the driver we use, from `sqlite:///file` or `postgresql://user@host/name`.

    Raises:
        StorageError: no URL, or an engine other than SQLite and PostgreSQL.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):  # a ValueError is a port that is no number, and would print it
        raise StorageError("is no database URL; expected sqlite:///path or postgresql://user@host/name") from None
    engine = url.get_backend_name()
    if engine not in _DRIVERS:
        raise StorageError(f"names the engine {engine!r}; only sqlite and postgresql are supported")
    return url.set(drivername=_DRIVERS[engine])


class Database:
    """Opens connections; `write` is one transaction, `read` sees a consistent snapshot on SQLite and committed rows
    on PostgreSQL.
    """

    def __init__(self, url: str, *, pool_size: int = 5) -> None:
        parsed = parse_url(url)
        self.is_sqlite: Final = parsed.get_backend_name() == "sqlite"
        self.file: Final = Path(parsed.database) if self.is_sqlite and parsed.database else None
        self.engine: Final[AsyncEngine] = _open(parsed, self.is_sqlite, pool_size)
        # SQLite has one writer: waiting here in turn is cheaper and fairer than its busy handler.
        self._writer: Final = asyncio.Lock() if self.is_sqlite else None

    @asynccontextmanager
    async def write(self) -> AsyncIterator[AsyncConnection]:
        """A transaction that commits at the end and rolls back when the block raises."""
        async with AsyncExitStack() as stack:
            if self._writer is not None:
                await stack.enter_async_context(self._writer)
            connection = await stack.enter_async_context(self.engine.connect())
            await connection.execution_options(chungtay_write=True)
            await stack.enter_async_context(connection.begin())
            yield connection

    @asynccontextmanager
    async def read(self) -> AsyncIterator[AsyncConnection]:
        """A connection for reading; nothing written through it is kept."""
        async with self.engine.connect() as connection:
            yield connection

    async def close(self) -> None:
        await self.engine.dispose()


def encode(value: Any) -> bytes:
    """The stored form of a state or payload: compact JSON."""
    return msgspec.json.encode(value)


def _open(url: URL, is_sqlite: bool, pool_size: int) -> AsyncEngine:
    if not is_sqlite:
        return create_async_engine(
            url, pool_size=pool_size, max_overflow=pool_size, pool_pre_ping=True, hide_parameters=True
        )
    if not url.database or url.database == ":memory:":
        raise StorageError("names no file; a SQLite database needs one, e.g. sqlite:///var/chungtay.db")
    folder = Path(url.database).parent
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(f"the folder {folder} of the database cannot be made: {error.strerror}") from error
    engine = create_async_engine(
        url, pool_size=pool_size, connect_args={"timeout": _BUSY_TIMEOUT_S}, hide_parameters=True
    )

    @event.listens_for(engine.sync_engine, "connect")
    def _prepare(connection: Any, _record: Any) -> None:
        connection.isolation_level = None  # we write BEGIN ourselves, below
        cursor = connection.cursor()
        for pragma in _SQLITE_PRAGMAS:
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _begin(connection: Any) -> None:
        # IMMEDIATE takes the write lock at once: a reader that turns writer later could be refused as stale.
        immediate = connection.get_execution_options().get("chungtay_write", False)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if immediate else "BEGIN")

    return engine
