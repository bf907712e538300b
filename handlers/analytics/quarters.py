"""Quarters of whole weeks. There is no other period: two that overlap could be subtracted from each other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from storage.analytics import monday

_MIDDLE: Final = timedelta(days=3)
_WEEK: Final = timedelta(days=7)
MOST: Final = 9
"""So many quarters can be chosen: two years and the present one."""


@dataclass(frozen=True, slots=True, order=True)
class Quarter:
    """A quarter of a year; a week belongs to where its Thursday is."""

    year: int
    number: int

    @property
    def key(self) -> str:
        return f"{self.year}-{self.number}"

    @property
    def first(self) -> date:
        """The Monday of its first week."""
        begins = date(self.year, 3 * self.number - 2, 1)
        week = monday(begins)
        return week if week + _MIDDLE >= begins else week + _WEEK

    @property
    def end(self) -> date:
        """The Monday after its last week."""
        return self.next.first

    @property
    def next(self) -> Quarter:
        return Quarter(self.year + self.number // 4, self.number % 4 + 1)

    @property
    def before(self) -> Quarter:
        return Quarter(self.year - (self.number == 1), (self.number - 2) % 4 + 1)


def of_week(week: date) -> Quarter:
    """The quarter of a week, by its Monday."""
    day = week + _MIDDLE
    return Quarter(day.year, (day.month + 2) // 3)


def choices(last: date) -> list[Quarter]:
    """The quarters to choose from, the newest first."""
    found = [of_week(last)]
    while len(found) < MOST:
        found.append(found[-1].before)
    return found


def chosen(said: str, last: date) -> Quarter:
    """The quarter that was asked for; the newest one where that makes no sense."""
    offered = choices(last)
    return next((each for each in offered if each.key == said), offered[0])
