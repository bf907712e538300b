"""How a household counted from day to day: one row for each stretch of days without a change of status, state or place.

A list of the register as of a day is then a range of an index, as it is for today.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any, Final, NamedTuple

from sqlalchemy import delete, insert
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.register.fold import State, by_event, put
from storage.register.model import Recorded
from storage.register.reading import in_parts
from storage.tables_register import household_spans

FOREVER: Final = date(9999, 12, 31)
"""The end of what still holds."""


class Span(NamedTuple):
    """A stretch of days `[since, until)`; the code is today's."""

    household_id: int
    since: date
    until: date
    code: str
    area_path: str
    state: str
    status: str


def spans_of(household_ids: Iterable[int], changes: Iterable[Recorded], paths: Mapping[str, str]) -> list[Span]:
    """All stretches of the households over their whole history; `paths` gives an area's path by its key."""
    wanted = set(household_ids)
    state: State = {}
    turns: dict[int, list[tuple[date, tuple[str, str, str] | None]]] = {}
    for change in by_event(changes):
        put(state, change.items)
        for household_id in wanted & {item.id for item in change.items if item.entity == "household"}:
            row = state.get(("household", household_id))
            now = None if row is None else (paths[row["area_key"]], str(row["state"]), str(row["status"]))
            known = turns.setdefault(household_id, [])
            # Of several changes on one day the last one says what held at its end.
            if known and known[-1][0] == change.event_date:
                known.pop()
            if not known or known[-1][1] != now:
                known.append((change.event_date, now))
    found = []
    for household_id, known in sorted(turns.items()):
        home = state.get(("household", household_id))
        ends = [since for since, _ in known[1:]] + [FOREVER]
        for (since, now), until in zip(known, ends, strict=True):
            if now is not None and home is not None:
                found.append(Span(household_id, since, until, home["code"], *now))
    return found


def beginning(household: Mapping[str, Any], household_id: int, path: str, on: date) -> dict[str, Any]:
    """The row of a household that has just come in."""
    span = Span(household_id, on, FOREVER, household["code"], path, household["state"], household["status"])
    return span._asdict()


async def renew(
    connection: AsyncConnection, household_ids: Iterable[int], history: Iterable[Recorded], paths: Mapping[str, str]
) -> None:
    """Write the stretches of households anew from their complete history."""
    ids = set(household_ids)
    for part in in_parts(ids):
        await connection.execute(delete(household_spans).where(household_spans.c.household_id.in_(part)))
    rows = [span._asdict() for span in spans_of(ids, history, paths)]
    if rows:
        await connection.execute(insert(household_spans), rows)
