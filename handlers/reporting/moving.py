"""Moving a report on in chat: what was done, or who was first and how it stands now."""

from __future__ import annotations

from handlers.actions.reports import ReportError, Viewed, move, view
from handlers.messages import Choice, Reply
from handlers.reporting import saying
from handlers.reporting.frame import frame_of
from handlers.turn import Replies, Turn


async def made(turn: Turn, report_id: int, wanted: str, version: int, reason: str = "") -> Replies:
    """Make the move and show the report as it is then."""
    frame = frame_of(turn.knowledge.locality, turn.words)
    try:
        row = await move(
            await turn.work.connection(),
            await turn.actor(),
            turn.knowledge.keys,
            frame,
            report_id,
            wanted,
            version=version,
            now=turn.now,
            today=turn.today,
            reason=reason,
        )
    except ReportError as failed:
        return [await shown(turn, report_id, saying.error(turn, failed))]
    said = turn.say("reports.moved", receipt=row.receipt, state=turn.say(f"reports.state.{row.state}"))
    if wanted in ("take", "reopen"):
        return [await shown(turn, report_id, said)]
    return [Reply(said, controls=_ways_on(turn))]


async def seen(turn: Turn, report_id: int) -> Viewed:
    """The report for whoever writes; raises as `view` does."""
    frame = frame_of(turn.knowledge.locality, turn.words)
    connection, actor = await turn.work.connection(), await turn.actor()
    return await view(connection, actor, turn.knowledge.keys, frame, report_id, turn.today)


async def shown(turn: Turn, report_id: int, opening: str = "") -> Reply:
    """A report with the moves that can be made now."""
    try:
        found = await seen(turn, report_id)
    except ReportError as failed:
        return Reply(opening or saying.error(turn, failed), controls=_ways_on(turn))
    text = "\n\n".join(part for part in (opening, saying.whole(turn, found)) if part)
    return Reply(text, saying.ways_on(turn, found), controls=_ways_on(turn))


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (
        turn.choice("review", "reports.queue"),
        turn.choice("report:mine", "reports.mine"),
        turn.choice("menu", "choice.menu"),
    )
