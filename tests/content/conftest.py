"""The real content of both localities, read once; and the days on which an article's texts change."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Final

import pytest

from content import articles, localities, words
from content.articles import PARTS, Article, Block, Library, Part
from content.localities import Locality
from content.words import Words
from rules import parameters
from rules.parameters import Parameters

SLUGS: Final = ("kim-bang-2023", "kim-bang-2026")
_USED: Final = re.compile(r"""\bp\(\s*["']([^"']+)["']\s*\)""")


@pytest.fixture(scope="session")
def library() -> Library:
    return articles.load()


@pytest.fixture(scope="session")
def figures() -> Parameters:
    return parameters.load()


@pytest.fixture(scope="session")
def languages() -> dict[str, Words]:
    return words.load()


@pytest.fixture(scope="session")
def places() -> dict[str, Locality]:
    return {slug: localities.load(slug) for slug in SLUGS}


def article_ids() -> list[str]:
    """For one test per article: the files as they are, readable or not."""
    return sorted(file.stem for file in (articles.FOLDER / "articles").glob("*.yaml"))


def blocks_of(article: Article) -> Iterator[tuple[Part | None, Block]]:
    """Every dated text of an article with the part it belongs to."""
    for part in (None, *PARTS):
        for block in article.blocks(part):
            yield part, block


def changing_days(block: Block, figures: Parameters) -> list[date]:
    """The days within a block on which its text can change, and the day before each."""
    changes = {block.start, *(day for name in _USED.findall(block.text) for day in figures.starts(name))}
    if block.end is not None:
        changes.add(block.end)
    days = {day - timedelta(days=one) for day in changes for one in (0, 1)}
    return sorted(day for day in days if block.holds(day))
