"""The yearly list for commendation as plain values: what the document to sign and the workbook are made from."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from content.documents.table import Cell, Table
from content.files import read_as

FILE: Final = Path(__file__).with_name("nominations.yaml")
KINDS: Final = ("person", "household", "collective")
"""In the order of the list."""
MOST_IN_ANNEX: Final = 2_000
"""Longer lists go along as the workbook: a document of more takes a minute to make and is printed by nobody."""


class ListWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`nominations.yaml`."""

    title: str
    subject: str
    to: str
    annex: str
    annex_subject: str
    annex_of: str
    demo: str
    paragraph_reviewed: str
    paragraph_asked: str
    paragraph_none: str
    paragraph_apart: str
    note_criteria: str
    sheet: str
    groups: dict[str, str]
    counted: dict[str, str]
    kinds: dict[str, str]
    columns: tuple[str, str, str, str, str, str]
    more_columns: tuple[str, str, str, str]
    consents: dict[str, str]
    numbers: dict[str, str]
    recipients: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Nominee:
    """Somebody on the list."""

    kind: str
    name: str
    place: str
    deed: str
    criteria: tuple[str, ...]
    by: str
    receipt: str = ""
    consent: str = "unasked"
    decided_on: date | None = None


@dataclass(frozen=True, slots=True)
class CommendationList:
    """The list of an area for a year, handed in by its office."""

    area: str
    kind: str
    parent: str
    office: str
    year: int
    nominees: tuple[Nominee, ...]
    confirmed: bool = False
    """An office stands behind the criteria."""
    demo: bool = False

    @property
    def apart(self) -> bool:
        """The list is too long to be an annex of the document."""
        return len(self.nominees) > MOST_IN_ANNEX

    def of_kind(self, kind: str) -> list[Nominee]:
        return [each for each in self.nominees if each.kind == kind]


@cache
def load(file: Path = FILE) -> ListWords:
    """Read the words.

    Raises:
        ContentError: one is missing or unknown.
    """
    return read_as(file, ListWords)


def paragraphs(listed: CommendationList) -> list[str]:
    """What the document says before the list."""
    words = load()
    if not listed.nominees:
        return [words.paragraph_none.format(year=listed.year, area=listed.area)]
    numbers = {kind: len(listed.of_kind(kind)) for kind in KINDS}
    counts = ", ".join(words.counted[kind].format(count=number) for kind, number in numbers.items() if number)
    said = {"year": listed.year, "area": listed.area, "count": len(listed.nominees), "counts": counts}
    beside = [words.paragraph_apart.format(**said)] if listed.apart else []
    return [words.paragraph_reviewed.format(**said), *beside, words.paragraph_asked]


def table(listed: CommendationList) -> Table:
    """The list as a sheet, with what an office sorts by."""
    words = load()
    rows: list[tuple[Cell, ...]] = []
    for kind in KINDS:
        for each in listed.of_kind(kind):
            rows.append((len(rows) + 1, *_cells(each), *_more(each, words)))
    return Table(words.sheet.format(year=listed.year), (*words.columns, *words.more_columns), tuple(rows))


def _cells(each: Nominee) -> tuple[Cell, ...]:
    return each.name, each.place, each.deed, "; ".join(each.criteria), each.by


def _more(each: Nominee, words: ListWords) -> tuple[Cell, ...]:
    day = f"{each.decided_on:%d/%m/%Y}" if each.decided_on is not None else ""
    return words.kinds[each.kind], each.receipt, words.consents[each.consent], day
