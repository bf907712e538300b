"""What is remembered of a chat between two turns. It is saved and read again at every turn."""

from __future__ import annotations

from typing import Any, Final

import msgspec

from handlers.messages import Choice


class Running(msgspec.Struct, omit_defaults=True):
    """An interview as far as it has come. It survives restarts and weeks of silence."""

    kind: str
    answers: dict[str, Any] = {}
    asked: list[str] = []
    """Fields in the order in which they were answered or skipped: the way back."""
    skipped: list[str] = []
    current: str = ""
    """The field being asked; empty while the summary is shown."""
    correcting: bool = False
    stays: bool = False
    """The result has been shown, and may still be corrected and asked about."""
    counted: str = ""
    """Where it is counted (`handlers.analytics.steps`): the day and area of its beginning, and the question."""


class Spoken(msgspec.Struct, omit_defaults=True):
    """A question of the last day as ciphertext, and the article that answered it."""

    at: int
    """Seconds since 1970."""
    text: str
    answer: str = ""


class Conversation(msgspec.Struct, omit_defaults=True):
    """The state of one chat. New fields need a default: older states are read with it."""

    language: str = ""
    topic: str = ""
    """Id of the article answered last; a follow-up keeps it."""
    offered: list[Choice] = []
    """The choices of the last reply that had any: a typed number or label means one of these."""
    controls: list[Choice] = []
    """The controls of the last reply that had any: a typed label means one of these."""
    interview: Running | None = None
    """The interview being held."""
    put_aside: list[Running] = []
    """Interviews that the person stopped and may take up again, one of a kind."""
    noticed: dict[str, Any] = {}
    """Facts heard in the last question, for the check that was offered with its answer."""
    commune: str = ""
    """Key of the area the person named, for pointing to the right office."""
    greeted: bool = False
    notices_stopped: bool = False
    """The person asked for no more notices and announcements."""
    account: int = 0
    """Account that this chat was linked to; only a sign that there is one, never a proof of who writes."""
    acting_role: int = 0
    """Id of the role that the person chose to act in; 0 is the first one."""
    answers: int = 0
    """Answers since the beginning, for asking only now and then whether one helped."""
    ticket: str = ""
    """What rates the last answer: given out with the question, gone with the next message."""
    misses: int = 0
    """Questions in a row that could not be answered."""
    recent: list[Spoken] = []
    """The last questions, for handing them to an officer if the person wants that."""
    case: int = 0
    """Id of the case that was handed over; how it stands is known by the case alone."""
    case_told: bool = False
    """It has been said that what is typed goes to the officer."""


EMPTY: Final = b"{}"
_DECODER: Final = msgspec.json.Decoder(Conversation)
_ENCODER: Final = msgspec.json.Encoder()


def decode(state: bytes) -> Conversation:
    """Read a stored state; fields of another version are passed over."""
    return _DECODER.decode(state)


def encode(conversation: Conversation) -> bytes:
    return _ENCODER.encode(conversation)
