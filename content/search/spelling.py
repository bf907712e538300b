"""From what was typed to words that the index knows: abbreviations, teen spelling, input-method leftovers, typos."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from rapidfuzz.distance import OSA
from rapidfuzz.process import extractOne

from content.text import clean, is_syllable, unaccented, without_telex, without_vni, words

# Guessing at unknown words costs time; a message full of them is no question anyway.
_GUESSES_AT_MOST: Final = 12
_LONGEST_GUESS: Final = 24
_SHORTEST_FOR_TYPO: Final = 3
_LONG_WORD: Final = 6
_STRETCHED: Final = re.compile(r"([a-z])\1{2,}")
_TEEN: Final = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        (r"^f", "ph"),
        (r"^j", "gi"),
        (r"^dz|^z", "d"),
        (r"^w", "qu"),
        (r"^k(?=[aou])", "c"),
        (r"^ng(?=[ei])", "ngh"),
        (r"^g(?=[ei])", "gh"),
        (r"([aeiouy])g$", r"\1ng"),
        (r"([aeiouy])h$", r"\1nh"),
        (r"k$", "ch"),
        (r"j$", "i"),
        (r"(?<=[a-z])j(?=[a-z])", "i"),
        (r"iu", "ieu"),
        (r"un$", "uon"),
        (r"0", "o"),
    )
)


class Word(NamedTuple):
    """One word in its plain form, and as typed where it carries accents (else empty)."""

    plain: str
    accented: str


class Speller:
    """Knows the words of the samples, and brings a message as close to them as is safe."""

    def __init__(self, abbreviations: Mapping[str, str], samples: Iterable[str]) -> None:
        self._short = {
            unaccented(key): tuple(_pair(word) for word in words(clean(full))) for key, full in abbreviations.items()
        }
        known = Counter(
            bare for sample in samples for word in words(clean(sample)) if (bare := unaccented(word)).isalpha()
        )
        for full in self._short.values():
            known.update(word.plain for word in full)
        self._known: Final = known
        self._guessable = [word for word in known if len(word) >= _SHORTEST_FOR_TYPO]
        self._cached = lru_cache(maxsize=4096)(self._guess)

    def read(self, text: str) -> list[Word]:
        """The words of a message, mended."""
        typed = words(clean(text))
        found: list[Word] = []
        guesses = 0
        for word, bare in zip(typed, without_vni([unaccented(word) for word in typed]), strict=True):
            if bare in self._short and (word == bare or bare not in self._known or not is_syllable(bare)):
                found.extend(self._short[bare])
            elif bare in self._known or is_syllable(bare) or not bare.isascii() or bare.isdigit():
                found.append(Word(bare, word if word != bare else ""))
            elif guesses < _GUESSES_AT_MOST and len(bare) <= _LONGEST_GUESS:
                guesses += 1
                found.extend(self._cached(bare))
            else:
                found.append(Word(bare, ""))
        return found

    def _guess(self, word: str) -> tuple[Word, ...]:
        decoded = without_telex(word)
        if decoded != word:
            return (Word(decoded, ""),)
        squeezed = _STRETCHED.sub(r"\1", word)
        for candidate in (squeezed, *_teen_forms(squeezed)):
            if candidate in self._short:
                return self._short[candidate]
            if candidate in self._known:
                return (Word(candidate, ""),)
        parts = self._split(word)
        if parts:
            return tuple(Word(part, "") for part in parts)
        return (Word(self._nearest(word), ""),)

    def _nearest(self, word: str) -> str:
        """The known word one slip away (two in a long word), the commoner one of several."""
        if len(word) < _SHORTEST_FOR_TYPO or not word.isalpha():
            return word
        slips = 2 if len(word) > _LONG_WORD else 1
        best = extractOne(word, self._guessable, scorer=OSA.distance, score_cutoff=slips)
        if best is None:
            return word
        near = [
            known
            for known in self._guessable
            if abs(len(known) - len(word)) <= 1 and OSA.distance(word, known) == best[1]
        ]
        return max(near, key=lambda known: (known[0] == word[0], self._known[known]), default=best[0])

    def _split(self, word: str) -> list[str]:
        """Known words that were typed without spaces between them: the fewest pieces."""
        best: list[list[str] | None] = [[]]
        for end in range(1, len(word) + 1):
            options = [
                [*before, word[start:end]]
                for start in range(max(0, end - 7), end)
                if (before := best[start]) is not None and self._is_piece(word[start:end])
            ]
            best.append(min(options, key=len, default=None))
        pieces = best[-1]
        return pieces if pieces is not None and len(pieces) > 1 and len(pieces) <= len(word) / 2 else []

    def _is_piece(self, piece: str) -> bool:
        return (
            piece in self._known and (len(piece) > 1 or piece in ("y", "o")) and piece.isalpha() and is_syllable(piece)
        )


def _teen_forms(word: str) -> list[str]:
    forms = {word}
    for pattern, replacement in _TEEN:
        forms |= {pattern.sub(replacement, form) for form in forms}
    forms.discard(word)
    return sorted(forms, key=len)


def _pair(word: str) -> Word:
    bare = unaccented(word)
    return Word(bare, word if word != bare else "")
