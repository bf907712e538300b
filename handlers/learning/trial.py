"""Trying a change before it is approved: which sample questions of all articles would find another answer."""

from __future__ import annotations

from datetime import date
from typing import Final

import msgspec

from content import search
from content.articles import Article, Library
from content.search import Finding, Search

_MOST_SHOWN: Final = 60


class Moved(msgspec.Struct, frozen=True):
    """A question that finds something else; article ids, or the kind of answer where it is no article."""

    question: str
    wanted: str
    before: str
    after: str


class Trial(msgspec.Struct, frozen=True):
    """What a change does. `number` is the state of the knowledge that it was tried against."""

    number: int
    asked: int
    worse: int
    better: int
    moved: tuple[Moved, ...]
    """Sample questions of the articles as they are that find something else; at most as many as one looks at."""
    new: tuple[Moved, ...]
    """The questions that the change brings."""


def try_out(number: int, library: Library, now: Search, article_id: str, article: Article | None, today: date) -> Trial:
    """Build the search with the change and ask it every sample question. Takes seconds: not for the event loop."""
    before = library.get(article_id)
    others = Library((one for one in library if one.id != article_id), library.groups)
    changed = others if article is None else others.with_edited([article])
    then = search.of_library(changed)
    asked = [(question, one.id) for one in library for question in one.questions]
    moved = [_moved(question, wanted, now, then, today) for question, wanted in asked]
    different = [one for one in moved if one.before != one.after]
    worse = [one for one in different if one.before == one.wanted]
    better = [one for one in different if one.after == one.wanted]
    rest = [one for one in different if one.wanted not in (one.before, one.after)]
    known = set(before.questions) if before is not None else set()
    brought = [question for question in article.questions if question not in known] if article is not None else []
    new = tuple(_moved(question, article_id, now, then, today) for question in brought)
    return Trial(
        number, len(asked), len(worse), len(better), tuple([*worse, *rest, *better][:_MOST_SHOWN]), new[:_MOST_SHOWN]
    )


def _moved(question: str, wanted: str, now: Search, then: Search, today: date) -> Moved:
    return Moved(question, wanted, _answer(now.find(question, today=today)), _answer(then.find(question, today=today)))


def _answer(found: Finding) -> str:
    return found.article or found.kind
