"""An officer answers a case, writes a note in it or passes it on from the chat: one text, then a clear yes.

`known` is {"id", "verb", "seen", "submission"} and for passing on {"office", "level"}. An answer may begin with
{"template"}: a saved reply or an article, in which what is not known yet is asked for. The texts are sealed at once.
"""

from __future__ import annotations

from typing import Final

from handlers.actions import inbox, inbox_replies
from handlers.actions.inbox_replies import Answer, reply
from handlers.cases import reply_picture, saying
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.saved import PLACEHOLDERS, filled
from handlers.cases.sealing import opened, seal_told, told
from handlers.interview import Answers, Ask, DontKnow, Line, NotUnderstood, Understood, ask_again
from handlers.messages import Choice, Reply
from handlers.turn import Replies, Turn
from storage import cases

KIND: Final = "case_reply"
_FILL: Final = "fill_"
_LONGEST_FILL: Final = 200
_ALONE: Final = "alone"
_DROP: Final = "drop"
_FOR_GOOD: Final = ("inbox.error_deleted", "inbox.error_gone", "inbox.error_window_gone")
"""Trying again changes nothing."""


class CaseReply:
    """The interview."""

    kind = KIND
    confirms = True

    def title(self, turn: Turn) -> str:
        return turn.say("inbox.reply_title")

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        if "text" in answers:
            return None
        if "template" not in answers:
            return "text"
        text = _text(turn, answers)
        return next((f"{_FILL}{name}" for name in PLACEHOLDERS if f"{{{name}}}" in text), None)

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask:
        if field.startswith(_FILL):
            text = saying.shortened(_text(turn, answers), 600)
            what = turn.say(f"inbox.fill.{field.removeprefix(_FILL)}")
            return Ask(turn.say("inbox.ask_fill", text=text, what=what))
        if field == "file":
            return Ask(turn.say("inbox.ask_picture"), (turn.choice(_DROP, "inbox.drop_picture"),))
        alone = (turn.choice(_ALONE, "inbox.picture_alone"),) if answers.get("file") else ()
        said = turn.say(f"inbox.ask_{answers['verb']}", receipt=cases.receipt(int(answers["id"])))
        if answers["verb"] == "reply" and turn.capabilities.pictures_in:
            said = f"{said}\n{turn.say('inbox.ask_reply_picture')}"
        return Ask(said, alone)

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        text = said.strip()
        if field == "file":
            # Only a picture takes the place of the picture; what was to go without a word needs one then.
            if not (chosen and said == _DROP):
                return NotUnderstood(turn.say("inbox.picture_or_none"))
            return Understood({}, drop=("file",) if _text(turn, answers) else ("file", "text"))
        if field == "text" and chosen and said == _ALONE:
            return Understood({"text": ""}, drop=_begun(answers))
        if not text:
            return NotUnderstood(turn.say("inbox.error_empty"))
        if answers["verb"] == "reply" and ("{" in text or "}" in text):
            return NotUnderstood(turn.say("inbox.error_placeholder"))
        most = _LONGEST_FILL if field.startswith(_FILL) else inbox.LONGEST
        if len(text) > most:
            return NotUnderstood(turn.say("inbox.error_long", most=most))
        drop = _begun(answers) if field == "text" else ()
        return Understood({field: seal_told(turn.knowledge.keys, text)}, drop=drop)

    def summary(self, turn: Turn, answers: Answers) -> list[Line]:
        text = _text(turn, answers)
        if "template" not in answers:
            text = saying.shortened(text, 600)  # whoever typed it knows it
        label = turn.say(f"inbox.line_{answers['verb']}")
        lines = [Line("text", label, text or turn.say("inbox.without_words"), private=True)]
        if answers.get("file"):
            lines.append(Line("file", turn.say("inbox.line_picture"), turn.say("inbox.one_picture")))
        return lines

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        case_id, verb = int(answers["id"]), str(answers["verb"])
        ways_on = (turn.choice(f"inbox:see:{case_id}", "inbox.back_to_case"), turn.choice("inbox", "inbox.list"))
        unready = await reply_picture.unready(turn)
        if unready:
            running = turn.conversation.interview
            if running is not None and "file" not in running.answers and not _text(turn, answers):
                del running.answers["text"]  # the picture alone was the answer
            return await ask_again(turn, self, unready)
        try:
            await _do(turn, answers, case_id, verb)
        except AnsweredFirstError as error:
            return [_answered_first(turn, answers, error, ways_on)]
        except CaseError as error:
            return [_refused(turn, error, ways_on)]
        return [Reply(turn.say(f"inbox.done_{verb}", receipt=cases.receipt(case_id)), controls=ways_on)]


def _text(turn: Turn, answers: Answers) -> str:
    """What would be sent: what was typed, or what it began with, as far as it is filled in."""
    keys = turn.knowledge.keys
    if "text" in answers:
        return told(keys, answers["text"])
    given = {name: told(keys, answers.get(f"{_FILL}{name}")) for name in PLACEHOLDERS}
    return filled(told(keys, answers.get("template")), given)


def _begun(answers: Answers) -> tuple[str, ...]:
    """The fields of a beginning, which a text of one's own replaces."""
    return tuple(name for name in answers if name == "template" or name.startswith(_FILL))


async def _do(turn: Turn, answers: Answers, case_id: int, verb: str) -> None:
    connection, actor = await turn.work.connection(), await turn.actor()
    text, submission = _text(turn, answers), str(answers["submission"])
    if verb == "note":
        await inbox.note(connection, actor, turn.knowledge, case_id, text, submission, turn.now)
    elif verb == "move":
        office, level = str(answers["office"]), str(answers["level"])
        await inbox.move(connection, actor, turn.knowledge, case_id, office, level, text, turn.now)
    else:
        file = await inbox_replies.draft(connection, actor, turn.knowledge, str(answers.get("file", "")), turn.now)
        key = turn.new_key() if file is not None else ""
        answer = Answer(text, int(answers["seen"]), submission, file, key)
        await reply(connection, actor, turn.knowledge, case_id, answer, turn.now)


def _refused(turn: Turn, error: CaseError, ways_on: tuple[Choice, ...]) -> Reply:
    """Why it did not go out; what was written stays, unless there is nobody to write to any more."""
    running = turn.conversation.interview
    choices: tuple[Choice, ...] = ()
    if running is not None and error.key not in _FOR_GOOD:
        running.answers["tries"] = int(running.answers.get("tries", 0)) + 1
        choices = (turn.choice("iv:confirm", "inbox.send_again"), turn.choice("iv:correct", "interview.correct"))
    return Reply(turn.say(error.key, **error.values), choices, controls=ways_on)


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
