"""Migrations go forward and back on both engines, and end where the model says."""

from __future__ import annotations

import importlib
import pkgutil
import shutil
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import CheckConstraint, Connection, inspect, text
from sqlalchemy.engine import make_url

import storage
from storage import migrate, schema
from storage.database import Database
from storage.tables import metadata

# The model is spread over `storage/tables*.py`: all of it counts.
for _module in pkgutil.iter_modules(storage.__path__):
    if _module.name.startswith("tables"):
        importlib.import_module(f"storage.{_module.name}")


@pytest.fixture(params=["sqlite", "postgresql"])
async def bare(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Database]:
    """A database without any table."""
    if request.param == "sqlite":
        database = Database(f"sqlite:///{tmp_path}/bare.db")
        yield database
        await database.close()
        return
    url: str = request.getfixturevalue("postgres_server")
    server = Database(url, pool_size=1)
    await _alone(server, "DROP DATABASE IF EXISTS bare", "CREATE DATABASE bare TEMPLATE template0")
    database = Database(make_url(url).set(database="bare").render_as_string(hide_password=False))
    yield database
    await database.close()
    await _alone(server, "DROP DATABASE bare")
    await server.close()


async def _alone(server: Database, *statements: str) -> None:
    async with server.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        for statement in statements:
            await outside.execute(text(statement))


async def _tables(database: Database) -> set[str]:
    async with database.read() as connection:
        names = await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    return set(names) - {"alembic_version", "sqlite_sequence"}


def _revisions() -> list[str]:
    """From the first to the last."""
    script = ScriptDirectory.from_config(migrate.configuration())
    return [revision.revision for revision in script.walk_revisions()][::-1]


def test_there_is_one_head() -> None:
    """Two heads would mean that two branches each added a migration."""
    assert len(ScriptDirectory.from_config(migrate.configuration()).get_heads()) == 1


async def test_each_migration_goes_up_down_and_up_again(bare: Database) -> None:
    """The stairway: what a downgrade forgets to remove breaks the second way up."""
    before = "base"
    for revision in _revisions():
        await migrate.upgrade(bare, revision)
        await migrate.downgrade(bare, before)
        await migrate.upgrade(bare, revision)
        before = revision
    assert await _tables(bare) == set(metadata.tables)
    await migrate.downgrade(bare, "base")
    assert await _tables(bare) == set()


async def test_the_migrated_schema_is_the_model(bare: Database) -> None:
    """A column changed in `tables.py` without a migration is found here."""
    await migrate.upgrade(bare)
    async with bare.read() as connection:
        assert await connection.run_sync(_differences) == []


def _differences(connection: Connection) -> list[Any]:
    context = MigrationContext.configure(connection, opts={"compare_type": True, "compare_server_default": True})
    return compare_metadata(context, metadata)


async def test_constraints_and_conditions_are_the_models(bare: Database) -> None:
    """What Alembic does not compare: CHECKs by name, and that SQLite never gives an id again."""
    await migrate.upgrade(bare)
    async with bare.read() as connection:
        found = await connection.run_sync(_checks)
        if bare.is_sqlite:
            made = await connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'outbox'")
            assert "AUTOINCREMENT" in made.scalar_one()
    expected = {
        str(constraint.name)
        for table in metadata.tables.values()
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }
    assert found == expected


def _checks(connection: Connection) -> set[str]:
    looked = inspect(connection)
    return {str(check["name"]) for table in metadata.tables for check in looked.get_check_constraints(table)}


async def test_a_database_is_current_only_at_the_head(bare: Database) -> None:
    """`chungtay run` asks this before it serves."""
    assert await schema.present(bare) is None
    await migrate.upgrade(bare)
    assert await schema.present(bare) == schema.wanted()
    await migrate.downgrade(bare, "base")
    assert await schema.present(bare) is None


def test_the_wanted_schema_is_alembics_head() -> None:
    """Read from the file names, so that a serving process need not load Alembic."""
    assert [schema.wanted()] == list(ScriptDirectory.from_config(migrate.configuration()).get_heads())


async def test_a_migration_that_fails_changes_nothing(bare: Database, tmp_path: Path, monkeypatch: Any) -> None:
    """DDL is part of the transaction on both engines: no half-made schema."""
    folder = tmp_path / "migrations"
    shutil.copytree(migrate._FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    last = _revisions()[-1]
    (folder / "versions" / "9999_broken.py").write_text(
        f'from alembic import op\nrevision = "9999"\ndown_revision = "{last}"\n'
        'def upgrade():\n    op.execute("CREATE TABLE half (id INTEGER)")\n    raise RuntimeError("broken")\n'
        "def downgrade():\n    pass\n"
    )
    monkeypatch.setattr(migrate, "_FOLDER", folder)
    with pytest.raises(RuntimeError, match="broken"):
        await migrate.upgrade(bare)
    assert await _tables(bare) == set()
