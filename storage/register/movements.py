"""From the history of households to the columns of the period report.

A household's movements follow from its history alone. When its history changes, the difference to what is already
booked is added; booked rows are never touched. A difference that falls into a closed period is booked on the first day
after it, as a correction.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final, NamedTuple

from storage.register.fold import State, by_event, put
from storage.register.model import Recorded
from storage.tables_register import LISTS

FALLS: Final = ("to_other_list", "above", "fall_other")
RISES: Final = ("from_other_list", "again", "new", "rise_other")
COLUMNS: Final = (*FALLS, *RISES)
"""The columns of reports 2 and 3: to or from the other of the two lists; above the near-poor standard; listed again;
listed for the first time; and everything else (moves, deaths, births, splits, merges, imports).
"""

_NEW_KINDS: Final = frozenset({"poor_new", "nearpoor_new"})
_AGAIN_KINDS: Final = frozenset({"poor_again", "nearpoor_again"})
_OTHER_KINDS: Final = frozenset({"other_out", "correction"})


class Movement(NamedTuple):
    """What is the same for rows that cancel each other out."""

    household_id: int
    area_path: str
    status: str
    event_date: date
    column: str


class Counted(NamedTuple):
    """How a household counts at a moment: on which list, where, with how many persons; on none with status ""."""

    status: str
    area_path: str
    persons: int
    active: bool


Amounts = dict[Movement, tuple[int, int]]
"""Households and persons by movement: negative in the columns of falls."""

_ABSENT: Final = Counted("", "", 0, False)


def movements_of(household_ids: Iterable[int], changes: Iterable[Recorded], paths: Mapping[str, str]) -> Amounts:
    """All movements of the households over their whole history; `paths` gives an area's path by its key."""
    wanted = set(household_ids)
    households: Counter[Movement] = Counter()
    persons: Counter[Movement] = Counter()
    state: State = {}
    people: dict[int, set[int]] = {}
    before = dict.fromkeys(wanted, _ABSENT)
    for change in by_event(changes):
        touched = _touched(state, change)
        _seat(people, state, change)
        put(state, change.items)
        for household_id in wanted & touched:
            now = _counted(household_id, state, people, paths)
            for status, place, column, number, heads in steps(change.kind, before[household_id], now):
                movement = Movement(household_id, place, status, change.event_date, column)
                households[movement] += number
                persons[movement] += heads
            before[household_id] = now
    keys = {key for key in (*households, *persons) if households[key] or persons[key]}
    return {key: (households[key], persons[key]) for key in keys}


def _touched(state: State, change: Recorded) -> set[int]:
    """The households whose count a change can alter, as the members lived when it happened."""
    found: set[int] = set()
    for item in change.items:
        if item.entity == "household":
            found.add(item.id)
            continue
        known = state.get(("member", item.id), {}).get("household_id")
        found.update(each for each in (known, (item.after or {}).get("household_id")) if each is not None)
    return found


def _seat(people: dict[int, set[int]], state: State, change: Recorded) -> None:
    """Keep who belongs to which household up to date, so that counting one does not walk through all."""
    for item in change.items:
        if item.entity != "member":
            continue
        known = state.get(("member", item.id), {}).get("household_id")
        after = item.after or {}
        if known is not None and (item.after is None or "household_id" in after):
            people.get(known, set()).discard(item.id)
        if after.get("household_id") is not None:
            people.setdefault(after["household_id"], set()).add(item.id)


def _counted(household_id: int, state: State, people: Mapping[int, set[int]], paths: Mapping[str, str]) -> Counted:
    household = state.get(("household", household_id))
    if household is None or household["state"] != "active":
        return _ABSENT
    status = household["status"] if household["status"] in LISTS else ""
    persons = sum(state["member", member]["ended_on"] is None for member in people.get(household_id, ()))
    return Counted(status, paths[household["area_key"]], persons, True)


def steps(kind: str, before: Counted, now: Counted) -> Sequence[tuple[str, str, str, int, int]]:
    """(list, area path, column, households, persons) for what one change did to one household."""
    if before.status == now.status and before.area_path == now.area_path:
        difference = now.persons - before.persons
        if not now.status or not difference:
            return ()
        return ((now.status, now.area_path, "rise_other" if difference > 0 else "fall_other", 0, difference),)
    found = []
    if before.status:
        found.append((before.status, before.area_path, _fall(kind, before, now), -1, -before.persons))
    if now.status:
        found.append((now.status, now.area_path, _rise(kind, before, now), 1, now.persons))
    return found


def _fall(kind: str, before: Counted, now: Counted) -> str:
    if not now.active or before.area_path != now.area_path or kind in _OTHER_KINDS:
        return "fall_other"
    return "to_other_list" if now.status else "above"


def _rise(kind: str, before: Counted, now: Counted) -> str:
    if before.status and before.area_path == now.area_path:
        return "from_other_list"
    if kind in _NEW_KINDS:
        return "new"
    return "again" if kind in _AGAIN_KINDS else "rise_other"


def difference(wanted: Amounts, booked: Amounts) -> Amounts:
    """What must be added to what is booked."""
    found: Amounts = {}
    for key in wanted.keys() | booked.keys():
        want, have = wanted.get(key, (0, 0)), booked.get(key, (0, 0))
        if want != have:
            found[key] = (want[0] - have[0], want[1] - have[1])
    return found


def booked_on(event_date: date, area_path: str, locks: Iterable[tuple[str, date]]) -> date:
    """The day on which a movement counts: its own, or the first after every closed period of the area.

    `locks` are (area path, end). Closing a period also closes what lies before it, or its opening figures would move.
    """
    ends = [end for path, end in locks if area_path.startswith(path)]
    return max([event_date, *ends])


def as_rows(change_id: int, amounts: Amounts, locks: Sequence[tuple[str, date]]) -> list[dict[str, Any]]:
    """Rows for the table, in a stable order."""
    return [
        {
            "change_id": change_id,
            **movement._asdict(),
            "booked_on": booked_on(movement.event_date, movement.area_path, locks),
            "households": households,
            "persons": persons,
        }
        for movement, (households, persons) in sorted(amounts.items())
    ]
