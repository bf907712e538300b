"""The words of the documents, read once."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from content.files import read_as

FILE: Final = Path(__file__).with_name("words.yaml")


class Overview(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Report 1."""

    title: str
    sheet: str
    households: str
    persons: str
    columns: tuple[str, str, str]
    lists: dict[str, str]


class Movements(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Report 2 or 3: what each column of a list is called."""

    title: str
    sheet: str
    start: str
    falls: str
    rises: str
    end: str
    columns: dict[str, str]


class Issuer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Who hands a report in: the lines of its head, its number, who signs, who receives."""

    head: tuple[str, ...]
    number: str
    signer: tuple[str, ...]
    recipients: tuple[str, ...]


class DocumentWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`words.yaml`."""

    motto: tuple[str, str]
    title: str
    subject: str
    date: str
    blank_date: str
    recipients: str
    annex: str
    annex_of: str
    demo: str
    draft: str
    note_unknown: str
    note_corrections: str
    correction: str
    unit: str
    unit_households: str
    unit_persons: str
    unknown: str
    heading_results: str
    heading_target: str
    heading_annex: str
    paragraph_list: str
    paragraph_rate: str
    paragraph_met: str
    paragraph_open: str
    paragraph_no_rate: str
    paragraph_annex: str
    lists: dict[str, str]
    total: str
    urban: str
    rural: str
    number: str
    area: str
    overview: Overview
    movements: dict[str, Movements]
    issuers: dict[str, Issuer]


@cache
def load(file: Path = FILE) -> DocumentWords:
    """Read the words.

    Raises:
        ContentError: one is missing or unknown.
    """
    return read_as(file, DocumentWords)
