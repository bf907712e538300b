"""The one interview engine: eligibility checks, household reports and composing are all this.

A kind of interview says which field comes next, how to ask it and how to read an answer; the engine does everything
that a person expects of being asked: going back, skipping, stopping and taking it up again next week, correcting one
answer at the end, confirming. The state is in the conversation, so it survives a lost line and a restart.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Protocol

from content.text import plain
from handlers.conversation import Running
from handlers.messages import Choice, Reply
from handlers.turn import Replies, Turn

Answers = Mapping[str, Any]
"""What has been answered, by field; every value is plain data that JSON can hold."""

# Choice ids of the engine, all below one word.
ANSWER: Final = "iv:a:"
BACK: Final = "iv:back"
SKIP: Final = "iv:skip"
ASIDE: Final = "iv:aside"
CANCEL: Final = "iv:cancel"
RESUME: Final = "iv:resume:"
CONFIRM: Final = "iv:confirm"
CORRECT: Final = "iv:correct"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question in the person's words. The ids of `options` are what `read` gets when one is chosen."""

    text: str
    options: tuple[Choice, ...] = ()
    skippable: bool = False


@dataclass(frozen=True, slots=True)
class Understood:
    """Answers read from what was said, by field: usually one, sometimes several at once. `echo` says them back."""

    answers: dict[str, Any]
    echo: str = ""


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """What was understood, what is needed, an example."""

    text: str


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the summary: a field that can be corrected, what it is called, and what was answered."""

    field: str
    label: str
    value: str


class Interview(Protocol):
    """A kind of interview. It keeps no state of its own."""

    @property
    def kind(self) -> str:
        """Its name in stored conversations."""
        ...

    @property
    def confirms(self) -> bool:
        """Whether a summary is confirmed before `finish`; without it the interview ends by itself."""
        ...

    def title(self, turn: Turn) -> str: ...

    def next(self, turn: Turn, answers: Answers, skipped: frozenset[str]) -> str | None:
        """The field to ask now, or None when nothing is left."""
        ...

    def ask(self, turn: Turn, answers: Answers, field: str) -> Ask: ...

    def read(self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool) -> Understood | NotUnderstood:
        """Read an answer: the id of an option (`chosen`) or what was typed."""
        ...

    def summary(self, turn: Turn, answers: Answers) -> list[Line]: ...

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        """Do what the interview is for. What it returns is all that the person sees."""
        ...


def start(turn: Turn, interview: Interview, answers: Answers | None = None, opening: str = "") -> Replies:
    """Begin, with whatever is known already; an interview of another kind that was going on is put aside."""
    _put_aside(turn)
    turn.conversation.interview = Running(interview.kind, answers=dict(answers or {}))
    return _go_on(turn, interview, opening)


def resume(turn: Turn, interview: Interview) -> Replies:
    """Take up an interview that was put aside."""
    conversation = turn.conversation
    saved = next((one for one in conversation.put_aside if one.kind == interview.kind), None)
    if saved is None:
        return []
    _put_aside(turn)
    conversation.put_aside = [one for one in conversation.put_aside if one.kind != interview.kind]
    conversation.interview = saved
    return _go_on(turn, interview, turn.say("interview.resumed", title=interview.title(turn)))


async def choose(turn: Turn, interview: Interview, choice_id: str) -> Replies:
    """A choice of the engine while this interview is going on."""
    running = _running(turn)
    if choice_id.startswith(ANSWER):
        return await _answered(turn, interview, choice_id.removeprefix(ANSWER), chosen=True)
    if choice_id == BACK:
        return _back(turn, interview)
    if choice_id == SKIP:
        return await _skip(turn, interview)
    if choice_id == ASIDE:
        _put_aside(turn)
        return [_put_aside_reply(turn, interview)]
    if choice_id == CANCEL:
        turn.conversation.interview = None
        return [Reply(turn.say("interview.cancelled"), controls=(turn.choice("menu", "choice.menu"),))]
    if choice_id == CONFIRM and not running.current:
        return await _finish(turn, interview)
    if choice_id == CORRECT:
        return [_which_to_correct(turn, interview)]
    if choice_id.startswith(f"{CORRECT}:"):
        return _correct(turn, interview, choice_id.removeprefix(f"{CORRECT}:"))
    return []


async def typed(turn: Turn, interview: Interview, text: str) -> Replies:
    """What was typed while this interview is going on. An empty list: it is no answer, somebody else may take it."""
    running = _running(turn)
    control = _CONTROLS.get(plain(text).strip(" .!"))
    if control is not None:
        return await choose(turn, interview, control)
    if not running.current:
        return []
    ask = interview.ask(turn, running.answers, running.current)
    said = plain(text).strip(" .!?")
    for option in ask.options:
        if said == plain(option.label).strip(" .!?"):
            return await _answered(turn, interview, option.id, chosen=True)
    return await _answered(turn, interview, text, chosen=False)


def ask_again(turn: Turn, interview: Interview, opening: str = "") -> Replies:
    """The present question once more: after an answer to something else in between."""
    return _go_on(turn, interview, opening)


# What people type for the ways on, without accents.
_CONTROLS: Final = {
    **dict.fromkeys(("quay lai", "lui", "lui lai", "sua cau truoc", "cau truoc", "back"), BACK),
    **dict.fromkeys(
        ("bo qua", "khong nho", "ko nho", "k nho", "khong biet", "ko biet", "k biet", "chiu", "khong ro", "skip"), SKIP
    ),
    **dict.fromkeys(("de sau", "dung lai", "tam dung", "thoi de sau", "luc khac", "dung", "thoi", "later"), ASIDE),
    **dict.fromkeys(("huy", "huy bo", "bo het", "khong lam nua", "cancel"), CANCEL),
    **dict.fromkeys(("sua", "sua lai", "chua dung", "sai", "sai roi", "correct"), CORRECT),
}


async def _answered(turn: Turn, interview: Interview, said: str, *, chosen: bool) -> Replies:
    running = _running(turn)
    field = running.current
    if not field:
        return []
    read = interview.read(turn, running.answers, field, said, chosen=chosen)
    if isinstance(read, NotUnderstood):
        return [] if not read.text else [_question(turn, interview, read.text)]
    running.answers.update(read.answers)
    running.skipped = [name for name in running.skipped if name not in read.answers]
    running.asked = [name for name in running.asked if name != field] + [field]
    running.correcting = False
    return await _go_on_or_finish(turn, interview, read.echo)


async def _skip(turn: Turn, interview: Interview) -> Replies:
    running = _running(turn)
    field = running.current
    if not field:
        return []
    if not interview.ask(turn, running.answers, field).skippable:
        return [_question(turn, interview, turn.say("interview.cannot_skip"))]
    running.answers.pop(field, None)
    running.skipped = [*running.skipped, field]
    running.asked = [*running.asked, field]
    running.correcting = False
    return await _go_on_or_finish(turn, interview, "")


def _back(turn: Turn, interview: Interview) -> Replies:
    running = _running(turn)
    if not running.asked:
        return [_question(turn, interview, turn.say("interview.at_the_beginning"))]
    field = running.asked.pop()
    running.answers.pop(field, None)
    running.skipped = [name for name in running.skipped if name != field]
    running.current = field
    return [_question(turn, interview, "")]


def _correct(turn: Turn, interview: Interview, field: str) -> Replies:
    running = _running(turn)
    if field not in {line.field for line in interview.summary(turn, running.answers)}:
        return []
    running.current = field
    running.correcting = True
    return [_question(turn, interview, "")]


def _go_on(turn: Turn, interview: Interview, opening: str) -> Replies:
    running = _running(turn)
    if not (running.correcting and running.current):
        running.current = interview.next(turn, running.answers, frozenset(running.skipped)) or ""
    if running.current:
        return [_question(turn, interview, opening)]
    return [_summary(turn, interview, opening)]


async def _go_on_or_finish(turn: Turn, interview: Interview, opening: str) -> Replies:
    replies = _go_on(turn, interview, opening)
    if _running(turn).current or interview.confirms:
        return replies
    return await _finish(turn, interview)


async def _finish(turn: Turn, interview: Interview) -> Replies:
    answers = dict(_running(turn).answers)
    replies = await interview.finish(turn, answers)
    running = turn.conversation.interview
    if running is not None and running.kind == interview.kind and running.answers == answers:
        turn.conversation.interview = None
    return replies


def _question(turn: Turn, interview: Interview, opening: str) -> Reply:
    running = _running(turn)
    ask = interview.ask(turn, running.answers, running.current)
    options = tuple(Choice(f"{ANSWER}{option.id}", option.label) for option in ask.options)
    controls = []
    if ask.skippable:
        controls.append(turn.choice(SKIP, "interview.skip"))
    if running.asked:
        controls.append(turn.choice(BACK, "interview.back"))
    controls.append(turn.choice(ASIDE, "interview.aside"))
    text = "\n\n".join(part for part in (opening, ask.text) if part)
    return Reply(text, options, controls=tuple(controls))


def _summary(turn: Turn, interview: Interview, opening: str) -> Reply:
    lines = [f"• {line.label}: {line.value}" for line in interview.summary(turn, _running(turn).answers)]
    text = "\n\n".join(part for part in (opening, turn.say("interview.summary"), "\n".join(lines)) if part)
    choices = (turn.choice(CONFIRM, "interview.confirm"), turn.choice(CORRECT, "interview.correct"))
    controls = (turn.choice(ASIDE, "interview.aside"), turn.choice(CANCEL, "interview.cancel"))
    return Reply(text, choices, controls=controls)


def _which_to_correct(turn: Turn, interview: Interview) -> Reply:
    lines = interview.summary(turn, _running(turn).answers)
    choices = tuple(Choice(f"{CORRECT}:{line.field}", f"{line.label}: {line.value}") for line in lines)
    return Reply(turn.say("interview.which_to_correct"), choices, controls=(turn.choice(ASIDE, "interview.aside"),))


def _put_aside(turn: Turn) -> None:
    conversation = turn.conversation
    running, conversation.interview = conversation.interview, None
    if running is not None and (running.answers or running.asked):
        conversation.put_aside = [*(one for one in conversation.put_aside if one.kind != running.kind), running]


def _put_aside_reply(turn: Turn, interview: Interview) -> Reply:
    again = turn.choice(f"{RESUME}{interview.kind}", "interview.resume")
    return Reply(turn.say("interview.put_aside"), (again,), controls=(turn.choice("menu", "choice.menu"),))


def _running(turn: Turn) -> Running:
    running = turn.conversation.interview
    if running is None:
        raise RuntimeError("no interview is going on")
    return running
