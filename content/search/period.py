"""The period that a person names: "năm 2023", "tháng 8/2025", "1/7/2024", "sang năm"."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Final

from content.text import clean, unaccented

Period = tuple[date, date]

# A number of a law or a year of birth is no period: "nghị định 07/2021", "sinh năm 1950".
_NOT_A_PERIOD: Final = re.compile(
    r"(?:nghi dinh|quyet dinh|thong tu|luat|chi thi|nghi quyet|\bnd|\bqd|\bso)\s*(?:so\s*)?[\d/.-]+\S*"
    r"|(?:\bsinh|\bsn|\bde)\s*(?:ngay\s*)?(?:[\d/.-]+\s*)?(?:thang\s*\d+\s*)?(?:nam\s*)?\d{4}"
    r"|\d{1,6}/\d{4}/\S+"  # not \d+: a message of digits only would be looked through from each of them to its end
)
_YEAR: Final = r"(?P<year>(?:19|20)\d\d)"
_DAY: Final = re.compile(
    rf"(?:ngay\s*|\b)(?P<day>\d{{1,2}})\s*(?:[/.-]|\s+thang\s*)\s*(?P<month>\d{{1,2}})\s*(?:[/.-]|\s+nam\s*|\s*,?\s*)\s*{_YEAR}\b"
)
_MONTH: Final = re.compile(
    rf"(?:thang|\bt)\s*(?P<month>\d{{1,2}})\s*(?:[/.-]|\s+nam\s*|\s+)\s*{_YEAR}\b|\b(?P<month2>\d{{1,2}})/(?P<year2>20\d\d)\b"
)
_MONTH_OF: Final = re.compile(
    r"thang\s*(?P<month>\d{1,2})\s*(?P<which>nam ngoai|nam truoc|nam kia|nam nay|sang nam|nam sau|nam toi)"
)
_YEARS: Final = re.compile(r"\b(20\d\d)\s*(?:-|den|toi)\s*(?:nam\s*)?(20\d\d)\b")
_ONE_YEAR: Final = re.compile(rf"\b(?:nam|hoi|tu|trong|dau|cuoi|giua|n)\s*{_YEAR}\b|\b(?P<bare>20[12]\d)\b")
_SHORT_YEAR: Final = re.compile(r"\bnam\s+(2\d)\b(?!\s*(?:tuoi|trieu|nghin|ngan|dong|ngay|thang|%|phan))")
_RELATIVE_YEARS: Final = {
    "nam ngoai": -1,
    "nam truoc": -1,
    "nam roi": -1,
    "nam kia": -2,
    "nam nay": 0,
    "sang nam": 1,
    "nam sau": 1,
    "nam toi": 1,
}
_RELATIVE_MONTHS: Final = {"thang truoc": -1, "thang nay": 0, "thang sau": 1, "thang toi": 1}


def named_period(text: str, today: date) -> Period | None:
    """The half-open period named in a message, or None."""
    plain = " ".join(_NOT_A_PERIOD.sub(" ", unaccented(clean(text))).split())
    if not any(char.isdigit() for char in plain) and "nam" not in plain and "thang" not in plain:
        return None
    return _exact(plain) or _relative(plain, today)


def _exact(plain: str) -> Period | None:
    if found := _DAY.search(plain):
        day = _date(int(found["year"]), int(found["month"]), int(found["day"]))
        if day is not None:
            return day, day + timedelta(days=1)
    if found := _MONTH.search(plain):
        period = _month(int(found["year"] or found["year2"]), int(found["month"] or found["month2"]))
        if period is not None:
            return period
    if (found := _YEARS.search(plain)) and int(found[1]) <= int(found[2]):
        return date(int(found[1]), 1, 1), date(int(found[2]) + 1, 1, 1)
    if found := _ONE_YEAR.search(plain):
        return _year(int(found["year"] or found["bare"]))
    if found := _SHORT_YEAR.search(plain):
        return _year(2000 + int(found[1]))
    return None


def _relative(plain: str, today: date) -> Period | None:
    if found := _MONTH_OF.search(plain):
        return _month(today.year + _RELATIVE_YEARS[found["which"]], int(found["month"]))
    padded = f" {re.sub(r'[^a-z0-9]+', ' ', plain)} "
    for words, shift in _RELATIVE_YEARS.items():
        if f" {words} " in padded:
            return _year(today.year + shift)
    for words, shift in _RELATIVE_MONTHS.items():
        if f" {words} " in padded:
            months = today.year * 12 + today.month - 1 + shift
            return _month(months // 12, months % 12 + 1)
    return None


def _year(year: int) -> Period:
    return date(year, 1, 1), date(year + 1, 1, 1)


def _month(year: int, month: int) -> Period | None:
    start = _date(year, month, 1)
    if start is None:
        return None
    return start, date(year + month // 12, month % 12 + 1, 1)


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
