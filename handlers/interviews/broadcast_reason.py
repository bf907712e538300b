"""Asking why an announcement is not approved: one field, then the author is told."""

from __future__ import annotations

from typing import Final

from handlers.actions import broadcasts as actions
from handlers.broadcasting.checking import BroadcastError
from handlers.broadcasting.office import office_of
from handlers.broadcasting.showing import failed, ways_on
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.turn import Replies, Turn

KIND: Final = "broadcast_reason"


class BroadcastReason:
    """The interview; what is known at the start is {"id", "version"}."""

    kind = KIND
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("broadcasts.do.refuse")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "reason" in answers else "reason"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say("broadcasts.ask.reason"))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        kept = said.strip()
        return Understood({"reason": kept}) if kept else NotUnderstood(turn.say("broadcasts.problem.no_reason"))

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        office = office_of(turn.knowledge, turn.now)
        connection, actor = await turn.work.connection(), await turn.actor()
        try:
            await actions.refuse(connection, actor, office, answers["id"], answers["version"], answers["reason"])
        except BroadcastError as error:
            return [failed(turn, error)]
        return [Reply(turn.say("broadcasts.did.refuse"), controls=ways_on(turn))]


interview: Final = BroadcastReason()
