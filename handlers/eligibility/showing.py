"""The result of a check as a reply, with everything that can be done with it."""

from __future__ import annotations

from handlers.eligibility import answers as fields
from handlers.eligibility.answers import Answers
from handlers.eligibility.report import STATUS, report
from handlers.eligibility.telling import has_more, summary
from handlers.interview import AGAIN, CORRECT
from handlers.messages import Reply
from handlers.turn import Turn

POOR = ("poor", "near_poor")


def result(turn: Turn, answers: Answers) -> Reply:
    """The summary. What is done with it most is numbered, the rest are words to type."""
    found = report(turn, answers, turn.today)
    choices, controls = [], []
    running = turn.conversation.interview
    if running is not None and running.current:
        choices.append(turn.choice(AGAIN, "eligibility.go_on"))
    if found.items:
        choices.append(turn.choice("elig:papers", "eligibility.papers"))
        choices.append(turn.choice("elig:card", "eligibility.keep"))
    if answers.get(STATUS) in POOR:
        choices.append(turn.choice("elig:exit", "eligibility.what_if_exit"))
    if fields.ABOUT in answers:
        choices.append(turn.choice("elig:all", "eligibility.see_all"))
    choices.append(turn.choice("elig:add", "eligibility.add_person"))
    choices.append(turn.choice("elig:other", "eligibility.other_house"))
    if has_more(found):
        controls.append(turn.choice("elig:more", "eligibility.more"))
    if found.items:
        controls.append(turn.choice("elig:law", "eligibility.law"))
        controls.append(turn.choice("elig:hand", "eligibility.hand_over"))
    controls.append(turn.choice(CORRECT, "interview.correct"))
    controls.append(turn.choice("menu", "choice.menu"))
    return Reply(summary(turn, found), tuple(choices), controls=tuple(controls))
