"""Linking one's household: which household, the one-time code for it, and the consent, read and answered.

`look_up` tries a code before it is read; of a code that fits, only its number is kept. What a wrong answer is like
tells nobody whether there is such a household.
"""

from __future__ import annotations

from typing import Any, Final

from content.reading.yes_no import read_yes_no
from handlers import codes
from handlers.actions.consents import agreed
from handlers.actions.linked import CONSENT, LinkError, attach, try_code
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage import people

KIND: Final = "link_home"
_YES: Final = "yes"
_NO: Final = "no"
_LONGEST: Final = 100


async def look_up(turn: Turn, text: str) -> None:
    """Before what was typed is read: does the code fit the household that was said."""
    running = turn.conversation.interview
    if running is None or running.kind != KIND or running.current not in ("said", "code"):
        return
    answers = running.answers
    answers.pop("refused", None)
    if running.current == "said":
        code, said = str(answers.get("code", "")), text
    else:
        written = codes.read(text)
        code, said = written.code if written is not None else "", str(answers.get("said", ""))
    if not code or not said.strip():
        return
    connection = await turn.work.connection()
    try:
        found, head = await try_code(connection, turn.knowledge.keys, turn.key, code, said[:_LONGEST], turn.now)
    except LinkError as error:
        answers["refused"] = error.reason
        return
    answers["found"] = {"code": found.id, "home": head.id, "label": f"{head.code}, {head.name}".rstrip(", ")}


class LinkHome:
    """The interview; see `handlers.interview.Interview`."""

    kind = KIND
    confirms = False

    def title(self, turn: Turn) -> str:
        return turn.say("linked.home")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        if "found" not in answers:
            return "said" if "said" not in answers else "code"
        return None if "consent" in answers else "consent"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field == "said":
            return Ask(turn.say("linked.ask_home"))
        if field == "code":
            head = turn.words.translate(turn.knowledge.locality.commune_words.village_head)
            return Ask(turn.say("linked.ask_code", village_head=head))
        text = turn.say(f"linked.consent.{CONSENT}", home=answers["found"]["label"])
        return Ask(text, (turn.choice(_YES, "linked.yes"), turn.choice(_NO, "linked.no")))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        if field == "consent":
            return _read_consent(turn, said, chosen=chosen)
        if "refused" in answers:
            reason = str(answers["refused"])
            return NotUnderstood(turn.say(f"linked.error.{reason}"))
        if field == "said":
            if not any(char.isalnum() for char in said):
                return NotUnderstood(turn.say("linked.home_unclear"))
            return Understood({"said": said[:_LONGEST]}, drop=("code",))
        if "found" not in answers:
            return NotUnderstood(turn.say("linked.code_unclear"))
        return Understood({"code": ""})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        return []

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        menu = turn.choice("menu", "choice.menu")
        if answers["consent"] != _YES:
            return [Reply(turn.say("linked.not_linked"), controls=(menu,))]
        found: dict[str, Any] = answers["found"]
        connection = await turn.work.connection()
        try:
            account_id = await attach(
                connection, turn.key, await turn.actor(), found["code"], found["home"],
                stopped=turn.conversation.notices_stopped, now=turn.now,
            )  # fmt: skip
        except LinkError as error:
            again = turn.choice("home", "linked.home")
            return [Reply(turn.say(f"linked.error.{error.reason}"), controls=(again, menu))]
        await agreed(turn, "household")
        turn.conversation.account = account_id
        turn.conversation.notices_stopped = await people.notices_stopped(connection, account_id)
        turn.forget_actor()
        key = "linked.done_quiet" if turn.conversation.notices_stopped else "linked.done"
        ways = (turn.choice("home", "linked.home"), turn.choice("home:end", "linked.end"), menu)
        return [Reply(turn.say(key, home=found["label"]), controls=ways)]


def _read_consent(turn: Turn, said: str, *, chosen: bool) -> Understood | NotUnderstood:
    if chosen and said in (_YES, _NO):
        return Understood({"consent": said})
    answer = read_yes_no(said)
    if answer is None or answer.value == "dont_know":
        return NotUnderstood(turn.say("linked.consent_unclear"))
    return Understood({"consent": answer.value})


interview: Final = LinkHome()
