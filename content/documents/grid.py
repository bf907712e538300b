"""Reports 1, 2 and 3 as grids: a head of merged cells, and a row for each line of the report."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Final, NamedTuple

from content.documents.report import COLUMNS, FALLS, LISTS, RISES, Level, Line, PeriodReport
from content.documents.words import DocumentWords

Value = str | int | Decimal
_FORMULA: Final = "9=1-2-3-4+5+6+7+8"


class Head(NamedTuple):
    """A cell of the head: its text, where it begins, and how many rows and columns it covers."""

    text: str
    row: int
    column: int
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. `rows` has the level of each line and its values, number and name first."""

    title: str
    sheet: str
    unit: str
    heads: tuple[Head, ...]
    head_rows: int
    width: int
    rows: tuple[tuple[Level, tuple[Value, ...]], ...]


def grids(report: PeriodReport, words: DocumentWords) -> Iterator[Grid]:
    """Report 1, and reports 2 and 3 for households and for persons."""
    yield _overview(report, words)
    for status in LISTS:
        for place, unit in enumerate((words.unit_households, words.unit_persons)):
            yield _movements(report, words, status, place, unit)


def _overview(report: PeriodReport, words: DocumentWords) -> Grid:
    told = words.overview
    heads = [
        Head(words.number, 0, 0, 2), Head(words.area, 0, 1, 2),
        Head(told.households, 0, 2, 2), Head(told.persons, 0, 3, 2),
    ]  # fmt: skip
    width = 4
    for status in LISTS:
        heads.append(Head(told.lists[status], 0, width, 1, 3))
        heads += [Head(text, 1, width + place) for place, text in enumerate(told.columns)]
        width += 3
    rows = tuple((line.level, tuple(_overview_row(line, words))) for line in report.lines)
    return Grid(told.title, told.sheet, "", tuple(heads), 2, width, rows)


def _overview_row(line: Line, words: DocumentWords) -> Iterator[Value]:
    yield line.number
    yield line.name
    yield words.unknown if line.households is None else line.households
    yield words.unknown if line.persons is None else line.persons
    for status in LISTS:
        households, persons = line.lists[status]["end"]
        rate = line.rate(status)
        yield from (households, persons, words.unknown if rate is None else rate)


def _movements(report: PeriodReport, words: DocumentWords, status: str, place: int, unit: str) -> Grid:
    told = words.movements[status]
    first_rise, end = 3 + len(FALLS), 3 + len(FALLS) + len(RISES)
    heads = [
        Head(words.number, 0, 0, 3), Head(words.area, 0, 1, 3), Head(told.start, 0, 2, 2),
        Head(told.falls, 0, 3, 1, len(FALLS)), Head(told.rises, 0, first_rise, 1, len(RISES)),
        Head(told.end, 0, end, 2),
        *(Head(told.columns[name], 1, 3 + at) for at, name in enumerate((*FALLS, *RISES))),
        *(Head(str(at + 1), 2, 2 + at) for at in range(len(COLUMNS) - 1)),
        Head(_FORMULA, 2, end),
    ]  # fmt: skip
    rows = tuple((line.level, tuple(_movement_row(line, status, place))) for line in report.lines)
    return Grid(f"{told.title} ({unit})", f"{told.sheet} ({unit})", unit, tuple(heads), 3, end + 1, rows)


def _movement_row(line: Line, status: str, place: int) -> Iterator[Value]:
    yield line.number
    yield line.name
    for name in COLUMNS:
        yield line.lists[status][name][place]
