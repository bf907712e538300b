"""An announcement in chat: as it will look, whom it reaches, and what can be done with it now."""

from __future__ import annotations

from typing import Final

from handlers.actions import broadcast_results as results
from handlers.actions import broadcasts as actions
from handlers.broadcasting.checking import BroadcastError, Problem
from handlers.broadcasting.office import Office, office_of
from handlers.broadcasting.options import channel_name, options
from handlers.broadcasting.previewing import plainly, previews
from handlers.broadcasting.reaching import Reached, reach
from handlers.broadcasting.wording import worded
from handlers.messages import Choice, Reply
from handlers.turn import VIETNAM, Replies, Turn
from rules.audiences.saying import describe
from rules.audiences.tree import read
from storage.broadcasts import BroadcastRow

_BEFORE: Final = ("draft", "waiting_approval", "scheduled", "refused")
_MOST_LISTED: Final = 10
LIST: Final = "broadcast"


def said(turn: Turn, problem: Problem) -> str:
    """What must be mended."""
    return turn.say(f"broadcasts.problem.{problem.key}", **problem.values)


def failed(turn: Turn, error: BroadcastError) -> Reply:
    """Why it cannot be done, with the way back."""
    return Reply("\n".join(said(turn, each) for each in error.problems), controls=ways_on(turn))


def ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice(LIST, "broadcasts.list"), turn.choice("menu", "choice.menu"))


async def listed(turn: Turn) -> Replies:
    """The newest announcements of the actor's area, and the way to a new one.

    Raises:
        AccessDenied: the actor sees none.
    """
    actor = await turn.actor()
    rows = await actions.newest(await turn.work.connection(), actor, _MOST_LISTED)
    choices = [
        Choice(
            f"broadcast:see:{row.id}",
            turn.say(
                "broadcasts.line",
                id=row.id,
                title=worded(row.content, turn.words.language).title,
                state=turn.say(f"broadcasts.state.{row.state}"),
            ),
        )
        for row in rows
    ]
    new = turn.choice("broadcast:new", "broadcasts.new")
    text = turn.say("broadcasts.yours" if rows else "broadcasts.none")
    return [Reply(text, tuple(choices), controls=(new, turn.choice("menu", "choice.menu")))]


async def shown(turn: Turn, broadcast_id: int, opening: str = "", *, message: bool = True) -> Replies:
    """One announcement: the message itself as each channel shows it (where it is not on the screen anyway), whom it
    reaches, what can be done.

    Raises:
        AccessDenied, BroadcastError: see `handlers.actions.broadcasts.see`.
    """
    connection, actor = await turn.work.connection(), await turn.actor()
    office = office_of(turn.knowledge, turn.now)
    row = await actions.see(connection, actor, broadcast_id)
    found: Replies = []
    reached = await reach(connection, row, office) if row.state in _BEFORE else None
    if message and reached is not None and reached.by_channel:
        found += previews(turn, row.content, office, reached.by_channel)
    elif message:
        found += plainly(turn, row.content, office)
    may = actions.allowed(actor, row, await actions.authors_of(connection, row))
    problems = await actions.check(connection, actor, office, row) if row.state == "draft" else []
    lines = [opening, *await _about(turn, office, row, reached), *(f"• {said(turn, each)}" for each in problems)]
    draft = row.state == "draft" and "submit" in may
    names = [name for name in may if name != "submit" or not problems]
    if draft:
        names.insert(names.index("submit") + 1 if "submit" in names else 0, "test")
    choices = [turn.choice(f"broadcast:do:{name}:{row.id}:{row.version}", f"broadcasts.do.{name}") for name in names]
    at_desk = (turn.choice("desk", "broadcasts.at_desk"),) if draft else ()
    return [
        *found,
        Reply("\n".join(line for line in lines if line), tuple(choices), controls=(*at_desk, *ways_on(turn))),
    ]


async def _about(turn: Turn, office: Office, row: BroadcastRow, reached: Reached | None) -> list[str]:
    connection = await turn.work.connection()
    known = await options(connection, turn.words, row.area_path, office.outlets.shown)
    lines = [
        turn.say("broadcasts.about_state", id=row.id, state=turn.say(f"broadcasts.state.{row.state}")),
        turn.say("broadcasts.about_topic", topic=turn.say(f"topics.name.{row.topic}")),
    ]
    if row.corrects_id is None:
        lines.append(turn.say("broadcasts.about_audience", audience=describe(read(row.audience), known)))
    else:
        lines.append(turn.say("broadcasts.about_correction", id=row.corrects_id))
    if row.content.pictures:
        lines.append(turn.say("broadcasts.about_pictures", count=len(row.content.pictures)))
    if reached is None:
        progress = await results.progress(connection, await turn.actor(), row.id)
        counts = {name: turn.words.number(count) for name, count in progress.counts.items()}
        return [*lines, turn.say("broadcasts.about_progress", total=turn.words.number(progress.total), **counts)]
    if row.urgent:
        lines.append(turn.say("broadcasts.about_urgent"))
    moment = row.start_at
    if moment is not None:
        lines.append(turn.say("broadcasts.about_start", when=turn.words.time(moment.astimezone(VIETNAM))))
    if row.not_after is not None:
        lines.append(turn.say("broadcasts.about_until", when=turn.words.time(row.not_after.astimezone(VIETNAM))))
    if not row.urgent and office.policy.quiet(moment or turn.now):
        loud = office.policy.next_loud(moment or turn.now)
        lines.append(turn.say("broadcasts.about_quiet", when=turn.words.time(loud.astimezone(VIETNAM))))
    by_channel = ", ".join(
        f"{channel_name(turn.words, channel)} {turn.words.number(count)}"
        for channel, count in reached.by_channel.items()
    )
    total = turn.words.number(reached.total)
    lines.append(
        turn.say("broadcasts.about_reach", count=total, channels=by_channel)
        if by_channel
        else turn.say("broadcasts.about_nobody")
    )
    if reached.left_out:
        why = "; ".join(
            f"{turn.words.number(count)} {turn.say(f'broadcasts.reason.{reason}')}"
            for reason, count in reached.left_out.items()
        )
        lines.append(turn.say("broadcasts.about_left_out", why=why))
    if row.state == "draft" and reached.total > office.policy.approval_above:
        lines.append(turn.say("broadcasts.about_second", most=turn.words.number(office.policy.approval_above)))
    return lines
