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
AGAIN: Final = "iv:again"


@dataclass(frozen=True, slots=True)
class Ask:
    """A question in the person's words. The ids of `options` are what `read` gets when one is chosen; `controls` are
    ways on of this kind of interview, beside those of the engine.
    """

    text: str
    options: tuple[Choice, ...] = ()
    skippable: bool = False
    controls: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Understood:
    """Answers read from what was said, by field: usually one, sometimes several at once. `echo` says them back; `drop`
    names fields whose answers no longer hold because of it.
    """

    answers: dict[str, Any]
    echo: str = ""
    drop: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotUnderstood:
    """What was understood, what is needed, an example; `options` where two or three answers remain. Without a text it
    was no answer at all, and somebody else may take it.
    """

    text: str
    options: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class DontKnow:
    """The person does not know: as if the question were skipped."""


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the summary: a field that can be corrected, what it is called, and what was answered."""

    field: str
    label: str
    value: str
    private: bool = False
    """Shown in the summary alone: what is offered as a choice is remembered in the clear, and should be short."""


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

    def read(
        self, turn: Turn, answers: Answers, field: str, said: str, *, chosen: bool
    ) -> Understood | NotUnderstood | DontKnow:
        """Read an answer: the id of an option (`chosen`) or what was typed."""
        ...

    def summary(self, turn: Turn, answers: Answers) -> list[Line]: ...

    async def finish(self, turn: Turn, answers: Answers) -> Replies:
        """Do what the interview is for. What it returns is all that the person sees. It may set `stays` on the running
        interview: then its answers are kept and can still be corrected.
        """
        ...


async def start(turn: Turn, interview: Interview, answers: Answers | None = None, opening: str = "") -> Replies:
    """Begin, with whatever is known already; an interview of another kind that was going on is put aside."""
    _put_aside(turn)
    turn.conversation.interview = Running(interview.kind, answers=dict(answers or {}))
    turn.noted.append(("interview", interview.kind, "begun"))
    return await _go_on(turn, interview, opening)


async def resume(turn: Turn, interview: Interview) -> Replies:
    """Take up an interview that was put aside."""
    conversation = turn.conversation
    saved = next((one for one in conversation.put_aside if one.kind == interview.kind), None)
    if saved is None:
        return []
    _put_aside(turn)
    conversation.put_aside = [one for one in conversation.put_aside if one.kind != interview.kind]
    conversation.interview = saved
    turn.noted.append(("interview", interview.kind, "resumed"))
    return await _go_on(turn, interview, turn.say("interview.resumed", title=interview.title(turn)))


async def choose(turn: Turn, interview: Interview, choice_id: str) -> Replies:
    """A choice of the engine while this interview is going on."""
    running = _running(turn)
    if choice_id.startswith(ANSWER):
        return await _answered(turn, interview, choice_id.removeprefix(ANSWER), chosen=True)
    if choice_id == BACK:
        return await _back(turn, interview)
    if choice_id == SKIP:
        return await _skip(turn, interview)
    if choice_id == ASIDE:
        _put_aside(turn)
        return [_put_aside_reply(turn, interview)]
    if choice_id == CANCEL:
        turn.conversation.interview = None
        turn.noted.append(("interview", interview.kind, "dropped"))
        return [Reply(turn.say("interview.cancelled"), controls=(turn.choice("menu", "choice.menu"),))]
    if choice_id == CONFIRM and not running.current:
        return await _finish(turn, interview)
    if choice_id == AGAIN:
        return await _go_on(turn, interview, "")
    if choice_id == CORRECT:
        return [_which_to_correct(turn, interview)]
    if choice_id.startswith(f"{CORRECT}:"):
        return _correct(turn, interview, choice_id.removeprefix(f"{CORRECT}:"))
    return []


async def typed(turn: Turn, interview: Interview, text: str) -> Replies:
    """What was typed while this interview is going on. An empty list: it is no answer, somebody else may take it."""
    running = _running(turn)
    if not running.current and interview.confirms and _says_yes(text):
        return await _finish(turn, interview)
    wanted = control(text)
    if wanted is not None:
        return await choose(turn, interview, wanted)
    to_correct = _named_to_correct(turn, interview, text)
    if to_correct:
        return _correct(turn, interview, to_correct)
    if not running.current:
        return [_which_to_correct(turn, interview)] if plain(text).startswith(f"{_TO_CORRECT[1]} ") else []
    ask = interview.ask(turn, running.answers, running.current)
    said = plain(text).strip(" .!?")
    for option in ask.options:
        if said == plain(option.label).strip(" .!?"):
            return await _answered(turn, interview, option.id, chosen=True)
    return await _answered(turn, interview, text, chosen=False)


async def ask_again(turn: Turn, interview: Interview, opening: str = "") -> Replies:
    """The present question once more: after an answer to something else in between."""
    return await _go_on(turn, interview, opening)


def control(text: str) -> str | None:
    """The way on that was typed: "quay lại", "không nhớ", "để sau"."""
    return _CONTROLS.get(plain(text).strip(" .!"))


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
# What people type below a summary instead of choosing. "dung" without accents may be "dừng", so it is not among them.
_YES: Final = frozenset(
    ("dung roi", "dung roi gui", "dung roi gui di", "dung het roi", "gui", "gui di", "gui luon", "xong", "xong roi")
)
_TO_CORRECT: Final = ("sua lai", "sua", "doi lai", "doi", "correct", "change")


def _says_yes(text: str) -> bool:
    said = text.casefold().replace(",", " ").strip(" .!")
    return said == "đúng" or " ".join(plain(said).split()) in _YES


async def _answered(turn: Turn, interview: Interview, said: str, *, chosen: bool) -> Replies:
    running = _running(turn)
    field = running.current
    if not field:
        return []
    read = interview.read(turn, running.answers, field, said, chosen=chosen)
    if isinstance(read, DontKnow):
        return await _skip(turn, interview)
    if isinstance(read, NotUnderstood):
        return [] if not read.text else [_question(turn, interview, read.text, read.options)]
    for name in read.drop:
        running.answers.pop(name, None)
    running.answers.update(read.answers)
    running.skipped = [name for name in running.skipped if name not in read.answers]
    running.asked = [name for name in running.asked if name != field] + [field]
    running.correcting = False
    return await _go_on(turn, interview, read.echo)


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
    return await _go_on(turn, interview, "")


async def _back(turn: Turn, interview: Interview) -> Replies:
    running = _running(turn)
    if running.correcting:
        running.correcting = False
        return await _go_on(turn, interview, "")
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


def _named_to_correct(turn: Turn, interview: Interview, text: str) -> str:
    """The field of "sửa tuổi" or "sửa tuổi của bà": the line of the summary with the most of these words."""
    said = plain(text).strip(" .!")
    begun = next((word for word in _TO_CORRECT if said.startswith(f"{word} ")), None)
    if begun is None:
        return ""
    wanted = said.removeprefix(begun).replace(" cua ", " ").split()
    lines = [(line, plain(line.label).split()) for line in interview.summary(turn, _running(turn).answers)]
    fitting = [(line, words) for line, words in lines if all(word in words for word in wanted)]
    # The shortest label is the nearest: "tuổi" is the age, not the number of children of some age.
    return min(fitting, key=lambda pair: len(pair[1]))[0].field if fitting else ""


async def _go_on(turn: Turn, interview: Interview, opening: str) -> Replies:
    running = _running(turn)
    if not (running.correcting and running.current):
        running.current = interview.next(turn, running.answers, frozenset(running.skipped)) or ""
    if running.current:
        return [_question(turn, interview, opening)]
    if interview.confirms:
        return [_summary(turn, interview, opening)]
    replies = await _finish(turn, interview)
    return [Reply(opening), *replies] if opening else replies


async def _finish(turn: Turn, interview: Interview) -> Replies:
    answers = dict(_running(turn).answers)
    replies = await interview.finish(turn, answers)
    turn.noted.append(("interview", interview.kind, "finished"))
    running = turn.conversation.interview
    if running is not None and running.kind == interview.kind and running.answers == answers and not running.stays:
        turn.conversation.interview = None
    return replies


def _question(turn: Turn, interview: Interview, opening: str, remaining: tuple[Choice, ...] = ()) -> Reply:
    running = _running(turn)
    ask = interview.ask(turn, running.answers, running.current)
    options = tuple(Choice(f"{ANSWER}{option.id}", option.label) for option in remaining or ask.options)
    controls = list(ask.controls)
    if ask.skippable:
        controls.append(turn.choice(SKIP, "interview.skip"))
    if running.asked or running.correcting:
        controls.append(turn.choice(BACK, "interview.back"))
    controls.append(turn.choice(ASIDE, "interview.aside"))
    text = "\n\n".join(part for part in (opening, ask.text) if part)
    return Reply(text, options, controls=tuple(controls))


def _summary(turn: Turn, interview: Interview, opening: str) -> Reply:
    lines = [f"• {line.label}: {line.value}" for line in interview.summary(turn, _running(turn).answers)]
    text = "\n\n".join(part for part in (opening, turn.say("interview.summary"), "\n".join(lines)) if part)
    choices = (turn.choice(CONFIRM, _confirm_key(interview)), turn.choice(CORRECT, "interview.correct"))
    controls = (turn.choice(ASIDE, "interview.aside"), turn.choice(CANCEL, "interview.cancel"))
    return Reply(text, choices, controls=controls)


def _confirm_key(interview: Interview) -> str:
    """The phrase of the button that confirms: a kind of interview that sends nothing yet says so itself."""
    key: str = getattr(interview, "confirm_key", "interview.confirm")
    return key


def _which_to_correct(turn: Turn, interview: Interview) -> Reply:
    lines = interview.summary(turn, _running(turn).answers)
    choices = tuple(
        Choice(f"{CORRECT}:{line.field}", line.label if line.private else f"{line.label}: {line.value}")
        for line in lines
    )
    return Reply(turn.say("interview.which_to_correct"), choices, controls=(turn.choice(ASIDE, "interview.aside"),))


def _put_aside(turn: Turn) -> None:
    conversation = turn.conversation
    running, conversation.interview = conversation.interview, None
    if running is not None and (running.answers or running.asked):
        turn.noted.append(("interview", running.kind, "put_aside"))
        conversation.put_aside = [*(one for one in conversation.put_aside if one.kind != running.kind), running]


def _put_aside_reply(turn: Turn, interview: Interview) -> Reply:
    again = turn.choice(f"{RESUME}{interview.kind}", "interview.resume")
    return Reply(turn.say("interview.put_aside"), (again,), controls=(turn.choice("menu", "choice.menu"),))


def _running(turn: Turn) -> Running:
    running = turn.conversation.interview
    if running is None:
        raise RuntimeError("no interview is going on")
    return running
