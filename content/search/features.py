"""What of a text the index looks at: words, pairs of words, runs of letters; with and without accents."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from content.search.spelling import Word

_RUN: Final = 4


def features(text: Sequence[Word]) -> dict[str, float]:
    """The features of a text with their weights before rarity counts.

    The accented forms are features of their own: they help who types them and cost nobody else.
    """
    found: dict[str, float] = {}
    plain = [word.plain for word in text]
    for word in plain:
        found[word] = 1.0
    for first, second in zip(plain, plain[1:], strict=False):
        found[f"{first} {second}"] = 1.0
    for first, second, third in zip(plain, plain[1:], plain[2:], strict=False):
        found[f"{first} {second} {third}"] = 0.7
    joined = "_" + "_".join(plain) + "_"
    for start in range(len(joined) - _RUN + 1):
        found["#" + joined[start : start + _RUN]] = 0.5
    before = ""
    for word in text:
        if word.accented:
            found["^" + word.accented] = 0.5
            if before:
                found[f"^{before} {word.accented}"] = 0.5
        before = word.accented
    return found
