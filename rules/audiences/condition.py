"""The conditions that an audience comes down to, evaluated in memory; `storage.audiences` turns the same into SQL.

Both are two-valued: what is not known of a person fits no condition, and "not" turns that around. A property test
draws people and trees and compares the two on both database engines.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

COLUMNS: Final = ("channel", "language", "seen")
"""What a chat has one of: its channel, its language, and when the person last wrote."""
ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "places": ("path",),
    "roles": ("role", "path"),
    "households": ("status", "path"),
    "topics": ("topic", "wanted"),
}
"""What a person has any number of, by the columns of each: where they live or serve, the roles of today, the
households of the register that they linked and agreed to be addressed by, and the choices of topics they made."""


@dataclass(frozen=True, slots=True)
class OneOf:
    """A column is one of some values."""

    column: str
    values: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Below:
    """A column is the path of an area within a subtree, the area itself included."""

    column: str
    path: str


@dataclass(frozen=True, slots=True)
class Since:
    """A column is a moment not before another."""

    column: str
    moment: datetime


Plain = OneOf | Below | Since


@dataclass(frozen=True, slots=True)
class Some:
    """There is a row of a kind to which all these apply."""

    rows: str
    conditions: tuple[Plain, ...]


@dataclass(frozen=True, slots=True)
class Every:
    """All of the parts; without any part, everybody."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Either:
    """At least one of the parts; without any part, nobody."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Never:
    """Not the part."""

    part: Condition


Condition = Plain | Some | Every | Either | Never


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of whoever could receive a broadcast through one chat."""

    channel: str
    language: str = "vi"
    seen: datetime | None = None
    rows: Mapping[str, tuple[Mapping[str, Any], ...]] = field(default_factory=dict)
    """Rows by their kind, see `ROWS`. Who has named no place and serves none lives in the home area of the service."""


def holds(condition: Condition, person: Person) -> bool:
    """Whether a condition applies to a person."""
    match condition:
        case Every(parts):
            return all(holds(part, person) for part in parts)
        case Either(parts):
            return any(holds(part, person) for part in parts)
        case Never(part):
            return not holds(part, person)
        case Some(rows, conditions):
            return any(all(fits(each, row) for each in conditions) for row in person.rows.get(rows, ()))
        case _:
            return fits(condition, {name: getattr(person, name) for name in COLUMNS})


def fits(condition: Plain, row: Mapping[str, Any]) -> bool:
    """Whether a plain condition applies to a row; an empty column fits none."""
    value = row.get(condition.column)
    if value is None:
        return False
    match condition:
        case OneOf(_, values):
            return value in values
        case Below(_, path):
            return str(value).startswith(path)
        case _:
            return bool(value >= condition.moment)
