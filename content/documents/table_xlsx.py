"""Plain tables as a workbook: a sheet for each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from io import BytesIO
from typing import Final

from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter

from content.documents.table import Table
from content.exchange.cells import GUARDED

_FORBIDDEN: Final = re.compile(r"[\[\]:*?/\\]")
_LONGEST_SHEET: Final = 31
_SHADE: Final = PatternFill("solid", fgColor="E8EEF4")
_WIDTH: Final = (8, 60)


def workbook(tables: Sequence[Table]) -> bytes:
    """The workbook as a file."""
    book = Workbook()
    for empty in book.worksheets:
        book.remove(empty)
    for table in tables:
        sheet = book.create_sheet(_FORBIDDEN.sub(" ", table.title)[:_LONGEST_SHEET])
        for row, values in enumerate((table.head, *table.rows), 1):
            for column, value in enumerate(values, 1):
                cell = sheet.cell(row, column, value)
                if isinstance(value, str):
                    # A place called "=…" is a name, not something to compute.
                    cell.data_type = "s"
                    cell.quotePrefix = value.startswith(GUARDED)
                else:
                    cell.number_format = "#,##0"
                cell.alignment = Alignment(vertical="top", wrap_text=isinstance(value, str))
                if row == 1:
                    cell.font, cell.fill = Font(bold=True), _SHADE
        for column in range(1, len(table.head) + 1):
            longest = max(len(str(values[column - 1])) for values in (table.head, *table.rows))
            sheet.column_dimensions[get_column_letter(column)].width = min(max(longest + 2, _WIDTH[0]), _WIDTH[1])
        sheet.freeze_panes = "A2"
    stream = BytesIO()
    book.save(stream)
    return stream.getvalue()
