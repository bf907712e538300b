"""Figures in which no group of fewer than five can be read or computed.

A table has a row for each place and a column for each thing counted. Three steps:

1. Places with fewer than five altogether are put together with each other, so that every row's sum may be shown. Tables
   of one period therefore share nothing but sums that are shown.
2. Every figure under five is hidden, none included.
3. A hidden figure that the sums still give away takes others with it. Seen as a flow from rows through columns to the
   total, it is safe exactly if some other flow explains everything shown: a way through hidden figures from one of its
   ends to the other (more along the way, less against it, never below none). Where there is no such way, the cheapest
   one is opened by hiding what lies on it.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

LEAST: Final = 5
"""Smaller groups are not shown."""
POOL: Final = ""
"""The row of all places that have too few, and of questions from no known place."""

Arc = tuple[str, str]
"""(row, column), or ("", column) prefixed by `_SUM` for the sum of a column."""
_SUM: Final = "\0sum"


@dataclass(frozen=True, slots=True)
class Published:
    """What may be shown; None is hidden."""

    columns: tuple[str, ...]
    rows: Mapping[str, Mapping[str, int | None]]
    row_sums: Mapping[str, int]
    sums: Mapping[str, int | None]
    total: int


def publish(counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> Published | None:
    """The table as it may be shown; None where there are fewer than five altogether."""
    rows = _pooled(counts, columns)
    if not rows:
        return None
    flow = _Flow(rows, tuple(columns))
    flow.protect()
    shown = {
        row: {column: None if (row, column) in flow.hidden else flow.values[row, column] for column in columns}
        for row in rows
    }
    sums = {column: None if (_SUM, column) in flow.hidden else flow.values[_SUM, column] for column in columns}
    row_sums = {row: sum(values.values()) for row, values in rows.items()}
    return Published(tuple(columns), shown, row_sums, sums, sum(row_sums.values()))


def _pooled(counts: Mapping[str, Mapping[str, int]], columns: Sequence[str]) -> dict[str, dict[str, int]]:
    """Rows of five or more each; the smallest join the pool until it has as many too, or nothing."""
    whole = {row: {column: values.get(column, 0) for column in columns} for row, values in counts.items()}
    by_size = sorted((sum(values.values()), row) for row, values in whole.items() if row != POOL)
    pool = dict.fromkeys(columns, 0)
    _add(pool, whole.get(POOL, {}))
    rows = {}
    for size, row in by_size:
        if size < LEAST or 0 < sum(pool.values()) < LEAST:
            _add(pool, whole[row])
        else:
            rows[row] = whole[row]
    if sum(pool.values()) >= LEAST:
        rows[POOL] = pool
    return rows


def _add(into: dict[str, int], values: Mapping[str, int]) -> None:
    for column, number in values.items():
        into[column] += number


@dataclass(slots=True)
class _Flow:
    """The table as a flow: row -> column -> sum."""

    rows: Mapping[str, Mapping[str, int]]
    columns: tuple[str, ...]
    values: dict[Arc, int] = field(default_factory=dict)
    hidden: set[Arc] = field(default_factory=set)

    def __post_init__(self) -> None:
        for column in self.columns:
            for row, values in self.rows.items():
                self.values[row, column] = values[column]
            self.values[_SUM, column] = sum(values[column] for values in self.rows.values())
        self.hidden = {arc for arc, number in self.values.items() if number < LEAST}

    def protect(self) -> None:
        """Hide what is needed so that no small figure can be computed."""
        small = sorted((arc for arc, number in self.values.items() if 0 < number < LEAST), key=self._order)
        for arc in small:
            if self._way(arc, only_hidden=True) is None:
                self.hidden.update(self._way(arc, only_hidden=False) or ())

    def _order(self, arc: Arc) -> tuple[int, Arc]:
        return -self.values[arc], arc

    def _way(self, arc: Arc, *, only_hidden: bool) -> list[Arc] | None:
        """The cheapest way around a figure by which it could be one less, or one more; None where there is none."""
        start, end = _ends(arc)
        ways = (self._cheapest(start, end, arc, only_hidden), self._cheapest(end, start, arc, only_hidden))
        found = [way for way in ways if way is not None]
        return min(found)[1] if found else None

    def _cheapest(self, start: str, end: str, without: Arc, only_hidden: bool) -> tuple[int, list[Arc]] | None:
        best = {start: 0}
        before: dict[str, tuple[str, Arc]] = {}
        waiting = [(0, start)]
        while waiting:
            cost, node = heapq.heappop(waiting)
            if node == end:
                return cost, _walked(before, start, end)
            if cost > best[node]:
                continue
            for following, arc in self._steps(node):
                is_hidden = arc in self.hidden
                if arc == without or (only_hidden and not is_hidden):
                    continue
                # One more for each step: of two ways that hide nothing the shorter one is found sooner.
                price = cost + (1 if is_hidden else 1000 + self.values[arc])
                if price < best.get(following, price + 1):
                    best[following] = price
                    before[following] = (node, arc)
                    heapq.heappush(waiting, (price, following))
        return None

    def _steps(self, node: str) -> Iterator[tuple[str, Arc]]:
        """More along an arc; less against one that has any."""
        kind, name = node[0], node[1:]
        if kind == "r":
            for column in self.columns:
                yield f"c{column}", (name, column)
        elif kind == "c":
            yield "t", (_SUM, name)
            for row in self.rows:
                if self.values[row, name] > 0:
                    yield f"r{row}", (row, name)
        else:
            for column in self.columns:
                if self.values[_SUM, column] > 0:
                    yield f"c{column}", (_SUM, column)


def _ends(arc: Arc) -> tuple[str, str]:
    row, column = arc
    return (f"c{column}", "t") if row == _SUM else (f"r{row}", f"c{column}")


def _walked(before: Mapping[str, tuple[str, Arc]], start: str, end: str) -> list[Arc]:
    arcs = []
    node = end
    while node != start:
        node, arc = before[node]
        arcs.append(arc)
    return arcs
