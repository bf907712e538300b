"""Two weighed sums: whether a message is about the articles at all, and whether it sounds like danger.

The weights come from logistic regressions over messages that the index had not learned from: each writer's batch
against the other, and whole subjects left out. See docs/decisions/0002-search.md before changing one of them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

_FAMILIAR_PAIRS: Final = 6
# A message is taken as danger, or as one about the articles, where its sum is above zero.
_DANGER_BASE: Final = -2.2
_BELONGS_BASE: Final = -1.2

POVERTY: Final = re.compile(r"\b(?:ngheo|neo don|khuyet tat|tan tat|mo coi|don than|poor|poverty)\b")
SUPPORT: Final = re.compile(
    r"\b(?:ho tro|tro cap|tro giup|che do|chinh sach|duoc (?:huong|nhan|cho|cap|gi|tien|linh|giam|mien|khoan|vay)"
    r"|mien (?:phi|giam)|khong mat tien|xin|support|allowance|free)\b"
)


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the index says of one message, by kind: the best class and, of the classifier alone, all classes together.

    `familiar` counts the word pairs that only articles have; `poverty` and `support` are the words of the programme.
    """

    article: float
    articles: float
    urgent: float
    urgents: float
    beyond: float
    beyonds: float
    smalltalk: float
    familiar: int
    poverty: bool
    support: bool


def belongs(found: Evidence) -> float:
    """How far a message is about the articles at all."""
    return (
        _BELONGS_BASE
        + 2.8 * found.article
        + 0.6 * found.articles
        - 6.4 * found.beyond
        - 1.0 * found.beyonds
        + 4.0 * min(found.familiar, _FAMILIAR_PAIRS) / _FAMILIAR_PAIRS
        + 1.8 * found.poverty
        + 0.7 * found.support
    )


def danger(found: Evidence, *, past: bool, benefit: bool, claim: bool, call: bool, idiom: bool) -> float:
    """How far a message sounds like danger beyond the patterns that are written down."""
    return (
        _DANGER_BASE
        + 7.1 * found.urgent
        + 3.3 * found.urgents
        - 2.2 * found.article
        - 1.0 * found.articles
        - 3.2 * found.beyond
        - 1.0 * found.smalltalk
        - 1.2 * past
        - 3.0 * benefit
        - 3.3 * claim
        + 1.9 * call
        - 5.4 * idiom
    )
