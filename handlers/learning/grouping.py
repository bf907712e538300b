"""What was asked and not answered well, put together by likeness; how well the search does by week; what is asked
most where.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from content.similar import groups
from content.text import plain
from handlers.learning.asking import opened
from storage.keys import Keys
from storage.learning import DayCount, QuestionRow, TopicCount

FEWEST_SHOWN: Final = 5
"""Smaller counts of an area are not shown."""
_MOST_TEXTS: Final = 400


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was opened."""

    row: QuestionRow
    text: str


@dataclass(frozen=True, slots=True)
class Group:
    """Questions that ask the same."""

    texts: tuple[str, ...]
    """Each way of asking once, the most frequent first."""
    ids: tuple[int, ...]
    unanswered: int
    bad: int
    article: str
    """The article that is nearest to most of them; empty where there is none."""
    last: date


@dataclass(frozen=True, slots=True)
class Week:
    """The share answered and the share of ratings that were good, from a Monday on."""

    start: date
    asked: int
    answered: int
    rated: int
    good: int


@dataclass(frozen=True, slots=True)
class Topic:
    """How often an article was asked about: everywhere, and by area as far as that may be shown."""

    article: str
    asked: int
    bad: int
    areas: tuple[tuple[str, int], ...]


def open_all(keys: Keys, rows: Iterable[QuestionRow]) -> list[Asked]:
    """The questions that can still be read."""
    found = [Asked(row, opened(keys, row.text)) for row in rows]
    return [one for one in found if plain(one.text)]


def grouped(asked: Sequence[Asked]) -> list[Group]:
    """The groups, the largest first. Takes a while for many: not for the event loop."""
    same: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        same[plain(one.text)].append(one)
    kinds = sorted(same.values(), key=len, reverse=True)[:_MOST_TEXTS]
    found = groups([kind[0].text for kind in kinds], [_subject(kind[0].row) for kind in kinds])
    made = [_group([kinds[position] for position in group]) for group in found]
    return sorted(made, key=lambda group: (-len(group.ids), -group.last.toordinal()))


def _subject(row: QuestionRow) -> str:
    return row.article if row.kind == "article" else ""


def _group(kinds: Sequence[Sequence[Asked]]) -> Group:
    members = [one for kind in kinds for one in kind]
    near = [one.row.article for one in members if one.row.article]
    return Group(
        tuple(kind[0].text for kind in sorted(kinds, key=len, reverse=True)),
        tuple(one.row.id for one in members),
        sum(one.row.kind != "article" for one in members),
        sum(one.row.rating == -1 for one in members),
        max(sorted(set(near)), key=near.count, default=""),
        max(one.row.day for one in members),
    )


def weeks(days: Iterable[DayCount]) -> list[Week]:
    """The days by week, oldest first."""
    found: dict[date, list[int]] = defaultdict(lambda: [0, 0, 0, 0])
    for day in days:
        sums = found[day.day - timedelta(days=day.day.weekday())]
        for place, count in enumerate((day.asked, day.answered, day.rated, day.good)):
            sums[place] += count
    return [Week(start, *sums) for start, sums in sorted(found.items())]


def topics(counts: Iterable[TopicCount]) -> list[Topic]:
    """By article, the most asked first; an area with few questions is not named."""
    found: dict[str, list[TopicCount]] = defaultdict(list)
    for count in counts:
        found[count.article].append(count)
    made = [
        Topic(
            article,
            sum(one.asked for one in members),
            sum(one.bad for one in members),
            tuple((one.area_key, one.asked) for one in members if one.area_key and one.asked >= FEWEST_SHOWN),
        )
        for article, members in found.items()
    ]
    return sorted(made, key=lambda topic: (-topic.asked, topic.article))
