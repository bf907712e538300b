"""The only way to change the register: apply a change, undo one. Both are one change more in the history."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import delete, insert, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register import derived, spans
from storage.register.fold import last_setters, living
from storage.register.model import (
    Change,
    Item,
    LaterEventError,
    Recorded,
    RegisterError,
    StaleError,
    UndoConflictError,
    check_form,
    encode_items,
)
from storage.register.names import folded
from storage.register.reading import TABLE, change, histories, hold_periods, homes_in, members_of, paths, rows
from storage.tables_register import change_households, changes, households


async def apply(connection: AsyncConnection, wanted: Change, now: datetime) -> int:
    """Let a change happen to the register and return its id.

    Raises:
        StaleError: a row no longer holds what the change was made from, or a later event has set a field already.
        RegisterError: the change makes no sense; nothing was written (undo the savepoint).
    """
    if any(item.after is None for item in wanted.items):
        raise RegisterError("a row is taken out by undoing the change that brought it, not by a change")
    check_form(wanted)
    present = await _present(connection, wanted.items)
    _compare(wanted.items, present)
    history = await histories(connection, present.touched)
    _refuse_earlier_than_known(wanted, history)
    return await _write(connection, wanted, present, history, now)


async def undo(
    connection: AsyncConnection,
    change_id: int,
    now: datetime,
    *,
    account_id: int | None = None,
    report_id: int | None = None,
) -> int:
    """Undo a change by a new one that puts back what was before, and return its id. An undo can be undone too.

    Raises:
        UndoConflictError: a later change builds on it; it names that one.
        RegisterError: there is no such change, or it is undone already.
    """
    found = await change(connection, change_id)
    if not found.items:
        raise RegisterError("the undo of an import is not undone: import the file again")
    items = [Item(item.entity, item.id, item.after, item.before) for item in found.items]
    present = await _present(connection, items)
    history = await histories(connection, {*present.touched, *found.household_ids})
    root = _root(found, history)
    if not _holds(found, history):
        raise RegisterError(f"change {change_id} is undone already")
    _refuse_if_built_on(found, root, history)
    _compare(items, present)
    wanted = Change("undo", found.event_date, items, account_id, report_id)
    return await _write(connection, wanted, present, history, now, undoes=change_id)


class _Present:
    """The rows that a change is about, as they are now, locked."""

    def __init__(self) -> None:
        self.rows: dict[tuple[str, int], dict[str, Any]] = {}
        self.touched: set[int] = set()


async def _present(connection: AsyncConnection, items: Sequence[Item]) -> _Present:
    """Lock the households and read the rows."""
    await hold_periods(connection)
    present = _Present()
    member_ids = {item.id for item in items if item.entity == "member"}
    lived = await rows(connection, "member", member_ids)
    present.touched = _named_households(items) | {row["household_id"] for row in lived.values()}
    for household_id, values in (await rows(connection, "household", present.touched, lock=True)).items():
        present.rows["household", household_id] = values
    for member_id, values in (await rows(connection, "member", member_ids)).items():
        present.rows["member", member_id] = values
    return present


def _named_households(items: Iterable[Item]) -> set[int]:
    found: set[int] = set()
    for item in items:
        if item.entity == "household":
            found.add(item.id)
        for side in (item.before, item.after):
            named = (side or {}).get("household_id" if item.entity == "member" else "merged_into")
            if named is not None:
                found.add(named)
    return found


def _compare(items: Iterable[Item], present: _Present) -> None:
    """`before` is what is there, field by field."""
    for item in items:
        found = present.rows.get((item.entity, item.id))
        if item.before is None:
            if found is not None:
                raise StaleError(item.entity, item.id, "id", found=item.id)
            continue
        if found is None:
            raise StaleError(item.entity, item.id, "id", expected=item.id)
        for field, expected in item.before.items():
            if found[field] != expected:
                raise StaleError(item.entity, item.id, field, expected=expected, found=found[field])


def _refuse_earlier_than_known(wanted: Change, history: Iterable[Recorded]) -> None:
    setters = last_setters(history)
    for item in wanted.items:
        for field in item.after or ():
            last = setters.get((item.entity, item.id, field))
            if last is not None and last.event_date > wanted.event_date:
                raise LaterEventError(item.entity, item.id, field, last.id)


def _root(found: Recorded, history: Iterable[Recorded]) -> Recorded:
    """The change that an undo of an undo of … is about."""
    by_id = {each.id: each for each in history}
    while found.undoes is not None:
        found = by_id[found.undoes]
    return found


def _holds(found: Recorded, history: Iterable[Recorded]) -> bool:
    """Whether no living undo is about this very change."""
    dead: set[int] = set()
    for each in sorted(history, key=lambda each: each.id, reverse=True):
        if each.undoes is not None and each.id not in dead:
            dead.add(each.undoes)
    return found.id not in dead


def _refuse_if_built_on(found: Recorded, root: Recorded, history: Iterable[Recorded]) -> None:
    fields_set = {(item.entity, item.id, field) for item in root.items for field in item.after or ()}
    made = {(item.entity, item.id) for item in root.items if item.before is None}
    for later in living(history):
        if later.id <= root.id:
            continue
        touches = {(item.entity, item.id, field) for item in later.items for field in item.after or ()}
        merged = {(item.after or {}).get("merged_into") for item in later.items}
        lives_on = any(("household", home) in made for home in homes_in(later) | merged)
        heads = any(("member", (item.after or {}).get("head_member_id")) in made for item in later.items)
        if touches & fields_set or lives_on or heads:
            raise UndoConflictError(found.id, later.id)


async def _write(
    connection: AsyncConnection,
    wanted: Change,
    present: _Present,
    history: list[Recorded],
    now: datetime,
    undoes: int | None = None,
) -> int:
    await _refuse_known_codes(connection, wanted.items)
    await _write_rows(connection, wanted.items, now)
    touched = sorted(present.touched)
    known = await paths(connection, _area_keys(wanted, present, history))
    change_id = await _record(connection, wanted, touched, _place(wanted, present, known), now, undoes)
    added = Recorded(
        change_id, wanted.kind, wanted.event_date, now, wanted.account_id, wanted.report_id, wanted.import_id,
        undoes, tuple(touched), "", tuple(wanted.items),
    )  # fmt: skip
    complete = [*history, added]
    await derived.renew(connection, wanted.items, touched)
    await _check_shape(connection, touched)
    homes = {home for each in complete if _shares_member(each, wanted) for home in homes_in(each)}
    await spans.renew(connection, touched, complete, known)
    await derived.book(connection, change_id, {*touched, *homes}, complete, known)
    return change_id


async def _refuse_known_codes(connection: AsyncConnection, items: Iterable[Item]) -> None:
    codes = {(item.after or {})["code"]: item.id for item in items if "code" in (item.after or {})}
    if not codes:
        return
    query = select(households.c.code, households.c.id).where(households.c.code.in_(list(codes)))
    for row in await connection.execute(query):
        if row.id != codes[row.code]:
            raise StaleError("household", codes[row.code], "code", found=row.code)


def _shares_member(each: Recorded, wanted: Change) -> bool:
    members = {item.id for item in wanted.items if item.entity == "member"}
    return any(item.entity == "member" and item.id in members for item in each.items)


async def _write_rows(connection: AsyncConnection, items: Iterable[Item], now: datetime) -> None:
    for item in items:
        table = TABLE[item.entity]
        if item.after is None:
            await connection.execute(delete(table).where(table.c.id == item.id))
            continue
        values = dict(item.after)
        if item.entity == "member" and "name" in values:
            values["name_plain"] = folded(values["name"])
        if item.before is None:
            extra = {"area_path": "", "name_search": "", "created_at": now} if item.entity == "household" else {}
            await connection.execute(insert(table).values(id=item.id, version=1, **values, **extra))
        else:
            await connection.execute(
                update(table).where(table.c.id == item.id).values(version=table.c.version + 1, **values)
            )


def _area_keys(wanted: Change, present: _Present, history: Iterable[Recorded]) -> set[str]:
    sides = [side for each in history for item in each.items for side in (item.before, item.after)]
    sides += [side for item in wanted.items for side in (item.before, item.after)]
    sides += list(present.rows.values())
    return {side["area_key"] for side in sides if side is not None and "area_key" in side}


def _place(wanted: Change, present: _Present, known: dict[str, str]) -> str:
    """The path that stands for a change: of its first household, as it becomes."""
    for item in wanted.items:
        if item.entity == "household" and "area_key" in (item.after or {}):
            return known[(item.after or {})["area_key"]]
    for (entity, _), values in sorted(present.rows.items()):
        if entity == "household":
            return known[values["area_key"]]
    raise RegisterError("members without a household")


async def _record(
    connection: AsyncConnection, wanted: Change, touched: list[int], place: str, now: datetime, undoes: int | None
) -> int:
    result = await connection.execute(
        insert(changes)
        .values(
            kind=wanted.kind,
            event_date=wanted.event_date,
            recorded_at=now,
            account_id=wanted.account_id,
            report_id=wanted.report_id,
            import_id=wanted.import_id,
            undoes=undoes,
            household_ids=json.dumps(touched, separators=(",", ":")),
            area_path=place,
            items=encode_items(wanted.items),
        )
        .returning(changes.c.id)
    )
    change_id: int = result.scalar_one()
    await connection.execute(
        insert(change_households), [{"household_id": each, "change_id": change_id} for each in touched]
    )
    return change_id


async def _check_shape(connection: AsyncConnection, touched: Iterable[int]) -> None:
    """Every member has a home, and a head is a member of the household that it heads."""
    homes = await rows(connection, "household", touched)
    seats: dict[int, set[int]] = {}
    for row in await members_of(connection, touched):
        seats.setdefault(row.household_id, set()).add(row.id)
    homeless = seats.keys() - homes.keys()
    if homeless:
        raise RegisterError(f"members without a household: {sorted(seats[min(homeless)])}")
    for household_id, values in homes.items():
        head = values["head_member_id"]
        if head is not None and head not in seats.get(household_id, set()):
            raise RegisterError(f"household {household_id}: its head {head} is no member of it")
        if not values["code"]:
            raise RegisterError(f"household {household_id} has no code")
