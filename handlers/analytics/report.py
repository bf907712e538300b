"""What the page and the workbook show: every figure in it may be read by whoever sees the area."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta

from handlers.analytics.hiding import POOL, Published

BOT, PEOPLE, NOBODY = "bot", "people", "nobody"
ANSWERS = (BOT, PEOPLE, NOBODY)


@dataclass(frozen=True, slots=True)
class Figure:
    """A number of something; None is hidden."""

    name: str
    number: int | None


@dataclass(frozen=True, slots=True)
class Place:
    """An area's row. `sum` is None where the area is counted with others."""

    key: str
    sum: int | None
    answers: Mapping[str, int | None]
    half: timedelta | None = None
    """Half of the answers of officers came within this time; None where there are too few."""
    most: timedelta | None = None
    """Nine in ten did."""


@dataclass(frozen=True, slots=True)
class DialogFigures:
    """A kind of dialog: how many began, and how it ended or where it stopped."""

    kind: str
    begun: int
    finished: int | None
    cancelled: int | None
    steps: tuple[Figure, ...]
    """Where those stand who neither finished nor said that they stop; the most first, hidden ones last."""


@dataclass(frozen=True, slots=True)
class Analytics:
    """The figures of a quarter and an area."""

    first: date
    last: date
    whole: bool
    """Of everything: then questions from no known place are among them."""
    own: Place | None
    topics: tuple[Figure, ...] = ()
    weeks: tuple[Figure, ...] = ()
    places: tuple[Place, ...] = ()
    dialogs: tuple[DialogFigures, ...] = ()

    @property
    def is_empty(self) -> bool:
        return self.own is None or self.own.sum is None


@dataclass(frozen=True, slots=True)
class View:
    """Whose rows are looked at: everything, or some units."""

    units: frozenset[str]
    whole: bool

    def sum(self, table: Published | None) -> int | None:
        """The sum of everything, or of the units that have a row of their own."""
        if table is None:
            return None
        if self.whole:
            return table.total
        own = [table.row_sums[unit] for unit in self.units if unit in table.row_sums]
        return sum(own) if own else None

    def column(self, table: Published | None, column: str) -> int | None:
        """A column's figure. Of several units it is what their visible figures add up to: nothing new is told by it."""
        if table is None:
            return None
        if self.whole:
            return table.sums[column]
        shown = [table.rows[unit][column] for unit in self.units if unit in table.rows]
        known = [number for number in shown if number is not None]
        return sum(known) if known else None


def ranked(found: Iterable[tuple[str, int | None]]) -> tuple[Figure, ...]:
    """The largest first, what is hidden at the end by name."""
    return tuple(Figure(name, number) for name, number in sorted(found, key=lambda pair: (-(pair[1] or 0), pair[0])))


def place_of(key: str, table: Published | None) -> Place:
    """A unit's row of the table of answers."""
    if table is None or key == POOL or key not in table.rows:
        return Place(key, None, dict.fromkeys(ANSWERS))
    return Place(key, table.row_sums[key], dict(table.rows[key]))
