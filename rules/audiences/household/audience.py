"""Whoever belongs to a household of one of some statuses, as far as the person agreed to be addressed by it."""

from __future__ import annotations

from rules.audiences.condition import Condition, OneOf, Some
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """A household of the person has one of these statuses."""
    return Some("households", (OneOf("status", values),))


kind = Kind("choices", condition, "statuses")
