"""What a parser gives back: a value with its words, a reason for none, or None for nothing of the kind."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Generic, Literal, TypeVar

T_co = TypeVar("T_co", covariant=True)

About = Literal["exact", "about", "over", "under"]
"""How firmly a figure was said: "82", "khoảng 82", "ngoài 80", "gần 80"."""

Reason = Literal[
    "several",  # more than one figure where one is needed
    "range",  # "từ 2 đến 3 triệu": `low` and `high` are known
    "not_exact",  # "vài trăm": no figure can be made of it
    "no_unit",  # "3" for money: `likely` says what may be meant
    "ambiguous",  # two readings: `likely` holds both
    "mixed_units",  # units that cannot stand together
    "foreign",  # another currency
    "not_money",  # rice, gold, land
    "impossible",  # 200 years, 31 February, a negative number
    "future",  # a birth that is still to come
    "contradiction",  # an age and a year of birth that do not fit
    "lunar",  # a date of the lunar calendar
]


@dataclass(frozen=True, slots=True)
class Read(Generic[T_co]):
    """A value that was understood, and the words (lower case) it was understood from."""

    value: T_co
    words: str
    about: About = "exact"

    @property
    def approximate(self) -> bool:
        """Whether the caller should have it confirmed."""
        return self.about != "exact"


@dataclass(frozen=True, slots=True)
class Refused:
    """Something of the kind was said, but no single value can be taken from it."""

    reason: Reason
    words: str
    low: int | None = None
    high: int | None = None
    likely: tuple[int, ...] = ()
