"""Whoever has written within some days."""

from __future__ import annotations

from rules.audiences.condition import Condition, Since
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """The last message came on one of the days."""
    return Since("seen", frame.days_ago(int(values[0])))


kind = Kind("days", condition)
