"""Money in đồng: "3 triệu rưỡi", "1tr2", "500k", "1.500.000đ", "20 nghìn một ngày"."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from content.reading.amounts import Period, Sum, period_at, period_of, scale_at, sums
from content.reading.numbers import about_before, vague_at
from content.reading.result import Read, Refused
from content.reading.tokens import Line, read_line

LARGEST: Final = 1_000_000_000_000
_MILLION: Final = 1_000_000
_THOUSAND: Final = 1_000
_GOODS: Final = frozenset("kg ta yen tan can chi cay sao lit bao con qua".split())
_NOTHING: Final = ("không", "chưa", "chẳng", "chả", "0")
_UNKNOWN_AFTER: Final = frozenset("biet nho ro chac nam".split())


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in đồng and the period it was said for, None where none was said."""

    dong: int
    period: Period | None = None


def read_money(text: str) -> Read[Money] | Refused | None:
    """The one amount of an answer, with its period; a reason where it is none or not clear."""
    line = read_line(text)
    found = sums(line)
    everything = line.words(0, len(line.tokens))
    if not found:
        return _without_sum(line, everything)
    first = found[0]
    words = line.words(first.start, found[-1].end)
    if line.tokens[first.start].negative:
        return Refused("impossible", words)
    if any(each.scale is None and line.plain(each.end) in _GOODS and not line.fits(each.end, "còn") for each in found):
        return Refused("not_money", words)
    if any(line.fits(each.end, "đô", "do", "usd", "euro", "tệ", "yên", "won", "đôla") for each in found):
        return Refused("foreign", words)
    if any(vague_at(line, each.start - 1) or vague_at(line, each.end) for each in found):
        return Refused("not_exact", words)
    if any(scale_at(line, each.end) is not None for each in found):
        return Refused("mixed_units", words)
    if len(found) > 1:
        return _several(line, found, words)
    return _one(line, first, words)


def _one(line: Line, each: Sum, words: str) -> Read[Money] | Refused:
    spoken = each.spoken
    if spoken is not None and spoken.upto is not None:
        scale = each.scale or 0
        return _range(spoken.value * scale, spoken.upto * scale, words) if scale else Refused("no_unit", words)
    ends_with_five = line.fits(each.end, "năm") and line.clause(each.end + 1) != line.clause(each.end)
    if ends_with_five and period_at(line, each.end) is None and each.scale is not None:
        both = (int(each.value + each.scale // 2), int(each.value))
        return Refused("ambiguous", line.words(each.start, each.end + 1), likely=both)
    if not each.clear:
        return Refused("no_unit", words, likely=_likely(each.value))
    if each.value >= LARGEST or each.value != int(each.value):
        return Refused("impossible", words)
    about, begin = about_before(line, each.start)
    return Read(Money(int(each.value), period_of(line)), line.words(begin, each.end), about)


def _likely(value: Decimal) -> tuple[int, ...]:
    """What a figure without a unit may mean, the likelier first: "3" is three million, "500" five hundred thousand."""
    million, thousand = int(value * _MILLION), int(value * _THOUSAND)
    if value <= 20 or value != int(value):
        return (million,)
    if value < 100:
        return (million, thousand)
    return (thousand,) if value < _THOUSAND else (thousand, int(value))


def _several(line: Line, found: list[Sum], words: str) -> Refused:
    """Two amounts are a range where they are joined as one, else the person has to say which."""
    if len(found) != 2:
        return Refused("several", words, likely=tuple(int(each.value) for each in found if each.clear))
    first, second = found
    joined = (
        line.fits(second.start - 1, "đến", "tới", "hoặc", "hay")
        or _hyphen(line, second.start)
        or first.end == second.start
    )
    low = first.value if first.clear else first.value * (second.scale or 1)
    if not second.clear or (first.scale is not None and not joined):
        return Refused(
            "several" if second.clear else "mixed_units",
            words,
            likely=tuple(int(each.value) for each in found if each.clear),
        )
    if not joined:
        return Refused("mixed_units", words)
    if low >= second.value:
        return Refused("mixed_units", words)
    return _range(low, second.value, words)


def _hyphen(line: Line, index: int) -> bool:
    gap = line.text[line.tokens[index - 1].end : line.tokens[index].start] if index > 0 else ""
    return any(mark in gap for mark in "-–—~")


def _range(low: Decimal, high: Decimal, words: str) -> Refused:
    if high >= LARGEST:
        return Refused("impossible", words)
    return Refused("range", words, int(low), int(high))


def _without_sum(line: Line, everything: str) -> Read[Money] | Refused | None:
    for index in range(len(line.tokens)):
        if vague_at(line, index) and (scale_at(line, index + 1) or line.fits(index + 1, "trăm", "chục", "đồng")):
            return Refused("not_exact", everything)
    for index in range(len(line.tokens)):
        if line.fits(index, *_NOTHING) and not any(line.plain(index + step) in _UNKNOWN_AFTER for step in (1, 2)):
            if (
                index == len(line.tokens) - 1
                and index > 0
                and line.fits(index - 1, "có") is False
                and len(line.tokens) > 2
            ):
                return None  # "có lương không" asks
            return Read(Money(0), line.words(index, len(line.tokens)))
    return None
