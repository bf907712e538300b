"""The texts that people agree to: which version is asked now, and the words it is made of."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Final

import msgspec

from content.files import FOLDER, read_as

FILE: Final = FOLDER / "consents.yaml"


class Consent(msgspec.Struct, frozen=True):
    """What is agreed to. `mark` is of the Vietnamese words of its phrases: other words are another version."""

    id: str
    version: str
    phrases: tuple[str, ...]
    mark: str


@cache
def consents() -> dict[str, Consent]:
    """The consents by id."""
    return {each.id: each for each in load()}


def load(file: Path = FILE) -> tuple[Consent, ...]:
    """Read the file."""
    return read_as(file, tuple[Consent, ...])


def mark_of(consent: Consent, phrases: Mapping[str, str]) -> str:
    """The mark that its words have now."""
    words = "\n".join(phrases[key] for key in consent.phrases)
    return hashlib.sha256(words.encode()).hexdigest()[:16]
