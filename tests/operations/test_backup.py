"""The drill: back up while it is written to, destroy everything, bring it back, compare every row."""

from __future__ import annotations

import asyncio
import importlib
import json
import pkgutil
import shutil
import stat
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import inspect, text

import storage
from bot.backup import making, manifest, postgres
from bot.backup.manifest import BackupError
from bot.cli import cli
from storage import audit, migrate, schema, standing
from storage.audit import Event
from storage.database import Database
from storage.keys import Keys
from storage.tables import metadata
from tests.support.assembly import Clock

# Some tables are known only once their module is loaded; all of them are compared.
for _module in pkgutil.iter_modules(storage.__path__):
    if _module.name.startswith("tables"):
        importlib.import_module(f"storage.{_module.name}")

PASSPHRASE = "bốn con trâu trắng"


async def _everything(url: str) -> Mapping[str, list[tuple[Any, ...]]]:
    """Every row of every table, in the order of the keys."""
    database = Database(url)
    found = {}
    async with database.read() as connection:
        for table in metadata.sorted_tables:
            if table.name == "job_runs":
                continue  # the backup itself is written down there
            rows = await connection.execute(table.select().order_by(*table.primary_key.columns))
            found[table.name] = [tuple(row) for row in rows]
    await database.close()
    return found


async def _destroy(url: str) -> None:
    database = Database(url)
    if database.file is not None:
        await database.close()
        for file in database.file.parent.glob(f"{database.file.name}*"):
            file.unlink()
        return
    async with database.engine.begin() as connection:
        await connection.execute(text("DROP SCHEMA public CASCADE"))
        await connection.execute(text("CREATE SCHEMA public AUTHORIZATION pg_database_owner"))
    await database.close()


async def _command(*arguments: str) -> tuple[int, str]:
    result = await asyncio.to_thread(CliRunner().invoke, cli, list(arguments))
    assert "Traceback" not in result.output
    return result.exit_code, result.output


def _only(target: Path) -> Path:
    (folder,) = target.iterdir()
    return folder


async def test_a_destroyed_database_comes_back_whole(full_url: str, tmp_path: Path) -> None:
    """Every row, the audit trail provably intact, ids counting on where they were, and a new backup possible."""
    before = await _everything(full_url)
    assert sum(map(len, before.values())) > 300
    code, said = await _command("backup", str(tmp_path / "backups"))
    assert code == 0, said
    await _destroy(full_url)
    code, said = await _command("restore", str(_only(tmp_path / "backups")))
    assert code == 0, said
    assert "the audit trail is intact" in said
    assert await _everything(full_url) == before
    assert (await _command("audit", "verify"))[0] == 0
    database = Database(full_url)
    async with database.write() as connection:
        largest = max(row[0] for row in before["audit"])
        assert await audit.append(connection, Event("tested", "test", "1"), Clock().at) == largest + 1
    with pytest.raises(Exception, match=r"append-only|audit"):
        async with database.write() as connection:
            await connection.execute(text("UPDATE audit SET verb = 'x'"))
    await database.close()
    assert (await _command("backup", str(tmp_path / "again")))[0] == 0


async def test_a_backup_taken_while_others_write_is_one_moment(full_url: str, tmp_path: Path) -> None:
    """Two rows that are always written together are both in it or both not."""
    database = Database(full_url)
    busy, stop = asyncio.Event(), asyncio.Event()
    written = 0

    async def write() -> None:
        nonlocal written
        while not stop.is_set():
            async with database.write() as connection:
                for table in ("one", "two"):
                    await audit.append(connection, Event("tested", table, str(written)), Clock().at)
            written += 1
            if written == 5:
                busy.set()

    writing = asyncio.create_task(write())
    await busy.wait()
    began = written
    folder, page = await making.make(full_url, tmp_path / "backups", Clock(), "test")
    assert written > began, "nobody wrote meanwhile"
    stop.set()
    await writing
    await database.close()
    await _destroy(full_url)
    assert (await _command("restore", str(folder)))[0] == 0
    rows = [row for row in (await _everything(full_url))["audit"] if "tested" in row]
    assert len(rows) % 2 == 0
    assert began <= len(rows) // 2 <= written
    assert page.audit_rows == len((await _everything(full_url))["audit"])


async def test_a_database_that_holds_something_is_replaced_only_by_force(full_url: str, tmp_path: Path) -> None:
    """And what was there is kept where the engine is a file."""
    await _command("backup", str(tmp_path / "backups"))
    database = Database(full_url)
    async with database.write() as connection:
        await audit.append(connection, Event("later", "test", "1"), Clock().at)
    await database.close()
    later = await _everything(full_url)
    source = str(_only(tmp_path / "backups"))
    code, said = await _command("restore", source)
    assert (code, "--force" in said) == (1, True)
    assert await _everything(full_url) == later
    code, said = await _command("restore", source, "--force")
    assert code == 0, said
    assert len((await _everything(full_url))["audit"]) == len(later["audit"]) - 1
    if full_url.startswith("sqlite"):
        aside = said.partition("What was there before: ")[2].strip()
        assert await _everything(f"sqlite:///{aside}") == later


async def test_a_running_process_sees_the_restored_rows(full_url: str, tmp_path: Path) -> None:
    """Whoever forgot to stop it reads either all of the old or all of the new, no error in between."""
    await _command("backup", str(tmp_path / "backups"))
    database = Database(full_url)
    async with database.write() as connection:
        await audit.append(connection, Event("later", "test", "1"), Clock().at)
    async with database.read() as connection:
        before = (await audit.verify(connection)).rows
    assert (await _command("restore", str(_only(tmp_path / "backups")), "--force"))[0] == 0
    async with database.read() as connection:
        assert (await audit.verify(connection)).rows == before - 1
    await database.close()


async def test_a_damaged_newer_or_foreign_backup_is_refused(full_url: str, tmp_path: Path) -> None:
    """Before anything is touched."""
    before = await _everything(full_url)
    folder, page = await making.make(full_url, tmp_path / "backups", Clock(), "test")
    other = "postgresql" if page.engine == "sqlite" else "sqlite"
    spoilt = {
        "newer": {"schema": "9999"},
        "configured database is": {"engine": other},
        "checksum": {"sha256": "0" * 64},
        "outside": {"file": "../keys.json"},
        "another version": {"format": 2},
        "is missing": {"file": "nothing"},
    }
    for said, changes in spoilt.items():
        copy = tmp_path / "copy"
        shutil.copytree(folder, copy)
        content = json.loads((copy / manifest.MANIFEST).read_text("utf-8"))
        (copy / manifest.MANIFEST).write_text(json.dumps({**content, **changes}), "utf-8")
        code, output = await _command("restore", str(copy), "--force")
        assert (code, said in output) == (1, True), output
        shutil.rmtree(copy)
    assert "is no backup" in (await _command("restore", str(tmp_path), "--force"))[1]
    assert await _everything(full_url) == before


async def test_a_backup_that_does_not_hold_what_it_says_is_told(full_url: str, tmp_path: Path) -> None:
    """The rows are counted again after the way back."""
    folder, _ = await making.make(full_url, tmp_path / "backups", Clock(), "test")
    page = folder / manifest.MANIFEST
    content = json.loads(page.read_text("utf-8"))
    content["rows"]["members"] += 1
    page.write_text(json.dumps(content), "utf-8")
    code, said = await _command("restore", str(folder), "--force")
    assert (code, "other rows in members" in said) == (1, True)


async def test_an_older_backup_comes_back_and_is_migrated(bare_url: str, tmp_path: Path) -> None:
    """Also into a database whose schema is newer already: what the older one does not have goes."""
    database = Database(bare_url)
    await migrate.upgrade(database, "0008")
    await database.close()
    folder, page = await making.make(bare_url, tmp_path / "backups", Clock(), "test")
    assert page.schema == "0008"
    database = Database(bare_url)
    await migrate.upgrade(database)
    await database.close()
    code, said = await _command("restore", str(folder), "--force")
    assert (code, "chungtay migrate" in said) == (0, True), said
    database = Database(bare_url)
    async with database.read() as connection:
        assert "job_runs" not in await connection.run_sync(lambda sync: inspect(sync).get_table_names())
    await migrate.upgrade(database)
    assert await schema.present(database) == schema.wanted()
    await database.close()


async def test_keys_go_another_way(full_url: str, keys: Keys, tmp_path: Path) -> None:
    """Never beside the backup, sealed with a passphrase, and the restore says when they are missing."""
    target, sealed, secret = tmp_path / "backups", tmp_path / "safe" / "keys.sealed", tmp_path / "passphrase"
    assert keys.file is not None
    secret.write_text(f"{PASSPHRASE}\n", "utf-8")
    given = ("--passphrase-file", str(secret))
    code, said = await _command("backup", str(target), "--keys-to", str(target / "keys"), *given)
    assert (code, "beside" in said, target.exists()) == (1, True, False)
    code, said = await _command("backup", str(target), "--keys-to", str(sealed), *given)
    assert code == 0, said
    clear = keys.file.read_bytes()
    key = keys.all()[0].key.encode()
    assert all(key not in file.read_bytes() for file in target.rglob("*") if file.is_file())
    assert key not in sealed.read_bytes()
    assert stat.S_IMODE(sealed.stat().st_mode) == 0o600
    keys.file.unlink()
    code, said = await _command("restore", str(_only(target)), "--force")
    assert (code, "cannot be read" in said) == (0, True), said
    secret.write_text("another passphrase\n", "utf-8")
    code, said = await _command("restore", str(_only(target)), "--force", "--keys-from", str(sealed), *given)
    assert (code, "passphrase" in said, keys.file.exists()) == (1, True, False)
    secret.write_text(f"{PASSPHRASE}\n", "utf-8")
    code, said = await _command("restore", str(_only(target)), "--force", "--keys-from", str(sealed), *given)
    assert (code, "cannot be read" in said, keys.file.read_bytes() == clear) == (0, False, True), said


async def test_old_backups_are_deleted_and_files_are_private(sqlite_url: str, tmp_path: Path, monkeypatch: Any) -> None:
    """Only the newest are kept; a half-made one is no backup."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    clock, target = Clock(), tmp_path / "backups"
    made = []
    for _ in range(3):
        made.append((await making.make(sqlite_url, target, clock, "test"))[0])
        clock.advance(86_400)
    (target / "chungtay-20200101T000000Z.unfinished").mkdir()
    (target / "not-ours").mkdir()
    manifest.prune(target, 2)
    assert sorted(each.name for each in target.iterdir()) == sorted(["not-ours", made[1].name, made[2].name])
    for file in made[2].iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(made[2].stat().st_mode) == 0o700


async def test_a_backup_that_fails_leaves_nothing(tmp_path: Path, monkeypatch: Any) -> None:
    """And says why in one line."""
    (tmp_path / "broken.db").write_bytes(b"not a database, but long enough to be looked at" * 100)
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", f"sqlite:///{tmp_path}/broken.db")
    code, said = await _command("backup", str(tmp_path / "backups"))
    assert (code, "not a database" in said) == (1, True), said
    assert list((tmp_path / "backups").iterdir()) == []


async def test_a_backup_is_written_down_for_monitoring(full_url: str, tmp_path: Path) -> None:
    """Doctor and metrics read it from the database, on whichever machine it was made."""
    clock = Clock()
    await making.make(full_url, tmp_path / "backups", clock, "test")
    database = Database(full_url)
    async with database.read() as connection:
        (job,) = [each for each in await standing.jobs(connection) if each.name == standing.BACKUP]
    await database.close()
    assert (job.last_success_at, job.failure) == (clock.at, None)


async def test_tools_that_are_missing_or_too_old_are_named(tmp_path: Path, monkeypatch: Any) -> None:
    """With what to install."""
    old = tmp_path / "pg_dump"
    old.write_text('#!/bin/sh\necho "pg_dump (PostgreSQL) 12.1"\n', "utf-8")
    old.chmod(0o755)
    monkeypatch.setattr(postgres, "_DEBIAN", tmp_path / "nowhere")
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(BackupError, match=r"is version 12.*apt install postgresql-client-17"):
        await postgres.tool("pg_dump", 17)
    assert await postgres.tool("pg_dump", 12) == str(old)
    with pytest.raises(BackupError, match=r"there is none.*postgresql-client-17"):
        await postgres.tool("psql", 17)


def test_a_password_is_not_on_the_command_line(monkeypatch: Any) -> None:
    """Every user of the machine can read those; nor does another PG variable lead elsewhere."""
    monkeypatch.setenv("PGHOST", "elsewhere")
    url = postgres.parse_url("postgresql://me:hidden@db.example:5433/name?sslmode=require")
    given = postgres.environment(url)
    assert (given["PGPASSWORD"], given["PGHOST"], given["PGPORT"]) == ("hidden", "db.example", "5433")
    assert (given["PGUSER"], given["PGDATABASE"], given["PGSSLMODE"]) == ("me", "name", "require")
