"""An import: many new households at once, in a few statements, each with a change of its own."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import Table, delete, func, insert, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register import derived
from storage.register.model import NEW_HOUSEHOLD, NEW_MEMBER, RegisterError, UndoConflictError, creation, encode_items
from storage.register.movements import booked_on
from storage.register.names import folded, keys_of, levels
from storage.register.reading import hold_periods, new_ids, paths
from storage.register.spans import beginning
from storage.tables_register import (
    LISTS,
    change_households,
    changes,
    household_spans,
    households,
    imports,
    members,
    movements,
    name_keys,
)

_AT_ONCE: Final = 2_000


@dataclass(frozen=True, slots=True)
class NewHousehold:
    """Fields of a household and of its members, the head first; ids and what is derived are added here."""

    values: Mapping[str, Any]
    members: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class ImportRow:
    """An import as it stands in the table."""

    id: int
    file_name: str
    area_path: str
    event_date: date
    households: int
    members: int
    account_id: int | None
    at: datetime
    undone_at: datetime | None


@dataclass(frozen=True, slots=True)
class _Import:
    id: int
    kind: str
    event_date: date
    account_id: int | None
    now: datetime


async def begin(
    connection: AsyncConnection,
    *,
    file_name: str,
    file_hash: str,
    area_path: str,
    event_date: date,
    account_id: int | None,
    now: datetime,
) -> int:
    """A new import; its households follow with `add`."""
    await hold_periods(connection)
    made = await connection.execute(
        insert(imports)
        .values(
            file_name=file_name[:200], file_hash=file_hash, area_path=area_path, event_date=event_date,
            households=0, members=0, account_id=account_id, at=now,
        )
        .returning(imports.c.id)
    )  # fmt: skip
    import_id: int = made.scalar_one()
    return import_id


async def add(connection: AsyncConnection, import_id: int, fresh: Iterable[NewHousehold], now: datetime) -> None:
    """Write new households, a few thousand at a time so that memory stays small.

    Each counts from the day of its decision, or from the import's own day where it has none.
    A household without a code gets one from the code of its area's parent and its id.
    """
    row = (await connection.execute(select(imports).where(imports.c.id == import_id))).one()
    known = _Import(import_id, "import", row.event_date, row.account_id, now)
    locks = await derived.locks(connection)
    total = [0, 0]
    batch: list[NewHousehold] = []
    for household in fresh:
        batch.append(household)
        if len(batch) == _AT_ONCE:
            await _write(connection, known, batch, locks, total)
            batch = []
    if batch:
        await _write(connection, known, batch, locks, total)
    await connection.execute(
        update(imports)
        .where(imports.c.id == import_id)
        .values(households=imports.c.households + total[0], members=imports.c.members + total[1])
    )


async def _write(
    connection: AsyncConnection,
    known: _Import,
    batch: Sequence[NewHousehold],
    locks: Sequence[tuple[str, date]],
    total: list[int],
) -> None:
    homes = await new_ids(connection, "household", len(batch))
    people = iter(await new_ids(connection, "member", sum(len(each.members) for each in batch)))
    change_ids = await _change_ids(connection, len(batch))
    places = await paths(connection, {each.values["area_key"] for each in batch})
    rows: dict[Table, list[dict[str, Any]]] = {
        table: [] for table in (households, members, changes, change_households, movements, name_keys, household_spans)
    }
    for home, change_id, each in zip(homes, change_ids, batch, strict=True):
        ids = [next(people) for _ in each.members]
        _rows_of(rows, known, each, home, ids, change_id, places[each.values["area_key"]], locks)
    for table, values in rows.items():
        if values:
            await insert_many(connection, table, values)
    total[0] += len(batch)
    total[1] += len(rows[members])


def _rows_of(
    rows: dict[Table, list[dict[str, Any]]],
    known: _Import,
    of: NewHousehold,
    home: int,
    ids: Sequence[int],
    change_id: int,
    path: str,
    locks: Sequence[tuple[str, date]],
) -> None:
    on = of.values.get("decision_date") or known.event_date
    household = {**NEW_HOUSEHOLD, **of.values, "head_member_id": ids[0] if ids else None}
    household["code"] = household["code"] or f"{of.values['area_key']}-{home}".upper()
    people = [{**NEW_MEMBER, **member, "household_id": home} for member in of.members]
    plain = [folded(member["name"]) for member in people]
    above = levels(path)
    rows[households].append(
        {
            "id": home, **household, "area_path": path, "name_search": " ".join(plain), "version": 1,
            "created_at": known.now,
        }
    )  # fmt: skip
    items = [creation("household", home, household)]
    for member_id, member, name in zip(ids, people, plain, strict=True):
        rows[members].append({"id": member_id, **member, "name_plain": name, "version": 1})
        items.append(creation("member", member_id, member))
        for key in keys_of(member["name"]):
            rows[name_keys].append(
                {"key": key, "household_id": home, "member_id": member_id, "area_path": path, **above}
            )
    rows[changes].append(
        {
            "id": change_id, "kind": known.kind, "event_date": on, "recorded_at": known.now,
            "account_id": known.account_id, "report_id": None, "import_id": known.id, "undoes": None,
            "household_ids": f"[{home}]", "area_path": path, "items": encode_items(items),
        }
    )  # fmt: skip
    rows[change_households].append({"household_id": home, "change_id": change_id})
    rows[household_spans].append(beginning(household, home, path, on))
    if household["status"] in LISTS and household["state"] == "active":
        rows[movements].append(
            {
                "change_id": change_id, "household_id": home, "area_path": path, "status": household["status"],
                "event_date": on, "booked_on": booked_on(on, path, locks),
                "column": "rise_other", "households": 1, "persons": len(people),
            }
        )  # fmt: skip


async def _change_ids(connection: AsyncConnection, number: int) -> list[int]:
    if connection.dialect.name == "postgresql":
        given = await connection.execute(
            text("SELECT nextval('changes_id_seq') FROM generate_series(1, :number)"), {"number": number}
        )
        return sorted(given.scalars())
    last = (await connection.execute(select(func.max(changes.c.id)))).scalar_one() or 0
    return list(range(last + 1, last + number + 1))


async def insert_many(connection: AsyncConnection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert rows that all have the same columns: by COPY on PostgreSQL, by one prepared statement on SQLite.

    Both take plain tuples: what SQLAlchemy does for each row costs more than the insert itself.
    """
    names = list(rows[0])
    dialect = connection.dialect
    converters = [table.c[name].type.dialect_impl(dialect).bind_processor(dialect) for name in names]
    columns = [
        [row[name] for row in rows] if convert is None else [convert(row[name]) for row in rows]
        for name, convert in zip(names, converters, strict=True)
    ]
    records = list(zip(*columns, strict=True))
    if dialect.name == "postgresql":
        raw = await connection.get_raw_connection()
        driver: Any = raw.driver_connection
        await driver.copy_records_to_table(table.name, records=records, columns=names)
        return
    quoted = ", ".join(f'"{name}"' for name in names)
    marks = ", ".join("?" * len(names))
    await connection.exec_driver_sql(f"INSERT INTO {table.name} ({quoted}) VALUES ({marks})", records)  # noqa: S608  # our own names


async def get(connection: AsyncConnection, import_id: int) -> ImportRow:
    """One import.

    Raises:
        RegisterError: there is none with this id.
    """
    row = (await connection.execute(select(imports).where(imports.c.id == import_id))).one_or_none()
    if row is None:
        raise RegisterError(f"there is no import {import_id}")
    return _import_row(row)


async def newest(connection: AsyncConnection, limit: int = 50) -> list[ImportRow]:
    """The last imports, newest first."""
    return [
        _import_row(row) for row in await connection.execute(select(imports).order_by(imports.c.id.desc()).limit(limit))
    ]


def _import_row(row: Any) -> ImportRow:
    return ImportRow(
        row.id, row.file_name, row.area_path, row.event_date, row.households, row.members, row.account_id, row.at,
        row.undone_at,
    )  # fmt: skip


async def undo(connection: AsyncConnection, import_id: int, now: datetime, account_id: int | None) -> int:
    """Take an import back as a whole; returns how many households went.

    Raises:
        UndoConflictError: a household of it has changed since; it names the change.
        RegisterError: there is no such import, or it is undone already.
    """
    await hold_periods(connection)
    if (await get(connection, import_id)).undone_at is not None:
        raise RegisterError(f"import {import_id} is undone already")
    made = select(changes.c.id).where(changes.c.import_id == import_id)
    homes = select(change_households.c.household_id).where(change_households.c.change_id.in_(made))
    await connection.execute(select(households.c.id).where(households.c.id.in_(homes)).with_for_update())
    later = await connection.execute(
        select(change_households.c.change_id)
        .where(change_households.c.household_id.in_(homes), change_households.c.change_id.not_in(made))
        .order_by(change_households.c.change_id.desc())
        .limit(1)
    )
    conflicting = later.scalar_one_or_none()
    if conflicting is not None:
        raise UndoConflictError(import_id, conflicting)
    count = await _undo_changes(connection, import_id, now, account_id)
    for table in (name_keys, household_spans, members):
        await connection.execute(delete(table).where(table.c.household_id.in_(homes)))
    await connection.execute(delete(households).where(households.c.id.in_(homes)))
    await connection.execute(update(imports).where(imports.c.id == import_id).values(undone_at=now))
    return count


async def _undo_changes(connection: AsyncConnection, import_id: int, now: datetime, account_id: int | None) -> int:
    """An undo for each change of the import, and movements that take its movements back."""
    locks = await derived.locks(connection)
    after, count = 0, 0
    while True:
        page = await connection.execute(
            select(changes)
            .where(changes.c.import_id == import_id, changes.c.id > after)
            .order_by(changes.c.id)
            .limit(_AT_ONCE)
        )
        done = page.all()
        if not done:
            return count
        after, count = done[-1].id, count + len(done)
        undos = dict(zip((row.id for row in done), await _change_ids(connection, len(done)), strict=True))
        await insert_many(connection, changes, [_undo_row(row, undos[row.id], now, account_id) for row in done])
        links = await connection.execute(
            select(change_households).where(change_households.c.change_id.in_(list(undos)))
        )
        rows = [{"household_id": row.household_id, "change_id": undos[row.change_id]} for row in links]
        await insert_many(connection, change_households, rows)
        moved = await connection.execute(select(movements).where(movements.c.change_id.in_(list(undos))))
        back = [
            {
                "change_id": undos[row.change_id], "household_id": row.household_id, "area_path": row.area_path,
                "status": row.status, "event_date": row.event_date,
                "booked_on": booked_on(row.event_date, row.area_path, locks), "column": row.column,
                "households": -row.households, "persons": -row.persons,
            }
            for row in moved
        ]  # fmt: skip
        if back:
            await insert_many(connection, movements, back)


def _undo_row(row: Any, undo_id: int, now: datetime, account_id: int | None) -> dict[str, Any]:
    return {
        "id": undo_id, "kind": "undo", "event_date": row.event_date, "recorded_at": now, "account_id": account_id,
        "report_id": None, "import_id": None, "undoes": row.id, "household_ids": row.household_ids,
        "area_path": row.area_path, "items": "[]",
    }  # fmt: skip
