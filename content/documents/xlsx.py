"""The period report as a workbook: a sheet for each table, ready to print on A4 across."""

from __future__ import annotations

from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter

from content.documents.grid import Grid, Value, grids
from content.documents.report import PeriodReport
from content.documents.saying import notes, subject
from content.documents.words import load
from content.exchange.cells import GUARDED

_FONT: Final = "Times New Roman"
_THIN: Final = Side(style="thin", color="808080")
_BOX: Final = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_SHADE: Final = PatternFill("solid", fgColor="E8EEF4")
_CENTRE: Final = Alignment(horizontal="center", vertical="center", wrap_text=True)
_LEFT: Final = Alignment(horizontal="left", vertical="center", wrap_text=True)
_INDENTED: Final = Alignment(horizontal="left", vertical="center", wrap_text=True, indent=1)
_RIGHT: Final = Alignment(horizontal="right", vertical="center")
_HEAD_AT: Final = 5
_WIDTHS: Final = (6.0, 34.0)
_WIDTH: Final = 13.0


def workbook(report: PeriodReport) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for grid in grids(report, load()):
        _fill(book.create_sheet(grid.sheet), grid, report)
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()


def _fill(sheet: Any, grid: Grid, report: PeriodReport) -> None:
    words = load()
    _line(sheet, 1, grid.title, grid.width, Font(name=_FONT, size=14, bold=True))
    _line(sheet, 2, subject(report, words).replace("\n", " "), grid.width, Font(name=_FONT, size=11, italic=True))
    _line(sheet, 3, words.demo if report.demo else "", grid.width, Font(name=_FONT, size=11, bold=True, color="B00020"))
    if grid.unit:
        told = sheet.cell(_HEAD_AT - 1, grid.width, f"{words.unit}: {grid.unit}")
        told.font, told.alignment = Font(name=_FONT, size=11, italic=True), _RIGHT
    _head(sheet, grid)
    row = _HEAD_AT + grid.head_rows
    for level, values in grid.rows:
        for column, value in enumerate(values, 1):
            _cell(sheet, row, column, value, level)
        row += 1
    for note in notes(report, words):
        row += 1
        _line(sheet, row, note, grid.width, Font(name=_FONT, size=10, italic=True), _LEFT)
        sheet.row_dimensions[row].height = 15 * (1 + len(note) // 120)
    _page(sheet, grid)


def _line(sheet: Any, row: int, text: str, width: int, font: Font, alignment: Alignment = _CENTRE) -> None:
    """A text over the whole width."""
    sheet.merge_cells(start_row=row, end_row=row, start_column=1, end_column=width)
    cell = sheet.cell(row, 1, text)
    cell.font, cell.alignment = font, alignment


def _head(sheet: Any, grid: Grid) -> None:
    for row in range(grid.head_rows):
        sheet.row_dimensions[_HEAD_AT + row].height = 18
        for column in range(grid.width):
            cell = sheet.cell(_HEAD_AT + row, column + 1)
            cell.border, cell.fill, cell.alignment = _BOX, _SHADE, _CENTRE
            cell.font = Font(name=_FONT, size=11, bold=True)
    sheet.row_dimensions[_HEAD_AT + 1].height = 48
    for head in grid.heads:
        sheet.cell(_HEAD_AT + head.row, head.column + 1, head.text)
        if head.rows > 1 or head.columns > 1:
            first = {"start_row": _HEAD_AT + head.row, "start_column": head.column + 1}
            last = {"end_row": _HEAD_AT + head.row + head.rows - 1, "end_column": head.column + head.columns}
            sheet.merge_cells(**first, **last)


def _cell(sheet: Any, row: int, column: int, value: Value, level: str) -> None:
    cell = sheet.cell(row, column)
    if isinstance(value, str):
        # A place called "=…" is a name, not something to compute.
        cell.value = value
        cell.data_type = "s"
        cell.quotePrefix = value.startswith(GUARDED)
        cell.alignment = _CENTRE if column != 2 else _INDENTED if level in ("split", "village") else _LEFT
    else:
        cell.value = value
        cell.number_format = "0.00" if isinstance(value, Decimal) else "#,##0"
        cell.alignment = _RIGHT
    cell.border = _BOX
    cell.font = Font(name=_FONT, size=11, bold=level in ("total", "unit"), italic=level == "split")


def _page(sheet: Any, grid: Grid) -> None:
    for column in range(grid.width):
        width = _WIDTHS[column] if column < len(_WIDTHS) else _WIDTH
        sheet.column_dimensions[get_column_letter(column + 1)].width = width
    # The head's last row holds the formula of column 9.
    sheet.column_dimensions[get_column_letter(grid.width)].width = max(_WIDTH, 20.0 if grid.unit else 0.0)
    below = _HEAD_AT + grid.head_rows
    sheet.freeze_panes = sheet.cell(below, 3)
    sheet.print_title_rows = f"{_HEAD_AT}:{below - 1}"
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.oddFooter.center.text = "&P/&N"
