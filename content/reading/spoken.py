"""Numbers as they are written or spoken: "15", "1.500.000", "mười lăm", "tám hai", "hai trăm rưỡi"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from content.reading.tokens import Line

_ONES: Final = {"một": 1, "hai": 2, "ba": 3, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8, "chín": 9}
# After tens. "năm" is no digit there: "hai mươi năm" is twenty years, twenty-five is "hai mươi lăm".
_LAST: Final = {
    "mốt": 1,
    "tư": 4,
    "lăm": 5,
    "nhăm": 5,
    **{word: value for word, value in _ONES.items() if word != "năm"},
}
_ONLY_LAST: Final = ("mốt", "tư", "lăm", "nhăm")
_NOT_FIVE_BEFORE: Final = ("nay", "ngoái", "sau", "trước", "kia", "tới", "vừa", "qua", "sinh")
_GROUPED: Final = re.compile(r"[1-9]\d{0,2}(?:\.\d{3})+|[1-9]\d{0,2}(?:,\d{3})+", re.ASCII)
_DECIMAL: Final = re.compile(r"\d+[.,]\d+", re.ASCII)
_LONGEST: Final = 15


@dataclass(frozen=True, slots=True)
class Spoken:
    """A number and the token after it. `upto` is set where two neighbours were said: "năm sáu" is five or six."""

    value: Decimal
    end: int
    upto: Decimal | None = None
    grouped: bool = False
    digits: str = ""


def figures(text: str) -> Decimal | None:
    """The value of digits with marks of thousands or a decimal mark; None where they are a date or too long."""
    if len(text) > _LONGEST + _LONGEST // 3:
        return None
    if text.isdecimal() and len(text) <= _LONGEST:
        return Decimal(int(text))
    if _GROUPED.fullmatch(text):
        return Decimal(int(re.sub("[.,]", "", text)))
    if _DECIMAL.fullmatch(text):
        return Decimal(text.replace(",", "."))
    return None


def number_at(line: Line, index: int) -> Spoken | None:
    """The number that begins at that token, below a thousand where it is spoken."""
    if not 0 <= index < len(line.tokens):
        return None
    token = line.tokens[index]
    if token.figure:
        return _written(line, index)
    if token.fits("mười") or (token.fits("mươi") and not line.accented):
        last = _digit(line, index + 1, _LAST)
        return Spoken(Decimal(10 + last), index + 2) if last else Spoken(Decimal(10), index + 1)
    if token.fits("trăm"):
        return _hundreds(line, 1, index + 1)
    if token.said == "chục" and not line.fits(index - 1, "vài", "mấy"):
        return Spoken(Decimal(10), index + 1)
    one = _digit(line, index, _ONES)
    if one is None or (one == 5 and _is_year_word(line, index)):
        return None
    return _after_one(line, one, index + 1)


def _written(line: Line, index: int) -> Spoken | None:
    """Digits, also "5 trăm" and "3 chục"."""
    text = line.tokens[index].plain
    value = figures(text)
    if value is None:
        low, mark, high = text.partition("-")
        first, second = figures(low), figures(high) if mark else None
        if first is None or second is None or second <= first:
            return None
        return Spoken(first, index + 1, upto=second)
    if value == int(value) and 0 < value < 100:
        if line.fits(index + 1, "trăm"):
            return _hundreds(line, int(value), index + 2)
        if line.fits(index + 1, "chục") and value < 10:
            return Spoken(value * 10, index + 2)
    return Spoken(value, index + 1, grouped=_GROUPED.fullmatch(text) is not None, digits=text)


def _after_one(line: Line, one: int, index: int) -> Spoken:
    if line.fits(index, "mươi") or (
        one > 1 and line.fits(index, "mười") and line.plain(index) == "muoi" and not line.accented
    ):
        last = _digit(line, index + 1, _LAST)
        return Spoken(Decimal(one * 10 + last), index + 2) if last else Spoken(Decimal(one * 10), index + 1)
    if line.fits(index, "chục"):
        return Spoken(Decimal(one * 10), index + 1)
    if line.fits(index, "trăm"):
        return _hundreds(line, one, index + 1)
    last = _digit(line, index, _LAST) if line.clause(index) == line.clause(index - 1) else None
    if last is None or (one == 1 and not line.fits(index, *_ONLY_LAST)):
        return Spoken(Decimal(one), index)
    if last == one + 1 and not line.fits(index, "tư", "lăm"):
        return Spoken(Decimal(one), index + 1, upto=Decimal(last))
    if one == 1:
        return Spoken(Decimal(one), index)
    return Spoken(Decimal(one * 10 + last), index + 1)


def _hundreds(line: Line, hundreds: int, index: int) -> Spoken:
    base = hundreds * 100
    if line.plain(index) == "ruoi":
        return Spoken(Decimal(base + 50), index + 1)
    if line.fits(index, "linh", "lẻ"):
        last = _digit(line, index + 1, {**_ONES, "tư": 4})
        return Spoken(Decimal(base + (last or 0)), index + 2 if last else index + 1)
    if line.fits(index, "mười"):
        last = _digit(line, index + 1, _LAST)
        return Spoken(Decimal(base + 10 + (last or 0)), index + 2 if last else index + 1)
    one = _digit(line, index, {**_ONES, "tư": 4})
    if one is None or (one == 5 and line.plain(index + 1) != "muoi"):
        return Spoken(Decimal(base), index)
    if line.fits(index + 1, "mươi", "mười") or line.plain(index + 1) == "muoi":
        last = _digit(line, index + 2, _LAST)
        return Spoken(Decimal(base + one * 10 + (last or 0)), index + 3 if last else index + 2)
    last = _digit(line, index + 1, {word: _LAST[word] for word in ("mốt", "tư", "lăm", "nhăm")})
    if last:
        return Spoken(Decimal(base + one * 10 + last), index + 2)
    return Spoken(Decimal(base + one * 10), index + 1)


def _digit(line: Line, index: int, names: dict[str, int]) -> int | None:
    if not 0 <= index < len(line.tokens):
        return None
    token = line.tokens[index]
    return next((value for word, value in names.items() if token.fits(word)), None)


def _is_year_word(line: Line, index: int) -> bool:
    """Whether "năm" is a year here and not five: "năm nay", "năm 1944", "mỗi năm"."""
    if line.plain(index + 1)[:1].isdigit() or line.fits(index + 1, *_NOT_FIVE_BEFORE):
        # Typed bare, "nam sau" may be "năm sáu": two neighbours only where something is counted after them.
        return True
    return line.plain(index - 1) in ("moi", "hang", "sinh", "ca", "trong", "cuoi", "dau", "tung")
