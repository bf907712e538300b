"""Moving a nomination on in chat: what was done, or who was first and how it stands now."""

from __future__ import annotations

from handlers.actions.nomination_story import may_set_consent
from handlers.actions.nominations import NominationError, Viewed, move, view
from handlers.messages import Choice, Reply
from handlers.nominating import saying
from handlers.reporting.frame import frame_of
from handlers.turn import Replies, Turn


async def made(turn: Turn, nomination_id: int, wanted: str, version: int, reason: str = "") -> Replies:
    """Make the move and show what came of it."""
    try:
        row = await move(
            await turn.work.connection(),
            await turn.actor(),
            turn.knowledge.keys,
            frame_of(turn.knowledge.locality, turn.words),
            nomination_id,
            wanted,
            version=version,
            now=turn.now,
            today=turn.today,
            reason=reason,
        )
    except NominationError as failed:
        return [await shown(turn, nomination_id, saying.error(turn, failed))]
    said = turn.say("nominations.moved", receipt=row.receipt, state=turn.say(f"nominations.state.{row.state}"))
    if wanted in ("take", "reopen"):
        return [await shown(turn, nomination_id, said)]
    return [Reply(said, controls=_ways_on(turn))]


async def seen(turn: Turn, nomination_id: int) -> Viewed:
    """The nomination for whoever writes; raises as `view` does."""
    frame = frame_of(turn.knowledge.locality, turn.words)
    connection, actor = await turn.work.connection(), await turn.actor()
    return await view(connection, actor, turn.knowledge.keys, frame, nomination_id, turn.now)


async def shown(turn: Turn, nomination_id: int, opening: str = "") -> Reply:
    """A nomination with the moves that can be made now."""
    try:
        found = await seen(turn, nomination_id)
    except NominationError as failed:
        return Reply(opening or saying.error(turn, failed), controls=_ways_on(turn))
    text = "\n\n".join(part for part in (opening, saying.whole(turn, found)) if part)
    choices = saying.ways_on(turn, found)
    if may_set_consent(await turn.actor(), found):
        row = found.row
        choices += (turn.choice(f"nominations:consent:{row.id}:{row.version}", "nominations.do.consent"),)
    return Reply(text, choices, controls=_ways_on(turn))


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("nominations", "nominations.queue"), *saying.leaving(turn))
