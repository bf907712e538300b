"""The topics of announcements: which there are, and which are sent to whoever has chosen nothing."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from content.errors import ContentError
from content.files import FOLDER, read_as

FILE: Final = FOLDER / "topics.yaml"


class Topic(msgspec.Struct, frozen=True):
    """A topic. `urgent` ones may be sent in quiet hours."""

    id: str
    default: bool
    urgent: bool = False


@cache
def topics() -> dict[str, Topic]:
    """The topics by id, in the order in which they are offered."""
    return load()


def load(file: Path = FILE) -> dict[str, Topic]:
    """Read the topics.

    Raises:
        ContentError: a topic stands twice.
    """
    found = read_as(file, tuple[Topic, ...])
    by_id = {topic.id: topic for topic in found}
    if len(by_id) != len(found):
        raise ContentError("a topic stands twice", file=file)
    return by_id


def defaults() -> dict[str, bool]:
    """Whether a topic is sent to whoever has chosen nothing."""
    return {topic.id: topic.default for topic in topics().values()}
