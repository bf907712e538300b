"""What a nomination says, and what must hold before it can be sent. Everything here is pure."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from dataclasses import field as default
from datetime import date
from typing import Any, Final, Literal, get_args

Kind = Literal["person", "household", "collective"]
KINDS: Final[tuple[Kind, ...]] = get_args(Kind)
Answer = Literal["yes", "no", "unasked"]
ANSWERS: Final[tuple[Answer, ...]] = get_args(Answer)
HOW: Final = ("paper", "message", "recorded", "spoken")
"""How somebody agreed to be written about, as `handlers.newsroom.draft.HOW` has it for stories."""
LONGEST_NAME: Final = 120
SHORTEST_DEED: Final = 30
"""Letters. "Rất tốt" tells nobody what was done."""
LONGEST_DEED: Final = 1500
MOST_PHOTOS: Final = 3


@dataclass(frozen=True, slots=True)
class Consent:
    """Whether the nominee agrees to be written about; `who`, `how` and `on` only with a yes."""

    answer: str = "unasked"
    who: str = ""
    how: str = ""
    on: date | None = None
    witness: str = ""


@dataclass(frozen=True, slots=True)
class Nomination:
    """Who is put forward, by whom, for what. `organisation` is empty where the village itself nominates."""

    kind: str
    name: str
    area_key: str
    deed: str
    criteria: tuple[tuple[str, str], ...]
    """(id, what it was called on the day it was sent): the list may be another one next year."""
    consent: Consent = default(default_factory=Consent)
    organisation: str = ""
    submission: str = ""


@dataclass(frozen=True, slots=True)
class Problem:
    """Why it cannot be so: `key` ends a phrase key `nominations.check.…`, `field` is what is to be put right."""

    key: str
    field: str
    values: dict[str, Any] = default(default_factory=dict)


def problem(
    said: Nomination, today: date, *, criteria: Collection[str], organisations: Collection[str]
) -> Problem | None:
    """The first thing that is missing or cannot be; the criteria and organisations are those that count here."""
    if said.kind not in KINDS:
        return Problem("kind", "kind")
    if said.organisation and said.organisation not in organisations:
        return Problem("organisation", "organisation")
    if not name_holds(said.name):
        return Problem("name", "name", {"most": LONGEST_NAME})
    if len(said.deed.strip()) < SHORTEST_DEED:
        return Problem("deed_short", "deed", {"least": SHORTEST_DEED})
    if len(said.deed) > LONGEST_DEED:
        return Problem("deed_long", "deed", {"most": LONGEST_DEED})
    ids = [each for each, _ in said.criteria]
    if not ids or len(set(ids)) != len(ids) or not set(ids) <= set(criteria):
        return Problem("criteria", "criteria")
    return consent_problem(said.consent, today)


def name_holds(name: str) -> bool:
    """Whether something can be the name of a person, a household or a collective."""
    return 2 <= len(name) <= LONGEST_NAME and any(char.isalpha() for char in name)


def consent_problem(consent: Consent, today: date) -> Problem | None:
    """A yes says who agreed, how, and on which day: without that nobody could prove it later."""
    if consent.answer not in ANSWERS:
        return Problem("consent", "consent")
    if consent.answer != "yes":
        return None
    if not name_holds(consent.who):
        return Problem("consent_who", "consent_who")
    if consent.how not in HOW:
        return Problem("consent_how", "consent_how")
    if consent.on is None:
        return Problem("consent_day", "consent_day")
    if consent.on > today:
        return Problem("consent_future", "consent_day")
    return None


def may_be_published(consent: Consent, state: str) -> bool:
    """Commended and agreed to: both, or nothing of it goes before the public."""
    return state == "approved" and consent.answer == "yes"
