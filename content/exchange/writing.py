"""Households as a file in the same layout that is read: a row for each member, the household's columns in each row."""

from __future__ import annotations

import csv
from collections.abc import Collection, Iterable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell

from content.exchange.cells import GUARDED
from content.exchange.layout import load
from rules.poverty import DEPRIVATIONS

Row = Mapping[str, Any]
"""The value of each column of the layout: text, number, date, yes or no; what is left out stays empty."""

_TERMS: Final = {"status": "statuses", "relation": "relations", "sex": "sexes"}
_TITLE: Final = "Danh sách hộ"


def write(file: Path, rows: Iterable[Row]) -> int:
    """Write an XLSX file, or CSV (UTF-8 with a mark, so that Excel reads it) by the file's ending; returns the rows."""
    return _csv(file, rows) if file.suffix.lower() == ".csv" else _xlsx(file, rows)


def _xlsx(file: Path, rows: Iterable[Row]) -> int:
    book = Workbook(write_only=True)
    sheet = book.create_sheet(_TITLE)
    layout = load()
    sheet.append([column.title for column in layout.columns.values()])
    count = 0
    for row in rows:
        sheet.append([_as_text(sheet, cell(name, row.get(name))) for name in layout.columns])
        count += 1
    book.save(file)
    return count


def _as_text(sheet: Any, value: Any) -> Any:
    """A text that begins like a formula is written as text, with the mark that keeps it text when it is edited."""
    if not isinstance(value, str) or not value.startswith(GUARDED):
        return value
    marked = WriteOnlyCell(sheet, value)
    marked.data_type = "s"
    marked.quotePrefix = True
    return marked


def _csv(file: Path, rows: Iterable[Row]) -> int:
    layout = load()
    count = 0
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        writer.writerow([column.title for column in layout.columns.values()])
        for row in rows:
            writer.writerow([_guarded(cell(name, row.get(name))) for name in layout.columns])
            count += 1
    return count


def _guarded(value: Any) -> Any:
    if isinstance(value, date):
        return f"{value:%d/%m/%Y}"
    return f"'{value}" if isinstance(value, str) and value.startswith(GUARDED) else value


def cell(column: str, value: Any) -> Any:
    """What stands in the cell: official terms instead of identifiers, a mark for yes."""
    if column in _TERMS and value:
        names: Mapping[str, tuple[str, ...]] = getattr(load(), _TERMS[column])
        return names[value][0]
    if isinstance(value, bool):
        return load().signs_of_yes[0] if value else ""
    return "" if value is None else value


def deprivations(found: Collection[str]) -> str:
    """The indicators as they are written in a file, in the order of form B2."""
    return "; ".join(load().deprivations[each][0] for each in DEPRIVATIONS if each in found)


def birth(value: date | None, precision: str) -> Any:
    """A birth date as far as it is known."""
    if value is None or precision == "day":
        return value
    return f"{value:%m/%Y}" if precision == "month" else f"{value:%Y}"
