"""The end of a report's interview: sent, known already, or not possible; nothing that was told is lost."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from handlers.actions.reports import ReportError, Submitted, move, submit
from handlers.conversation import Running
from handlers.interview import CANCEL, CONFIRM, CORRECT, Answers, Line
from handlers.messages import Choice, Reply
from handlers.reporting import saying
from handlers.reporting.answers import told_of
from handlers.reporting.candidates import kept
from handlers.reporting.frame import frame_of
from handlers.reporting.told import registered
from handlers.turn import Replies, Turn
from storage.reports import ReportRow

Summary = Callable[[Turn, Answers], list[Line]]


async def send(
    turn: Turn, answers: dict[str, Any], summary: Summary, *, same_as: int | None = None, another: bool = False
) -> Replies:
    """Send what was told, or the correction of a report; what stands in the way is said, and everything is kept."""
    running = turn.conversation.interview
    if running is None:
        return []
    running.stays = True
    changed = await _changed(turn, running, answers)
    if changed:
        return [_again(turn, turn.say("reports.changed_meanwhile"), summary(turn, running.answers))]
    try:
        if "report" in answers:
            row = await _correct(turn, answers)
            turn.conversation.interview = None
            return [Reply(turn.say("reports.corrected", receipt=row.receipt), controls=_ways_on(turn))]
        submitted = await _submit(turn, answers, same_as, another=another)
    except ReportError as failed:
        return [_again(turn, saying.error(turn, failed), [])]
    if submitted.row is None:
        return [_alike(turn, submitted)]
    return _received(turn, answers, submitted.row)


async def _submit(turn: Turn, answers: dict[str, Any], same_as: int | None, *, another: bool) -> Submitted:
    return await submit(
        await turn.work.connection(),
        await turn.actor(),
        turn.knowledge.keys,
        frame_of(turn.knowledge.locality, turn.words),
        told_of(answers, turn.today),
        chat=turn.key,
        now=turn.now,
        today=turn.today,
        same_as=same_as,
        another=another,
    )


async def _correct(turn: Turn, answers: dict[str, Any]) -> ReportRow:
    report_id, version = answers["report"]
    return await move(
        await turn.work.connection(),
        await turn.actor(),
        turn.knowledge.keys,
        frame_of(turn.knowledge.locality, turn.words),
        report_id,
        "correct",
        version=version,
        now=turn.now,
        today=turn.today,
        told=told_of(answers, turn.today),
    )


async def _changed(turn: Turn, running: Running, answers: dict[str, Any]) -> bool:
    """Whether a household is no longer what it was when it was picked; what is remembered is renewed then."""
    changed = False
    for name in ("home", "other_home"):
        remembered = answers.get(name)
        if not remembered:
            continue
        present = await registered(await turn.work.connection(), remembered["id"])
        if present is not None and kept(present) != remembered:
            running.answers[name] = kept(present)
            changed = True
    return changed


def _received(turn: Turn, answers: dict[str, Any], row: ReportRow) -> Replies:
    """The receipt, and the way to the next one, which keeps day and village."""
    left = max(0, int(answers.get("left") or 1) - 1)
    turn.conversation.interview = None
    receipt = turn.say("reports.joined" if row.state == "joined" else "reports.received", receipt=row.receipt)
    following = turn.choice(f"report:next:{answers['day']}:{left}:{answers['area']['key']}", "reports.next")
    if left:
        receipt += "\n" + turn.say("reports.left", left=left)
        return [Reply(receipt, (following,), controls=_ways_on(turn))]
    return [Reply(receipt, controls=(following, *_ways_on(turn)))]


def _alike(turn: Turn, submitted: Submitted) -> Reply:
    lines = [turn.say("reports.known_already")]
    lines += [
        turn.say(
            "reports.known_line",
            receipt=row.receipt,
            name=row.sender or turn.say("reports.somebody"),
            day=turn.words.date(row.event_date),
            state=turn.say(f"reports.state.{row.state}"),
        )
        for row in submitted.alike
    ]
    same = tuple(
        Choice(f"report:same:{row.id}", turn.say("reports.is_same", receipt=row.receipt)) for row in submitted.alike
    )
    another = turn.choice("report:another", "reports.is_another")
    return Reply("\n".join(lines), (*same, another), controls=(turn.choice(CANCEL, "interview.cancel"),))


def _again(turn: Turn, text: str, lines: list[Line]) -> Reply:
    said = [text, *(f"• {line.label}: {line.value}" for line in lines)]
    choices = [turn.choice(CORRECT, "interview.correct")]
    if lines:
        choices.insert(0, turn.choice(CONFIRM, "interview.confirm"))
    controls = (turn.choice("iv:aside", "interview.aside"), turn.choice(CANCEL, "interview.cancel"))
    return Reply("\n".join(said), tuple(choices), controls=controls)


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("report:mine", "reports.mine"), turn.choice("menu", "choice.menu"))
