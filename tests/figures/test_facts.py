"""What the register knows becomes facts; what it does not know is left out."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from handlers.entitled.facts import ages, birthday, known
from rules.assess import Assessor
from rules.household import PERSONS, parse

ON = date(2026, 11, 24)


def home(**more: Any) -> dict[str, Any]:
    return {"status": "none", "status_since": None, "b2": None, "deprivations": [], "groups": [], **more}


def member(**more: Any) -> dict[str, Any]:
    return {
        "relation": "other", "birth_date": None, "birth_precision": "day", "sex": None, "ethnicity": "",
        "disability_encrypted": None, "pension": None, "study": None, "ended_on": None, "ended_reason": "", **more,
    }  # fmt: skip


def facts_of(*people: dict[str, Any], on: date = ON, **more: Any) -> tuple[dict[str, Any], dict[int, dict[str, Any]]]:
    found = known(home(**more), list(enumerate(people, 1)), on, "/x/", None, lambda sealed: sealed)
    return found.home, found.persons


@pytest.mark.parametrize(
    ("birth", "precision", "on", "expected"),
    [
        (date(1951, 11, 24), "day", date(2026, 11, 23), (74, 74)),
        (date(1951, 11, 24), "day", date(2026, 11, 24), (75, 75)),
        (date(1951, 11, 1), "month", date(2026, 11, 24), (74, 75)),
        (date(1951, 11, 1), "month", date(2026, 12, 1), (75, 75)),
        (date(1951, 1, 1), "year", date(2026, 1, 1), (74, 75)),
        (date(1951, 1, 1), "year", date(2026, 12, 31), (75, 75)),
        (date(2020, 2, 29), "day", date(2026, 2, 28), (5, 5)),
        (date(2020, 2, 29), "day", date(2026, 3, 1), (6, 6)),
        (date(2027, 1, 1), "day", ON, None),
        (None, "day", ON, None),
    ],
)
def test_an_age_is_as_sure_as_the_birth_date(
    birth: date | None, precision: str, on: date, expected: tuple[int, int] | None
) -> None:
    """The day before and the birthday; a month or a year allows two ages until it is over."""
    assert ages(birth, precision, on) == expected


def test_a_birthday_on_29_february_falls_on_1_march() -> None:
    """In a common year; in a leap year on its own day."""
    assert birthday(date(2020, 2, 29), 6) == date(2026, 3, 1)
    assert birthday(date(2020, 2, 29), 8) == date(2028, 2, 29)
    assert birthday(date(2020, 12, 31), 6) == date(2026, 12, 31)


def test_what_is_unknown_is_no_fact() -> None:
    """No birth date, no sex, nothing about pension or school."""
    told, persons = facts_of(member())
    assert told == {"household.status": "none"}
    assert persons == {1: {"person.deceased": "no"}}


def test_an_age_that_may_be_two_is_no_fact() -> None:
    """In the year of the birthday the day of birth has to be asked."""
    _, unsure = facts_of(member(birth_date=date(1951, 1, 1), birth_precision="year"), on=date(2026, 6, 1))
    _, sure = facts_of(member(birth_date=date(1951, 1, 1), birth_precision="year"), on=date(2026, 12, 31))
    assert "person.age" not in unsure[1] and unsure[1]["person.age?"] == (74, 75)
    assert sure[1]["person.age"] == 75


def test_the_family_tells_of_marriage_and_children() -> None:
    """A spouse who lives is a marriage, one who died a widow; children are counted where every age is sure."""
    head = member(relation="head", birth_date=date(1980, 1, 1))
    spouse = member(relation="spouse", birth_date=date(1982, 1, 1))
    gone = {**spouse, "ended_on": date(2025, 1, 1), "ended_reason": "death"}
    small = member(relation="child", birth_date=date(2015, 1, 1))
    grown = member(relation="child", birth_date=date(2008, 1, 1), study=True)
    _, together = facts_of(head, spouse, small, grown)
    assert together[1]["person.marital"] == together[2]["person.marital"] == "married"
    assert together[1]["person.children_under_16"] == 1
    assert together[1]["person.children_16_to_22_studying"] == 1
    _, alone = facts_of(head, gone, small)
    assert alone[1]["person.marital"] == "widowed" and 2 not in alone
    _, unknown = facts_of(head, member(relation="child"))
    assert "person.children_under_16" not in unknown[1]
    _, left = facts_of(head, {**gone, "ended_reason": "move_out"})
    assert "person.marital" not in left[1]
    _, asked = facts_of(head, {**grown, "study": None})
    assert "person.children_16_to_22_studying" not in asked[1]


@pytest.mark.parametrize(
    ("since", "on", "months"),
    [
        (date(2026, 1, 31), date(2026, 2, 28), 0),
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2023, 11, 24), date(2026, 11, 24), 36),
    ],
)
def test_months_since_the_exit_are_full_months(since: date, on: date, months: int) -> None:
    """The day before and the day itself."""
    told, _ = facts_of(status="newly_exited", status_since=since, on=on)
    assert told["household.months_since_exit"] == months


def test_every_fact_is_one_that_the_rules_know(assessor: Assessor) -> None:
    """The richest household is read without a contradiction."""
    head = member(
        relation="head", birth_date=date(1950, 1, 1), sex="female", pension=True, study=False, ethnicity="Mường",
        disability_encrypted="severe",
    )  # fmt: skip
    child = member(
        relation="child", birth_date=date(2020, 1, 1), sex="male", pension=True, study=True, ethnicity="Kinh"
    )
    told, persons = facts_of(
        head, member(relation="spouse", birth_date=date(2019, 1, 1)), child, status="newly_exited",
        status_since=date(2025, 1, 1), b2=20, deprivations=["water"], groups=["no_labour", "dtts"],
    )  # fmt: skip
    read = parse({**told, PERSONS: list(persons.values())}, assessor.engine.book)
    assert read.household["household.has_worker"] == "no"
    assert "person.pension_kind" not in persons[3] and "person.marital" not in persons[2]
