"""What the search makes of one message."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

Kind = Literal["article", "choices", "handoff", "smalltalk", "urgent"]
CANDIDATES_AT_MOST: Final = 3


@dataclass(frozen=True, slots=True)
class Candidate:
    """An article and how sure the search is of it, from 0 to 1."""

    article: str
    score: float


@dataclass(frozen=True, slots=True)
class Finding:
    """What a message asks for.

    `subject` says more about the kind: of smalltalk (greeting, thanks, bye, identity, ok, compliment), of urgent (fire,
    crime, medical, child, despair, violence, drowning, accident, danger), of handoff (out_of_scope, insult, injection,
    private_data, nonsense, unclear). `period` is half-open and only set where the person named one.
    """

    kind: Kind
    article: str | None
    candidates: tuple[Candidate, ...]
    part: str | None = None
    more: tuple[str, ...] = ()
    subject: str = ""
    period: tuple[date, date] | None = None
    about_topic: bool = False
