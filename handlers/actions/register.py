"""The register for whoever acts: reading within the own area, revealing protected fields, closing periods.

`actor` None is the operator at the command line. Whatever shows a protected field stands in the audit trail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange.demo import Demo
from handlers.access import Actor, require, scope_filter
from storage import areas, audit, register
from storage.audit import Event
from storage.keys import Keys
from storage.register import Entity, RegisterError, periods, protected, reading
from storage.register import bulk as imports
from storage.register.households import Household, history, present, state_at
from storage.register.model import Recorded
from storage.register.search import Page, listed, search


async def see_household(
    connection: AsyncConnection, actor: Actor, household_id: int, on: date | None = None
) -> Household | None:
    """A household as it is, or as it was at the end of a day; None where there is (or was) none.

    Raises:
        AccessDenied: it lies outside the actor's area.
    """
    found = await (present(connection, household_id) if on is None else state_at(connection, household_id, on))
    if found is not None:
        await _require(connection, actor, "see_household", found["area_key"])
    return found


async def see_history(connection: AsyncConnection, actor: Actor, household_id: int) -> list[Recorded]:
    """The changes of a household.

    Raises:
        AccessDenied: it lies outside the actor's area.
    """
    if await see_household(connection, actor, household_id) is None:
        return []
    return await history(connection, household_id)


async def find_households(
    connection: AsyncConnection,
    actor: Actor,
    said: str,
    *,
    status: str | None = None,
    on: date | None = None,
    active: bool = True,
    path: str = "",
    after: tuple[str, str] | None = None,
    limit: int = 20,
) -> Page:
    """Households by a part of a name or a code, or all of them page by page where nothing is said.

    With `on` as of the end of that day: status, state and place, and who lived there. `path` narrows the search to a
    part of the actor's area.
    """
    scope = scope_filter(actor)
    if path:
        require(actor, "see_household", path)
        scope = path
    if said.strip():
        return await search(connection, scope, said, status=status, on=on, active=active, after=after, limit=limit)
    return await listed(connection, scope, status=status, on=on, active=active, after=after, limit=limit)


async def reveal(
    connection: AsyncConnection, actor: Actor, keys: Keys, entity: Entity, row_id: int, field: str, now: datetime
) -> str | None:
    """A protected field in the clear, and a line about it in the audit trail.

    Raises:
        AccessDenied: the actor may not see such fields there.
        RegisterError: there is no such row or field.
    """
    if field not in protected.PROTECTED[entity]:
        raise RegisterError(f"{field!r} is no protected field")
    row = (await reading.rows(connection, entity, [row_id])).get(row_id)
    home = row if row is None or entity == "household" else await _home(connection, row["household_id"])
    if row is None or home is None:
        raise RegisterError(f"there is no {entity} {row_id}")
    path = await _require(connection, actor, "show_sensitive", home["area_key"])
    event = Event("show_sensitive", entity, str(row_id), actor.account_id or None, actor.role, path, {"field": field})
    await audit.append(connection, event, now)
    ciphertext = row[f"{field}_encrypted"]
    return protected.opened(keys, entity, field, ciphertext) if ciphertext else None


async def undo_change(connection: AsyncConnection, actor: Actor, change_id: int, now: datetime) -> int:
    """Undo one change; returns the id of the undo.

    Raises:
        AccessDenied: it lies outside the actor's area.
        UndoConflictError: a later change builds on it.
    """
    await audit.serialise(connection)
    found = await reading.change(connection, change_id)
    require(actor, "undo_change", found.area_path)
    undo_id = await register.undo(connection, change_id, now, account_id=actor.account_id or None)
    event = Event(
        "undo_change",
        "change",
        str(change_id),
        actor.account_id or None,
        actor.role,
        found.area_path,
        {"undo": undo_id},
    )
    await audit.append(connection, event, now)
    return undo_id


async def undo_import(connection: AsyncConnection, actor: Actor | None, import_id: int, now: datetime) -> int:
    """Take an import back as a whole; returns how many households went.

    Raises:
        AccessDenied: it reaches outside the actor's area.
        UndoConflictError: one of its households has changed since.
    """
    await audit.serialise(connection)
    found = await imports.get(connection, import_id)
    if actor is not None:
        require(actor, "import_register", found.area_path)
    account_id = (actor.account_id or None) if actor is not None else None
    count = await imports.undo(connection, import_id, now, account_id)
    event = Event(
        "undo_import", "import", str(import_id), account_id, actor.role if actor is not None else "",
        found.area_path, {"households": count},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return count


async def lock_period(
    connection: AsyncConnection, actor: Actor, area_path: str, start: date, end: date, now: datetime
) -> None:
    """Close a period that was handed in: later news of it are corrections of the next one.

    Raises:
        AccessDenied: the area is not the actor's.
        RegisterError: it is closed already, or its dates are the wrong way round.
    """
    require(actor, "lock_period", area_path)
    await audit.serialise(connection)
    await periods.lock(connection, area_path, start, end, now, actor.account_id or None)
    detail = {"from": start.isoformat(), "to": end.isoformat()}
    event = Event("lock_period", "period", area_path[-64:], actor.account_id or None, actor.role, area_path, detail)
    await audit.append(connection, event, now)


def totals_by_area(demo: Demo | None, parents: Mapping[str, str | None]) -> dict[str, int]:
    """The number of all households by area key: the demo's villages, summed up for everything above them."""
    found: dict[str, int] = {}
    for key, number in (demo.totals if demo is not None else {}).items():
        above: str | None = key
        while above is not None:
            found[above] = found.get(above, 0) + number
            above = parents.get(above)
    return found


async def _home(connection: AsyncConnection, household_id: int) -> Mapping[str, object] | None:
    return (await reading.rows(connection, "household", [household_id])).get(household_id)


async def _require(connection: AsyncConnection, actor: Actor, verb: str, area_key: object) -> str:
    area = await areas.get(connection, str(area_key))
    path = area.path if area is not None else ""
    require(actor, verb, path)
    return path
