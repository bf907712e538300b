"""A talk with the bot without a database: the conversation goes through its stored form between any two turns."""

from __future__ import annotations

from datetime import UTC, datetime

from handlers.conversation import Conversation, decode, encode
from handlers.eligibility import answers as fields
from handlers.messages import Capabilities, Incoming, Reply
from handlers.respond import Responder
from handlers.turn import Knowledge, Turn

NOON = datetime(2026, 11, 24, 5, tzinfo=UTC)


class Talk:
    """Says things and hears the answers."""

    def __init__(
        self, knowledge: Knowledge, *, responder: Responder | None = None, capabilities: Capabilities | None = None
    ) -> None:
        self.knowledge = knowledge
        self.conversation = Conversation()
        self.at = NOON
        self.replies: list[Reply] = []
        self._responder = responder or Responder()
        self._capabilities = capabilities or Capabilities()
        self._number = 0

    async def say(self, *texts: str) -> str:
        """Type one text after the other; what was answered to the last one."""
        for text in texts:
            await self._take(text=text)
        return self.text

    async def press(self, choice: str) -> str:
        """Press the button with this id, also one of an old message."""
        await self._take(choice=choice)
        return self.text

    @property
    def text(self) -> str:
        """Everything that was answered last."""
        return "\n\n".join(reply.text for reply in self.replies)

    @property
    def labels(self) -> list[str]:
        """The choices and controls that stand below the last answer."""
        last = self.replies[-1]
        return [choice.label for choice in (*last.choices, *last.controls)]

    def answer(self, field: str) -> object:
        """What is remembered of a field of the interview that is going on, also where it was told with others."""
        running = self.conversation.interview
        return None if running is None else {**fields.facts(running.answers), **running.answers}.get(field)

    async def _take(self, text: str = "", choice: str = "") -> None:
        self._number += 1
        incoming = Incoming("test", "talk", str(self._number), self.at, text=text, choice=choice)
        conversation = decode(encode(self.conversation))
        turn = Turn(incoming, conversation, self.knowledge, self.at, capabilities=self._capabilities)
        self.replies = await self._responder.respond(turn)
        self.conversation = turn.conversation
