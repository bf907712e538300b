"""The sample sentences and word lists, read from the YAML files."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, NamedTuple

from content.files import FOLDER, read_as

Listed = dict[str, tuple[str, ...]]
INTENTS: Final = FOLDER / "intents"


class Sample(NamedTuple):
    """A sentence, the article or `kind:subject` it stands for, and how much it counts in training."""

    text: str
    label: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Intents:
    """All of `content/intents/`."""

    abbreviations: dict[str, str]
    articles: Listed
    urgent: Listed
    smalltalk: Listed
    out_of_scope: Listed
    parts: Listed
    followups: Listed


def load(folder: Path = INTENTS) -> Intents:
    """Read the intents.

    Raises:
        ContentError: a file is missing or does not fit.
    """
    beyond = read_as(folder / "out_of_scope.yaml", dict[str, tuple[str, ...] | Listed])
    return Intents(
        abbreviations=read_as(folder / "abbreviations.yaml", dict[str, str]),
        articles=read_as(folder / "articles.yaml", Listed),
        urgent=read_as(folder / "urgent.yaml", Listed),
        smalltalk=read_as(folder / "smalltalk.yaml", Listed),
        out_of_scope=dict(_by_topic(beyond)),
        parts=read_as(folder / "parts.yaml", Listed),
        followups=read_as(folder / "followups.yaml", Listed),
    )


def _by_topic(beyond: dict[str, tuple[str, ...] | Listed]) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Each subject, one with topics as `subject/topic`: a class of its own learns better than one for everything."""
    for subject, listed in beyond.items():
        if isinstance(listed, dict):
            yield from ((f"{subject}/{topic}", sentences) for topic, sentences in listed.items())
        else:
            yield subject, listed


def without_answer(intents: Intents) -> Iterator[Sample]:
    """The samples of everything that is no article; the label is `kind:subject`."""
    for kind, listed in (
        ("urgent", intents.urgent),
        ("smalltalk", intents.smalltalk),
        ("handoff", intents.out_of_scope),
    ):
        for subject, sentences in listed.items():
            for sentence in sentences:
                yield Sample(sentence, f"{kind}:{subject}")
