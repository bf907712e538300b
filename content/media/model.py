"""What comes out of a check, and why a file is refused."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture drawn anew: nothing of the file that was sent is in it but what it shows."""

    mime: str
    data: bytes
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Document:
    """A document to be handed out as it is, under a name of ours."""

    mime: str
    ending: str
    data: bytes


class MediaError(Exception):
    """A file that is not taken; `reason` is the end of the phrase `media.error.<reason>`, `values` fill it in."""

    def __init__(self, reason: str, **values: object) -> None:
        super().__init__(reason)
        self.reason: Final = reason
        self.values: Final = values

    @property
    def key(self) -> str:
        return f"media.error.{self.reason}"
