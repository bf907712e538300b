"""Handing a role over: the successor's name, then a one-time code; the role ends when the code is used.

Who may give the role makes the code. Who only holds it asks those who may: a role is not the holder's to give away.
`known` is {"role": id, "label": what it is called, "ask": whether somebody else has to make the code}.
"""

from __future__ import annotations

from typing import Final

from handlers import codes
from handlers.actions.handover_role import ask_for_handover, begin_handover
from handlers.actions.people import PeopleError, clean_name
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.turn import Replies, Turn

KIND: Final = "role_handover"


class RoleHandover:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("linked.handover")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "name" in answers else "name"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say("linked.handover_name", role=answers["label"]))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        try:
            return Understood({"name": clean_name(said)})
        except PeopleError:
            return NotUnderstood(turn.say("people.error.name"))

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return [
            Line("role", turn.say("people.role"), str(answers["label"])),
            Line("name", turn.say("linked.handover_to"), str(answers["name"])),
        ]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        connection, actor = await turn.work.connection(), await turn.actor()
        ways = (turn.choice("me", "people.who_am_i"), turn.choice("menu", "choice.menu"))
        name, label = str(answers["name"]), str(answers["label"])
        try:
            if answers["ask"]:
                asked = await ask_for_handover(
                    connection, actor, answers["role"], name, turn.words, label, turn.now, turn.today
                )  # fmt: skip
                key = "linked.handover_asked" if asked else "linked.handover_nobody"
                return [Reply(turn.say(key, name=name), controls=ways)]
            invited = await begin_handover(
                connection, actor, turn.knowledge.keys, answers["role"], name, seed=turn.seed, now=turn.now,
                today=turn.today,
            )  # fmt: skip
        except PeopleError as error:
            return [Reply(turn.say(f"people.error.{error.reason}"), controls=ways)]
        told = turn.say(
            "linked.handover_code",
            name=name,
            role=label,
            code=codes.shown(invited.code),
            until=turn.words.date(invited.expires_at.date()),
        )
        return [Reply(told, controls=ways)]


interview: Final = RoleHandover()
