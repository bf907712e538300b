"""The result of a check as a reply, with everything that can be done with it."""

from __future__ import annotations

from handlers.eligibility import answers as fields
from handlers.eligibility.answers import Answers
from handlers.eligibility.report import STATUS, Report, report
from handlers.eligibility.telling import has_more, summary
from handlers.interview import AGAIN, CORRECT
from handlers.messages import Choice, Reply
from handlers.turn import Turn

RESULT = "elig:result"
_POOR = ("poor", "near_poor")


def result(turn: Turn, answers: Answers) -> Reply:
    """The summary."""
    found = report(turn, answers, turn.today)
    return beside(turn, answers, found, summary(turn, found), RESULT)


def beside(turn: Turn, answers: Answers, found: Report, text: str, now: str) -> Reply:
    """A text about the result, with the ways on from it except the one just taken."""
    choices = tuple(choice for choice in _choices(turn, answers, found) if choice.id != now)
    controls = tuple(choice for choice in _controls(turn, found) if choice.id != now)
    return Reply(text, choices, controls=controls)


def _choices(turn: Turn, answers: Answers, found: Report) -> list[Choice]:
    """What is done most: these have numbers."""
    choices = []
    running = turn.conversation.interview
    if running is not None and running.current:
        choices.append(turn.choice(AGAIN, "eligibility.go_on"))
    if found.items:
        choices.append(turn.choice("elig:papers", "eligibility.papers"))
        choices.append(turn.choice("elig:card", "eligibility.keep"))
    if answers.get(STATUS) in _POOR:
        choices.append(turn.choice("elig:exit", "eligibility.what_if_exit"))
    if fields.ABOUT in answers:
        choices.append(turn.choice("elig:all", "eligibility.see_all"))
    choices.append(turn.choice("elig:add", "eligibility.add_person"))
    choices.append(turn.choice("elig:other", "eligibility.other_house"))
    return choices


def _controls(turn: Turn, found: Report) -> list[Choice]:
    """The rest: a word to type, or a button below."""
    controls = [turn.choice(RESULT, "eligibility.see_result")]
    if has_more(found):
        controls.append(turn.choice("elig:more", "eligibility.more"))
    if found.items:
        controls.append(turn.choice("elig:law", "eligibility.law"))
        controls.append(turn.choice("elig:hand", "eligibility.hand_over"))
    controls.append(turn.choice(CORRECT, "interview.correct"))
    controls.append(turn.choice("menu", "choice.menu"))
    return controls
