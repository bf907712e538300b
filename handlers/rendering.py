"""Fits a reply to what a channel can do: length, buttons, edits. One result is one message of the platform."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

import msgspec

from handlers.messages import Capabilities, Choice, Reply

# Where a long text may be cut, best first: between paragraphs, lines, sentences, words.
_CUTS: Final = (re.compile(r"\n\s*\n"), re.compile(r"\n"), re.compile(r"(?<=[.!?…;:])\s+"), re.compile(r"\s+"))


@dataclass(frozen=True, slots=True)
class Hints:
    """The sentences that stand where a channel has no buttons."""

    choose: str
    """Above the numbered choices."""
    control: str
    """Before the words of the controls."""


def render(reply: Reply, capabilities: Capabilities, hints: Hints) -> list[Reply]:
    """The messages that carry the reply; choices and controls go with the last one.

    Where the channel has no buttons, or not enough of them, the choices become a list that is pressed, if it has such
    lists and they have room, and else a numbered list, with the controls as a line of words. The numbers are those that
    a person may type on every channel.
    """
    choices: tuple[Choice, ...] = (*reply.choices, *reply.controls)
    controls: tuple[Choice, ...] = ()
    as_buttons = len(choices) <= capabilities.buttons
    if not as_buttons and _fits_list(reply, capabilities):
        as_buttons, choices, controls = True, reply.choices, reply.controls
    words = _in_words(reply, hints)
    text = reply.text if as_buttons or not words else f"{reply.text}\n\n{words}"
    pieces = split(text, capabilities.text_limit)
    edit_of = reply.edit_of if capabilities.edit and len(pieces) == 1 else ""
    messages = [Reply(piece) for piece in pieces]
    messages[-1] = Reply(
        pieces[-1],
        choices=_shortened(choices, capabilities) if as_buttons else (),
        controls=_shortened(controls, capabilities) if as_buttons else (),
        picture=reply.picture if capabilities.pictures_out else "",
        document=reply.document if capabilities.files_out else "",
        edit_of=edit_of,
        in_words=words if as_buttons and capabilities.may_refuse else "",
    )
    return messages


def _fits_list(reply: Reply, capabilities: Capabilities) -> bool:
    rows, buttons = len(reply.choices), len(reply.controls)
    return 0 < rows <= capabilities.list_rows and 0 < buttons <= capabilities.buttons


def _in_words(reply: Reply, hints: Hints) -> str:
    parts = [f"{hints.choose}\n{_numbered(reply.choices)}"] if reply.choices else []
    if reply.controls:
        parts.append(f"{hints.control} {' · '.join(control.label for control in reply.controls)}")
    return "\n\n".join(parts)


def split(text: str, limit: int) -> list[str]:
    """Cut a text into pieces of at most `limit` UTF-16 code units, at the best place in each piece's second half."""
    pieces = []
    rest = text.strip()
    while _units(rest) > limit:
        window = _head(rest, limit)
        at = _cut(window)
        pieces.append(rest[:at].rstrip())
        rest = rest[at:].lstrip()
    return [*pieces, rest]


def _cut(window: str) -> int:
    for pattern in _CUTS:
        ends = [match.end() for match in pattern.finditer(window) if match.start() >= len(window) // 2]
        if ends:
            return ends[-1]
    return len(window)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _head(text: str, units: int) -> str:
    return text.encode("utf-16-le")[: units * 2].decode("utf-16-le", errors="ignore")


def _numbered(choices: tuple[Choice, ...]) -> str:
    return "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(choices, start=1))


def _shortened(choices: tuple[Choice, ...], capabilities: Capabilities) -> tuple[Choice, ...]:
    limit = capabilities.button_label_limit
    return tuple(
        choice
        if not limit or len(choice.label) <= limit
        else msgspec.structs.replace(choice, label=choice.label[: limit - 1].rstrip() + "…")
        for choice in choices
    )
