"""Parts asked for ("giấy tờ cần gì?") and messages that only make sense with the last topic ("còn bà tôi thì sao?")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from content.text import plain

Phrases = Mapping[str, Sequence[str]]
_WORDS_AT_MOST: Final = 14


class FollowUps:
    """Knows the words of parts and of messages without a subject of their own."""

    def __init__(self, parts: Phrases, followups: Phrases) -> None:
        # The longest phrase first: "nộp ở đâu" before "ở đâu".
        self._phrases = sorted(
            ((f" {plain(phrase)} ", part) for part, phrases in parts.items() for phrase in phrases),
            key=lambda pair: -len(pair[0]),
        )
        self._particles = {plain(word) for word in followups["particles"]}
        self._people = {plain(word) for word in followups["people"]}
        self._openings = tuple(f"{plain(opening)} " for opening in followups["openings"])

    def part(self, words: Sequence[str]) -> str | None:
        """The part of an article that the words ask for."""
        padded = f" {' '.join(words)} "
        return next((part for phrase, part in self._phrases if phrase in padded), None)

    def is_bare(self, words: Sequence[str]) -> bool:
        """Whether nothing is left once particles, persons, dates and the words of parts are taken away."""
        if not words or len(words) > _WORDS_AT_MOST:
            return False
        rest = f" {' '.join(words)} "
        for phrase, _ in self._phrases:
            if phrase in rest:
                rest = rest.replace(phrase, " ")
        return all(self._adds_nothing(word) for word in rest.split())

    def opens(self, words: Sequence[str]) -> bool:
        """Whether the message begins as a continuation ("thế còn …")."""
        return f"{' '.join(words)} ".startswith(self._openings)

    def _adds_nothing(self, word: str) -> bool:
        return word in self._particles or word in self._people or any(char.isdigit() for char in word)
