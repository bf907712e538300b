"""The columns, terms and messages of the exchange file, from `layout.yaml`."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, Final

import msgspec

from content.files import read_as
from content.text import clean, unaccented, words
from rules.poverty import Deprivation

FILE: Final = Path(__file__).with_name("layout.yaml")
_FEWEST_COLUMNS: Final = 5
# From a bracket to the next closing one. Only used where there is one behind each, so that a cell of nothing but
# brackets is read in one go.
_BRACKETS: Final = re.compile(r"\([^)]*\)")


class Column(msgspec.Struct, frozen=True):
    """A column: what it is called when written, and all it may be called when read."""

    title: str
    names: tuple[str, ...]
    needed: bool = False


class Message(msgspec.Struct, frozen=True):
    """What is wrong, and what is needed."""

    what: str
    needed: str


class Layout(msgspec.Struct, frozen=True):
    """`layout.yaml`. Of the names of a term the first is the one that is written."""

    columns: dict[str, Column]
    statuses: dict[str, tuple[str, ...]]
    relations: dict[str, tuple[str, ...]]
    deprivations: dict[Deprivation, tuple[str, ...]]
    sexes: dict[str, tuple[str, ...]]
    signs_of_yes: tuple[str, ...]
    signs_of_no: tuple[str, ...]
    problems: dict[str, Message]
    refusals: dict[str, str]


class ExchangeError(Exception):
    """A file that cannot be read as a whole; the message is for the person who sent it."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(load().refusals[reason].format(**values))
        self.reason: Final = reason


class Problem(msgspec.Struct, frozen=True):
    """What is wrong with a cell. Row and column are those of the sheet; row 0 is the file as a whole."""

    row: int
    column: str
    kind: str
    what: str
    needed: str


@cache
def load() -> Layout:
    """The layout; read once."""
    return read_as(FILE, Layout)


@cache
def terms(kind: str) -> Mapping[str, str]:
    """Identifier by each folded name of `statuses`, `relations`, `deprivations` or `sexes`."""
    table: Mapping[str, tuple[str, ...]] = getattr(load(), kind)
    return {fold(name): identifier for identifier, names in table.items() for name in names}


@cache
def flags() -> Mapping[str, bool]:
    """Yes or no by each folded sign for it."""
    return {
        fold(sign) or sign: value
        for signs, value in ((load().signs_of_yes, True), (load().signs_of_no, False))
        for sign in signs
    }


def problem(row: int, column: str, kind: str, /, **values: object) -> Problem:
    """A problem in the words of the layout; `column` is an identifier or "" for the whole row."""
    layout = load()
    title = layout.columns[column].title if column in layout.columns else column
    message = layout.problems[kind]
    filled = {"column": title, **values}
    return Problem(row, title, kind, message.what.format(**filled), message.needed.format(**filled))


def fold(text: object) -> str:
    """Words without accents, capitals and what stands in brackets."""
    closed, bracket, rest = clean(str(text)).rpartition(")")
    said = f"{_BRACKETS.sub(' ', closed + bracket)}{rest}"
    return " ".join(words(unaccented(said)))


def find_header(rows: Sequence[Sequence[Any]]) -> tuple[int, dict[str, int]] | None:
    """(index of the first row of data, position of each column) of the best heading among the first rows.

    A heading may take two rows, when columns are grouped under a common one.
    """
    best: tuple[int, dict[str, int]] | None = None
    for index, row in enumerate(rows):
        found = _columns_of(row)
        after = index + 1
        if len(found) >= 2 and after < len(rows):
            below = {name: at for name, at in _columns_of(rows[after]).items() if name not in found}
            if below:
                found, after = {**found, **below}, after + 1
        if len(found) >= _FEWEST_COLUMNS and (best is None or len(found) > len(best[1])):
            best = after, found
    return best


def _columns_of(row: Sequence[Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for at, cell in enumerate(row):
        if isinstance(cell, str) and cell.strip():
            name = _names().get(fold(cell))
            if name is not None and name not in found:
                found[name] = at
    return found


@cache
def _names() -> Mapping[str, str]:
    return {fold(name): column for column, of in load().columns.items() for name in (of.title, *of.names)}
