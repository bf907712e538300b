"""Dates of events: "hôm qua", "thứ hai tuần trước", "15/3", "tháng trước", "năm ngoái", seen from a given day."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final, Literal

from content.reading.result import Read, Refused
from content.reading.spoken import number_at
from content.reading.tokens import Line, read_line

Precision = Literal["day", "week", "month", "year"]

_EARLIEST: Final = 1850
_LATEST: Final = 2200
_NUMERIC: Final = re.compile(
    r"(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}|\d{2}))?|(\d{4})[/.-](\d{1,2})[/.-](\d{1,2})", re.ASCII
)
_MONTH_YEAR: Final = re.compile(r"(\d{1,2})[/.-](\d{4})", re.ASCII)
_DAYS: Final = {
    ("hôm", "nay"): 0,
    ("hôm", "qua"): -1,
    ("hôm", "kia"): -2,
    ("hôm", "kìa"): -3,
    ("ngày", "mai"): 1,
    ("ngày", "kia"): 2,
    ("sáng", "nay"): 0,
    ("trưa", "nay"): 0,
    ("chiều", "nay"): 0,
    ("tối", "nay"): 0,
    ("đêm", "nay"): 0,
    ("vừa", "xong"): 0,
    ("ngày", "hôm", "nay"): 0,
    ("ngày", "hôm", "qua"): -1,
    ("sáng", "qua"): -1,
    ("chiều", "qua"): -1,
    ("tối", "qua"): -1,
    ("đêm", "qua"): -1,
    ("ngày", "qua"): -1,
    ("sáng", "mai"): 1,
    ("chiều", "mai"): 1,
}
_WEEKDAYS: Final = {
    "hai": 0,
    "ba": 1,
    "tư": 2,
    "năm": 3,
    "sáu": 4,
    "bảy": 5,
    "bẩy": 5,
    **{str(day + 2): day for day in range(6)},
}
_BACK: Final = ("trước", "ngoái", "qua", "rồi", "vừa")
_LUNAR: Final = ("âm", "rằm", "giêng", "chạp", "tết", "al")


@dataclass(frozen=True, slots=True)
class Day:
    """A date, the first day of what was named where only a week, month or year was; `future` seen from today."""

    day: date
    precision: Precision
    future: bool = False


@dataclass(frozen=True, slots=True)
class DateAt:
    """A date in the tokens up to `end`; `day` is None where there is no such date."""

    end: int
    day: date | None
    precision: Precision
    given_year: bool = True


def read_date(text: str, today: date) -> Read[Day] | Refused | None:
    """The one date of an answer; a year that is not said is the latest that does not lie ahead."""
    line = read_line(text)
    everything = line.words(0, len(line.tokens))
    if line.fits(len(line.tokens) - 1, "ta") and len(line.tokens) > 1:
        return Refused("lunar", everything)
    if any(
        line.fits(index, *_LUNAR) and (line.accented or line.plain(index) != "am") for index in range(len(line.tokens))
    ):
        return Refused("lunar", everything)
    found: list[tuple[int, DateAt]] = []
    index = 0
    while index < len(line.tokens):
        each = date_at(line, index, today)
        if each is None:
            index += 1
            continue
        found.append((index, each))
        index = each.end
    if not found:
        return None
    start, first = found[0]
    words = line.words(start, found[-1][1].end)
    if len({each.day for _, each in found}) > 1:
        return Refused("several", words)
    if first.day is None:
        return Refused("impossible", words)
    return Read(Day(first.day, first.precision, first.day > today), words)


def date_at(line: Line, index: int, today: date) -> DateAt | None:
    """The date that begins at that token."""
    if not 0 <= index < len(line.tokens):
        return None
    readers = (_named, _weekday, _ago, _figures, _relative)
    found = next((each for reader in readers if (each := reader(line, index, today))), None)
    return found or _bare_year(line, index)


def _named(line: Line, index: int, today: date) -> DateAt | None:
    for words in sorted(_DAYS, key=len, reverse=True):
        if all(line.fits(index + step, word) for step, word in enumerate(words)):
            return DateAt(index + len(words), today + timedelta(days=_DAYS[words]), "day")
    if line.plain(index) in ("nay", "qua") and len(line.tokens) == 1:
        return DateAt(index + 1, today - timedelta(days=line.plain(index) == "qua"), "day")
    return None


def _weekday(line: Line, index: int, today: date) -> DateAt | None:
    """ "thứ hai tuần trước"; without a week it is the last such day."""
    sunday = line.fits(index, "chủ") and line.fits(index + 1, "nhật")
    if not sunday and line.plain(index) == "cn":
        sunday, index = True, index - 1
    short = line.plain(index) == "t" and line.plain(index + 1) in _WEEKDAYS and line.tokens[index + 1].glued
    if not sunday and not short and not line.fits(index, "thứ"):
        return None
    weekday = 6 if sunday else next((day for word, day in _WEEKDAYS.items() if line.fits(index + 1, word)), None)
    if weekday is None:
        return None
    end = index + 2
    monday = today - timedelta(days=today.weekday())
    if line.fits(end, "tuần"):
        step = -7 if line.fits(end + 1, *_BACK) else 7 if line.fits(end + 1, "sau", "tới") else 0
        return DateAt(end + 2, monday + timedelta(days=weekday + step), "day")
    back = (today.weekday() - weekday) % 7 or 7
    return DateAt(end, today - timedelta(days=back), "day")


def _ago(line: Line, index: int, today: date) -> DateAt | None:
    """ "3 ngày trước", "cách đây hai tháng"."""
    said = line.fits(index, "cách") and line.plain(index + 1) in ("day", "nay")
    start = index + 2 if said else index
    spoken = number_at(line, start)
    if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value) or spoken.value > 1000:
        return None
    unit, end, count = line.plain(spoken.end), spoken.end + 1, int(spoken.value)
    if not said:
        if not line.fits(end, "trước", "nay"):
            return None
        end += 1
    if unit in ("ngay", "hom"):
        return DateAt(end, today - timedelta(days=count), "day")
    if unit == "tuan":
        return DateAt(end, today - timedelta(days=7 * count + today.weekday()), "week")
    if unit == "thang":
        return DateAt(end, _month_back(today, count), "month")
    return DateAt(end, _first_of(today.year - count, 1), "year") if unit == "nam" else None


def _figures(line: Line, index: int, today: date) -> DateAt | None:
    """ "15/3", "15-3-2026", "2026-03-15", "ngày 15 tháng 3 năm 2026", "mùng 5 tháng 2", "3/2026"."""
    named = line.fits(index, "ngày", "mùng", "mồng", "hôm")
    start = index + 1 if named else index
    start += line.fits(start, "mùng", "mồng")
    text = line.plain(start)
    if match := _MONTH_YEAR.fullmatch(text):
        return DateAt(start + 1, _first_of(int(match[2]), int(match[1])), "month")
    if match := _NUMERIC.fullmatch(text):
        if match[4]:
            return DateAt(start + 1, _made(int(match[4]), int(match[5]), int(match[6])), "day")
        if not match[3] and "." in text and not named:
            return None  # "1.5" is a figure
        return _with_year(line, start + 1, int(match[1]), int(match[2]), match[3], today)
    spoken = number_at(line, start)
    if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value) or spoken.value > 99:
        return None
    if (
        line.fits(spoken.end, "tháng")
        and (month := number_at(line, spoken.end + 1))
        and month.value == int(month.value)
    ):
        return _with_year(line, month.end, int(spoken.value), int(month.value), None, today)
    if (
        line.fits(spoken.end, "tháng")
        and (named or start < index + 1)
        and line.fits(spoken.end + 1, "trước", "này", "rồi")
    ):
        first = _month_back(today, 0 if line.fits(spoken.end + 1, "này") else 1)
        return DateAt(spoken.end + 2, _made(first.year, first.month, int(spoken.value)), "day")
    if not named:
        return None
    first = today.replace(day=1) if spoken.value <= today.day else _month_back(today, 1)
    return DateAt(spoken.end, _made(first.year, first.month, int(spoken.value)), "day", given_year=False)


def _with_year(line: Line, end: int, day: int, month: int, year: str | None, today: date) -> DateAt:
    if year is None:
        after = _year_after(line, end, today)
        if after is not None:
            return DateAt(after[1], _made(after[0], month, day), "day")
        this = _made(today.year, month, day)
        if this is None or this > today:
            earlier = _made(today.year - 1, month, day)
            this = earlier if this is not None or (month, day) == (2, 29) else None
        return DateAt(end, this, "day", given_year=False)
    full = int(year) if len(year) == 4 else _century(int(year), today)
    return DateAt(end, _made(full, month, day), "day")


def _century(year: int, today: date) -> int:
    return 2000 + year if 2000 + year <= today.year + 1 else 1900 + year


def _year_after(line: Line, index: int, today: date) -> tuple[int, int] | None:
    """ "năm 2026", "năm ngoái", or the bare year right after a month."""
    place = index + 1 if line.fits(index, "năm") else index
    if place > index:
        for words, back in ((("ngoái", "trước", "rồi", "qua"), 1), (("kia",), 2), (("nay", "này"), 0)):
            if line.fits(place, *words):
                return today.year - back, place + 1
    text = line.plain(place)
    if re.fullmatch(r"\d{4}", text, re.ASCII):
        return int(text), place + 1
    return None


def _relative(line: Line, index: int, today: date) -> DateAt | None:
    """ "tháng trước", "tháng 3 năm ngoái", "đầu năm", "tuần trước", "năm 2020"."""
    start = index
    part = line.fits(index, "đầu", "cuối", "giữa")
    start += part
    if line.fits(start, "tuần"):
        monday = today - timedelta(days=today.weekday())
        steps = {"này": 0, "sau": 7, "tới": 7, **dict.fromkeys(_BACK, -7)}
        step = next((days for word, days in steps.items() if line.fits(start + 1, word)), None)
        return None if step is None else DateAt(start + 2, monday + timedelta(days=step), "week")
    if line.fits(start, "tháng"):
        return _month(line, start + 1, today, part=part)
    if line.fits(start, "năm"):
        year = _year_after(line, start, today)
        if year is None and part:
            year = (today.year, start + 1)
        if year is None and line.fits(start + 1, "sau", "tới"):
            year = (today.year + 1, start + 2)
        return None if year is None else DateAt(year[1], _first_of(year[0], 1), "year")
    return None


def _month(line: Line, index: int, today: date, *, part: bool) -> DateAt | None:
    if line.fits(index, "này"):
        return DateAt(index + 1, today.replace(day=1), "month")
    if line.fits(index, *_BACK):
        return DateAt(index + 1, _month_back(today, 1), "month")
    if line.fits(index, "sau", "tới"):
        return DateAt(index + 1, _month_back(today, -1), "month")
    spoken = number_at(line, index)
    if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value):
        return DateAt(index, today.replace(day=1), "month") if part else None
    month = int(spoken.value)
    after = _year_after(line, spoken.end, today)
    if after is not None:
        return DateAt(after[1], _first_of(after[0], month), "month")
    year = today.year if month <= today.month else today.year - 1
    return DateAt(spoken.end, _first_of(year, month), "month", given_year=False)


def _bare_year(line: Line, index: int) -> DateAt | None:
    alone = len(line.tokens) == 1 and re.fullmatch(r"\d{4}", line.plain(index), re.ASCII)
    return DateAt(index + 1, _first_of(int(line.plain(index)), 1), "year") if alone else None


def _month_back(today: date, months: int) -> date:
    count = today.year * 12 + today.month - 1 - months
    return date(count // 12, count % 12 + 1, 1)


def _first_of(year: int, month: int) -> date | None:
    return _made(year, month, 1)


def _made(year: int, month: int, day: int) -> date | None:
    if not (_EARLIEST <= year <= _LATEST and 1 <= month <= 12 and 1 <= day <= monthrange(year, month)[1]):
        return None
    return date(year, month, day)
