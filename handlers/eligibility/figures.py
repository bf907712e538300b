"""Reads one answer of a check by the kind of its fact; a rough figure counts where no limit of the law lies near."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from content.reading.ages import read_age
from content.reading.money import Money, read_money
from content.reading.numbers import read_number
from content.reading.options import Ambiguous, Option, read_option
from content.reading.result import About, Read, Refused
from content.reading.yes_no import read_yes_no
from content.text import plain
from handlers.eligibility.asking import capitalised, label_of
from handlers.interview import DontKnow, NotUnderstood
from handlers.messages import Choice
from handlers.turn import Turn
from rules.errors import FactValueError
from rules.facts import Fact, Value

Limits = Callable[[int, int], list[int]]
"""The limits of the law in `(low, high]` for the fact being asked."""

_ASKS: Final = re.compile(
    r"\b(bao nhieu|the nao|lam sao|o dau|khi nao|bao gio|la gi|duoc gi|nhu nao|tai sao|vi sao|sao lai|co duoc|"
    r"duoc khong|duoc ko|how|what|where|when|why|can i)\b|\?"
)
_MONTHS: Final = re.compile(r"(\d+) nam(?: (ruoi))?\b")
_NO: Final = ("none",)
_BARE: Final = 2
_YES: Final = {"person.supporter": "has"}
# Here "không" leaves several answers open: never married, widowed or divorced.
_NOT_BY_NO: Final = ("person.marital",)


@dataclass(frozen=True, slots=True)
class Spread:
    """A figure as it was said: the likeliest value, and the values it may be."""

    value: int
    low: int
    high: int


def asks_something(text: str) -> bool:
    """Whether it is a question rather than an answer."""
    return _ASKS.search(plain(text)) is not None or "?" in text


def read_value(turn: Turn, fact: Fact, text: str, limits: Limits) -> Value | NotUnderstood | DontKnow:
    """The answer to the question about a fact."""
    if asks_something(text):
        return NotUnderstood("")
    if fact.type == "yes_no":
        said = read_yes_no(text)
        if said is None:
            return NotUnderstood("")
        return DontKnow() if said.value == "dont_know" else said.value
    if fact.type == "choice":
        return _choice(turn, fact, text)
    return _number(turn, fact, text, limits)


def _choice(turn: Turn, fact: Fact, text: str) -> Value | NotUnderstood | DontKnow:
    phrases = turn.knowledge.recogniser.phrases
    options = []
    for value, label in fact.choices.items():
        wording = phrases.wording(fact.id, value)
        spoken = tuple(each for each in wording.phrases if not set("{}?") & set(each)) if wording else ()
        options.append(Option(value, turn.words.translate(label), (label, *spoken)))
    said = read_yes_no(text)
    if said is not None and said.value == "dont_know":
        return DontKnow()
    # "Có" alone chooses nothing, though several answers begin with it.
    bare = said is not None and len(text.split()) <= _BARE
    found = None if bare else read_option(text, options)
    if isinstance(found, Read):
        return found.value
    if said is not None and fact.id not in _NOT_BY_NO:
        by_word = (
            next((each for each in _NO if each in fact.choices), "") if said.value == "no" else _YES.get(fact.id, "")
        )
        if by_word:
            return by_word
    if isinstance(found, Ambiguous):
        left = tuple(Choice(each, capitalised(label_of(turn, fact, each))) for each in found.candidates)
        return NotUnderstood(turn.say("eligibility.which_one"), left)
    return NotUnderstood("" if said is None else turn.say("eligibility.which_one"))


def _number(turn: Turn, fact: Fact, text: str, limits: Limits) -> Value | NotUnderstood | DontKnow:
    said = read_yes_no(text)
    if said is not None and said.value == "dont_know":
        return DontKnow()
    spread = _spread(turn, fact, text)
    if isinstance(spread, NotUnderstood):
        if not spread.text and said is not None and said.value == "no" and not fact.minimum and fact.id != "person.age":
            return 0
        return spread
    try:
        for each in (spread.value, spread.low, spread.high):
            fact.checked(each)
    except FactValueError:
        return NotUnderstood(turn.say("eligibility.refused_impossible", words=text.strip()[:40]))
    cuts = limits(spread.low, spread.high)
    if not cuts:
        return spread.value
    if len(cuts) > 1:
        return NotUnderstood(turn.say("eligibility.need_exact", words=text.strip()[:40]))
    return _near_a_limit(turn, fact, spread, cuts[0], text)


def _near_a_limit(turn: Turn, fact: Fact, spread: Spread, cut: int, text: str) -> NotUnderstood:
    limit = label_of(turn, fact, cut)
    options = (
        Choice(str(max(spread.value, cut)), turn.say("eligibility.from_limit", limit=limit)),
        Choice(str(min(spread.value, cut - 1)), turn.say("eligibility.below_limit", limit=limit)),
    )
    return NotUnderstood(turn.say("eligibility.near_limit", words=text.strip()[:40], limit=limit), options)


def _spread(turn: Turn, fact: Fact, text: str) -> Spread | NotUnderstood:
    if fact.id == "person.age":
        age = read_age(text, turn.today)
        if isinstance(age, Read):
            value = age.value
            if age.about != "exact":
                return _roughly(value.years, age.about, _age_width(value.years, age.about))
            return Spread(value.high, value.low, value.high)
        return _refused(turn, age, lambda likely: turn.say("eligibility.years", number=likely))
    if fact.type == "money":
        money = read_money(text)
        if isinstance(money, Read):
            return _monthly(turn, money)
        return _refused(turn, money, turn.words.money)
    months = _MONTHS.search(plain(text)) if fact.unit == "months" else None
    if months:
        count = int(months[1]) * 12 + (6 if months[2] else 0)
        return Spread(count, count, count)
    number = read_number(text)
    if isinstance(number, Read):
        return _roughly(number.value, number.about, max(1, number.value // 8))
    return _refused(turn, number, turn.words.number)


def _monthly(turn: Turn, money: Read[Money]) -> Spread | NotUnderstood:
    dong = money.value.dong
    if money.value.period == "year":
        month = dong // 12
        return _roughly(month, "about", month // 10)
    if money.value.period not in (None, "month"):
        return NotUnderstood(turn.say("eligibility.by_month", words=money.words))
    return _roughly(dong, money.about, dong // 7)


def _age_width(years: int, about: About) -> int:
    return 9 if about == "over" and years % 10 == 0 else 3


def _roughly(value: int, about: About, width: int) -> Spread:
    if about == "about":
        return Spread(value, max(0, value - width), value + width)
    if about == "over":
        return Spread(value, value, value + width)
    if about == "under":
        below = max(0, value - 1)
        return Spread(below, max(0, value - width), below)
    return Spread(value, value, value)


def _refused(turn: Turn, refused: Refused | None, label: Callable[[int], str]) -> Spread | NotUnderstood:
    if refused is None:
        return NotUnderstood("")
    if refused.reason == "range" and refused.low is not None and refused.high is not None:
        low, high = min(refused.low, refused.high), max(refused.low, refused.high)
        return Spread(low, low, high)
    likely = tuple(Choice(str(each), capitalised(label(each))) for each in refused.likely[:3])
    return NotUnderstood(turn.say(f"eligibility.refused_{refused.reason}", words=refused.words), likely)
