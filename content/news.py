"""What news are about, how they are looked for, and how a long text is read in parts."""

from __future__ import annotations

from typing import Final

from content.text import plain

TOPICS: Final = (
    "emulation_news",
    "policy_news",
    "notice",
    "jobs_training",
    "credit",
    "disaster_warning",
    "policy_dialogue",
)
"""The topics that people choose to be told about; in news the campaign comes first."""

_MOST_WORDS: Final = 8
_LONGEST_WORD: Final = 20
_LONGEST_SLUG: Final = 80
# Words that say that one looks for something, and words that are in every text.
_EMPTY: Final = frozenset(
    "tin tuc xem tim doc ve co cua o la va cac nhung cho cai gi nao khong ko k a ah nhe voi bai viet chuyen guong dien "
    "hinh news about the of".split()
)


def search_words(text: str) -> tuple[str, ...]:
    """The words that count in what somebody looks for, in the plain spelling; empty where there is none."""
    said = [word[:_LONGEST_WORD] for word in plain(text).split()]
    return tuple(dict.fromkeys(word for word in said if word not in _EMPTY))[:_MOST_WORDS]


def searchable(*texts: str) -> str:
    """A text as the search looks at it: plain, with a blank before each word."""
    return f" {' '.join(plain(each) for each in texts if each)} "


def slug_of(title: str) -> str:
    """A part of an address made of a title."""
    return "-".join(plain(title).split())[:_LONGEST_SLUG].strip("-") or "tin"


def parts_of(text: str, room: int) -> list[str]:
    """A long text in parts of at most `room` characters, between paragraphs where possible, else between words."""
    found: list[str] = []
    part = ""
    for paragraph in filter(None, (each.strip() for each in text.splitlines())):
        for piece in _pieces(paragraph, room):
            joined = f"{part}\n\n{piece}" if part else piece
            if _length(joined) <= room:
                part = joined
            else:
                found.append(part)
                part = piece
    return [*found, part] if part else found


def _pieces(paragraph: str, room: int) -> list[str]:
    if _length(paragraph) <= room:
        return [paragraph]
    pieces, piece = [], ""
    for word in paragraph.split():
        rest = word
        while _length(rest) > room:
            pieces += [piece, rest[: room // 2]] if piece else [rest[: room // 2]]
            piece, rest = "", rest[room // 2 :]
        joined = f"{piece} {rest}".strip()
        if _length(joined) <= room:
            piece = joined
        else:
            pieces.append(piece)
            piece = rest
    return [*pieces, piece] if piece else pieces


def _length(text: str) -> int:
    """As channels count: in UTF-16 code units."""
    return len(text.encode("utf-16-le")) // 2
