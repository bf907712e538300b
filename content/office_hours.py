"""When an office can answer: `hours.yaml` of a locality. What no office has confirmed is said to be unknown."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.localities import FOLDER
from rules.parameters import Confidence
from rules.working_days import after_working_days, is_working_day, next_working_day

FILE: Final = "hours.yaml"
_DAY: Final = timedelta(days=1)


class Hours(msgspec.Struct, frozen=True):
    """The days (1 is Monday) and the sessions of a day; without sessions the times are not known."""

    days: tuple[int, ...] = (1, 2, 3, 4, 5)
    sessions: tuple[tuple[str, str], ...] = ()
    confidence: Confidence = "unconfirmed"

    @property
    def known(self) -> bool:
        """Whether an office has told its times itself."""
        return bool(self.sessions) and self.confidence == "confirmed"

    def works(self, day: date) -> bool:
        """Whether anybody is there on a day: public holidays are free everywhere."""
        return day.isoweekday() in self.days and (day.isoweekday() > 5 or is_working_day(day))

    def open_at(self, moment: datetime) -> bool | None:
        """Whether somebody is there at a moment (in the local zone); None where the times are not known."""
        if not self.works(moment.date()):
            return False
        if not self.known:
            return None
        return any(_time(start) <= moment.time() < _time(end) for start, end in self.sessions)

    def next_day(self, moment: datetime) -> date:
        """The first day from now on with time left on which somebody is there."""
        day = moment.date()
        if self.known and moment.time() >= _time(self.sessions[-1][1]):
            day += _DAY
        for _ in range(60):
            if self.works(day):
                return day
            day += _DAY
        return next_working_day(day)

    def written(self) -> str:
        """The sessions of a day: "07:30–11:30, 13:30–17:00"."""
        return ", ".join(f"{start}–{end}" for start, end in self.sessions)


class OfficeHours(msgspec.Struct, frozen=True):
    """The hours of a locality's offices, by role, and what the desk aims at."""

    default: Hours = Hours()
    offices: Mapping[str, Hours] = {}
    answer_within_working_days: int = 2
    urgent_within_minutes: int = 30

    def of(self, role: str) -> Hours:
        return self.offices.get(role, self.default)

    def due(self, moment: datetime, *, urgent: bool) -> datetime:
        """Until when an answer should be there (in the zone of the moment): our own aim, not a promise."""
        if urgent:
            return moment + timedelta(minutes=self.urgent_within_minutes)
        last = after_working_days(moment.date(), self.answer_within_working_days)
        return datetime.combine(last + _DAY, time(), moment.tzinfo)


@lru_cache(maxsize=8)
def load(slug: str, folder: Path = FOLDER) -> OfficeHours:
    """Read a locality's hours; a locality without the file knows none.

    Raises:
        ContentError: a session that is no time, or ends before it begins.
    """
    file = folder / slug / FILE
    if not file.is_file():
        return OfficeHours()
    hours = read_as(file, OfficeHours)
    for role, one in (("default", hours.default), *hours.offices.items()):
        for start, end in one.sessions:
            try:
                good = _time(start) < _time(end)
            except ValueError:
                good = False
            if not good:
                raise ContentError(f"{role}: the session {start}–{end} is no span of a day", file=file)
        if not one.days or not set(one.days) <= set(range(1, 8)):
            raise ContentError(f"{role}: days are numbers from 1 (Monday) to 7", file=file)
    return hours


def _time(text: str) -> time:
    return time.fromisoformat(text)
