"""The cells of an XLSX file, row by row.

openpyxl opens the workbook: its sheets, shared texts and date formats. The cells themselves are read here, because an
object for each of four million cells takes longer than a whole import may.
"""

from __future__ import annotations

import zipfile
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from xml.parsers import expat

from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import from_excel
from openpyxl.utils.exceptions import InvalidFileException

from content.exchange.layout import ExchangeError

WIDEST: Final = 200
_CHUNK: Final = 1 << 16
_DIGITS: Final = "0123456789"
_DAMAGED: Final = (
    InvalidFileException, zipfile.BadZipFile, KeyError, ValueError, TypeError, SyntaxError, OSError, IndexError,
    AttributeError, NotImplementedError, EOFError, OverflowError, expat.ExpatError,
)  # fmt: skip


class Uncalculated:
    """A formula whose result is not stored in the file. It is never computed here."""

    def __bool__(self) -> bool:
        return False


UNCALCULATED: Final = Uncalculated()
Row = tuple[int, list[Any]]


@dataclass(frozen=True, slots=True)
class Book:
    """What cells refer to, and where each sheet lies in the archive."""

    file: Path
    sheets: tuple[str, ...]
    strings: Sequence[str]
    date_formats: Collection[int]
    epoch: datetime


def open_book(file: Path) -> Book:
    """The workbook without its cells.

    Raises:
        ExchangeError: it is damaged.
    """
    try:
        reader = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
        with reader.archive:
            # As `load_workbook` does it, but for the sheets: it would read one without a stated size to its end.
            reader.read_manifest()
            reader.read_strings()
            reader.read_workbook()
            apply_stylesheet(reader.archive, reader.wb)
            sheets = tuple(target.target for _, target in reader.parser.find_sheets() if "worksheet" in target.Type)
        formats = reader.wb._date_formats  # type: ignore[attr-defined]  # the stubs leave it out
        return Book(file, sheets, reader.shared_strings, formats, reader.wb.epoch)
    except _DAMAGED:
        raise ExchangeError("broken") from None


def rows(book: Book, sheet: str, widest: int = WIDEST) -> Iterator[Row]:
    """(row number, cells) of a sheet, empty rows left out; the whole sheet is never in memory.

    Raises:
        ExchangeError: it is damaged.
    """
    cells = _Cells(book, widest)
    try:
        with zipfile.ZipFile(book.file) as archive, archive.open(sheet) as stream:
            while chunk := stream.read(_CHUNK):
                cells.parser.Parse(chunk, False)
                yield from cells.done
                cells.done.clear()
            cells.parser.Parse(b"", True)
    except _DAMAGED:
        raise ExchangeError("broken") from None
    yield from cells.done


class _Cells:
    """Collects rows from the events of the XML parser. Entities are refused, so nothing can blow up or reach out."""

    def __init__(self, book: Book, widest: int) -> None:
        self.done: list[Row] = []
        self._strings = book.strings
        self._date_formats = book.date_formats
        self._epoch = book.epoch
        self._widest = widest
        self._letters: dict[str, int] = {}
        self._number = 0
        self._row: list[Any] = []
        self._at = 0
        self._type = "n"
        self._style = 0
        self._formula = False
        self._text: list[str] = []
        self._prefix = ""
        self.parser: Final = expat.ParserCreate()
        self.parser.buffer_text = True
        self.parser.StartElementHandler = self._begin
        self.parser.EndElementHandler = self._end
        self.parser.EntityDeclHandler = self._refuse

    def _refuse(self, *_: Any) -> None:
        raise ExchangeError("broken")

    def _begin(self, name: str, attributes: dict[str, str]) -> None:
        if self._prefix and name.startswith(self._prefix):
            name = name[len(self._prefix) :]
        if name == "c":
            self._at = self._position(attributes.get("r", ""))
            self._type = attributes.get("t", "n")
            self._style = int(attributes.get("s", "0"))
            self._formula = False
            self._text = []
        elif name in ("v", "t"):
            self.parser.CharacterDataHandler = self._text.append
        elif name == "f":
            self._formula = True
        elif name == "row":
            self._number = int(attributes.get("r", self._number + 1))
            self._row = []
            self._at = -1
        elif name.endswith(":worksheet"):
            self._prefix = name.removesuffix("worksheet")

    def _end(self, name: str) -> None:
        if self._prefix and name.startswith(self._prefix):
            name = name[len(self._prefix) :]
        if name in ("v", "t"):
            self.parser.CharacterDataHandler = None
        elif name == "c":
            if self._at < self._widest and (self._text or self._formula):
                self._row.extend([None] * (self._at + 1 - len(self._row)))
                self._row[self._at] = self._value()
        elif name == "row" and self._row:
            self.done.append((self._number, self._row))

    def _position(self, reference: str) -> int:
        if not reference:
            return self._at + 1
        letters = reference.rstrip(_DIGITS)
        at = self._letters.get(letters)
        if at is None:
            at = self._letters[letters] = column_index_from_string(letters) - 1
        return at

    def _value(self) -> Any:
        text = "".join(self._text)
        kind = self._type
        if kind in ("str", "inlineStr", "e", "d"):
            return text if text or not self._formula else UNCALCULATED
        if not text:
            return UNCALCULATED if self._formula else None
        if kind == "s":
            return self._strings[int(text)]
        if kind == "b":
            return text == "1"
        number = float(text)
        if self._style in self._date_formats:
            return from_excel(number, self._epoch)
        return int(number) if number.is_integer() else number
