"""Which household: for a one-time code to be handed to it, or for passing its notices on to people who cannot write.

`known` is {"purpose": "code" or "behalf"}. `look_up` puts the households of the own area that a typed name may mean.
"""

from __future__ import annotations

from typing import Any, Final

from content.reading.yes_no import read_yes_no
from handlers import codes
from handlers.actions.linked import SPOKEN, LinkError, give_code, link_on_behalf
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice, Reply
from handlers.reporting.candidates import candidates
from handlers.reporting.frame import frame_of
from handlers.turn import Replies, Turn

KIND: Final = "home_code"
CODE: Final = "code"
BEHALF: Final = "behalf"
_YES: Final = "yes"
_NO: Final = "no"


async def look_up(turn: Turn, text: str) -> None:
    """Before a typed name is read: which households it may mean."""
    running = turn.conversation.interview
    if running is None or running.kind != KIND or running.current != "home":
        return
    frame = frame_of(turn.knowledge.locality, turn.words)
    connection, actor = await turn.work.connection(), await turn.actor()
    found, more = await candidates(connection, actor, frame, text, members=False)
    running.answers["found"] = [[str(home["id"]), label] for _, label, home, *_ in found if home["state"] == "active"]
    running.answers["more"] = more


class HomeCode:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("linked.for_whom")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        if "home" not in answers:
            return "home"
        return "consent" if answers["purpose"] == BEHALF and "consent" not in answers else None

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "home":
            options = tuple(Choice(key, label) for key, label in answers.get("found", ()))
            return Ask(turn.say(f"linked.which_home.{answers['purpose']}"), options)
        text = turn.say(f"linked.consent.{SPOKEN}", home=answers["label"])
        options = (turn.choice(_YES, "linked.heard_yes"), turn.choice(_NO, "linked.heard_no"))
        return Ask(turn.say("linked.read_aloud", text=text), options)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "consent":
            if chosen and said in (_YES, _NO):
                return Understood({"consent": said})
            answer = read_yes_no(said)
            if answer is None or answer.value == "dont_know":
                return NotUnderstood(turn.say("linked.consent_unclear"))
            return Understood({"consent": answer.value})
        found = answers.get("found", [])
        picked = next((each for each in found if chosen and each[0] == said), found[0] if len(found) == 1 else None)
        if picked is None:
            if not found:
                return NotUnderstood(turn.say("reports.nobody", said=said[:40]))
            return NotUnderstood(turn.say("reports.too_many" if answers.get("more") else "reports.several"))
        return Understood({"home": int(picked[0]), "label": picked[1], "found": []})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        connection, actor = await turn.work.connection(), await turn.actor()
        try:
            if answers["purpose"] == CODE:
                text = await self._code(turn, answers)
            elif answers["consent"] != _YES:
                text = turn.say("linked.not_linked")
            else:
                await link_on_behalf(connection, actor, answers["home"], turn.now)
                text = turn.say("linked.done_behalf", home=answers["label"])
        except LinkError as error:
            text = turn.say(f"linked.error.{error.reason}")
        again = turn.choice(f"homecode:{answers['purpose']}", "linked.another_home")
        return [Reply(text, controls=(again, turn.choice("menu", "choice.menu")))]

    async def _code(self, turn: Turn, answers: Answers) -> str:
        given = await give_code(
            await turn.work.connection(), await turn.actor(), turn.knowledge.keys, answers["home"], turn.seed, turn.now
        )
        return turn.say(
            "linked.code_given",
            home=answers["label"],
            code=codes.shown(given.code),
            until=turn.words.date(given.expires_at.date()),
        )


def known_at_the_start(purpose: str) -> dict[str, Any]:
    """The answers to begin with."""
    return {"purpose": purpose}


interview: Final = HomeCode()
