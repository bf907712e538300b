"""Ages that follow from a birth: "sinh năm 1944", "sn 44", "sinh ngày 15/3/1944", "tuổi Đinh Mùi"."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final

from content.reading.canchi import cycle_years_at
from content.reading.dates import date_at
from content.reading.result import Read, Refused
from content.reading.spoken import Spoken, number_at
from content.reading.tokens import Line

OLDEST: Final = 125
LONGEST_IN_MONTHS: Final = 71  # nobody gives the age of a schoolchild in months


@dataclass(frozen=True, slots=True)
class Age:
    """An age in full years.

    `low` and `high` differ where only the year of birth, "tuổi ta" or a class was said; they are no bounds of an age
    that was said roughly ("ngoài 70"): that is told by `Read.about`.
    """

    years: int
    low: int
    high: int
    months: int | None = None
    born: int | None = None


@dataclass(frozen=True, slots=True)
class AgeAt:
    """An age, or why none can be taken, in the tokens from `start` to before `end`."""

    start: int
    end: int
    result: Read[Age] | Refused


def birth_at(line: Line, index: int, today: date) -> AgeAt | None:
    """ "sinh năm 1944", "sn 44", "sinh ngày 15/3/1944"."""
    start = index
    if line.plain(index) == "sn":
        index += 1
    elif (line.plain(index), line.plain(index + 1)) in (("s", "n"), ("nam", "sinh")):
        index += 2
    elif line.fits(index, "sinh", "đẻ"):
        index += 1
        while line.fits(index, "năm", "ngày", "vào", "ra", "hồi"):
            index += 1
    else:
        return None
    cycle = cycle_at(line, index, today)
    if cycle is not None:
        return AgeAt(start, cycle.end, cycle.result)
    exact = date_at(line, index, today)
    words = line.words(start, exact.end if exact else index + 1)
    if exact is not None and exact.given_year and exact.day is None:
        return AgeAt(start, exact.end, Refused("impossible", words))
    if exact is not None and exact.day is not None and exact.given_year and exact.precision == "day":
        return AgeAt(start, exact.end, by_day(exact.day, words, today))
    if exact is not None and exact.day is not None and exact.given_year and exact.precision == "month":
        in_month = exact.day.month == today.month
        return AgeAt(
            start, exact.end, by_year(exact.day.year, words, today) if in_month else by_day(exact.day, words, today)
        )
    spoken = _year_at(line, index)
    if spoken is None:
        return None
    year = _full_year(int(spoken.value), today)
    words = line.words(start, spoken.end)
    return AgeAt(start, spoken.end, Refused("impossible", words) if year is None else by_year(year, words, today))


def _year_at(line: Line, index: int) -> Spoken | None:
    spoken = number_at(line, index)
    if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value) or spoken.grouped:
        return None
    return spoken


def _full_year(year: int, today: date) -> int | None:
    """1944 for 1944 and for 44; None where it is no year of birth."""
    if year < 100:
        this_century = today.year - today.year % 100 + year
        return this_century if this_century <= today.year else this_century - 100
    return year if 1000 <= year <= 9999 else None


def by_year(year: int, words: str, today: date) -> Read[Age] | Refused:
    years = today.year - year
    if years < 0:
        return Refused("future", words)
    if years > OLDEST:
        return Refused("impossible", words)
    return Read(Age(years, max(0, years - 1), years, born=year), words)


def by_day(day: date, words: str, today: date) -> Read[Age] | Refused:
    if day > today:
        return Refused("future", words)
    years = today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    if years > OLDEST:
        return Refused("impossible", words)
    months = (today.year - day.year) * 12 + today.month - day.month - (today.day < day.day)
    return Read(Age(years, years, years, months=months if months <= LONGEST_IN_MONTHS else None, born=day.year), words)


def cycle_at(line: Line, index: int, today: date) -> AgeAt | None:
    """ "tuổi Giáp Thân"; with two living generations of that name it is not clear which."""
    place = index + 1 if line.fits(index, "tuổi", "năm") else index
    years = cycle_years_at(line, place, today)
    if not years or (place == index and not line.fits(index - 1, "tuổi", "năm", "sinh")):
        return None
    words = line.words(index, place + 2)
    if len(years) > 1:
        return AgeAt(index, place + 2, Refused("ambiguous", words, likely=tuple(today.year - year for year in years)))
    return AgeAt(index, place + 2, by_year(years[0], words, today))
