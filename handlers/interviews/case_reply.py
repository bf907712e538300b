"""An officer answers a case, writes a note in it or passes it on from the chat: one text, then a clear yes.

`known` is {"id", "verb", "seen", "submission"} and for passing on {"office", "level"}. The text is sealed at once.
"""

from __future__ import annotations

from typing import Final

from handlers.actions import inbox
from handlers.actions.inbox_replies import Answer, reply
from handlers.cases import saying
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.sealing import opened, seal_told, told
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood
from handlers.messages import Choice, Reply
from handlers.turn import Replies, Turn
from storage import cases

KIND: Final = "case_reply"


class CaseReply:
    """The interview."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("inbox.reply_title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        return None if "text" in answers else "text"

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        return Ask(turn.say(f"inbox.ask_{answers['verb']}", receipt=cases.receipt(int(answers["id"]))))

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        text = said.strip()
        if not text:
            return NotUnderstood(turn.say("inbox.error_empty"))
        if len(text) > inbox.LONGEST:
            return NotUnderstood(turn.say("inbox.error_long", most=inbox.LONGEST))
        return Understood({"text": seal_told(turn.knowledge.keys, text)})

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        text = told(turn.knowledge.keys, answers.get("text"))
        return [Line("text", turn.say(f"inbox.line_{answers['verb']}"), saying.shortened(text, 600))]

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        case_id, verb = int(answers["id"]), str(answers["verb"])
        ways_on = (turn.choice(f"inbox:see:{case_id}", "inbox.back_to_case"), turn.choice("inbox", "inbox.list"))
        try:
            await _do(turn, answers, case_id, verb)
        except AnsweredFirstError as error:
            return [_answered_first(turn, answers, error, ways_on)]
        except CaseError as error:
            return [Reply(turn.say(error.key, **error.values), controls=ways_on)]
        return [Reply(turn.say(f"inbox.done_{verb}", receipt=cases.receipt(case_id)), controls=ways_on)]


async def _do(turn: Turn, answers: Answers, case_id: int, verb: str) -> None:
    connection, actor = await turn.work.connection(), await turn.actor()
    text, submission = told(turn.knowledge.keys, answers.get("text")), str(answers["submission"])
    if verb == "note":
        await inbox.note(connection, actor, turn.knowledge, case_id, text, submission, turn.now)
    elif verb == "move":
        office, level = str(answers["office"]), str(answers["level"])
        await inbox.move(connection, actor, turn.knowledge, case_id, office, level, text, turn.now)
    else:
        answer = Answer(text, int(answers["seen"]), submission)
        await reply(connection, actor, turn.knowledge, case_id, answer, turn.now)


def _answered_first(turn: Turn, answers: Answers, error: AnsweredFirstError, ways_on: tuple[Choice, ...]) -> Reply:
    """What the colleague wrote; the own text stays, and goes out when confirmed once more."""
    running = turn.conversation.interview
    last = error.replies[-1]
    if running is not None:
        running.answers["seen"] = last.id
    text = opened(turn.knowledge.keys, last.case_id, last.text)
    said = turn.say("inbox.answered_first", name=last.name, text=saying.shortened(text, 400))
    again = turn.choice("iv:confirm", "inbox.send_anyway")
    return Reply(said, (again, *ways_on))


interview: Final = CaseReply()
