"""Whoever reads one of some languages."""

from __future__ import annotations

from rules.audiences.condition import Condition, OneOf
from rules.audiences.model import Frame, Kind, Values


def condition(values: Values, frame: Frame) -> Condition:
    """The language of the chat is one of these."""
    return OneOf("language", values)


kind = Kind("choices", condition, "languages")
