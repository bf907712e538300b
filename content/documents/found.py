"""The list "hộ có thể được thêm" as a workbook: one row for each finding."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.styles import Font

from content.documents.entitled import load
from content.exchange.cells import GUARDED

_WIDTHS: Final = (20, 22, 14, 26, 26, 22, 34, 16, 13, 30, 30, 24, 34)

Cell = str | int | date | None


def workbook(rows: Iterable[Sequence[Cell]]) -> bytes:
    """The rows under the columns of `entitled.yaml`, as a file. A text that begins like a formula stays a text."""
    book = Workbook(write_only=True)
    sheet: Any = book.create_sheet(load().sheet)
    for number, width in enumerate(_WIDTHS):
        sheet.column_dimensions[chr(ord("A") + number)].width = width
    sheet.freeze_panes = "A2"
    heads = [WriteOnlyCell(sheet, title) for title in load().columns]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for row in rows:
        sheet.append([_cell(sheet, value) for value in row])
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _cell(sheet: Any, value: Cell) -> Any:
    # openpyxl writes a date as well as a datetime; its stubs know the latter only.
    given: Any = value
    cell = WriteOnlyCell(sheet, given)
    if isinstance(value, str) and value.startswith(GUARDED):
        cell.data_type = "s"
        cell.quotePrefix = True
    elif isinstance(value, date):
        cell.number_format = "dd/mm/yyyy"
    elif isinstance(value, int):
        cell.number_format = "#,##0"
    return cell
