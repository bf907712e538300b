"""What the register knows of a household, as facts of the rules. What it does not know is left out, never guessed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

Fields = Mapping[str, Any]
Facts = dict[str, Any]
OpenDisability = Callable[[str], str | None]

AGE: Final = "person.age"
AGE_BETWEEN: Final = "person.age?"
"""Stands for the age where the birth date allows two: not a fact of the rules, which are asked for both."""
_MONTHS: Final = 12
_SCHOOL_END: Final = 60
_PENSION_FROM: Final = 15
_CHILDREN_FROM: Final = 12
_GROWN_CHILDREN_FROM: Final = 28
_MOST_MONTHS: Final = 600
_OLDEST: Final = 125
_MAJORITY: Final = ("kinh",)


@dataclass(frozen=True, slots=True)
class Known:
    """The facts of the household and of each of its members; `dead` are those who died while they belonged to it."""

    area_path: str
    home: Facts
    persons: dict[int, Facts] = field(default_factory=dict)
    dead: dict[int, Facts] = field(default_factory=dict)
    births: dict[int, date] = field(default_factory=dict)
    """The birthdays of those whose day of birth is known."""

    def same_as(self, other: Known) -> bool:
        """Whether the rules cannot tell the two apart."""
        return self.home == other.home and self.persons == other.persons and self.dead.keys() == other.dead.keys()


def known(
    home: Fields,
    people: Iterable[tuple[int, Fields]],
    on: date,
    area_path: str,
    rural: bool | None,
    opened: OpenDisability,
) -> Known:
    """What is known of a household at the end of a day. `rural` is None where its unit no longer exists on that day."""
    everybody = list(people)
    living = [(member_id, member) for member_id, member in everybody if member["ended_on"] is None]
    found = Known(area_path, _of_household(home, on, rural))
    married = any(member["relation"] == "spouse" for _, member in living)
    widowed = not married and any(
        member["relation"] == "spouse" and member["ended_reason"] == "death" for _, member in everybody
    )
    children = [member for _, member in living if member["relation"] == "child"]
    for member_id, member in living:
        facts = _of_person(member, on, opened)
        facts["person.deceased"] = "no"
        if member["relation"] in ("head", "spouse"):
            _add_family(facts, member, children, on, married=married, widowed=widowed)
        found.persons[member_id] = facts
        if member["birth_date"] is not None and member["birth_precision"] == "day":
            found.births[member_id] = member["birth_date"]
    for member_id, member in everybody:
        if member["ended_on"] is not None and member["ended_reason"] == "death":
            found.dead[member_id] = _of_person(member, member["ended_on"], opened) | {"person.deceased": "yes"}
    return found


def ages(birth: date | None, precision: str, on: date) -> tuple[int, int] | None:
    """The least and the greatest age in full years that a birth date allows; None where nothing is known."""
    if birth is None or birth > on:
        return None
    first = last = birth
    if precision == "year":
        first, last = date(birth.year, 1, 1), date(birth.year, 12, 31)
    elif precision == "month":
        first = birth.replace(day=1)
        following = date(birth.year + birth.month // _MONTHS, birth.month % _MONTHS + 1, 1)
        last = following - timedelta(days=1)
    return max(0, _full_years(last, on)), _full_years(first, on)


def birthday(birth: date, age: int) -> date:
    """The day on which somebody reaches an age; who was born on 29 February does so on 1 March of a common year."""
    year = birth.year + age
    return date(year, 3, 1) if (birth.month, birth.day) == (2, 29) and not _leap(year) else birth.replace(year=year)


def _full_years(birth: date, on: date) -> int:
    return on.year - birth.year - ((on.month, on.day) < (birth.month, birth.day))


def _leap(year: int) -> bool:
    return year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)


def _of_household(home: Fields, on: date, rural: bool | None) -> Facts:
    facts: Facts = {"household.status": home["status"]}
    if rural is not None:
        facts["household.area"] = "rural" if rural else "urban"
    if home["status"] == "newly_exited" and home["status_since"] is not None:
        since = home["status_since"]
        months = (on.year - since.year) * _MONTHS + on.month - since.month - (on.day < since.day)
        facts["household.months_since_exit"] = min(max(months, 0), _MOST_MONTHS)
    if home["b2"] is not None or home["deprivations"]:
        facts["household.deprivations"] = len(home["deprivations"])
    groups = set(home["groups"])
    if "no_labour" in groups:
        facts["household.has_worker"] = "no"
    return facts


def _of_person(member: Fields, on: date, opened: OpenDisability) -> Facts:
    facts: Facts = {}
    span = ages(member["birth_date"], member["birth_precision"], on)
    least = 0
    if span is not None:
        least = span[0]
        if span[1] <= _OLDEST:
            facts.update({AGE: span[0]} if span[0] == span[1] else {AGE_BETWEEN: span})
    if member["sex"] is not None:
        facts["person.gender"] = member["sex"]
    if member["pension"] is False:
        facts["person.pension_kind"] = "none"
    elif member["pension"] and least >= _PENSION_FROM:
        facts["person.pension_kind"] = "pension"
    if member["study"] is False or least >= _SCHOOL_END:
        facts["person.study"] = "none"
    if member["ethnicity"].strip().casefold() in _MAJORITY:
        facts["person.ethnic_minority"] = "no"
    elif member["ethnicity"].strip():
        facts["person.ethnic_minority"] = "yes"
    if member["disability_encrypted"] is not None:
        degree = opened(member["disability_encrypted"])
        if degree is not None:
            facts["person.disability_degree"] = degree
    return facts


def _add_family(
    facts: Facts, member: Fields, children: list[Fields], on: date, *, married: bool, widowed: bool
) -> None:
    """Marriage and children of the head and the spouse, as far as they live together."""
    own = ages(member["birth_date"], member["birth_precision"], on)
    least = own[0] if own is not None else 0
    if least < _CHILDREN_FROM:
        return
    if married:
        facts["person.marital"] = "married"
    elif widowed:
        facts["person.marital"] = "widowed"
    spans = [ages(child["birth_date"], child["birth_precision"], on) for child in children]
    if all(span is not None for span in spans):
        known_spans = [span for span in spans if span is not None]
        _count(facts, "person.children_under_16", known_spans, 16)
        _count(facts, "person.children_under_36_months", known_spans, 3)
    if least < _GROWN_CHILDREN_FROM:
        return
    grown = [
        child["study"] for child, span in zip(children, spans, strict=True) if span is None or _may_be(span, 16, 22)
    ]
    sure = all(span is not None and span[0] == span[1] for span in spans)
    if sure and None not in grown:
        facts["person.children_16_to_22_studying"] = sum(grown)


def _count(facts: Facts, fact: str, spans: list[tuple[int, int]], below: int) -> None:
    """How many are younger than an age, where every child is for certain younger or not."""
    if all(high < below or low >= below for low, high in spans):
        facts[fact] = sum(high < below for _, high in spans)


def _may_be(span: tuple[int, int], low: int, high: int) -> bool:
    return span[0] <= high and span[1] >= low
