"""Channels are adapters: a platform's update becomes an `Incoming`, a `Reply` becomes a platform call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from handlers.messages import Capabilities, Reply


@dataclass(frozen=True, slots=True)
class Sent:
    """The platform took it; `receipt` is its id of the message."""

    receipt: str = ""


@dataclass(frozen=True, slots=True)
class TryLater:
    """Not now: after so many seconds. `whole_channel` when the platform wants silence from all of us."""

    after_s: float
    reason: str
    whole_channel: bool = False


@dataclass(frozen=True, slots=True)
class Refused:
    """Never: the message or the chat is not accepted. `gone` when the person has blocked us or left."""

    reason: str
    gone: bool = False
    shut: str = ""
    """Nothing is wrong: this person cannot be written to here now, for this reason of `storage.expansion.REASONS`."""


Delivery = Sent | TryLater | Refused


class Channel(Protocol):
    """What the delivery worker needs of a channel."""

    @property
    def name(self) -> str:
        """The channel's name in every table: `web`, `telegram`, …"""
        ...

    @property
    def capabilities(self) -> Capabilities: ...

    @property
    def mailbox(self) -> bool:
        """True where a message is delivered by being written: its reader fetches it from the outbox."""
        ...

    async def send(self, chat: str, reply: Reply) -> Delivery:
        """Send one message that already fits the channel's limits. Never raises for what the platform answers."""
        ...

    async def close(self) -> None:
        """Give back connections; nothing is sent afterwards."""
        ...


class Announcements(Protocol):
    """Renders broadcasts: what they say is not in their rows."""

    async def messages(self, broadcast_id: int, language: str, channel: Channel) -> Sequence[Reply]:
        """The messages of one row; nothing where the broadcast is no longer there."""
        ...
