"""What a rule decides, and what a person is told about one benefit."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal, NamedTuple

from rules.facts import Value
from rules.parameters import Confidence, Number

Outcome = Literal["eligible", "not_eligible", "unknown"]


@dataclass(frozen=True, slots=True)
class Figure:
    """One more figure beside the amount: an interest rate, what the household still pays."""

    key: str
    value: Number
    unit: str


@dataclass(frozen=True, slots=True)
class Decision:
    """The end of one path through a rule.

    `unknown` is the law's own silence (nobody can say before the commune is asked), not a missing fact. `per` names the
    number facts by whose sum the amount is multiplied. `sure` is False where the condition itself is not confirmed.
    """

    outcome: Outcome
    amount: Number | None = None
    per: tuple[str, ...] = ()
    figures: tuple[Figure, ...] = ()
    sure: bool = True


def yes(amount: Number | None = None, *figures: Figure, per: tuple[str, ...] = (), sure: bool = True) -> Decision:
    """Entitled, or entitled to apply where somebody chooses."""
    return Decision("eligible", amount, per, figures, sure)


def no(*, sure: bool = True) -> Decision:
    """Not entitled on these facts."""
    return Decision("not_eligible", sure=sure)


def ask_office() -> Decision:
    """The law known here does not settle it: the commune has to be asked."""
    return Decision("unknown", sure=False)


class Reason(NamedTuple):
    """A fact that was read, with the value that was given."""

    fact: str
    value: Value


class Citation(NamedTuple):
    """A law with the days on which the cited rule is in force; `end` is None where no end is known."""

    text: str
    start: str
    end: str | None


class Result(NamedTuple):
    """One benefit for one household or one person of it: `person` is the place in the list, None for the household."""

    benefit: str
    person: int | None
    verdict: Outcome
    amount: Number | None
    unit: str
    period: str
    missing: tuple[str, ...]
    because: tuple[Reason, ...]
    law: tuple[Citation, ...]
    confidence: Confidence
    figures: tuple[Figure, ...]
    instead: str | None = None
    note: str | None = None

    def as_json(self) -> dict[str, Any]:
        """The shape of `chungtay eligibility --json`; rarely used keys appear only where they say something."""
        plain: dict[str, Any] = {
            "benefit": self.benefit,
            "verdict": self.verdict,
            "amount": json_number(self.amount),
            "unit": self.unit,
            "period": self.period,
            "missing": self.missing,
            "because": [{"fact": fact, "value": value} for fact, value in self.because],
            "law": _law_as_json(self.law),
            "confidence": self.confidence,
        }
        if self.person is not None:
            plain["person"] = self.person
        if self.figures:
            plain["figures"] = [{"key": f.key, "value": json_number(f.value), "unit": f.unit} for f in self.figures]
        if self.instead is not None:
            plain["instead"] = self.instead
        if self.note is not None:
            plain["note"] = self.note
        return plain


@lru_cache(maxsize=1024)
def _law_as_json(law: tuple[Citation, ...]) -> tuple[dict[str, str | None], ...]:
    """The citations of one block, made once: a batch writes them for every household."""
    return tuple({"text": citation.text, "from": citation.start, "to": citation.end} for citation in law)


def json_number(value: Number | None) -> int | float | None:
    """A figure as JSON has it: whole numbers stay whole."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == int(value) else float(value)
