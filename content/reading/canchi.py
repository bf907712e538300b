"""Years of the sixty-year cycle: "Giáp Thân" is 1944 or 2004."""

from __future__ import annotations

from datetime import date
from typing import Final

from content.reading.tokens import Line

_STEMS: Final = ("canh", "tân", "nhâm", "quý", "giáp", "ất", "bính", "đinh", "mậu", "kỷ")  # of years ending in 0 … 9
_BRANCHES: Final = (
    "thân",
    "dậu",
    "tuất",
    "hợi",
    "tý",
    "sửu",
    "dần",
    "mão",
    "thìn",
    "tỵ",
    "ngọ",
    "mùi",
)  # of years mod 12
_OTHER_NAMES: Final = {"quí": "quý", "kỉ": "kỷ", "tí": "tý", "tị": "tỵ", "mẹo": "mão", "quý": "quý"}
_OLDEST: Final = 110
_CYCLE: Final = 60


def cycle_years_at(line: Line, index: int, today: date) -> tuple[int, ...]:
    """The years of birth that the two words there may mean for somebody alive, oldest first; empty for other words."""
    stem, branch = _place(line, index, _STEMS), _place(line, index + 1, _BRANCHES)
    if stem is None or branch is None:
        return ()
    newest = next(
        (year for year in range(today.year, today.year - _CYCLE, -1) if year % 10 == stem and year % 12 == branch), None
    )
    if newest is None:
        return ()
    return tuple(year for year in (newest - _CYCLE, newest) if today.year - year <= _OLDEST)


def _place(line: Line, index: int, names: tuple[str, ...]) -> int | None:
    for place, name in enumerate(names):
        spellings = (name, *(other for other, usual in _OTHER_NAMES.items() if usual == name))
        if line.fits(index, *spellings):
            return place
    return None
