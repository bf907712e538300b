"""Saved replies: the placeholders in them, and filling them in for a case."""

from __future__ import annotations

from collections.abc import Mapping
from string import Formatter
from typing import Any, Final

PLACEHOLDERS: Final = ("so", "nguoi", "viec", "noi", "can_bo", "co_quan")
"""Number of the case, what the person is called, the subject, the commune, the officer, the office."""


class SavedError(Exception):
    """A saved reply that cannot be kept; `key` is the phrase that says why, with its values."""

    def __init__(self, key: str, **values: Any) -> None:
        super().__init__(key)
        self.key: Final = key
        self.values: Final[Mapping[str, Any]] = values


def checked(text: str) -> set[str]:
    """The placeholders of a text.

    Raises:
        SavedError: a brace that stands alone, or a placeholder that is none of ours.
    """
    try:
        parts = list(Formatter().parse(text))
    except ValueError:
        raise SavedError("inbox.saved_braces") from None
    found = set()
    for _, name, spec, conversion in parts:
        if name is None:
            continue
        if name not in PLACEHOLDERS or spec or conversion:
            raise SavedError("inbox.saved_placeholder", name=f"{{{name}}}", known=", ".join(map(_braced, PLACEHOLDERS)))
        found.add(name)
    return found


def filled(text: str, values: Mapping[str, str]) -> str:
    """The text for a case; what is not known of it stays a placeholder, to be seen and mended before sending."""
    for name in PLACEHOLDERS:
        if values.get(name):
            text = text.replace(_braced(name), values[name])
    return text


def _braced(name: str) -> str:
    return f"{{{name}}}"
