"""Discovers `audiences/<slug>/`, checks the words, and hands out the kinds of conditions; a mistake names its file."""

from __future__ import annotations

import importlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import yaml

from rules.audiences.model import Kind
from rules.errors import RulesError

FOLDER: Final = Path(__file__).parent
SOURCES: Final = ("roles", "topics", "statuses", "channels", "languages")
"""The lists that choices may come from; whoever reads or shows an audience brings them."""
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Described:
    """One folder: a kind of condition with its words. `says` and `denies` have room for `{values}`."""

    slug: str
    order: int
    label: str
    help: str
    says: str
    denies: str
    kind: Kind

    @property
    def source(self) -> str:
        """The list that its values come from; empty for a number of days."""
        return {"places": "places", "choices": self.kind.options, "days": ""}[self.kind.takes]


class Kinds(Mapping[str, Described]):
    """All kinds by slug, in the order in which they are offered."""

    def __init__(self, found: list[Described]) -> None:
        in_order = sorted(found, key=lambda each: (each.order, each.slug))
        self._by_slug: Final = {each.slug: each for each in in_order}

    def __getitem__(self, slug: str) -> Described:
        return self._by_slug[slug]

    def __iter__(self) -> Iterator[str]:
        return iter(self._by_slug)

    def __len__(self) -> int:
        return len(self._by_slug)


@cache
def kinds() -> Kinds:
    """The kinds of this package, read at the first use."""
    return load()


def load(folder: Path = FOLDER) -> Kinds:
    """Read every folder with an `audience.yaml`.

    Raises:
        RulesError: words that are missing, left over or without room for the values.
    """
    return Kinds([_read(file) for file in sorted(folder.glob("*/audience.yaml"))])


def _read(file: Path) -> Described:
    words = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    slug = file.parent.name
    kind: Kind = importlib.import_module(f"rules.audiences.{slug}.audience").kind
    try:
        if words.pop("slug") != slug:
            raise ValueError("the slug is not the folder's name")
        if kind.takes == "choices" and kind.options not in SOURCES:
            raise ValueError(f"unknown list {kind.options!r}")
        for name in ("says", "denies"):
            if "{values}" not in words[name]:
                raise ValueError(f"{name} has no room for {{values}}")
        return Described(slug=slug, kind=kind, **words)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise RulesError(f"audience {slug!r}: {error}", file=file) from error
