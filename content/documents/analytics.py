"""The analytics as a workbook: what the figures are, then a sheet for each table; hidden figures stay hidden."""

from __future__ import annotations

import importlib
from collections.abc import Sequence
from dataclasses import dataclass

from content.documents.table import Table


@dataclass(frozen=True, slots=True)
class Sheet:
    """A table with figures that may be hidden (None)."""

    title: str
    head: tuple[str, ...]
    rows: tuple[tuple[str | int | None, ...], ...]


def workbook(about: Table, sheets: Sequence[Sheet], hidden: str) -> bytes:
    """The file; `hidden` stands for every figure that may not be shown, so that no cell looks like a zero."""
    # The spreadsheet library is loaded by whoever downloads the file, not by the page, which needs `Sheet` alone.
    xlsx = importlib.import_module("content.documents.table_xlsx")
    made: bytes = xlsx.workbook([about, *(_table(number, sheet, hidden) for number, sheet in enumerate(sheets, 1))])
    return made


def _table(number: int, sheet: Sheet, hidden: str) -> Table:
    # Numbered: a workbook refuses two sheets of one name, and long titles are cut off.
    rows = tuple(tuple(hidden if value is None else value for value in row) for row in sheet.rows)
    return Table(f"{number}. {sheet.title}", sheet.head, rows)
