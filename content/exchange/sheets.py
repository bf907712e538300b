"""Rows of cells from an XLSX or CSV file. Nothing in a file is ever executed; a formula counts by its stored result."""

from __future__ import annotations

import csv
import io
import zipfile
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any, Final

from content.exchange import workbook
from content.exchange.encodings import decode
from content.exchange.layout import ExchangeError, find_header
from content.exchange.workbook import WIDEST

MOST_BYTES: Final = 40_000_000
# A small archive can unpack to something enormous.
_MOST_UNPACKED: Final = 600_000_000
_PROLOGUE: Final = 1 << 16
_HEADER_ROWS: Final = 40
_DELIMITERS: Final = ("\t", ";", ",")
_ZIP: Final = b"PK\x03\x04"
# No spreadsheet program packs otherwise, and each way of packing breaks in its own way.
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_OLE: Final = b"\xd0\xcf\x11\xe0"

Row = tuple[int, Sequence[Any]]
"""The number that the row has in the file, from 1, and its cells."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """The rows of data under a heading."""

    columns: dict[str, int]
    rows: Iterator[Row]


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
    book = workbook.open_book(file)
    for sheet in book.sheets:
        found = find_header([cells for _, cells in islice(workbook.rows(book, sheet), _HEADER_ROWS)])
        if found is not None:
            first, columns = found
            return Sheet(columns, _from(workbook.rows(book, sheet, max(columns.values()) + 1), first))
    return None


def _refuse_bomb(file: Path) -> None:
    try:
        with zipfile.ZipFile(file) as archive:
            parts = archive.infolist()
            if sum(part.file_size for part in parts) > _MOST_UNPACKED:
                raise ExchangeError("too_large", most=MOST_BYTES // 1_000_000)
            if any(part.compress_type not in _PACKED or _declares(archive, part) for part in parts):
                raise ExchangeError("broken")
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, RuntimeError, NotImplementedError):
        raise ExchangeError("broken") from None
    if not any(part.filename.endswith("workbook.xml") for part in parts):
        raise ExchangeError("not_a_table")


def _declares(archive: zipfile.ZipFile, part: zipfile.ZipInfo) -> bool:
    """No spreadsheet program writes a document type; one that is there can only be for entities that blow up."""
    if not part.filename.endswith((".xml", ".rels")):
        return False
    with archive.open(part) as stream:
        return b"<!DOCTYPE" in stream.read(_PROLOGUE).replace(b"\x00", b"")  # also in UTF-16


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
    return Sheet(columns, _from(_csv_rows(text, best_delimiter), first))


def _csv_rows(text: str, delimiter: str) -> Iterator[Row]:
    try:
        for number, cells in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), start=1):
            yield number, cells[:WIDEST]
    except csv.Error:
        raise ExchangeError("broken") from None


def _from(rows: Iterator[Row], first: int) -> Iterator[Row]:
    return islice(rows, first, None)
