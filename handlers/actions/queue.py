"""The queue of whoever reviews: what waits, moving one report on, and several at once with a result for each."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import VILLAGE_HEAD, AccessDenied, Actor, require, scope_filter
from handlers.actions.reports import LEVELS, ReportError, Viewed, move, view
from handlers.reporting.frame import Frame
from handlers.reporting.preview import Home, preview
from rules.reports.catalogue import forms
from rules.reports.model import Problem
from rules.review import OPEN, STATES, WAITING_FOR, Part
from storage import areas, audit, report_queue, reports
from storage.database import Database
from storage.keys import Keys
from storage.register.households import presents
from storage.report_queue import Filters, QueueLine
from storage.reports import FileRow, ReportRow

MINE: Final = "mine"
"""The states that wait for this role."""
MOST_AT_ONCE: Final = 200
BULK_MOVES: Final = ("approve", "forward", "take")


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters as somebody typed or chose them; nothing in here is trusted."""

    state: str = MINE
    form: str = ""
    village: str = ""
    overdue: bool = False
    mine: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue with the numbers above it."""

    lines: Sequence[QueueLine]
    after: int | None
    total: int
    waiting: int
    overdue: int
    most: int = report_queue.MOST_COUNTED
    """Numbers above this one only say "more"."""
    most_named: int = report_queue.MOST_NAMED
    is_common: bool = False
    """More people have the name that was typed than were looked at."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A report beside the households it is about; `problem` is why it could not be approved as it is."""

    viewed: Viewed
    homes: tuple[Home, ...]
    problem: Problem | None
    files: tuple[FileRow, ...]
    points: Mapping[int, dict[str, Any]]
    """Latitude and longitude of the files that are points."""
    next: int | None


@dataclass(frozen=True, slots=True)
class Done:
    """What became of one report of several."""

    report_id: int
    row: ReportRow | None
    error: ReportError | None = None
    denied: AccessDenied | None = None


def part_of(actor: Actor, frame: Frame) -> Part | None:
    """The part in the review that the acting role plays."""
    if actor.role == VILLAGE_HEAD:
        return "sender"
    return frame.route.part(LEVELS.get(actor.role, ""))


async def path_of(connection: AsyncConnection, actor: Actor, verb: str, place_key: str) -> str:
    """The actor's area, or the place within it that is asked for.

    Raises:
        AccessDenied: the role may not do this, or not there.
    """
    path = scope_filter(actor, verb)
    if place_key:
        place = await areas.get(connection, place_key)
        path = place.path if place is not None else "/"
        require(actor, verb, path)
    return path


def states_of(actor: Actor, frame: Frame, wanted: str) -> tuple[str, ...]:
    """The states that a filter stands for: one, the open ones, or those that wait for the actor's part of the route."""
    part = part_of(actor, frame)
    if wanted == "open" or (wanted == MINE and part is None):
        return tuple(state for state in STATES if state in OPEN)
    if wanted == MINE and part is not None:
        return WAITING_FOR[part]
    return (wanted,) if wanted in STATES else ()


async def filters_of(connection: AsyncConnection, actor: Actor, frame: Frame, wanted: Wanted, today: date) -> Filters:
    """What is asked for, within the actor's area.

    Raises:
        AccessDenied: the role sees no reports, or the place is not within its area.
    """
    path = await path_of(connection, actor, "see_report", wanted.village)
    states = states_of(actor, frame, wanted.state)
    return Filters(
        states=states,
        form=wanted.form if wanted.form in forms() else "",
        path=path,
        overdue_on=today if wanted.overdue else None,
        taken_by=actor.account_id if wanted.mine else None,
        text=wanted.text[:80],
    )


async def see_queue(
    connection: AsyncConnection,
    actor: Actor,
    frame: Frame,
    wanted: Wanted,
    today: date,
    *,
    after: int = 0,
    limit: int = 100,
) -> Queue:
    """A page of the queue.

    Raises:
        AccessDenied: see `filters_of`.
    """
    filters = await filters_of(connection, actor, frame, wanted, today)
    lines, following = await report_queue.queue(connection, filters, after=after, limit=limit)
    everywhere = await filters_of(connection, actor, frame, Wanted(), today)
    return Queue(
        lines,
        following,
        await report_queue.count(connection, filters),
        await report_queue.count(connection, everywhere),
        await report_queue.count(connection, report_queue.overdue(everywhere, today)),
        is_common=await report_queue.is_common(connection, filters),
    )


async def see_report(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    report_id: int,
    wanted: Wanted,
    now: datetime,
    today: date,
) -> Seen:
    """A report beside its households as they are and as they would become; the look stands in the audit trail.

    Raises:
        AccessDenied: it lies outside the actor's area.
        ReportError: there is none.
    """
    viewed = await view(connection, actor, keys, frame, report_id, today)
    row, case = viewed.row, viewed.case
    ids = [each for each in (row.household_id, row.other_household_id) if each is not None]
    homes = await presents(connection, ids)
    form = forms().get(row.form)
    open_still = row.state in OPEN
    problem = form.problem(case) if open_still else None
    effect = form.effect(case) if open_still and problem is None else None
    filters = await filters_of(connection, actor, frame, wanted, today)
    await audit.append(
        connection,
        audit.Event("see_report", "report", str(row.id), actor.account_id or None, actor.role, row.area_path),
        now,
    )
    files = await reports.files(connection, row.id)
    return Seen(
        viewed,
        preview(effect, homes),
        problem,
        tuple(files),
        {each.id: opened_file(keys, each) for each in files if each.kind == "location"},
        await report_queue.next_after(connection, filters, row.id),
    )


async def see_file(
    connection: AsyncConnection, actor: Actor, keys: Keys, report_id: int, file_id: int
) -> tuple[FileRow, str] | None:
    """A photo of a report with the channel's handle in the clear ("" for what is no photo).

    Raises:
        AccessDenied: the report lies outside the actor's area.
    """
    row = await reports.get(connection, report_id)
    if row is None:
        return None
    require(actor, "see_report", row.area_path)
    found = next((each for each in await reports.files(connection, report_id) if each.id == file_id), None)
    return None if found is None else (found, str(opened_file(keys, found).get("ref", "")))


def opened_file(keys: Keys, file: FileRow) -> dict[str, Any]:
    """What is kept of a photo (`ref`) or a point (`latitude`, `longitude`), in the clear."""
    said: dict[str, Any] = json.loads(keys.decrypt(file.content, f"report_files.content:{file.report_id}"))
    return said


async def move_many(
    database: Database,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    chosen: Sequence[tuple[int, int]],
    wanted: str,
    now: datetime,
    today: date,
) -> list[Done]:
    """Make the same move with several reports, (id, version) each. Every one is a transaction of its own: what cannot
    be done stands in its result, and the others are done all the same.
    """
    found = []
    for report_id, version in chosen[:MOST_AT_ONCE]:
        try:
            async with database.write() as connection:
                row = await move(
                    connection, actor, keys, frame, report_id, wanted, version=version, now=now, today=today
                )
            found.append(Done(report_id, row))
        except ReportError as error:
            async with database.read() as connection:
                found.append(Done(report_id, await reports.get(connection, report_id), error))
        except AccessDenied as denied:
            found.append(Done(report_id, None, denied=denied))
    return found
