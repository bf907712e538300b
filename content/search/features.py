"""What of a text the index looks at: words, pairs of words, runs of letters; with and without accents."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from content.search.spelling import Word

# Short runs survive typos, long ones hold two words together even where the space between them is missing.
_RUNS: Final = ((3, 0.4), (5, 0.6))
_ACCENTED: Final = 0.5


def features_of(text: Sequence[Word]) -> dict[str, float]:
    """The features of a text with their weights before rarity counts.

    The accented forms are features of their own: they help who types them and cost nobody else.
    """
    found: dict[str, float] = {}
    plain = [word.plain for word in text]
    for word in plain:
        found[word] = 1.0
    for first, second in pairwise(plain):
        found[f"{first} {second}"] = 1.0
    joined = "_" + "_".join(plain) + "_"
    for length, weight in _RUNS:
        for start in range(len(joined) - length + 1):
            found["#" + joined[start : start + length]] = weight
    previous = ""
    for item in text:
        if item.accented:
            found["^" + item.accented] = _ACCENTED
            if previous:
                found[f"^{previous} {item.accented}"] = _ACCENTED
        previous = item.accented
    return found
