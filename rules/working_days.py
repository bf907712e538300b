"""Working days in Viet Nam: weekends and public holidays do not count."""

from __future__ import annotations

from datetime import date, timedelta
from functools import lru_cache

_SATURDAY = 5


@lru_cache(maxsize=16)
def _holidays(year: int) -> frozenset[date]:
    # Imported here: 3 MB that only reminders and reviews need.
    from holidays import country_holidays

    return frozenset(country_holidays("VN", years=year))


def is_working_day(day: date) -> bool:
    """Whether offices are open."""
    return day.weekday() < _SATURDAY and day not in _holidays(day.year)


def after_working_days(start: date, count: int) -> date:
    """The last day of a time limit of so many working days; the day it begins on does not count."""
    day = start
    while count > 0:
        day += timedelta(days=1)
        count -= is_working_day(day)
    return day


def next_working_day(day: date) -> date:
    """The day itself, or the first working day after it."""
    while not is_working_day(day):
        day += timedelta(days=1)
    return day
