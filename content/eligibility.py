"""How the results of a check are told: order and kind of the groups, and what each article is about."""

from __future__ import annotations

from functools import cached_property
from pathlib import Path
from typing import Final

import msgspec

from content.files import FOLDER, read_as

FILE: Final = FOLDER / "eligibility.yaml"


class Group(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of benefits; `entitled` where nobody chooses among those who fulfil the conditions."""

    key: str
    title: str
    entitled: bool = False


class Guide(msgspec.Struct, frozen=True, forbid_unknown_fields=True, dict=True):
    """The file as written."""

    groups: tuple[Group, ...]
    persons: tuple[str, ...]
    at_least: dict[str, int]
    articles: dict[str, tuple[str, ...]]

    @cached_property
    def places(self) -> dict[str, int]:
        """The place of each group in the order of the file."""
        return {group.key: place for place, group in enumerate(self.groups)}

    def group(self, key: str) -> Group:
        """The group of a benefit."""
        return self.groups[self.places[key]]

    def article_of(self, slug: str) -> str | None:
        """The article that tells most about a benefit: the first one that names it."""
        return next((article for article, slugs in self.articles.items() if slug in slugs), None)


def load(file: Path = FILE) -> Guide:
    """Read the file.

    Raises:
        ContentError: it does not fit.
    """
    return read_as(file, Guide)
