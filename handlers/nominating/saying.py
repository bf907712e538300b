"""Nominations in a chat's words: an error, a line of a list, the whole of one with its steps."""

from __future__ import annotations

from typing import Final

from handlers.actions.nominations import MovedFirstError, NominationError, Viewed
from handlers.actions.reports import correction_said
from handlers.messages import Choice
from handlers.nominating.answers import nominating_of
from handlers.nominating.lines import lines
from handlers.turn import VIETNAM, Turn
from storage.nominations import NominationRow

_MOST_STEPS: Final = 6


def leaving(turn: Turn) -> tuple[Choice, ...]:
    """The ways on after something was done."""
    return (turn.choice("nominate:mine", "nominations.mine"), turn.choice("menu", "choice.menu"))


def error(turn: Turn, failed: NominationError) -> str:
    """What cannot be done, and why."""
    if isinstance(failed, MovedFirstError):
        last = failed.last
        return turn.say(
            "nominations.error.first",
            receipt=failed.row.receipt,
            name=(last.name if last is not None else "") or turn.say("reports.somebody"),
            move=turn.say(f"nominations.did.{last.move}") if last is not None else "",
            state=turn.say(f"nominations.state.{failed.row.state}"),
        )
    return turn.say(failed.key, **failed.values)


def line(turn: Turn, row: NominationRow) -> str:
    """One line of a list: no name, so that a list shows nobody's affairs over a shoulder."""
    return turn.say(
        "nominations.list_line",
        receipt=row.receipt,
        kind=turn.say(f"nominations.kind.{row.kind}").lower(),
        area=row.area_name,
        state=turn.say(f"nominations.state.{row.state}"),
    )


def whole(turn: Turn, seen: Viewed) -> str:
    """A nomination with everything that was told, and its last steps."""
    row = seen.row
    said = [f"{row.receipt} · {turn.say('nominations.title')}"]
    if seen.said is None:
        said.append(turn.say("nominations.error.erased"))
    else:
        told = lines(turn.words, nominating_of(turn), seen.said, row.area_name)
        said += [f"• {each.label}: {each.value}" for each in told]
    if seen.files:
        said.append(
            f"• {turn.say('nominations.line.photos')}: {turn.say('nominations.photo_count', count=len(seen.files))}"
        )
    said.append(f"• {turn.say('nominations.line.sender')}: {row.sender or turn.say('reports.somebody')}")
    if seen.same:
        said.append(turn.say("nominations.also", receipts=", ".join(each.receipt for each in seen.same)))
    if seen.first is not None:
        said.append(turn.say("nominations.with", receipt=seen.first.receipt))
    said.append(turn.say("reports.state.is", state=turn.say(f"nominations.state.{row.state}")))
    said += [_step(turn, seen, number) for number in range(max(0, len(seen.moves) - _MOST_STEPS), len(seen.moves))]
    return "\n".join(said)


def ways_on(turn: Turn, seen: Viewed) -> tuple[Choice, ...]:
    """The moves that this person may make now, as choices."""
    row = seen.row
    return tuple(
        turn.choice(f"nominations:{made}:{row.id}:{row.version}", f"nominations.do.{made}") for made in seen.may
    )


def _step(turn: Turn, seen: Viewed, number: int) -> str:
    made = seen.moves[number]
    step = turn.say(
        "reports.step",
        day=turn.words.time(made.at.astimezone(VIETNAM)),
        name=made.name or turn.say("reports.somebody"),
        move=turn.say(f"nominations.did.{made.move}"),
    )
    found = [correction_said(turn.words, each) for each in seen.corrections.get(made.id, ())]
    reason = seen.reasons.get(made.id)
    return "\n  ".join([f"{step}: {reason}" if reason else step, *found])
