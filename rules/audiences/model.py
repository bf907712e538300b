"""What a folder of `rules/audiences/` holds, and what an audience is built of."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Final, Literal

from rules.audiences.condition import Condition

LOCAL: Final = timedelta(hours=7)
"""Viet Nam is seven hours ahead, all year round."""

Takes = Literal["places", "choices", "days"]
Values = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Frame:
    """What conditions are read against: paths of areas by key, whether a topic is wanted unless refused, the day."""

    places: Mapping[str, str]
    topics: Mapping[str, bool]
    today: date

    def days_ago(self, days: int) -> datetime:
        """The beginning of the day so many days before today, in Viet Nam."""
        return datetime.combine(self.today - timedelta(days=days), time(), UTC) - LOCAL


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of condition: what it takes, and what it comes down to.

    `takes` is "places" (keys of areas), "choices" (ids of `options`), or "days" (one number).
    """

    takes: Takes
    condition: Callable[[Values, Frame], Condition]
    options: str = ""
    """Which list the values come from: roles, topics, statuses, channels or languages."""


@dataclass(frozen=True, slots=True)
class Leaf:
    """A condition of an audience: its kind, and values of it."""

    kind: str
    values: Values


@dataclass(frozen=True, slots=True)
class AllOf:
    """Everything below applies; without anything below, everybody of the sender's area."""

    parts: tuple[Tree, ...] = ()


@dataclass(frozen=True, slots=True)
class AnyOf:
    """Something below applies."""

    parts: tuple[Tree, ...]


@dataclass(frozen=True, slots=True)
class NotOf:
    """What is below does not apply."""

    part: Tree


Tree = Leaf | AllOf | AnyOf | NotOf

EVERYBODY: Final = AllOf()
