"""Which of a few choices a typed answer means: its label or part of it, also with a slip of the finger."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from rapidfuzz import fuzz

from content.reading.result import Read
from content.reading.tokens import Line, read_line
from content.text import plain

_SHORTEST_FOR_TYPO: Final = 4
_ALIKE: Final = 82.0
_CLEARLY_BETTER: Final = 6.0
_NEGATIVE: Final = ("không", "chưa", "chẳng", "chả")


@dataclass(frozen=True, slots=True)
class Option:
    """A choice: its id, the label shown, and other words for it."""

    id: str
    label: str
    phrases: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Ambiguous:
    """The answer fits several choices."""

    candidates: tuple[str, ...]
    words: str


def read_option(text: str, options: Sequence[Option]) -> Read[str] | Ambiguous | None:
    """The choice that is meant: the strictest way of comparing that finds any decides."""
    line = read_line(text)
    said, bare = line.text.strip(" .!,;"), " ".join(token.plain for token in line.tokens)
    if not bare:
        return None
    spelled = [(option.id, _spellings(option)) for option in options]
    ways = (
        _ids((each, any(said == phrase.lower() for phrase in phrases)) for each, phrases in spelled),
        _ids(
            (each, any(bare in (plain(phrase), _read_plain(phrase)) for phrase in phrases)) for each, phrases in spelled
        ),
        _contained(line, spelled),
        _ids((each, any(_begins(plain(phrase), bare) for phrase in phrases)) for each, phrases in spelled),
        _ids((each, any(_is_part(plain(phrase), bare) for phrase in phrases)) for each, phrases in spelled),
        () if _denied(line, len(line.tokens)) else _alike(bare, spelled),
    )
    found = next((ids for ids in ways if ids), ())
    if len(found) > 1:
        return Ambiguous(found, line.text.strip())
    return Read(found[0], line.text.strip()) if found else None


def _spellings(option: Option) -> tuple[str, ...]:
    return (option.label, *option.phrases)


def _read_plain(text: str) -> str:
    return " ".join(token.plain for token in read_line(text).tokens)


def _ids(tried: Iterable[tuple[str, bool]]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(option_id for option_id, fits in tried if fits))


def _begins(phrase: str, bare: str) -> bool:
    return len(bare) >= 2 and phrase.startswith(bare)


def _is_part(phrase: str, bare: str) -> bool:
    return len(bare) >= 2 and f" {bare} " in f" {phrase} "


def _contained(line: Line, spelled: list[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    """Choices whose words stand in the answer, without those inside a longer one and those that are denied."""
    places: list[tuple[int, int, str]] = []
    if any(line.fits(index, "hay", "hoặc") for index in range(len(line.tokens))):
        return ()  # "cận nghèo hay nghèo" asks back or leaves it open
    for option_id, phrases in spelled:
        for phrase in phrases:
            wanted = read_line(phrase).tokens
            if len(wanted) == 1 and any(wanted[0].fits(word) for word in _NEGATIVE):
                continue  # "không" alone inside an answer denies what follows it
            for start in range(len(line.tokens) - len(wanted) + 1):
                window = line.tokens[start : start + len(wanted)]
                if wanted and all(
                    _same(one.said, one.plain, other.said, other.bare, other.plain)
                    for one, other in zip(wanted, window, strict=True)
                ):
                    places.append((start, start + len(wanted), option_id))
    kept = [
        place
        for place in places
        if not any(
            other[0] <= place[0] and place[1] <= other[1] and other[1] - other[0] > place[1] - place[0]
            for other in places
        )
        and not _denied(line, place[0])
    ]
    return tuple(dict.fromkeys(option_id for _, _, option_id in kept))


def _same(said: str, bare_form: str, typed: str, typed_bare: bool, typed_plain: str) -> bool:
    return (
        said == typed or (typed_bare and bare_form == typed_plain) or (len(bare_form) > 3 and bare_form == typed_plain)
    )


def _denied(line: Line, start: int) -> bool:
    clause = line.clause(min(start, len(line.tokens) - 1))
    return any(
        line.fits(index, *_NEGATIVE) and line.clause(index) == clause for index in range(max(0, start - 4), start)
    )


def _alike(bare: str, spelled: list[tuple[str, tuple[str, ...]]]) -> tuple[str, ...]:
    if len(bare) < _SHORTEST_FOR_TYPO:
        return ()
    scored = sorted(
        ((max(fuzz.ratio(bare, plain(phrase)) for phrase in phrases), option_id) for option_id, phrases in spelled),
        reverse=True,
    )
    best = scored[0][0] if scored else 0.0
    if best < _ALIKE:
        return ()
    return tuple(option_id for score, option_id in scored if score >= _ALIKE and best - score < _CLEARLY_BETTER)
