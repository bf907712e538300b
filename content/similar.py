"""Which texts ask the same: short texts put together by the words they share and the subject that the search finds."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from typing import Final

from content.text import plain

ALIKE: Final = 0.18
"""From which likeness (0 to 1) on two texts are put together."""
_PAIR: Final = 1.5
_SUBJECT: Final = 3.0
# Words that every question has.
_EMPTY: Final = frozenset(
    "cho hoi toi em chau bac ong ba co chu anh chi nha minh la co duoc khong ko k a ah oi thi ma va o cua voi nhu the "
    "nao gi sao bao gio nhieu khi xin thua cac may vay nua den tu ve vi sao tai hay da dang se can bo xa huyen".split()
)


def groups(texts: Sequence[str], subjects: Sequence[str] = (), alike: float = ALIKE) -> list[list[int]]:
    """The positions of the texts in groups, the largest group first; a text like no other stays alone.

    `subjects` says of each text what it is about, empty where that is not known.

    Each text joins the group it is nearest to on average, in the order in which they came.
    """
    named = subjects or [""] * len(texts)
    weighed = _weighed([_features(text, subject) for text, subject in zip(texts, named, strict=True)])
    found: list[list[int]] = []
    for position, one in enumerate(weighed):
        near = [(sum(_likeness(one, weighed[each]) for each in group) / len(group), group) for group in found]
        best = max(near, key=lambda pair: pair[0], default=(0.0, []))
        if best[0] >= alike:
            best[1].append(position)
        else:
            found.append([position])
    return sorted(found, key=lambda group: (-len(group), group[0]))


def _features(text: str, subject: str) -> Counter[str]:
    words = [word for word in plain(text).split() if word not in _EMPTY]
    about = [f"@{subject}"] if subject else []
    return Counter([*words, *(f"{first} {second}" for first, second in pairwise(words)), *about])


def _weighed(texts: list[Counter[str]]) -> list[dict[str, float]]:
    """Rare features count more; every text has the length 1."""
    held = Counter(feature for text in texts for feature in text)
    found = []
    for text in texts:
        weights = {
            feature: count * _weight(feature) * math.log(1 + len(texts) / held[feature])
            for feature, count in text.items()
        }
        length = math.sqrt(sum(weight * weight for weight in weights.values())) or 1.0
        found.append({feature: weight / length for feature, weight in weights.items()})
    return found


def _weight(feature: str) -> float:
    if feature.startswith("@"):
        return _SUBJECT
    return _PAIR if " " in feature else 1.0


def _likeness(one: dict[str, float], other: dict[str, float]) -> float:
    small, large = sorted((one, other), key=len)
    return sum(weight * large.get(feature, 0.0) for feature, weight in small.items())
