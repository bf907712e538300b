"""Parts asked for ("giấy tờ cần gì?") and messages that only make sense with the last topic ("còn bà tôi thì sao?")."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from content.search.spelling import Word
from content.text import clean, plain

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
        fillers = [word for key in ("particles", "people") for word in followups[key]]
        self._accented = {clean(word) for word in fillers}
        self._plain = {plain(word) for word in fillers}
        self._openings = tuple(f"{plain(opening)} " for opening in followups["openings"])

    def part(self, words: Sequence[str]) -> str | None:
        """The part of an article that the words ask for."""
        padded = f" {' '.join(words)} "
        return next((part for phrase, part in self._phrases if phrase in padded), None)

    def is_bare(self, text: Sequence[Word]) -> bool:
        """Whether nothing is left once particles, persons, dates and the words of parts are taken away."""
        if not text or len(text) > _WORDS_AT_MOST:
            return False
        rest = f" {' '.join(word.plain for word in text)} "
        for phrase, _ in self._phrases:
            if phrase in rest:
                rest = rest.replace(phrase, " ")
        left = set(rest.split())
        return all(self._adds_nothing(word) for word in text if word.plain in left)

    def opens(self, words: Sequence[str]) -> bool:
        """Whether the message begins as a continuation ("thế còn …")."""
        return f"{' '.join(words)} ".startswith(self._openings)

    def _adds_nothing(self, word: Word) -> bool:
        if any(char.isdigit() for char in word.plain):
            return True
        return word.accented in self._accented if word.accented else word.plain in self._plain
