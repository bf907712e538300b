"""Whoever lives or serves in one of some subtrees."""

from __future__ import annotations

from rules.audiences.condition import Below, Condition, Either, Some
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """A place of the person lies in one of the areas; an area that no longer exists holds nobody."""
    return Either(tuple(Some("places", (Below("path", frame.places[key]),)) for key in values if key in frame.places))


kind = Kind("places", condition)
