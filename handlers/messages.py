"""What reaches us from any channel and what we send back: the neutral core that every adapter translates to."""

from __future__ import annotations

from datetime import datetime

import msgspec


class Attachment(msgspec.Struct, frozen=True, omit_defaults=True):
    """A picture or file that the channel holds for us; `ref` is the channel's own handle."""

    ref: str
    mime: str = ""
    size: int = 0
    """Bytes as far as the channel tells, else 0."""


class Location(msgspec.Struct, frozen=True):
    """A point that the person shared, in degrees (WGS 84)."""

    latitude: float
    longitude: float


class Incoming(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message of a person on a channel.

    `message_id` is the channel's id of the update: the same id is the same message, however often it is delivered.
    Ids are strings on every channel.
    """

    channel: str
    chat: str
    message_id: str
    sent_at: datetime
    text: str = ""
    choice: str = ""
    """Id of the choice whose button was pressed; empty for typed text."""
    pressed_message: str = ""
    """The channel's id of the message that carries the pressed button; lets a channel edit it in place."""
    photos: tuple[Attachment, ...] = ()
    location: Location | None = None
    contact_phone: str = ""
    unsupported: str = ""
    """Kind of content that cannot be read here: `sticker`, `voice`, `video`, `file`, …"""
    language: str = ""
    """Language tag that the channel reports for the person, if any."""


class Choice(msgspec.Struct, frozen=True):
    """Something the person can choose by button, by typing its number, or by typing its label.

    `id` names what happens and carries its own context (`part:health-insurance:papers`), so that a button from last
    year still says what it meant. At most 64 ASCII bytes, the smallest limit of any channel.
    """

    id: str
    label: str


class Reply(msgspec.Struct, frozen=True, omit_defaults=True):
    """One message to a person, before a channel's limits are applied."""

    text: str
    choices: tuple[Choice, ...] = ()
    controls: tuple[Choice, ...] = ()
    """Ways on that are always there (back, skip, menu): buttons where there are some, else words to type. They have no
    numbers, so that a number typed in answer to a question stays a number."""
    picture: str = ""
    """Storage key of a picture, if one goes along."""
    document: str = ""
    """Storage key of a file, if one goes along."""
    edit_of: str = ""
    """The channel's id of the message to edit in place where the channel can; else it is sent as a new message."""
    in_words: str = ""
    """Rendered for a channel that may refuse them: the choices and controls as lines to stand below the text."""


class Capabilities(msgspec.Struct, frozen=True):
    """What a channel can do. The floor is plain text of 2,000 characters."""

    text_limit: int = 2000
    """Characters of one message, in UTF-16 code units."""
    buttons: int = 0
    """Most buttons on one message; 0 means choices are written as a numbered list."""
    button_label_limit: int = 0
    list_rows: int = 0
    """Most choices shown as rows of a list, which are pressed like buttons, where there are too many for buttons alone;
    the controls are its buttons then. 0: no lists."""
    may_refuse: bool = False
    """Buttons or lists may be refused: a message brings its choices in words along."""
    edit: bool = False
    pictures_in: bool = False
    pictures_out: bool = False
    files_out: bool = False
