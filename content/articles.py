"""Articles as written: dated blocks of text, before any figure is filled in."""

from __future__ import annotations

import itertools
from collections.abc import Container, Iterable, Iterator, Mapping
from datetime import date
from pathlib import Path
from typing import Final, Literal

import msgspec

from content.errors import ContentError
from content.files import FOLDER, read_as, yaml_files
from rules.parameters import Confidence

Part = Literal["who", "amount", "papers", "where", "duration", "law"]
PARTS: Final[tuple[Part, ...]] = ("who", "amount", "papers", "where", "duration", "law")


class Block(msgspec.Struct, frozen=True, rename={"start": "from", "end": "to"}, forbid_unknown_fields=True):
    """A text that holds on `[start, end)`; `end` is None where no end is known."""

    start: date
    text: str
    confidence: Confidence
    end: date | None = None
    law: str = ""

    def holds(self, on: date) -> bool:
        return self.start <= on and (self.end is None or on < self.end)


class Action(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Something the person can do at once from an article: a choice of the conversation and its label."""

    choice: str
    label: str


class Article(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One subject: a short answer and the parts shown on demand."""

    id: str
    title: str
    short: str
    group: str
    last_checked: date
    answer: tuple[Block, ...]
    questions: tuple[str, ...]
    parts: dict[Part, tuple[Block, ...]] = {}
    actions: tuple[Action, ...] = ()
    office: str = ""
    """Role of the office that answers for it; empty where the locality's own list says so."""

    def blocks(self, part: Part | None) -> tuple[Block, ...]:
        """The dated blocks of a part, or of the answer itself for None."""
        return self.answer if part is None else self.parts.get(part, ())

    def block(self, part: Part | None, on: date) -> Block | None:
        """The block that holds on the given day."""
        return next((block for block in self.blocks(part) if block.holds(on)), None)


class MenuGroup(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A group of the main menu."""

    key: str
    label: str


class Library:
    """All articles, and the menu they hang under."""

    def __init__(self, articles: Iterable[Article], groups: Iterable[MenuGroup]) -> None:
        self._articles: dict[str, Article] = {article.id: article for article in articles}
        self.shipped: Final[Mapping[str, Article]] = self._articles
        """The articles as they were read from the files, whatever the library has become since."""
        self.groups: Final = tuple(groups)

    def __iter__(self) -> Iterator[Article]:
        return iter(self._articles.values())

    def __contains__(self, article_id: str) -> bool:
        return article_id in self._articles

    def __len__(self) -> int:
        return len(self._articles)

    def get(self, article_id: str) -> Article | None:
        return self._articles.get(article_id)

    def in_group(self, key: str) -> tuple[Article, ...]:
        return tuple(article for article in self if article.group == key)

    def with_edited(self, edited: Iterable[Article]) -> Library:
        """A library in which edited articles stand in the place of those with the same id, new ones at the end."""
        return Library((self._articles | {article.id: article for article in edited}).values(), self.groups)

    def become(self, other: Library) -> None:
        """Take over another library's articles, in one step: whoever holds this one reads them from now on."""
        self._articles = other._articles


def load(folder: Path = FOLDER) -> Library:
    """Read `articles/*.yaml` and `menu.yaml` below the folder.

    Raises:
        ContentError: a file that does not fit, an id that is not the file name, overlapping blocks, unknown group.
    """
    groups = read_as(folder / "menu.yaml", tuple[MenuGroup, ...])
    keys = {group.key for group in groups}
    articles = []
    for file in yaml_files(folder / "articles"):
        article = read_as(file, Article)
        if article.id != file.stem:
            raise ContentError(f"the id {article.id!r} is not the file name", file=file)
        check(article, keys, file)
        articles.append(article)
    return Library(articles, groups)


def check(article: Article, groups: Container[str], file: Path | None = None) -> None:
    """What an article must be, wherever it is kept.

    Raises:
        ContentError: an unknown group, or blocks that overlap or end before they begin.
    """
    if article.group not in groups:
        raise ContentError(f"group {article.group!r} is not in menu.yaml", file=file)
    for name in (None, *PARTS):
        _check_dates(article.blocks(name), f"{name or 'answer'}", file)


def _check_dates(blocks: tuple[Block, ...], name: str, file: Path | None) -> None:
    for earlier, later in itertools.pairwise(blocks):
        if earlier.end is None or earlier.end > later.start:
            raise ContentError(f"{name}: the block from {later.start} overlaps the one before it", file=file)
    for block in blocks:
        if block.end is not None and block.end <= block.start:
            raise ContentError(f"{name}: the block from {block.start} ends before it begins", file=file)
