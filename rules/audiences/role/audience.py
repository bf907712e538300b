"""Whoever holds one of some roles today."""

from __future__ import annotations

from rules.audiences.condition import Condition, OneOf, Some
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """A role of the person is one of these."""
    return Some("roles", (OneOf("role", values),))


kind = Kind("choices", condition, "roles")
