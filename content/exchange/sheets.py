"""Rows of cells from an XLSX or CSV file. Nothing in a file is ever executed; a formula counts by its stored result."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException

from content.exchange.encodings import decode
from content.exchange.layout import ExchangeError, find_header

MOST_BYTES: Final = 40_000_000
# A small archive can unpack to something enormous.
_MOST_UNPACKED: Final = 600_000_000
_HEADER_ROWS: Final = 40
_DELIMITERS: Final = ("\t", ";", ",")
_WIDEST: Final = 200
_ZIP: Final = b"PK\x03\x04"
_OLE: Final = b"\xd0\xcf\x11\xe0"

Row = tuple[int, Sequence[Any]]
"""The number that the row has in the file, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of data under a heading."""

    columns: dict[str, int]
    rows: Iterator[Row]
    formulas: bool
    """Whether cells may be formulas whose result is not stored."""


def open_sheet(file: Path) -> Sheet | None:
    """The first sheet with a heading that we know; None where there is none.

    Raises:
        ExchangeError: no file that can be read as a table.
    """
    if file.stat().st_size > MOST_BYTES:
        raise ExchangeError("too_large", most=MOST_BYTES // 1_000_000)
    with file.open("rb") as stream:
        beginning = stream.read(4)
    if beginning == _OLE:
        raise ExchangeError("old_excel")
    return _xlsx(file) if beginning == _ZIP else _csv(decode(file.read_bytes()))


def _xlsx(file: Path) -> Sheet | None:
    _refuse_bomb(file)
    for name in sheet_names(file):
        beginning: list[Sequence[Any]] = []
        for _, cells in xlsx_rows(file, name):
            beginning.append(cells)
            if len(beginning) == _HEADER_ROWS:
                break
        found = find_header(beginning)
        if found is not None:
            first, columns = found
            return Sheet(columns, _from(xlsx_rows(file, name, max(columns.values()) + 1), first), formulas=True)
    return None


def _refuse_bomb(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
    except (zipfile.BadZipFile, OSError):
        raise ExchangeError("broken") from None
    if sum(part.file_size for part in parts) > _MOST_UNPACKED:
        raise ExchangeError("too_large", most=MOST_BYTES // 1_000_000)
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        raise ExchangeError("not_a_table")


def _open(file: Path, *, results: bool) -> Any:
    try:
        return load_workbook(file, read_only=True, data_only=results, keep_links=False)
    except (InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError):
        raise ExchangeError("broken") from None


def sheet_names(file: Path) -> list[str]:
    """The names of the sheets with cells, as they stand in the file."""
    book = _open(file, results=True)
    try:
        return [sheet.title for sheet in book.worksheets]
    finally:
        book.close()


def xlsx_rows(file: Path, name: str, widest: int = _WIDEST) -> Iterator[Row]:
    """The rows of a sheet, one after the other: the whole sheet is never in memory."""
    book = _open(file, results=True)
    try:
        sheet = book[name]
        sheet.reset_dimensions()  # what a file says about its own size is often wrong
        yield from enumerate(sheet.iter_rows(values_only=True, max_col=widest), start=1)
    except (zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError):
        raise ExchangeError("broken") from None
    finally:
        book.close()


def formulas_at(file: Path, cells: set[tuple[int, int]]) -> set[tuple[int, int]]:
    """Which of the (row, position) cells of the sheet hold a formula."""
    book = _open(file, results=False)
    found: set[tuple[int, int]] = set()
    rows = {row for row, _ in cells}
    try:
        for name in sheet_names(file):
            sheet = book[name]
            sheet.reset_dimensions()
            for number, row in enumerate(
                sheet.iter_rows(values_only=True, max_row=max(rows), max_col=_WIDEST), start=1
            ):
                if number in rows:
                    formulas = (at for at, cell in enumerate(row) if isinstance(cell, str) and cell.startswith("="))
                    found.update((number, at) for at in formulas if (number, at) in cells)
    finally:
        book.close()
    return found


def _csv(text: str) -> Sheet | None:
    best: tuple[int, dict[str, int]] | None = None
    best_delimiter = ""
    for delimiter in _DELIMITERS:
        found = find_header([cells for _, cells in islice(_csv_rows(text, delimiter), _HEADER_ROWS)])
        if found is not None and (best is None or len(found[1]) > len(best[1])):
            best, best_delimiter = found, delimiter
    if best is None:
        return None
    first, columns = best
    return Sheet(columns, _from(_csv_rows(text, best_delimiter), first), formulas=False)


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, cells[:_WIDEST]
    except csv.Error:
        raise ExchangeError("broken") from None


def _from(rows: Iterator[Row], first: int) -> Iterator[Row]:
    return islice(rows, first, None)
