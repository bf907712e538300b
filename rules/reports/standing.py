"""Checks that every form makes: the day, the village, the household and the person."""

from __future__ import annotations

from datetime import date
from typing import Final

from rules.reports.model import Case, Check, Problem


def day(case: Case) -> Problem | None:
    """An event that is still to come cannot be reported."""
    if case.on is not None and case.on > case.today:
        return Problem("on_future", "day", {"day": case.on})
    return None


def village(case: Case) -> Problem | None:
    """The village existed on the day; else its successors are named."""
    area = case.area
    if area is None or area.closed_on is None or case.on is None or case.on < area.closed_on:
        return None
    values = {"area": area.name, "day": area.closed_on, "successors": ", ".join(area.successors)}
    return Problem("area_closed_to" if area.successors else "area_closed", "day", values)


def household(case: Case) -> Problem | None:
    """The household is still there."""
    for home, name in ((case.household, "subject"), (case.other, "other")):
        if home is not None and home.state != "active":
            return Problem(f"household_{home.state}", name, {"code": home.code})
    return None


def member(case: Case) -> Problem | None:
    """The person is still a member."""
    person = case.member
    if person is None or person.ended_on is None:
        return None
    key = "member_dead" if person.ended_reason == "death" else "member_gone"
    return Problem(key, "subject", {"name": person.name, "day": person.ended_on})


def born(case: Case) -> Problem | None:
    """Nothing happens to a person before the birth."""
    person = case.member
    if person is None or person.birth_date is None or case.on is None:
        return None
    if case.on < _earliest(person.birth_date, person.birth_precision):
        return Problem("before_birth", "day", {"name": person.name, "day": person.birth_date})
    return None


def _earliest(birth: date, precision: str) -> date:
    if precision == "year":
        return date(birth.year, 1, 1)
    return birth.replace(day=1) if precision == "month" else birth


STANDING: Final[tuple[Check, ...]] = (household, member, day, village, born)
