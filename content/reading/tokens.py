"""The words of a message with what is needed to read figures: both spellings, place, and where a clause ends.

The plain spelling merges words that mean different things ("ba", "bà"; "năm", "nắm"), so every word keeps the accented
form too: a word typed with accents must match them, a word typed without may be any of the words it could stand for.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from content.text import clean, is_syllable, unaccented, without_telex, without_vni

LONGEST: Final = 3000  # characters; nobody states facts in more, and reading stays quick
_TOKEN: Final = re.compile(r"\d+(?:[.,/:-]\d+)+|[^\W_]+")
_PIECE: Final = re.compile(r"\d+|[^\W\d_]+")
_BREAK: Final = re.compile(r"[,;.!?\n\r()…]|\s[-–—]\s")
_DIGITS: Final = re.compile(r"\d+(?:[.,/:-]\d+)*", re.ASCII)

# Chat spellings whose meaning does not depend on the sentence. After a figure "k" and "t" are units: see `_spelled`.
_SPELLINGS: Final = {
    **dict.fromkeys("k ko kh kg kô hk hok hông hong hổng hem hem khg khong khôg hôg khum kop".split(), "không"),
    **dict.fromkeys("đc dc đk dk dc đuoc".split(), "được"),
    **dict.fromkeys("chx chwa chưa".split(), "chưa"),
    **dict.fromkeys("ck ch0ng".split(), "chồng"),
    **dict.fromkeys("vk".split(), "vợ"),
    **dict.fromkeys("mk mik mjk".split(), "mình"),
    **dict.fromkeys("ng ngừi nguời".split(), "người"),
    **dict.fromkeys("r rùi rui ròi".split(), "rồi"),
    **dict.fromkeys("e".split(), "em"),
    **dict.fromkeys("ngèo ngeo nghoe ghèo lghèo lgheo nghèp ngheò".split(), "nghèo"),
    **dict.fromkeys("bít bik bít".split(), "biết"),
    **dict.fromkeys("vs".split(), "với"),
    **dict.fromkeys("nhìu".split(), "nhiều"),
    **dict.fromkeys("trịêu triêu trịu triẹu triu trieu".split(), "triệu"),
    **dict.fromkeys("lươg luơng".split(), "lương"),
    **dict.fromkeys("tủi tuôi".split(), "tuổi"),
}
_UNIT_AFTER_FIGURE: Final = frozenset({"k", "kg", "t", "tr", "ng", "m", "n", "d", "đ", "e"})


@lru_cache(maxsize=4096)
def _bare(word: str) -> str:
    return unaccented(word)


@dataclass(frozen=True, slots=True)
class Token:
    """One word or figure; `glued` where no space stands before it, `clause` counts the breaks before it."""

    said: str
    plain: str
    start: int
    end: int
    clause: int
    glued: bool = False
    negative: bool = False

    @property
    def figure(self) -> bool:
        """Whether it is written in digits."""
        return _DIGITS.fullmatch(self.plain) is not None

    @property
    def bare(self) -> bool:
        """Whether it was typed without accents, so that it may stand for several words."""
        return self.said.isascii()

    def fits(self, word: str) -> bool:
        """Whether it may be this accented word: the same, or typed without any accent."""
        return self.said == word or (self.plain == _bare(word) and self.bare)

    def fits_any(self, words: frozenset[str]) -> bool:
        """Whether it may be one of these accented words."""
        return self.said in words or (self.bare and any(self.plain == _bare(word) for word in words))


@dataclass(frozen=True, slots=True)
class Line:
    """A message as tokens. `accented` tells that the person types accents, so a bare word is meant bare."""

    text: str
    tokens: tuple[Token, ...]
    accented: bool

    def words(self, start: int, end: int) -> str:
        """What was typed from token `start` to before token `end`."""
        if start >= end or start >= len(self.tokens):
            return ""
        return self.text[self.tokens[start].start : self.tokens[min(end, len(self.tokens)) - 1].end]

    def plain(self, index: int) -> str:
        """The plain word at that place, empty outside of the message."""
        return self.tokens[index].plain if 0 <= index < len(self.tokens) else ""

    def fits(self, index: int, *words: str) -> bool:
        """Whether the token at that place may be one of the words."""
        return 0 <= index < len(self.tokens) and any(self.tokens[index].fits(word) for word in words)

    def clause(self, index: int) -> int:
        """The number of the clause at that place, -1 outside of the message."""
        return self.tokens[index].clause if 0 <= index < len(self.tokens) else -1


def read_line(text: str) -> Line:
    """The tokens of a message."""
    cleaned = clean(text[:LONGEST])
    matches = list(_TOKEN.finditer(cleaned))
    plains = without_vni([unaccented(match.group()) for match in matches])
    tokens: list[Token] = []
    clause = 0
    last_end = 0
    for match, plain in zip(matches, plains, strict=True):
        gap = cleaned[last_end : match.start()]
        if tokens and _BREAK.search(gap):
            clause += 1
        negative = not tokens and gap[-1:] in ("-", "−")
        tokens.extend(_pieces(match, plain, clause, glued=bool(tokens) and not gap, negative=negative, before=tokens))
        last_end = match.end()
    return Line(
        cleaned, tuple(tokens), any(not token.said.isascii() for token in tokens if token.said not in ("đ", "không"))
    )


def _pieces(
    match: re.Match[str], plain: str, clause: int, *, glued: bool, negative: bool, before: list[Token]
) -> list[Token]:
    """A word as it is, or "3tr5" in its parts."""
    said = match.group()
    if _DIGITS.fullmatch(plain):
        return [Token(plain, plain, match.start(), match.end(), clause, glued, negative)]
    if not any(char.isdigit() for char in plain):
        after_figure = bool(before) and before[-1].figure
        word = said if unaccented(said) == plain else plain  # VNI digits were taken out: only the plain form is left
        said, plain = _spelled(word, plain, after_figure=after_figure)
        return [Token(said, plain, match.start(), match.end(), clause, glued)]
    pieces: list[Token] = []
    aligned = len(said) == len(plain)
    for part in _PIECE.finditer(plain):
        start = match.start() + part.start() if aligned else match.start()
        end = match.start() + part.end() if aligned else match.end()
        typed = said[part.start() : part.end()] if aligned else part.group()
        after_figure = bool(pieces) and pieces[-1].figure
        word, bare = _spelled(typed, part.group(), after_figure=after_figure)
        pieces.append(Token(word, bare, start, end, clause, glued or bool(pieces), negative and not pieces))
    return pieces


def _spelled(said: str, plain: str, *, after_figure: bool) -> tuple[str, str]:
    if after_figure and said in _UNIT_AFTER_FIGURE:
        return said, plain
    full = _SPELLINGS.get(said) or (_SPELLINGS.get(plain) if said == plain else None)
    if full is not None:
        return full, unaccented(full)
    decoded = without_telex(plain)
    if decoded != plain or not is_syllable(plain):
        return (said if decoded == plain else decoded), decoded
    return said, plain
