"""The demo's news and dialogues of a locality: invented, marked as such, and counted from the day of loading."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from content.files import read_as
from content.localities import FOLDER


class DemoConsent(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The consent of an invented person."""

    who: str
    how: str
    witness: str = ""


class DemoPicture(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A picture that is drawn when the demo is loaded."""

    scene: Literal["chickens", "house"]
    alt: str


class DemoItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A published item."""

    kind: Literal["news", "story"]
    topic: str
    area: str
    days: int
    title: str
    summary: str
    body: str
    title_en: str = ""
    summary_en: str = ""
    body_en: str = ""
    source: str = ""
    consent: DemoConsent | None = None
    picture: DemoPicture | None = None


class DemoAnswer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A question that was answered."""

    question: str
    answer: str


class DemoDialogue(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A dialogue: announced, or with answers one that is over."""

    area: str
    starts: int
    until: int
    title: str
    place: str
    about: str
    answers: tuple[DemoAnswer, ...] = ()


class DemoNews(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`demo/news.yaml` of a locality."""

    news: tuple[DemoItem, ...]
    dialogues: tuple[DemoDialogue, ...]


def load(slug: str, folder: Path = FOLDER) -> DemoNews | None:
    """The demo's news of a locality, None where it has none.

    Raises:
        ContentError: the file does not fit.
    """
    file = folder / slug / "demo" / "news.yaml"
    return read_as(file, DemoNews) if file.is_file() else None
