"""The terminal as a channel: plain text without buttons, for trying the bot and for scripts."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from bot.channels import Delivery, Sent
from handlers.messages import Capabilities, Reply


class TerminalChannel:
    """Prints. Exactly the floor that every channel stands on: no buttons, no pictures."""

    name: Final = "terminal"
    mailbox: Final = False
    capabilities: Final = Capabilities()

    def __init__(self, write: Callable[[str], None]) -> None:
        self._write: Final = write

    async def send(self, chat: str, reply: Reply) -> Delivery:
        self._write(reply.text)
        return Sent()

    async def close(self) -> None:
        """Nothing is held."""
