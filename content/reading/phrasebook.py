"""The phrases of `phrases.yaml`, ready to be found in a message."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

import msgspec

from content.errors import ContentError
from content.files import read_as
from content.reading.amounts import Sum, sum_at
from content.reading.numbers import count_at
from content.reading.spoken import Spoken
from content.reading.tokens import Line, Token, read_line
from rules.facts import FactBook

FILE: Final = Path(__file__).with_name("phrases.yaml")
NUMBER_KEYS: Final = ("number", "years", "money")
_SLOTS: Final = {"{n}": "n", "{money}": "money", "{of}": "of"}
_PRONOUNS: Final = (
    "tôi",
    "tui",
    "em",
    "cháu",
    "con",
    "mình",
    "bác",
    "anh",
    "chị",
    "nó",
    "bà",
    "ông",
    "cô",
    "chú",
    "ấy",
    "tao",
    "tớ",
    "cụ",
    "nhà",
)
_BEFORE_FIGURE: Final = frozenset(
    "được là thì khoảng tầm chừng hơn gần độ có chỉ mỗi một tháng hàng hằng trên dưới từ chưa đến cũng đã này "
    "thu nhập cỡ 1 người".split()
)
_FILLERS_AT_MOST: Final = 4


class Relation(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Words for one member of the family; `several` where a family may have more than one."""

    say: str
    words: tuple[str, ...]
    gender: str = ""
    several: bool = False


class Wording(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """How one value of a fact is said."""

    say: str
    phrases: tuple[str, ...]
    denied: str = ""
    times: int = 1
    spouse: bool = False


class Texts(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The file as written."""

    relations: dict[str, Relation]
    ignored: tuple[str, ...]
    size: tuple[str, ...]
    facts: dict[str, dict[str, Wording]]


@dataclass(frozen=True, slots=True)
class Part:
    """One place of a phrase: a word (both spellings), or a slot."""

    said: str
    plain: str
    slot: str = ""
    optional: bool = False


@dataclass(frozen=True, slots=True)
class Phrase:
    """What to look for, and the fact and the key of the value it tells; no fact for what is to be passed over."""

    parts: tuple[Part, ...]
    fact: str = ""
    key: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """A phrase in a message from token `start` to before `end`, with what filled its slots."""

    phrase: Phrase
    start: int
    end: int
    number: Spoken | None = None
    money: Sum | None = None
    of: str = ""
    figure: int = -1


class Phrasebook:
    """All phrases, indexed by their first word."""

    def __init__(self, texts: Texts, file: Path) -> None:
        self.texts = texts
        self.file = file
        self._by_first: dict[str, list[Phrase]] = {}
        for phrase in self._phrases():
            for first in _firsts(phrase):
                self._by_first.setdefault(first, []).append(phrase)

    def _phrases(self) -> Iterator[Phrase]:
        for text in self.texts.ignored:
            yield Phrase(_parts(text))
        for text in self.texts.size:
            yield Phrase(_parts(text), key="size")
        for fact, values in self.texts.facts.items():
            for key, wording in values.items():
                for text in wording.phrases:
                    yield Phrase(_parts(text), fact, key)

    def check(self, book: FactBook) -> None:
        """Compare with the facts that exist.

        Raises:
            ContentError: a fact or value that the rules do not have.
        """
        for fact_id, values in self.texts.facts.items():
            if fact_id not in book:
                raise ContentError(f"there is no fact {fact_id!r}", file=self.file)
            fact = book.get(fact_id)
            for key, wording in values.items():
                known = key in NUMBER_KEYS if fact.numeric else key in fact.choices
                if not known or (wording.denied and wording.denied not in fact.choices):
                    raise ContentError(f"{fact_id}: there is no value {key!r} or {wording.denied!r}", file=self.file)

    def wording(self, fact: str, key: str) -> Wording | None:
        """How a value is said, None where the file has no words for it."""
        return self.texts.facts.get(fact, {}).get(key)

    def longest_at(self, line: Line, index: int) -> Found | None:
        """The longest phrase that begins at that token; what is to be passed over wins where both are equally long."""
        best: Found | None = None
        firsts = [line.plain(index), "{n}"] if count_at(line, index) else [line.plain(index)]
        for first in firsts:
            for phrase in self._by_first.get(first, ()):
                found = match(line, index, phrase)
                if found is not None and (best is None or found.end > best.end):
                    best = found
        if best is not None and best.phrase.fact and best.end - best.start > 1:
            following = self.longest_at(line, best.end - 1)  # "chồng mất việc" is not "chồng mất"
            if (
                following is not None
                and following.end > best.end
                and not (following.phrase.fact or following.phrase.key)
            ):
                return Found(following.phrase, best.start, following.end)
        return best


def _firsts(phrase: Phrase) -> Iterator[str]:
    for part in phrase.parts:
        yield "{n}" if part.slot == "n" else part.plain
        if not part.optional:
            return


def _parts(text: str) -> tuple[Part, ...]:
    parts: list[Part] = []
    for word in text.split():
        if word in _SLOTS:
            parts.append(Part("", "", _SLOTS[word], optional=word == "{of}"))
            continue
        for token in read_line(word.rstrip("?")).tokens:
            parts.append(Part(token.said, token.plain, optional=word.endswith("?")))
    return tuple(parts)


def match(line: Line, start: int, phrase: Phrase) -> Found | None:
    """The phrase at exactly that token, within one clause."""
    index = start
    number: Spoken | None = None
    money: Sum | None = None
    of, figure = "", -1
    single = len(phrase.parts) == 1
    for part in phrase.parts:
        if part.slot == "of":
            index, of = _of(line, index)
        elif part.slot == "n":
            place = _figure_place(line, index, start)
            number = count_at(line, place)
            if number is None or number.value != int(number.value):
                return None
            index, figure = number.end, place
        elif part.slot == "money":
            place = _figure_place(line, index, start)
            money = sum_at(line, place)
            if money is None:
                return None
            index, figure = money.end, place
        elif (
            index < len(line.tokens)
            and line.clause(index) == line.clause(start)
            and _same(line.tokens[index], part, single)
        ):
            index += 1
        elif not part.optional:
            return None
    return Found(phrase, start, index, number, money, of, figure)


def _same(token: Token, part: Part, single: bool) -> bool:
    """Inside a longer phrase wrong accents do no harm; a word alone must be typed right or without accents."""
    if token.plain != part.plain:
        return False
    return token.bare or token.said == part.said or (not single and len(part.plain) > 2)


def _of(line: Line, index: int) -> tuple[int, str]:
    place = index + 1 if line.fits(index, "của") else index
    pronoun = next((word for word in _PRONOUNS if line.fits(place, word)), "")
    if not pronoun:
        return index, ""
    end = place + 1
    return (end + 1 if line.fits(end, "ấy", "nó", "tôi", "em") else end), pronoun


def _figure_place(line: Line, index: int, start: int) -> int:
    """Where the figure of a slot stands: right here, or after a few words such as "được khoảng"."""
    if index == start:
        return index
    place = index
    while place - index < _FILLERS_AT_MOST and count_at(line, place) is None and line.fits(place, *_BEFORE_FIGURE):
        place += 1
    while place - index < _FILLERS_AT_MOST and _is_each(line, place):
        place += 2
    return place if line.clause(place) == line.clause(index - 1) else len(line.tokens)


def _is_each(line: Line, index: int) -> bool:
    """ "một tháng 2 triệu", "1 tháng được 2 triệu": the first figure belongs to the period."""
    return line.fits(index, "một", "1", "mỗi") and line.fits(index + 1, "tháng", "năm", "ngày", "người")


@lru_cache(maxsize=4)
def load(file: Path = FILE) -> Phrasebook:
    """Read the phrases, once.

    Raises:
        ContentError: a field is missing, unknown or of another type.
    """
    return Phrasebook(read_as(file, Texts), file)
