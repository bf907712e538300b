""" "Nếu thoát nghèo thì mất gì?", "năm 2027 thì sao?": what ends, what begins, what changes in amount."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from content.search.period import named_period
from content.text import plain
from handlers.eligibility import answers as fields
from handlers.eligibility.amounts import amount_text
from handlers.eligibility.answers import Answers
from handlers.eligibility.asking import called
from handlers.eligibility.checking import check
from handlers.eligibility.hearing import only
from handlers.eligibility.report import STATUS
from handlers.turn import Turn
from rules.errors import ContradictionError, DateOutsideLawError
from rules.verdict import Result

MONTHS_SINCE_EXIT: Final = "household.months_since_exit"
EXIT: Final[Mapping[str, Any]] = {STATUS: "newly_exited", MONTHS_SINCE_EXIT: 0}
_SUPPOSES: Final = re.compile(r"\b(neu|gia su|khi|lo|nho|ma|if)\b|\bthi (mat|sao|con|duoc|the nao)|\bmat (gi|nhung)")
_EXITS: Final = re.compile(
    r"\b(thoat|het|ra khoi|thoi|khong con|khong con la) ((dien|ho|ho dien) )?(can )?ngheo"
    r"|\b(leave|leaves|left) (the )?poverty"
)
_BECOMES: Final = re.compile(
    r"\b(duoc|len|vao|thanh|la|thuoc|xuong)( cong nhan)?( la)?( dien)? ho (?P<near>can )?ngheo"
)
_AGE: Final = re.compile(r"\b(?P<years>\d{1,3}) tuoi\b")
_THEN: Final = re.compile(r"\b(thi sao|thi the nao|co duoc|con duoc|co gi|thi duoc|doi the nao|what about)\b")
_SHORT: Final = 12
_MOST: Final = 8


@dataclass(frozen=True, slots=True)
class Supposition:
    """What is supposed: other answers, or another day."""

    change: Mapping[str, Any] = field(default_factory=dict)
    on: date | None = None


def supposed(turn: Turn, answers: Answers, text: str) -> Supposition | None:
    """What a message supposes about the household of the check, None where it supposes nothing."""
    said = plain(text)
    if len(said.split()) > _SHORT:
        return None
    if _SUPPOSES.search(said):
        if _EXITS.search(said):
            return Supposition(EXIT)
        becomes = _BECOMES.search(said)
        if becomes:
            return Supposition({STATUS: "near_poor" if becomes["near"] else "poor"})
        age, people = _AGE.search(said), fields.people(answers)
        if age and people:
            return Supposition({fields.field("person.age", people[-1]): int(age["years"])})
    period = named_period(text, turn.today)
    if period is not None and (_THEN.search(said) or _SUPPOSES.search(said)):
        return Supposition(on=max(period[0], turn.today) if period[0] <= turn.today < period[1] else period[0])
    return None


def compared(turn: Turn, answers: Answers, what: Supposition) -> str:
    """What would be different, in words."""
    on = what.on or turn.today
    changed = {**answers, **what.change}
    if what.change.get(STATUS, "newly_exited") != "newly_exited":
        changed.pop(MONTHS_SINCE_EXIT, None)
    about = only(turn, answers)
    assessor = turn.knowledge.assessor
    try:
        before = check(assessor, answers, turn.today, about).results
        after = check(assessor, changed, on, about).results
    except ContradictionError:
        return turn.say("eligibility.cannot_suppose")
    except DateOutsideLawError:
        return turn.say("eligibility.outside_law", day=turn.words.date(on))
    heading = _heading(turn, what, on)
    return "\n\n".join((heading, *_differences(turn, answers, before, after), turn.say("eligibility.only_supposed")))


def _heading(turn: Turn, what: Supposition, on: date) -> str:
    if what.on is not None:
        return turn.say("eligibility.on_day", day=turn.words.date(on))
    if STATUS in what.change:
        book = turn.knowledge.assessor.engine.book
        label = turn.words.translate(book.get(STATUS).choices[what.change[STATUS]])
        return turn.say("eligibility.if_status", status=label)
    return turn.say("eligibility.if_age", years=next(iter(what.change.values())))


def _differences(turn: Turn, answers: Answers, before: tuple[Result, ...], after: tuple[Result, ...]) -> list[str]:
    ends: list[str] = []
    begins: list[str] = []
    changes: list[str] = []
    asks: list[str] = []
    perhaps: list[str] = []
    for old, new in zip(before, after, strict=True):
        was, will = old.verdict == "eligible" and not old.instead, new.verdict == "eligible" and not new.instead
        if _group(turn, old) == "status":
            continue
        if was and not will:
            (asks if new.verdict == "unknown" else ends).append(_named(turn, answers, old, old))
        elif old.verdict == "not_eligible" and new.verdict == "unknown" and new.missing:
            perhaps.append(_named(turn, answers, new, None))
        elif will and not was:
            begins.append(_named(turn, answers, new, new))
        elif was and will and _amount(turn, old) != _amount(turn, new):
            line = turn.say("eligibility.from_to", before=_amount(turn, old), after=_amount(turn, new))
            changes.append(f"{_named(turn, answers, old, None)}: {line}")
    parts = [
        "\n".join((turn.say(key), *(f"{sign} {line}" for line in lines[:_MOST])))
        for key, sign, lines in (
            ("eligibility.ends", "−", ends),
            ("eligibility.begins", "+", begins),
            ("eligibility.may_begin", "?", perhaps),
            ("eligibility.changes", "•", changes),
            ("eligibility.ask_then", "?", asks),
        )
        if lines
    ]
    return parts or [turn.say("eligibility.no_difference")]


def _named(turn: Turn, answers: Answers, result: Result, amount_of: Result | None) -> str:
    title = turn.words.translate(turn.knowledge.assessor.engine.catalogue.get(result.benefit).title)
    if result.person is not None:
        numbers = fields.people(answers)
        number = numbers[result.person] if result.person < len(numbers) else result.person
        title = f"{title} ({called(turn, answers, number)})"
    amount = _amount(turn, amount_of) if amount_of is not None else ""
    return f"{title}: {amount}" if amount else title


def _amount(turn: Turn, result: Result) -> str:
    return amount_text(turn.words, result, _group(turn, result))


def _group(turn: Turn, result: Result) -> str:
    return turn.knowledge.assessor.engine.catalogue.get(result.benefit).group
