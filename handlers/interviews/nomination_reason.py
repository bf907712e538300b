"""Asking for the reason of a move with a nomination, or for the answer to a question: one field, then the move."""

from __future__ import annotations

from typing import Final

from handlers.cases.sealing import seal_told, told
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.nominating.moving import made
from handlers.turn import Replies, Turn

KIND: Final = "nomination_reason"


class NominationReason:
    """The interview; `known` is {"id", "move", "version"}. What is typed may name somebody: it is sealed."""

    kind = KIND
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("nominations.reason.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "reason" in answers else "reason"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say(f"nominations.reason.{answers['move']}"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if not said.strip():
            return NotUnderstood(turn.say("reports.text_empty"))
        return Understood({"reason": seal_told(turn.knowledge.keys, said.strip())})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        reason = told(turn.knowledge.keys, answers["reason"])
        return await made(turn, answers["id"], answers["move"], answers["version"], reason)


interview: Final = NominationReason()
