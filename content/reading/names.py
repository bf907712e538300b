"""Finding somebody in a list by a part of the name: "nguyen van a", "ông A thôn Đông", "bac Tuoi"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from content.text import clean, unaccented, words

_TITLES: Final = frozenset(
    "ong ba anh chi co chu bac cu em chau di cau mo thim ho nha gia dinh nguoi ten la vo chong con me bo".split()
)
_PLACES: Final = frozenset("thon xom lang to tdp xa phuong khu ap o".split())
_ALIKE: Final = 75.0
_SHORTEST_FOR_TYPO: Final = 3
_GIVEN_NAME: Final = 1.5  # the last word of a name is what people are called by
_SCORE_EXACT: Final = 1.0
_SCORE_PLAIN: Final = 0.9
_SCORE_BEGINNING: Final = 0.6
_SCORE_TYPO: Final = 0.5
_SCORE_PLACE: Final = 0.5
_LONGEST: Final = 200


@dataclass(frozen=True, slots=True)
class Named:
    """Somebody who can be picked; `place` is the village or area, empty where it does not matter."""

    id: str
    name: str
    place: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """A person or household found; the higher the score, the more of what was typed fits."""

    id: str
    name: str
    score: float


def match_names(text: str, people: Iterable[Named], limit: int = 8) -> list[Match]:
    """Everybody whose name holds all words that were typed, best first; titles and "thôn" are no part of a name."""
    name, place = _split(words(clean(text[:_LONGEST])))
    if not name:
        return []
    found = []
    for each in people:
        score = _score(name, words(clean(each.name)))
        if score is None:
            continue
        found.append(Match(each.id, each.name, round(score + _place_score(place, each.place), 3)))
    found.sort(key=lambda match: (-match.score, match.name, match.id))
    return found[:limit]


def _split(typed: list[str]) -> tuple[list[str], list[str]]:
    """The words of the name and those of the place; a title counts only where it cannot be the name itself."""
    at = next((index for index, word in enumerate(typed) if index > 0 and unaccented(word) in _PLACES), len(typed))
    name, place = typed[:at], [word for word in typed[at:] if unaccented(word) not in _PLACES]
    while len(name) > 1 and unaccented(name[0]) in _TITLES:
        name = name[1:]
    return name, place


def _score(typed: list[str], name: list[str]) -> float | None:
    """None where a typed word fits none of the name; words must come in the order of the name."""
    total, at = 0.0, 0
    for word in typed:
        best = max(
            ((_fit(word, part) * _weight(index, name), -index) for index, part in enumerate(name) if index >= at),
            default=(0.0, 0),
        )
        if best[0] <= 0:
            return None
        total, at = total + best[0], 1 - best[1]
    return total / len(typed) + (0.3 if len(typed) == len(name) else 0.0)


def _weight(index: int, name: list[str]) -> float:
    return _GIVEN_NAME if index == len(name) - 1 else 1.0


def _fit(word: str, part: str) -> float:
    if word == part:
        return _SCORE_EXACT
    bare, other = unaccented(word), unaccented(part)
    if bare == other:
        return _SCORE_PLAIN if word == bare else _SCORE_TYPO
    if other.startswith(bare):
        return _SCORE_BEGINNING
    if len(bare) >= _SHORTEST_FOR_TYPO and fuzz.ratio(bare, other) >= _ALIKE:
        return _SCORE_TYPO
    return 0.0


def _place_score(typed: list[str], place: str) -> float:
    if not typed or not place:
        return 0.0
    known = [unaccented(word) for word in words(clean(place))]
    return _SCORE_PLACE if all(unaccented(word) in known for word in typed) else -_SCORE_PLACE
