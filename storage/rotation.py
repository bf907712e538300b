"""Bringing everything that is encrypted to the newest key, a batch at a time, while others read and write.

A batch is one transaction: the rows and how far it has come are stored together, so that a process that is killed
leaves nothing half done and the next one goes on where it was. A row that somebody changes meanwhile is left to them:
they write with the newest key.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, LargeBinary, Table, and_, func, literal, or_, select, tuple_, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys
from storage.tables_keeping import key_rotations
from storage.turns import upsert

AT_ONCE: Final = 200
_LONGEST_BATCH: Final = 2_000_000
"""Rows of pictures and files are large: a batch ends after so many characters."""
SEALED_TEXT: Final = re.compile(r"[A-Za-z0-9]{1,32}\.[A-Za-z0-9_-]{38,}={0,2}")

Contexts = Callable[[Mapping[str, Any]], Sequence[str]]
Hashes = Callable[[Keys, Mapping[str, Any], str], Mapping[str, str | None]]
"""The hash columns of a row anew, from the row and the opened text."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column that holds ciphertext: the contexts it may be bound to, and the hashes made of the same text.

    `nested`: the column holds JSON, and ciphertext stands somewhere in it.
    """

    column: Column[Any]
    contexts: Contexts
    hashes: Hashes | None = None
    hash_columns: tuple[str, ...] = ()
    nested: bool = False

    @property
    def table(self) -> Table:
        table: Table = self.column.table
        return table

    @property
    def place(self) -> str:
        return f"{self.table.name}.{self.column.name}"

    @property
    def is_bytes(self) -> bool:
        return isinstance(self.column.type, LargeBinary)


@dataclass(frozen=True, slots=True)
class Code:
    """A column with hashes of codes that are stored nowhere: they cannot be made anew, only run out or be replaced.

    `needs(made_before, now)`: rows made before a key's successor that can still be used.
    """

    column: Column[Any]
    needs: Callable[[datetime, datetime], ColumnElement[bool]]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a column has come towards a key."""

    place: str
    changed: int
    unreadable: int
    finished_at: datetime | None


@dataclass(frozen=True, slots=True)
class Use:
    """Where a key is still needed."""

    place: str
    rows: int
    code: bool = False


class _UnreadableError(Exception):
    """No key and no context opens it."""


async def progress(connection: AsyncConnection, key_id: str) -> list[Progress]:
    """Every column that has been begun, by name."""
    rows = await connection.execute(
        select(key_rotations).where(key_rotations.c.key_id == key_id).order_by(key_rotations.c.place)
    )
    return [Progress(row.place, row.changed, row.unreadable, row.finished_at) for row in rows]


async def rotate(
    database: Database,
    keys: Keys,
    registry: Iterable[Sealed],
    clock: Callable[[], datetime],
    at_once: int = AT_ONCE,
    after_batch: Callable[[str], None] = lambda place: None,
) -> list[Progress]:
    """Bring every column of the registry to the newest key; goes on where an earlier call ended."""
    for sealed in registry:
        while await _batch(database, keys, sealed, clock, at_once):
            after_batch(sealed.place)
    async with database.read() as connection:
        return await progress(connection, keys.all()[0].id)


async def restart(connection: AsyncConnection, key_id: str) -> None:
    """Look at everything again: some other machine may have gone on writing with the key before."""
    await connection.execute(key_rotations.delete().where(key_rotations.c.key_id == key_id))


async def uses(
    connection: AsyncConnection,
    keys: Keys,
    registry: Iterable[Sealed],
    codes: Iterable[Code],
    key_id: str,
    now: datetime,
) -> list[Use]:
    """Where an older key is still needed; nowhere, and it can go.

    Raises:
        StorageError: there is no such key, or it is the newest.
    """
    ids = [key.id for key in keys.all()]
    if key_id not in ids[1:]:
        raise StorageError(f"{key_id!r} is no older key of the key file")
    successor = keys.all()[ids.index(key_id) - 1].created
    found: list[Use] = []
    for sealed in registry:
        query = select(func.count()).select_from(sealed.table).where(_holds(connection, sealed, key_id))
        if rows := (await connection.execute(query)).scalar_one():
            found.append(Use(sealed.place, rows))
    for code in codes:
        table: Any = code.column.table
        query = select(func.count()).select_from(table).where(code.needs(successor, now))
        if rows := (await connection.execute(query)).scalar_one():
            found.append(Use(f"{table.name}.{code.column.name}", rows, code=True))
    return found


async def _batch(database: Database, keys: Keys, sealed: Sealed, clock: Callable[[], datetime], at_once: int) -> bool:
    """One transaction's worth; False when the column is done."""
    newest = keys.all()[0].id
    async with database.write() as connection:
        key = (key_rotations.c.key_id == newest, key_rotations.c.place == sealed.place)
        begun = upsert(connection, key_rotations).values(
            key_id=newest, place=sealed.place, last="", changed=0, unreadable=0, started_at=clock()
        )
        await connection.execute(begun.on_conflict_do_nothing())
        # Two that rotate at once take turns at a column.
        state = (await connection.execute(select(key_rotations).where(*key).with_for_update())).one()
        if state.finished_at is not None:
            return False
        rows = await _old_rows(connection, keys, sealed, state.last, at_once)
        changed = unreadable = 0
        for row in rows:
            outcome = await _bring(connection, keys, sealed, row)
            changed, unreadable = changed + (outcome is True), unreadable + (outcome is None)
        values: dict[str, Any] = {
            "changed": state.changed + changed, "unreadable": state.unreadable + unreadable,
        }  # fmt: skip
        if rows:
            values["last"] = json.dumps([_plain(rows[-1][column.name]) for column in sealed.table.primary_key])
        else:
            values["finished_at"] = clock()
        await connection.execute(update(key_rotations).where(*key).values(**values))
        return bool(rows)


async def _old_rows(
    connection: AsyncConnection, keys: Keys, sealed: Sealed, last: str, at_once: int
) -> list[dict[str, Any]]:
    """The next rows that an older key has written, in the order of the primary key."""
    table, primary = sealed.table, list(sealed.table.primary_key)
    old = [_holds(connection, sealed, key.id) for key in keys.all()[1:]]
    if not old:
        return []
    query = select(table).where(or_(*old)).order_by(*primary).limit(at_once)
    if last:
        values = [_typed(column, value) for column, value in zip(primary, json.loads(last), strict=True)]
        passed = [literal(value, column.type) for column, value in zip(primary, values, strict=True)]
        query = query.where(tuple_(*primary) > tuple_(*passed))
    taken: list[dict[str, Any]] = []
    size = 0
    for row in await connection.execute(query):
        taken.append(dict(row._mapping))
        size += len(taken[-1][sealed.column.name])
        if size > _LONGEST_BATCH:
            break
    return taken


async def _bring(connection: AsyncConnection, keys: Keys, sealed: Sealed, row: Mapping[str, Any]) -> bool | None:
    """One row: True changed, False somebody else changed it meanwhile, None nothing opens it."""
    before = row[sealed.column.name]
    try:
        values = _anew(keys, sealed, row)
    except _UnreadableError:
        return None
    same = [column == row[column.name] for column in sealed.table.primary_key]
    statement = update(sealed.table).where(*same, sealed.column == before).values(**values)
    try:
        async with connection.begin_nested():
            return bool((await connection.execute(statement)).rowcount)
    except IntegrityError:
        # The same question under the newest key is there already: this one keeps its hash.
        only = update(sealed.table).where(*same, sealed.column == before)
        only = only.values(**{sealed.column.name: values[sealed.column.name]})
        return bool((await connection.execute(only)).rowcount)


def _anew(keys: Keys, sealed: Sealed, row: Mapping[str, Any]) -> dict[str, Any]:
    before = row[sealed.column.name]
    text = before.decode() if isinstance(before, bytes) else str(before)
    contexts = sealed.contexts(row)
    if sealed.nested:
        value = _walk(keys, json.loads(text), contexts, sealed, row)
        after = json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        values: dict[str, Any] = {}
    else:
        after, plain = _once_more(keys, text, contexts)
        values = dict(sealed.hashes(keys, row, plain.decode())) if sealed.hashes is not None else {}
    return {sealed.column.name: after.encode() if isinstance(before, bytes) else after, **values}


def _walk(keys: Keys, value: Any, contexts: Sequence[str], sealed: Sealed, row: Mapping[str, Any]) -> Any:
    """JSON with every ciphertext in it made anew, and the hashes that stand beside one."""
    if isinstance(value, list):
        return [_walk(keys, each, contexts, sealed, row) for each in value]
    if isinstance(value, str):
        return _again(keys, value, contexts)[0]
    if not isinstance(value, dict):
        return value
    made: dict[str, Any] = {name: _walk(keys, each, contexts, sealed, row) for name, each in value.items()}
    for name, each in value.items():
        if sealed.hashes is None or not isinstance(each, str) or not name.endswith("_encrypted"):
            continue
        beside = f"{name.removesuffix('_encrypted')}_hash"
        plain = _again(keys, each, contexts)[1]
        if plain is not None and made.get(beside):
            made.update({key: new for key, new in sealed.hashes(keys, {"field": name}, plain).items() if key == beside})
    return made


def _again(keys: Keys, text: str, contexts: Sequence[str]) -> tuple[str, str | None]:
    """A text of JSON: ciphertext of ours made anew with what it says, anything else as it is."""
    known = {key.id for key in keys.all()}
    if not SEALED_TEXT.fullmatch(text) or text.partition(".")[0] not in known:
        return text, None
    after, plain = _once_more(keys, text, contexts)
    return after, plain.decode()


def _once_more(keys: Keys, text: str, contexts: Sequence[str]) -> tuple[str, bytes]:
    for context in contexts:
        try:
            return keys.again(text, context)
        except StorageError:
            continue
    raise _UnreadableError


def _holds(connection: AsyncConnection, sealed: Sealed, key_id: str) -> ColumnElement[bool]:
    """Rows in which a key has written."""
    column: Any = sealed.column
    if not sealed.nested:
        start = f"{key_id}."
        begins = func.substr(column, 1, len(start))
        if sealed.is_bytes:
            return begins == literal(start.encode(), LargeBinary())
        return and_(column.is_not(None), begins == start)
    inside = f'"{key_id}.'
    if not sealed.is_bytes:
        return func.instr(column, inside) > 0 if _is_sqlite(connection) else func.strpos(column, inside) > 0
    wanted = literal(inside.encode(), LargeBinary())
    if _is_sqlite(connection):
        return func.instr(column, wanted) > 0
    return func.position(wanted.op("IN")(column)) > 0


def _is_sqlite(connection: AsyncConnection) -> bool:
    return connection.dialect.name == "sqlite"


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value


def _typed(column: Column[Any], value: Any) -> Any:
    kind = column.type.python_type
    return kind.fromisoformat(value) if isinstance(value, str) and issubclass(kind, date) else value
