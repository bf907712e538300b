"""Amounts and periods in a message: where they stand and what they are worth in đồng."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

from content.reading.numbers import vague_at
from content.reading.spoken import Spoken, number_at
from content.reading.tokens import Line

Period = Literal["day", "week", "month", "quarter", "season", "year"]

_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000
# Below this a bare figure may leave out "nghìn" or "triệu"; from here on nobody does.
_CLEAR_FROM: Final = 100_000
_SCALES: Final = {
    "tỷ": 1_000_000_000,
    "tỉ": 1_000_000_000,
    "triệu": _MILLION,
    "tr": _MILLION,
    "củ": _MILLION,
    "nghìn": _THOUSAND,
    "ngàn": _THOUSAND,
    "k": _THOUSAND,
    "ngh": _THOUSAND,
    "cành": _THOUSAND,
}
_DONG: Final = frozenset({"đồng", "đ", "d", "vnd", "vnđ"})
_PERIODS: Final[dict[str, Period]] = {
    "ngày": "day",
    "hôm": "day",
    "tuần": "week",
    "tháng": "month",
    "th": "month",
    "quý": "quarter",
    "vụ": "season",
    "mùa": "season",
    "năm": "year",
}
_EACH: Final = ("một", "mỗi", "hàng", "hằng", "trên", "cả", "từng", "1", "theo", "bình quân")
_COUNTED: Final = frozenset(
    "nguoi khau con dua thang nam ngay tuan quy vu mua sao chau lan bua ong ba vo nha tuoi".split()
)


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount in a message; `scale` is 1 for đồng and None where no unit was said."""

    value: Decimal
    scale: int | None
    start: int
    end: int
    spoken: Spoken | None = None

    @property
    def clear(self) -> bool:
        """Whether it is money without asking back: a unit was said, or the figure is large enough."""
        return self.scale is not None or self.value >= _CLEAR_FROM or self.value == 0


def sum_at(line: Line, index: int) -> Sum | None:
    """The amount that begins at that token, without the words before it."""
    if line.fits(index, "nửa") and (scale := scale_at(line, index + 1)):
        return _ended(line, Decimal(scale) / 2, scale, index, index + 2)
    scale = scale_at(line, index)
    if (
        scale is not None
        and scale >= _MILLION
        and line.plain(index) in ("trieu", "ty", "ti")
        and not _counted_before(line, index)
    ):
        total, end, _ = _rest(line, Decimal(scale), scale, index + 1)
        return _ended(line, total, scale, index, end) if end > index + 1 else None
    spoken = number_at(line, index)
    if spoken is None:
        return None
    scale = scale_at(line, spoken.end)
    if scale is None:
        unit = 1 if _is_dong(line, spoken.end) else None
        return Sum(spoken.value, unit, index, spoken.end + (unit or 0), spoken)
    total, end, _ = _rest(line, spoken.value * scale, scale, spoken.end + 1)
    found = _ended(line, total, scale, index, end)
    return Sum(found.value, found.scale, index, found.end, spoken)


def _ended(line: Line, total: Decimal, scale: int, start: int, end: int) -> Sum:
    return Sum(total, scale, start, end + 1 if _is_dong(line, end) else end)


def _rest(line: Line, total: Decimal, scale: int, index: int) -> tuple[Decimal, int, int]:
    """What follows the unit: "rưỡi", "5" or "250" as a part of it, or an amount of a smaller unit."""
    while True:
        if line.plain(index) == "ruoi":
            return total + scale // 2, index + 1, scale
        if line.clause(index) != line.clause(index - 1):
            return total, index, scale
        spoken = number_at(line, index)
        if spoken is None or spoken.upto is not None or spoken.value != int(spoken.value) or line.fits(index, "năm"):
            return total, index, scale
        smaller = scale_at(line, spoken.end)
        if smaller is not None and (smaller >= scale or spoken.value * smaller >= scale):
            return total, index, scale
        if smaller is not None:
            total, index, scale = total + spoken.value * smaller, spoken.end + 1, smaller
            continue
        if _is_dong(line, spoken.end) and spoken.value < scale and len(spoken.digits) > 3:
            return total + spoken.value, spoken.end, 1
        return _part(line, total, scale, index, spoken)


def _part(line: Line, total: Decimal, scale: int, index: int, spoken: Spoken) -> tuple[Decimal, int, int]:
    glued = line.tokens[index].glued and line.tokens[index].figure
    counts_things = line.plain(spoken.end) in _COUNTED and line.clause(spoken.end) == line.clause(index)
    if (counts_things and not glued) or spoken.value >= _THOUSAND:
        return total, index, scale
    digits = len(spoken.digits) or len(str(int(spoken.value)))
    return total + spoken.value * scale / (10**digits), spoken.end, scale


def _counted_before(line: Line, index: int) -> bool:
    """Whether a number or a vague word belongs to this unit, so that it is no amount by itself."""
    if index == 0 or line.clause(index - 1) != line.clause(index):
        return False
    return (
        vague_at(line, index - 1)
        or number_at(line, index - 1) is not None
        or line.fits(index - 1, "chục", "trăm", "mươi", "hàng")
    )


def scale_at(line: Line, index: int) -> int | None:
    return next((scale for word, scale in _SCALES.items() if line.fits(index, word)), None)


def _is_dong(line: Line, index: int) -> bool:
    return 0 <= index < len(line.tokens) and (line.tokens[index].said in _DONG or line.plain(index) in ("dong", "vnd"))


def period_at(line: Line, index: int) -> tuple[Period, int] | None:
    """The period named there ("một ngày", "/tháng", "hằng năm") and the token after it."""
    start = index
    while line.fits(index, *_EACH) and index - start < 2:
        index += 1
    for word, period in _PERIODS.items():
        if line.fits(index, word):
            if (
                period == "year"
                and index == start
                and line.tokens[index].plain == "nam"
                and not _after_slash(line, index)
            ):
                return None  # "sáu triệu năm" may be 6.500.000
            return period, index + 1
    return None


def _after_slash(line: Line, index: int) -> bool:
    return index > 0 and "/" in line.text[line.tokens[index - 1].end : line.tokens[index].start]


def sums(line: Line, start: int = 0, end: int | None = None) -> list[Sum]:
    """All amounts and bare figures between two tokens; figures that count people, days or years are left out."""
    found: list[Sum] = []
    index = start
    stop = len(line.tokens) if end is None else min(end, len(line.tokens))
    while index < stop:
        period = period_at(line, index)
        if period is not None:
            index = period[1]
            continue
        each = sum_at(line, index)
        if each is None:
            index += 1
            continue
        counts = (
            each.scale is None
            and line.plain(each.end) in _COUNTED
            and line.clause(each.end) == line.clause(each.end - 1)
        )
        if not counts:
            found.append(each)
        index = max(each.end, index + 1)
        if each.scale is not None and line.fits(index, "năm"):
            index += 1  # five of a smaller unit, or a year: `read_money` tells
    return found


def period_of(line: Line, start: int = 0, end: int | None = None) -> Period | None:
    """The one period named between two tokens, None for none or several."""
    stop = len(line.tokens) if end is None else end
    found = {period[0] for index in range(start, stop) if (period := period_at(line, index))}
    return found.pop() if len(found) == 1 else None
