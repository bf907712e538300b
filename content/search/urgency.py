"""Whether somebody is in danger now, or tells of the past, asks about a benefit, or only uses a way of speaking.

The words of danger are few and known, and a miss costs more than anywhere else: they are written down instead of
learned. The classifier sees the rest.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from content.search.dangers import (
    BARE_CRY,
    BENEFIT,
    CALL,
    CLAIM,
    CRIES,
    EVENTS,
    IDIOM,
    MEANT,
    PAST,
    SETTLED,
    SOFT_NOW,
    TONED,
)
from content.search.spelling import Word

_PATTERNS: Final = tuple((subject, re.compile(pattern)) for subject, pattern in EVENTS.items())
# What is asked about long afterwards more often than reported: only a call or a bare cry makes it urgent.
_OFTEN_TOLD: Final = frozenset({"accident", "flood"})
# Here the past is no all-clear: only a claim beside it says that the danger is over.
_LASTING: Final = frozenset({"despair", "child", "violence"})
_CRY_WORDS: Final = 9


def alarm(text: Sequence[Word]) -> str | None:
    """The danger that the words report as happening now, or None."""
    words = " ".join(word.plain for word in text)
    plain = IDIOM.sub(" ", " ".join(_heard(word) for word in text))
    if BARE_CRY.fullmatch(words) and CRIES.search(words):
        return "danger"
    for subject, pattern in _PATTERNS:
        if pattern.search(plain):
            now = is_now(words, often_told=subject in _OFTEN_TOLD, lasting=subject in _LASTING)
            return subject if now else None
    return None


def signs(text: Sequence[Word]) -> dict[str, bool]:
    """What in the words speaks for or against danger."""
    words = " ".join(word.plain for word in text)
    marks = {"past": PAST, "benefit": BENEFIT, "claim": CLAIM, "call": CALL, "idiom": IDIOM}
    return {name: pattern.search(words) is not None for name, pattern in marks.items()}


def is_now(plain: str, *, often_told: bool = False, lasting: bool = False) -> bool:
    """Whether the plain text reads as something that happens now, rather than history or a benefit asked about.

    Args:
        plain: the words without accents.
        often_told: such a thing is asked about long afterwards more often than reported.
        lasting: such a thing goes on: the past is no all-clear, only a claim beside it is.
    """
    past, benefit = PAST.search(plain) is not None, BENEFIT.search(plain) is not None
    if past and benefit:
        return False
    if CALL.search(plain):
        return True
    if lasting:
        return SETTLED.search(plain) is None
    if past:
        return False
    soft = SOFT_NOW.search(plain) is not None
    if benefit:
        return soft and not often_told and not CLAIM.search(plain)
    return not often_told or soft or len(plain.split()) <= _CRY_WORDS


def _heard(word: Word) -> str:
    """The plain word; "_" where its accents say another word than the one of danger ("chạy" is no "cháy")."""
    meant = MEANT.get(word.plain)
    return "_" if meant is not None and word.accented not in meant and TONED.search(word.accented) else word.plain
