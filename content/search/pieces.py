"""The pieces of a long message: its sentences, and which of them ask something."""

from __future__ import annotations

import re
from typing import Final, NamedTuple

from content.text import clean, unaccented

# Of a very long message only both ends are read: what was written first, and the question at the end.
_HEAD: Final = 500
_TAIL: Final = 1500
_PIECES_AT_MOST: Final = 12
_LONG_PIECE: Final = 22
_WINDOW: Final = 14
_WORDS_AT_LEAST: Final = 3
_SENTENCE: Final = re.compile(r"[.!?;\n…]+(?=\s|$)|\n+")
_CLAUSE: Final = re.compile(r",\s+|\s+-\s+")
# Words that begin another question in the same breath.
_FURTHER: Final = re.compile(
    r",?\s+(?:với lại|voi lai|tiện thể|tien the|tiện hỏi|tien hoi|nhân tiện|nhan tien|ngoài ra|ngoai ra|với cả|voi ca"
    r"|hỏi thêm|hoi them|luôn tiện|luon tien|hỏi luôn|hoi luon)\s+",
    re.IGNORECASE,
)
_ASKS: Final = re.compile(r"\b(?:khong|ko|k|gi|j|sao|dau|nao|may|bao (?:nhieu|lau|gio)|ai|hoi|ntn|chua|xin|muon|a)\b")


class Piece(NamedTuple):
    """A part of the message and whether it reads like a question."""

    text: str
    asks: bool


def shortened(text: str) -> str:
    """The text itself, or both ends of a very long one."""
    if len(text) <= _HEAD + _TAIL:
        return text
    return f"{text[:_HEAD]}\n{text[-_TAIL:]}"


def pieces(text: str) -> list[Piece]:
    """The sentences of a message, the clauses of a long one; empty for one short sentence and nothing else."""
    found: list[Piece] = []
    start = 0
    for end, mark in [*((match.start(), match.group()) for match in _SENTENCE.finditer(text)), (len(text), "")]:
        sentence = text[start:end].strip(" .!?;,\n…")
        start = end
        questions = _FURTHER.split(sentence)
        found.extend(_piece(question, "?") for question in questions[:-1])
        sentence = questions[-1]
        if len(sentence.split()) > _LONG_PIECE:
            clauses = _CLAUSE.split(sentence)
            found.extend(_piece(clause, "") for clause in clauses[:-1])
            sentence = clauses[-1]
        if sentence:
            found.append(_piece(sentence, mark))
    found = [piece for whole in found for piece in _windows(whole) if len(piece.text.split()) >= _WORDS_AT_LEAST]
    left_out = bool(found) and len(found[0].text.split()) < len(text.split())
    return found[-_PIECES_AT_MOST:] if left_out else []


def _windows(piece: Piece) -> list[Piece]:
    """Overlapping windows of a piece that goes on and on without a mark, as spoken text does; else the piece itself."""
    said = piece.text.split()
    if len(said) <= _LONG_PIECE:
        return [piece]
    return [
        _piece(" ".join(said[start : start + _WINDOW]), "")
        for start in range(0, len(said) - _WINDOW // 2, _WINDOW // 2)
    ]


def _piece(text: str, mark: str) -> Piece:
    return Piece(text, "?" in mark or _ASKS.search(unaccented(clean(text))) is not None)
