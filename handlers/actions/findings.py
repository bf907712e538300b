"""The list "hộ có thể được thêm" as a piece of work: what waits, what became of it, and taking it along as a file."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor, can, require, scope_filter
from storage import areas, audit, findings, linked
from storage.audit import Event
from storage.findings import Line, Wanted
from storage.keys import Keys
from storage.tables_entitlements import KINDS
from storage.tables_linked import OUTCOMES

LOOK_BACK: Final = timedelta(days=365)
LONGEST_NOTE: Final = 500
MOST_ROWS: Final = 20_000
"""Of one file."""


class FindingError(Exception):
    """What cannot be done with a finding; `reason` is the end of a phrase key `linked.error.…`."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Filters:
    """As somebody chose them; nothing in here is trusted."""

    place: str = ""
    kind: str = ""
    benefit: str = ""
    handled: str = ""
    """Empty for what is open, "1" for what is handled, "all" for both."""


@dataclass(frozen=True, slots=True)
class Listed:
    """A page of the list."""

    lines: Sequence[Line]
    after: int
    """0 after the last page."""
    total: int
    notes: Mapping[int, str]
    """What was said with an outcome, by the outcome's id."""
    linked: Mapping[int, int]
    """Households that hear of it themselves, with the number of accounts."""


async def see_list(
    connection: AsyncConnection, actor: Actor, keys: Keys, filters: Filters, today: date, *, after: int = 0,
    limit: int = 100,
) -> Listed:  # fmt: skip
    """A page of the findings of the actor's area. What tells of health is left out for who may not see such fields.

    Raises:
        AccessDenied: the area is not the actor's.
    """
    wanted = await _wanted(connection, actor, filters, today)
    lines = await findings.page(connection, wanted, after=after, limit=limit + 1)
    shown = lines[:limit]
    return Listed(
        shown,
        shown[-1].id if len(lines) > limit else 0,
        await findings.count(connection, wanted),
        _notes(keys, shown),
        await linked.linked_homes(connection, [line.row.finding.household_id for line in shown]),
    )


async def see_homes(
    connection: AsyncConnection, actor: Actor, today: date, *, after: int = 0, limit: int = 8
) -> list[tuple[int, str, str, int]]:
    """Households with something open: (household, code, head, how many), for a list in a chat.

    Raises:
        AccessDenied: the role sees no findings.
    """
    wanted = await _wanted(connection, actor, Filters(), today)
    return await findings.homes(connection, wanted, after=after, limit=limit)


async def see_home(connection: AsyncConnection, actor: Actor, household_id: int, today: date) -> list[Line]:
    """What is open for one household.

    Raises:
        AccessDenied: the role sees no findings.
    """
    wanted = await _wanted(connection, actor, Filters(), today, household_id)
    return await findings.page(connection, wanted)


async def mark(
    connection: AsyncConnection, actor: Actor, keys: Keys, finding_id: int, outcome: str, *, seen: int, note: str,
    now: datetime,
) -> Line:  # fmt: skip
    """Say what became of a finding. `seen` is the outcome that the actor saw, 0 for none.

    Raises:
        AccessDenied: it lies outside the actor's area, or tells of health that the actor may not see.
        FindingError: there is none, no such outcome, or somebody else was first.
    """
    await audit.serialise(connection)
    line = await findings.get(connection, finding_id)
    if line is None or outcome not in OUTCOMES:
        raise FindingError("no_finding")
    found = line.row.finding
    require(actor, "handle_finding", found.area_path)
    if found.sensitive:
        require(actor, "show_sensitive", found.area_path)
    if (line.outcome.id if line.outcome is not None else 0) != seen:
        raise FindingError("seen_first")
    said = " ".join(note.split())[:LONGEST_NOTE]
    sealed = keys.encrypt(said.encode(), _context(found.household_id)) if said else None
    await findings.mark(connection, found, outcome, sealed, actor.account_id, now)
    detail = {"household": found.household_id, "benefit": found.benefit, "outcome": outcome}
    event = Event(
        "finding_handled", "finding", str(finding_id), actor.account_id, actor.role, found.area_path, detail
    )  # fmt: skip
    await audit.append(connection, event, now)
    return line


async def show(connection: AsyncConnection, actor: Actor, finding_id: int, now: datetime) -> None:
    """Note that a finding which tells of somebody's health is looked at in the clear.

    Raises:
        AccessDenied: it lies outside the actor's area, or the actor may not see such fields.
        FindingError: there is none.
    """
    line = await findings.get(connection, finding_id)
    if line is None:
        raise FindingError("no_finding")
    found = line.row.finding
    require(actor, "show_sensitive", found.area_path)
    event = Event(
        "show_sensitive", "household", str(found.household_id), actor.account_id or None, actor.role, found.area_path,
        {"finding": finding_id},
    )  # fmt: skip
    await audit.append(connection, event, now)


async def take_along(
    connection: AsyncConnection, actor: Actor, keys: Keys, filters: Filters, today: date, now: datetime
) -> Listed:
    """Everything of the list for a file; it stands in the audit trail.

    Raises:
        AccessDenied: the area is not the actor's, or the role exports nothing.
    """
    wanted = await _wanted(connection, actor, filters, today)
    require(actor, "export_register", wanted.path)
    lines = await findings.page(connection, wanted, limit=MOST_ROWS)
    event = Event(
        "download_findings", "area", wanted.path[-64:], actor.account_id, actor.role, wanted.path,
        {"findings": len(lines), "kind": filters.kind, "handled": filters.handled},
    )  # fmt: skip
    await audit.append(connection, event, now)
    homes = await linked.linked_homes(connection, [line.row.finding.household_id for line in lines])
    return Listed(lines, 0, len(lines), _notes(keys, lines), homes)


async def _wanted(
    connection: AsyncConnection, actor: Actor, filters: Filters, today: date, household_id: int | None = None
) -> Wanted:
    path = scope_filter(actor, "see_findings")
    if filters.place:
        place = await areas.get(connection, filters.place)
        path = place.path if place is not None else "/"
    require(actor, "see_findings", path)
    return Wanted(
        path,
        since=today - LOOK_BACK,
        # What a look ahead has found is not news yet.
        until=today,
        kinds=(filters.kind,) if filters.kind in KINDS else (),
        benefit=filters.benefit[:64],
        handled={"": False, "1": True}.get(filters.handled),
        sensitive=can(actor, "show_sensitive", path),
        household_id=household_id,
    )


def _notes(keys: Keys, lines: Sequence[Line]) -> dict[int, str]:
    return {
        line.outcome.id: keys.decrypt(line.outcome.note, _context(line.row.finding.household_id)).decode()
        for line in lines
        if line.outcome is not None and line.outcome.note
    }


def _context(household_id: int) -> str:
    return f"finding_outcomes.note:{household_id}"
