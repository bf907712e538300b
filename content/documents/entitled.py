"""The words of the list of households that may be entitled to more."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from content.files import read_as

FILE: Final = Path(__file__).with_name("entitled.yaml")


class EntitledWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`entitled.yaml`."""

    title: str
    none: str
    household: str
    whole: str
    line: str
    kinds: dict[str, str]
    causes: dict[str, str]
    changes: dict[str, str]
    other_change: str
    missing: str
    birth_date: str
    unsure: str
    money: str
    periods: dict[str, str]
    notice: str
    sheet: str
    columns: tuple[str, ...]


@cache
def load(file: Path = FILE) -> EntitledWords:
    """Read the words.

    Raises:
        ContentError: one is missing or unknown.
    """
    return read_as(file, EntitledWords)
