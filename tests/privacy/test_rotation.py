"""A new key: everything is brought to it in batches, a killed run goes on, the old key goes last."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import Table, func, select, update

from bot.cli import cli
from handlers.sealed_columns import CODES, SEALED
from storage import rotation
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys
from storage.register.protected import hashes, opened
from storage.tables import metadata
from storage.tables_keeping import key_rotations
from storage.tables_people import accounts, invitations
from storage.tables_register import changes, members
from tests.privacy.filling import GIVEN, dump, marked_row, put, texts
from tests.support.assembly import Clock

_TEXT = json.dumps({"fields": {"head_name": "Mẫu Một"}, "is_new": True, "name": "bà Mẫu"}, ensure_ascii=False)


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> Keys:
    made = Keys(tmp_path / "keys.json")
    made.create_if_missing(clock.at)
    return made


async def _fill(database: Database, keys: Keys, clock: Clock, rows: int = 1) -> None:
    """Rows in every table of the registry, and in those they point to; what it names holds real ciphertext."""
    wanted = {each.table.name for each in SEALED}
    for table in reversed(metadata.sorted_tables):
        if table.name in wanted:
            wanted |= {key.column.table.name for key in table.foreign_keys}
    async with database.write() as connection:
        for number in range(1, rows + 1):
            for table in (each for each in metadata.sorted_tables if each.name in wanted):
                given = _numbered(table, number)
                probe = marked_row(table, clock.at, given)
                for sealed in (each for each in SEALED if each.table is table):
                    context = sealed.contexts(probe)[0]
                    text: Any = keys.encrypt(_TEXT.encode(), context)
                    if sealed.nested:
                        text = json.dumps({"a": [text, "not.sealed"], "b": 1})
                    given[sealed.column.name] = text.encode() if sealed.is_bytes else text
                await put(connection, table, clock.at, **given)


def _numbered(table: Table, number: int) -> dict[str, Any]:
    """Other keys in each row; whatever points to a row points to the one of the same number."""
    given: dict[str, Any] = {}
    unique = {column.name for index in (*table.indexes, *table.constraints) for column in getattr(index, "columns", ())}
    for column in table.columns:
        if column.primary_key or column.foreign_keys or column.name in unique:
            if column.type.python_type is int:
                given[column.name] = number
            elif column.type.python_type is str and column.name not in GIVEN.get(table.name, {}):
                given[column.name] = f"n{number}"
    checked = " ".join(str(getattr(each, "sqltext", "")) for each in table.constraints)
    words = {name for name in given if f"{name} IN" in checked or f'"{name}" IN' in checked}
    return {name: value for name, value in given.items() if name not in words and name not in GIVEN.get(table.name, {})}


async def _ids(database: Database) -> set[str]:
    """The keys that have written anything anywhere."""
    found: set[str] = set()
    async with database.read() as connection:
        for rows in (await dump(connection)).values():
            for row in rows:
                for text in texts(row).values():
                    found |= {each.partition(".")[0] for each in rotation.SEALED_TEXT.findall(text)}
    return found


async def test_everything_is_brought_to_the_new_key(database: Database, keys: Keys, clock: Clock) -> None:
    """Every column of the registry, in every form; what is no ciphertext stays as it is."""
    await _fill(database, keys, clock, rows=3)
    old = keys.all()[0].id
    assert await _ids(database) == {old}
    async with database.read() as connection:
        before = await dump(connection)
    new = keys.rotate(clock.at)
    done = await rotation.rotate(database, keys, SEALED, clock, at_once=2)
    assert [(each.place, each.changed, each.unreadable) for each in done] == sorted((e.place, 3, 0) for e in SEALED)
    assert all(each.finished_at for each in done)
    assert await _ids(database) == {new.id}
    async with database.read() as connection:
        after = await dump(connection)
    touched = {each.place for each in SEALED} | {f"{e.table.name}.{n}" for e in SEALED for n in e.hash_columns}
    for table, rows in before.items():
        if table == key_rotations.name:
            continue
        for one, other in zip(rows, after[table], strict=True):
            changed = {f"{table}.{name}" for name in one if one[name] != other[name]}
            assert changed == {place for place in touched if place.startswith(f"{table}.")}


@pytest.mark.parametrize("sealed", SEALED, ids=lambda each: each.place)
def test_a_value_says_the_same_again(sealed: rotation.Sealed, tmp_path: Path, clock: Clock) -> None:
    """Under the new key and its own context."""
    keys = Keys(tmp_path / "keys.json")
    keys.create_if_missing(clock.at)
    text = keys.encrypt("Mẫu".encode(), "here")
    keys.rotate(clock.at)
    after, said = keys.again(text, "here")
    assert said.decode() == "Mẫu" == keys.decrypt(after, "here").decode()
    assert after == keys.again(text, "here")[0] and after.startswith(keys.all()[0].id)
    assert sealed.contexts(dict.fromkeys(sealed.table.c.keys(), 1))


async def test_a_killed_run_goes_on_where_it_was(database: Database, keys: Keys, clock: Clock) -> None:
    """Progress is in the database: nothing is done twice, and readers find everything all the time."""
    await _fill(database, keys, clock, rows=5)
    new = keys.rotate(clock.at)
    batches: list[str] = []

    class _Killed(BaseException): ...

    def die(place: str) -> None:
        batches.append(place)
        if len(batches) == 4:
            raise _Killed

    with pytest.raises(_Killed):
        await rotation.rotate(database, keys, SEALED, clock, at_once=2, after_batch=die)
    async with database.read() as connection:
        half = await rotation.progress(connection, new.id)
    assert sum(each.changed for each in half) == 5 + 2  # a whole column, and the first batch of the next
    assert len(await _ids(database)) == 2
    elsewhere = Keys(keys.file)
    done = await rotation.rotate(database, elsewhere, SEALED, clock, at_once=2)
    assert {each.changed for each in done} == {5}
    assert await _ids(database) == {new.id}


async def test_who_writes_meanwhile_is_not_overwritten(database: Database, keys: Keys, clock: Clock) -> None:
    """A value that changes between reading and writing stays the newer one."""
    await _fill(database, keys, clock)
    sealed = next(each for each in SEALED if each.place == "members.disability_encrypted")
    keys.rotate(clock.at)
    async with database.write() as connection:
        (row,) = await rotation._old_rows(connection, keys, sealed, "", 10)
        newer = keys.encrypt(b"newer", "member.disability")
        await connection.execute(update(members).values(disability_encrypted=newer))
        assert await rotation._bring(connection, keys, sealed, row) is False
        assert (await connection.execute(select(members.c.disability_encrypted))).scalar_one() == newer


async def test_a_number_is_found_before_during_and_after(database: Database, keys: Keys, clock: Clock) -> None:
    """By the hash, in a process that read the key file before it changed; what was copied stays a copy."""
    reader = Keys(keys.file)
    reader.all()
    number = keys.encrypt(b"001 234", "member.id_number")
    hashed = keys.keyed_hash("id_number:001234")
    items = [["member", 1, None, {"id_number_encrypted": number, "id_number_hash": hashed}]]
    async with database.write() as connection:
        await put(connection, members, clock.at, id_number_encrypted=number, id_number_hash=hashed)
        await put(connection, changes, clock.at, items=json.dumps(items))

    async def found() -> int:
        query = select(func.count()).where(members.c.id_number_hash.in_(hashes(reader, "id_number", "001-234")))
        async with database.read() as connection:
            return int((await connection.execute(query)).scalar_one())

    registry = [each for each in SEALED if each.table in (members, changes)]
    assert await found() == 1
    keys.rotate(clock.at)
    seen: list[int] = [await found()]
    await rotation.rotate(database, keys, registry, clock)
    seen.append(await found())
    assert seen == [1, 1]
    async with database.read() as connection:
        row = (await connection.execute(select(members))).one()
        kept = json.loads((await connection.execute(select(changes.c["items"]))).scalar_one())[0][3]
    assert kept == {"id_number_encrypted": row.id_number_encrypted, "id_number_hash": row.id_number_hash}
    assert row.id_number_hash != hashed and row.id_number_hash == keys.keyed_hash("id_number:001234")
    assert opened(reader, "member", "id_number", row.id_number_encrypted) == "001 234"


async def test_the_old_key_stays_while_anything_needs_it(database: Database, keys: Keys, clock: Clock) -> None:
    """Ciphertext, and codes that can still be used; an unreadable value is counted and left."""
    async with database.write() as connection:
        await put(connection, accounts, clock.at)
        await put(
            connection, invitations, clock.at, expires_at=clock.at + timedelta(days=3), used_at=None, revoked_at=None
        )
        number = keys.encrypt(b"1", "member.id_number")
        spoilt = keys.encrypt(b"1", "elsewhere")
        await put(connection, members, clock.at, id_number_encrypted=number, disability_encrypted=spoilt)
    old = keys.all()[0].id
    clock.advance(60)
    keys.rotate(clock.at)

    async def needed() -> dict[str, bool]:
        async with database.read() as connection:
            return {
                each.place: each.code
                for each in await rotation.uses(connection, keys, SEALED, CODES, old, clock.at)
                if each.rows == 1
            }

    assert await needed() == {
        "members.id_number_encrypted": False, "members.disability_encrypted": False, "invitations.code_hash": True,
    }  # fmt: skip
    done = await rotation.rotate(database, keys, SEALED, clock)
    assert sum(each.unreadable for each in done) == 1
    assert await needed() == {"members.disability_encrypted": False, "invitations.code_hash": True}
    clock.advance(timedelta(days=3).total_seconds())
    async with database.write() as connection:
        await connection.execute(update(members).values(disability_encrypted=None))
    assert await needed() == {}
    with pytest.raises(StorageError, match="no older key"):
        async with database.read() as connection:
            await rotation.uses(connection, keys, SEALED, CODES, keys.all()[0].id, clock.at)


def test_the_newest_key_cannot_be_taken_out(keys: Keys, clock: Clock) -> None:
    """Nor one that is not there; another process sees at once that one has gone."""
    old = keys.all()[0]
    other = Keys(keys.file)
    other.all()
    keys.rotate(clock.at)
    with pytest.raises(StorageError, match="newest"):
        keys.drop(keys.all()[0].id)
    with pytest.raises(StorageError, match="not in the key file"):
        keys.drop("ffffffff")
    keys.drop(old.id)
    assert [key.id for key in other.all()] == [key.id for key in keys.all()] != [old.id]


def test_the_commands_from_the_outside(sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The demo: rotate, look, refuse, take out; the register still opens afterwards."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    monkeypatch.setenv("CHUNGTAY_KEY_FILE", str(tmp_path / "keys.json"))
    runner = CliRunner()
    assert runner.invoke(cli, ["demo"]).exit_code == 0
    (first,) = Keys(tmp_path / "keys.json").all()
    only = runner.invoke(cli, ["keys", "rotate", "--key-only"])
    assert only.exit_code == 0 and "copy the key file" in only.output
    assert len(Keys(tmp_path / "keys.json").all()) == 2
    status = runner.invoke(cli, ["keys", "status"]).output
    assert f"{first.id}  since" in status and "members.id_number_encrypted" in status and "not finished" in status
    refused = runner.invoke(cli, ["keys", "retire", first.id])
    assert isinstance(refused.exception, StorageError) and "stays" in str(refused.exception)
    gone_on = runner.invoke(cli, ["keys", "rotate"])
    assert gone_on.exit_code == 0 and "going on" in gone_on.output and "members.id_number_encrypted: " in gone_on.output
    assert len(Keys(tmp_path / "keys.json").all()) == 2
    again = runner.invoke(cli, ["keys", "rotate", "--again"])
    assert "0 values" in again.output
    status = runner.invoke(cli, ["keys", "status"]).output
    retired = runner.invoke(cli, ["keys", "retire", first.id])
    assert retired.exit_code == 0, (status, retired.exception)
    (kept,) = Keys(tmp_path / "keys.json").all()
    assert kept.id != first.id
    assert "intact" in runner.invoke(cli, ["audit", "verify"]).output
