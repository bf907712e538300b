"""Asking for the reason of a move, or for the answer to a question: one field, then the move is made."""

from __future__ import annotations

from typing import Final

from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.reporting.moving import made
from handlers.turn import Replies, Turn

KIND: Final = "report_reason"


class ReportReason:
    """The interview; `known` is {"id", "move", "version"}."""

    kind = KIND
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("reports.reason.title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "reason" in answers else "reason"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say(f"reports.reason.{answers['move']}"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if not said.strip():
            return NotUnderstood(turn.say("reports.text_empty"))
        return Understood({"reason": said.strip()})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        return await made(turn, answers["id"], answers["move"], answers["version"], answers["reason"])


interview: Final = ReportReason()
