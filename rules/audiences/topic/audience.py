"""Whoever wants at least one of some topics."""

from __future__ import annotations

from rules.audiences.condition import Condition, Either, Never, OneOf, Some
from rules.audiences.model import Frame, Kind, Values


def wanted(topic: str, frame: Frame) -> Condition:
    """The person's own choice, and the topic's default where there is none."""
    chosen = Some("topics", (OneOf("topic", (topic,)), OneOf("wanted", (True,))))
    if not frame.topics.get(topic, False):
        return chosen
    return Either((chosen, Never(Some("topics", (OneOf("topic", (topic,)),)))))


def condition(values: Values, frame: Frame) -> Condition:
    """One of the topics is wanted."""
    return Either(tuple(wanted(topic, frame) for topic in values))


kind = Kind("choices", condition, "topics")
