"""The period report as plain values: what both the workbook and the printed report are made from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

Level = Literal["total", "split", "unit", "village"]
Pair = tuple[int, int]
"""Households and persons."""

FALLS: Final = ("to_other_list", "above", "fall_other")
RISES: Final = ("from_other_list", "again", "new", "rise_other")
COLUMNS: Final = ("start", *FALLS, *RISES, "end")
"""Columns 1 to 9 of reports 2 and 3, in their order."""
LISTS: Final = ("poor", "near_poor")
_HUNDREDTH: Final = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Line:
    """One row of every table: an area, a part of it, or the whole. `lists` holds each of `COLUMNS` for each list."""

    number: str
    name: str
    level: Level
    lists: Mapping[str, Mapping[str, Pair]]
    households: int | None = None
    persons: int | None = None

    def rate(self, status: str, column: str = "end") -> Decimal | None:
        """Percent of all households that are on the list."""
        if not self.households:
            return None
        share = Decimal(self.lists[status][column][0] * 100) / Decimal(self.households)
        return share.quantize(_HUNDREDTH, ROUND_HALF_UP)

    def adds_up(self, status: str) -> bool:
        """Column 9 = 1 - 2 - 3 - 4 + 5 + 6 + 7 + 8, in households and in persons."""
        counted = self.lists[status]
        for each in (0, 1):
            falls, rises = (sum(counted[name][each] for name in names) for names in (FALLS, RISES))
            if counted["start"][each] - falls + rises != counted["end"][each]:
                return False
        return True


@dataclass(frozen=True, slots=True)
class Correction:
    """The part of a period's columns that belongs to an earlier, closed period."""

    area: str
    status: str
    households: int
    persons: int


@dataclass(frozen=True, slots=True)
class PeriodReport:
    """The report of one area for `[start, end)`; the first line is the whole area."""

    area: str
    kind: str
    parent: str
    office: str
    start: date
    end: date
    lines: tuple[Line, ...]
    corrections: tuple[Correction, ...] = ()
    target: Decimal | None = None
    """The poverty rate that the area is to reach in this year, in percent."""
    closed: bool = False
    demo: bool = False

    @property
    def last(self) -> date:
        """The last day of the period, as it is written in the report."""
        return self.end - timedelta(days=1)

    @property
    def total(self) -> Line:
        return self.lines[0]

    def wrong(self) -> Iterator[Line]:
        """The lines that do not add up; there must be none."""
        for line in self.lines:
            if not all(line.adds_up(status) for status in LISTS):
                yield line


def number(value: int) -> str:
    """Digits in groups of three, as they are written in Vietnamese."""
    return f"{value:,}".replace(",", ".")


def decimal(value: Decimal) -> str:
    """A percentage with a decimal comma."""
    return f"{value:.2f}".replace(".", ",")
