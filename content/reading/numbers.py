"""Whole numbers: "4 người", "bốn khẩu", "không có ai"."""

from __future__ import annotations

from typing import Final

from content.reading.result import About, Read, Refused
from content.reading.spoken import Spoken, number_at
from content.reading.tokens import Line, read_line

LARGEST: Final = 1_000_000_000_000
_THOUSANDS: Final = {"nghìn": 1_000, "ngàn": 1_000, "k": 1_000, "triệu": 1_000_000, "vạn": 10_000}
_NONE: Final = ("không", "chưa", "chẳng", "chả")
_ABOUT: Final[dict[str, About]] = {
    **dict.fromkeys(("khoảng", "tầm", "chừng", "độ", "xấp xỉ", "cỡ", "ước"), "about"),
    **dict.fromkeys(("hơn", "trên", "ngoài", "quá"), "over"),
    **dict.fromkeys(("gần", "dưới", "ngót", "chưa đến", "chưa tới", "suýt"), "under"),
}
_VAGUE: Final = ("vài", "mấy", "dăm", "nhiều")
_UNKNOWN_AFTER: Final = frozenset("biet nho ro chac nam".split())


def about_before(line: Line, index: int) -> tuple[About, int]:
    """How firmly the figure at that token was said, and where the words for it begin."""
    for width in (2, 1):
        start = index - width
        if start < 0 or line.clause(start) != line.clause(index):
            continue
        for phrase, about in _ABOUT.items():
            parts = phrase.split()
            if len(parts) == width and all(line.fits(start + offset, part) for offset, part in enumerate(parts)):
                return about, start
    return "exact", index


def vague_at(line: Line, index: int) -> bool:
    """Whether a word stands there that names no figure: "vài", "mấy", "dăm"."""
    return line.fits(index, *_VAGUE)


def count_at(line: Line, index: int) -> Spoken | None:
    """A number with its thousands: "hai nghìn", "2 nghìn rưỡi"."""
    found = number_at(line, index)
    if found is None:
        return None
    for word, factor in _THOUSANDS.items():
        if line.fits(found.end, word):
            value, end = found.value * factor, found.end + 1
            if line.plain(end) == "ruoi":
                return Spoken(value + factor // 2, end + 1)
            rest = number_at(line, end)
            if rest and rest.value < 1000 and rest.upto is None and line.clause(end) == line.clause(found.end):
                return Spoken(value + rest.value, rest.end)
            return Spoken(value, end)
    return found


def read_number(text: str) -> Read[int] | Refused | None:
    """The one whole number of an answer; the words around it do not matter."""
    line = read_line(text)
    found: list[tuple[int, Spoken]] = []
    index = 0
    while index < len(line.tokens):
        spoken = count_at(line, index)
        if spoken is None:
            index += 1
            continue
        found.append((index, spoken))
        index = spoken.end
    if not found:
        return _without_figure(line)
    start, spoken = found[0]
    words = line.words(start, spoken.end)
    values = [each.value for _, each in found]
    if spoken.upto is not None and len(found) == 1:
        return Refused("range", words, int(spoken.value), int(spoken.upto))
    if len(set(values)) > 1 or any(each.upto for _, each in found):
        last_start, last = found[-1]
        words = line.words(start, last.end)
        if len(found) == 2 and line.fits(last_start - 1, "đến", "tới") and values[0] < values[1]:
            return Refused("range", words, int(values[0]), int(values[1]))
        return Refused("several", words, likely=tuple(int(value) for value in values if value < LARGEST))
    if line.tokens[start].negative or spoken.value >= LARGEST or spoken.value != int(spoken.value):
        return Refused("impossible", words)
    about, begin = about_before(line, start)
    return Read(int(spoken.value), line.words(begin, spoken.end), about)


def _without_figure(line: Line) -> Read[int] | Refused | None:
    if any(token.figure for token in line.tokens):
        return Refused("impossible", line.words(0, len(line.tokens)))
    for index in range(len(line.tokens)):
        if vague_at(line, index) and not line.fits(index - 1, "không"):
            return Refused("not_exact", line.words(index, index + 2))
    for index in range(len(line.tokens)):
        if line.fits(index, *_NONE) and not any(line.plain(index + step) in _UNKNOWN_AFTER for step in (1, 2)):
            if line.fits(len(line.tokens) - 1, "không") and index == len(line.tokens) - 1 and index > 0:
                return None  # "có ai không" asks
            return Read(0, line.words(index, len(line.tokens)))
    return None
