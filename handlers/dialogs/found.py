"""The list "hộ có thể được thêm" in chat: household by household, and what became of each finding."""

from __future__ import annotations

from typing import Final

from content.documents.entitled import load as load_words
from handlers.access import AccessDenied, can_anywhere
from handlers.actions.findings import FindingError, mark, see_home, see_homes, show
from handlers.entitled.listing import sentence
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn
from storage.findings import Line
from storage.tables_linked import OUTCOMES

_PAGE: Final = 8
_MOST_TOLD: Final = 8
_DONE: Final = tuple(outcome for outcome in OUTCOMES if outcome != "open")


async def found(turn: Turn, argument: str) -> Replies:
    """`found`, `found:after:<household>`, `found:home:<household>`, `found:one:<household>:<finding>`,
    `found:mark:<finding>:<seen>:<outcome>`.
    """
    actor = await turn.actor()
    if not can_anywhere(actor, "see_findings"):
        raise AccessDenied(actor, "see_findings", "")
    verb, *rest = argument.split(":")
    numbers = [int(each) for each in rest if each.isdecimal() and len(each) < 19]
    if verb in ("", "after"):
        return await _homes(turn, numbers[0] if numbers else 0)
    if verb == "home" and len(numbers) == 1:
        return await _home(turn, numbers[0])
    if verb == "one" and len(numbers) == 2:
        return await _one(turn, numbers[0], numbers[1])
    if verb == "mark" and len(numbers) == 2 and len(rest) == 3 and rest[2] in OUTCOMES:
        return await _mark(turn, numbers[0], numbers[1], rest[2])
    return []


async def _homes(turn: Turn, after: int) -> Replies:
    homes = await see_homes(
        await turn.work.connection(), await turn.actor(), turn.today, after=after, limit=_PAGE + 1
    )  # fmt: skip
    if not homes:
        return [Reply(turn.say("linked.found.none"), controls=_ways_on(turn))]
    choices = [
        Choice(f"found:home:{home}", turn.say("linked.found.line", code=code, head=head, count=count))
        for home, code, head, count in homes[:_PAGE]
    ]
    if len(homes) > _PAGE:
        choices.append(turn.choice(f"found:after:{homes[_PAGE - 1][0]}", "linked.found.more"))
    return [Reply(turn.say("linked.found.title"), tuple(choices), controls=_ways_on(turn))]


async def _home(turn: Turn, household_id: int) -> Replies:
    lines = await see_home(await turn.work.connection(), await turn.actor(), household_id, turn.today)
    back = turn.choice("found", "linked.found.list")
    if not lines:
        return [Reply(turn.say("linked.found.settled"), controls=(back, *_ways_on(turn)))]
    first = lines[0].row
    told = [turn.say("linked.found.home", code=first.code, head=first.head)]
    told += [f"{number}. {_hinted(turn, line)}" for number, line in enumerate(lines[:_MOST_TOLD], start=1)]
    told.append(turn.say("linked.found.choose"))
    choices = tuple(
        Choice(f"found:one:{household_id}:{line.id}", _short(turn, line)) for line in lines[:_MOST_TOLD]
    )  # fmt: skip
    return [Reply("\n".join(told), choices, controls=(back, *_ways_on(turn)))]


async def _one(turn: Turn, household_id: int, finding_id: int) -> Replies:
    lines = await see_home(await turn.work.connection(), await turn.actor(), household_id, turn.today)
    line = next((each for each in lines if each.id == finding_id), None)
    if line is None:
        return await _home(turn, household_id)
    if line.row.finding.sensitive:
        await show(await turn.work.connection(), await turn.actor(), finding_id, turn.now)
    seen = line.outcome.id if line.outcome is not None else 0
    choices = tuple(
        turn.choice(f"found:mark:{finding_id}:{seen}:{outcome}", f"linked.outcome.{outcome}") for outcome in _DONE
    )
    back = turn.choice(f"found:home:{household_id}", "linked.found.back")
    text = f"{_said(turn, line)}\n\n{turn.say('linked.found.what_became')}"
    return [Reply(text, choices, controls=(back, *_ways_on(turn)))]


async def _mark(turn: Turn, finding_id: int, seen: int, outcome: str) -> Replies:
    try:
        line = await mark(
            await turn.work.connection(), await turn.actor(), turn.knowledge.keys, finding_id, outcome, seen=seen,
            note="", now=turn.now,
        )  # fmt: skip
    except FindingError as error:
        back = turn.choice("found", "linked.found.list")
        return [Reply(turn.say(f"linked.error.{error.reason}"), controls=(back, *_ways_on(turn)))]
    said = turn.say("linked.found.marked", outcome=turn.say(f"linked.outcome.{outcome}"))
    (reply,) = await _home(turn, line.row.finding.household_id)
    return [Reply(f"{said}\n\n{reply.text}", reply.choices, controls=reply.controls)]


def _said(turn: Turn, line: Line) -> str:
    return sentence(line.row, turn.knowledge.assessor, load_words())


def _hinted(turn: Turn, line: Line) -> str:
    """The same in a list: what tells of health is told when it is chosen, and that look is written down."""
    hidden = turn.say("linked.found.health", who=line.row.person or load_words().whole)
    return hidden if line.row.finding.sensitive else _said(turn, line)


def _short(turn: Turn, line: Line) -> str:
    """Who and what, short enough for a button."""
    if line.row.finding.sensitive:
        return turn.say("linked.found.show_health", who=line.row.person or load_words().whole)
    title = turn.knowledge.assessor.engine.catalogue.get(line.row.finding.benefit).title
    return f"{line.row.person or load_words().whole}: {title[:1].lower()}{title[1:]}"


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("report", "reports.title"), turn.choice("menu", "choice.menu"))


dialog = Dialog({"found": found})
