"""What a cell says: text, a date, a number, a yes or no. Each reader gives the value, or the kind of the problem."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from typing import Any, Final

from content.exchange.layout import flags, fold

GUARDED: Final = ("=", "+", "-", "@", "\t", "\r")
"""What a spreadsheet program takes for a formula at the beginning of a cell."""

_EPOCH: Final = date(1899, 12, 30)
_SERIALS: Final = range(3000, 80_000)
_YEARS: Final = range(1880, 2200)
_DMY: Final = re.compile(r"(\d{1,2})[/.\- ]+(\d{1,2})[/.\- ]+(\d{4})")
_YMD: Final = re.compile(r"(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})(?:[T ][\d:.]+)?")
_MY: Final = re.compile(r"(\d{1,2})[/.\-](\d{4})")
_ERRORS: Final = frozenset({"#REF!", "#N/A", "#NAME?", "#VALUE!", "#DIV/0!", "#NUM!", "#NULL!"})


class CellError(Exception):
    """A cell that cannot be read; `kind` is a key of the layout's problems."""

    def __init__(self, kind: str, **values: object) -> None:
        super().__init__(kind)
        self.kind: Final = kind
        self.values: Final = values


def text(value: Any, most: int = 200) -> str:
    """The text of a cell with single spaces; a guard against formulas is taken off again.

    Raises:
        CellError: a formula that ended in an error, or a text that is too long.
    """
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    if isinstance(value, datetime):
        value = value.date().isoformat()
    said = str(value)
    if not said.isprintable():
        said = "".join(char if char.isprintable() else " " for char in said)
    said = " ".join(said.split())
    if said[:1] == "'" and said[1:2] in GUARDED:
        said = said[1:]
    if said in _ERRORS:
        raise CellError("error_cell", value=said)
    if len(said) > most:
        raise CellError("too_long", most=most)
    return said


def day(value: Any) -> tuple[date | None, str]:
    """A date and how much of it is known: day, month or year.

    Raises:
        CellError: no date can be read.
    """
    if value is None or isinstance(value, datetime):
        return (value.date() if value is not None else None), "day"
    if isinstance(value, date):
        return value, "day"
    said = text(value)
    if not said:
        return None, "day"
    try:
        return _day(said)
    except ValueError:
        raise CellError("bad_date", value=said[:40]) from None


def _day(said: str) -> tuple[date, str]:
    if said.isdecimal():
        number = int(said)
        if number in _YEARS:
            return date(number, 1, 1), "year"
        if number in _SERIALS:
            return _EPOCH + timedelta(days=number), "day"
    if match := _DMY.fullmatch(said):
        return date(int(match[3]), int(match[2]), int(match[1])), "day"
    if match := _YMD.fullmatch(said):
        return date(int(match[1]), int(match[2]), int(match[3])), "day"
    if match := _MY.fullmatch(said):
        return date(int(match[2]), int(match[1]), 1), "month"
    raise ValueError(said)


def points(value: Any, most: int) -> int | None:
    """A whole number of points.

    Raises:
        CellError: no number, or one out of range.
    """
    said = text(value)
    if not said:
        return None
    try:
        number = float(said.replace(",", "."))
    except ValueError:
        number = -1.0
    if not number.is_integer() or not 0 <= number <= most:
        raise CellError("bad_number", value=said[:40], most=most)
    return int(number)


def flag(value: Any) -> bool:
    """A yes or no; an empty cell is no.

    Raises:
        CellError: something else.
    """
    said = text(value)
    if not said:
        return False
    found = flags().get(fold(said) or said)
    if found is None:
        raise CellError("bad_flag", value=said[:40])
    return found


def split_decision(said: str) -> tuple[str, date | None]:
    """Number and date of a decision that stand in one cell: "15/QĐ-UBND ngày 10/3/2023"."""
    match = _DMY.search(said)
    if match is None:
        return said, None
    try:
        found = date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return said, None
    number = f"{said[: match.start()]} {said[match.end() :]}"
    return " ".join(re.sub(r"(?i)\bngày\b|[,;]", " ", number).split()), found
