"""Understanding what a person typed: which article, which part of it, or no policy answer at all."""

from __future__ import annotations

from collections.abc import Container, Iterator, Mapping, Sequence
from datetime import date
from itertools import pairwise
from typing import Final

from content.articles import Library
from content.search import samples
from content.search.engine import Engine
from content.search.features import features_of
from content.search.finding import Candidate, Finding, Kind
from content.search.followup import FollowUps
from content.search.index import Index
from content.search.samples import Intents, Sample
from content.search.spelling import Speller

__all__ = ["Candidate", "Finding", "Kind", "Search", "build", "of_library"]

_NAME_WEIGHT: Final = 0.5


class Search:
    """Finds the article, or the kind of answer, that a message asks for. It can take over what another one learned."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, text: str, *, today: date, topic: str | None = None) -> Finding:
        """What the message asks for; see `Engine.find`."""
        return self._engine.find(text, today=today, topic=topic)

    def become(self, other: Search) -> None:
        """Answer with the other's index, in one step: a search that is under way ends with the old one."""
        self._engine = other._engine


def of_library(library: Library, intents: Intents | None = None) -> Search:
    """The search over all articles of a library; raises as `build` does."""
    return build(
        {article.id: article.questions for article in library},
        names={article.id: (article.title, article.short) for article in library},
        intents=intents,
    )


def build(
    articles: Mapping[str, Sequence[str]],
    *,
    names: Mapping[str, Sequence[str]] | None = None,
    intents: Intents | None = None,
) -> Search:
    """Build the search from sample questions per article id.

    Args:
        articles: sample questions by article id.
        names: titles and short labels by article id; they count less than a question.
        intents: everything that is no article; read from `content/intents/` where not given.

    Raises:
        ContentError: `content/intents/` cannot be read.
    """
    known = samples.load() if intents is None else intents
    learned = [
        *(Sample(text, article) for article, texts in articles.items() for text in texts),
        *(Sample(text, article) for article, texts in known.articles.items() if article in articles for text in texts),
        *(
            Sample(text, article, _NAME_WEIGHT)
            for article, texts in (names or {}).items()
            if article in articles
            for text in texts
        ),
        *samples.without_answer(known),
    ]
    labels = sorted({sample.label for sample in learned})
    place = {label: index for index, label in enumerate(labels)}
    speller = Speller(known.abbreviations, (sample.text for sample in learned))
    own, others = set[str](), set[str]()
    index = Index(
        _features(learned, speller, articles, own, others),
        [place[sample.label] for sample in learned],
        [sample.weight for sample in learned],
        len(labels),
        [place[article] for article in labels if article in articles],
    )
    pairs = index.names_of(own - others)
    return Search(Engine(index, labels, speller, pairs, FollowUps(known.parts, known.followups)))


def _features(
    learned: Sequence[Sample], speller: Speller, articles: Container[str], own: set[str], others: set[str]
) -> Iterator[dict[str, float]]:
    """The features of each sample; on the way the word pairs of articles go to `own`, those of the rest to `others`.

    One sample at a time, so that nothing of the build stays behind in memory.
    """
    for sample in learned:
        text = speller.read(sample.text)
        if not sample.label.startswith("urgent:"):
            pairs = own if sample.label in articles else others
            pairs.update(f"{first.plain} {second.plain}" for first, second in pairwise(text))
        yield features_of(text)
