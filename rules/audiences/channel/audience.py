"""Whoever writes through one of some channels."""

from __future__ import annotations

from rules.audiences.condition import Condition, OneOf
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """The chat is one of these channels'."""
    return OneOf("channel", values)


kind = Kind("choices", condition, "channels")
