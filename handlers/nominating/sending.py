"""The end of a nomination's interview: sent, known already, or not possible; nothing that was told is lost."""

from __future__ import annotations

from typing import Any, Final

from handlers.actions.nominations import CheckError, NominationError, Submitted, move, submit
from handlers.interview import CANCEL, CORRECT, Answers
from handlers.messages import Choice, Reply
from handlers.nominating import saying
from handlers.nominating.answers import nomination_of, photos_of
from handlers.reporting.frame import frame_of
from handlers.turn import Replies, Turn
from storage.nominations import NominationRow

_AGREED: Final = "yes"


async def send(turn: Turn, answers: dict[str, Any], *, same_as: int | None = None, another: bool = False) -> Replies:
    """Send what was told, or the correction of a nomination; what stands in the way is said, everything is kept."""
    running = turn.conversation.interview
    if running is None:
        return []
    running.stays = True
    try:
        if "nomination" in answers:
            row = await _correct(turn, answers)
            turn.conversation.interview = None
            return [Reply(turn.say("nominations.corrected", receipt=row.receipt), controls=saying.leaving(turn))]
        submitted = await _submit(turn, answers, same_as, another=another)
    except NominationError as failed:
        return [_again(turn, failed)]
    if submitted.row is None:
        return [_alike(turn, submitted)]
    turn.conversation.interview = None
    return [_received(turn, answers, submitted, submitted.row)]


async def _submit(turn: Turn, answers: Answers, same_as: int | None, *, another: bool) -> Submitted:
    actor = await turn.actor()
    return await submit(
        await turn.work.connection(),
        actor,
        turn.knowledge.keys,
        frame_of(turn.knowledge.locality, turn.words),
        # Whoever writes it down has heard the yes, or has seen the paper.
        nomination_of(turn, {**answers, "witness": actor.name}),
        chat=turn.key,
        photos=photos_of(answers),
        now=turn.now,
        today=turn.today,
        same_as=same_as,
        another=another,
    )


async def _correct(turn: Turn, answers: Answers) -> NominationRow:
    nomination_id, version = answers["nomination"]
    return await move(
        await turn.work.connection(),
        await turn.actor(),
        turn.knowledge.keys,
        frame_of(turn.knowledge.locality, turn.words),
        nomination_id,
        "correct",
        version=version,
        now=turn.now,
        today=turn.today,
        said=nomination_of(turn, answers),
    )


def _received(turn: Turn, answers: Answers, submitted: Submitted, row: NominationRow) -> Reply:
    """The receipt, what happens now, and what the consent means for it."""
    parts = [turn.say("nominations.joined" if row.state == "joined" else "nominations.received", receipt=row.receipt)]
    if submitted.lost:
        parts.append(turn.say("nominations.photos_lost", count=submitted.lost, receipt=row.receipt))
    if answers.get("consent") != _AGREED and row.state != "joined":
        parts.append(turn.say("nominations.not_published"))
    return Reply("\n\n".join(parts), controls=(turn.choice("nominate", "nominations.another"), *saying.leaving(turn)))


def _alike(turn: Turn, submitted: Submitted) -> Reply:
    lines = [turn.say("nominations.known_already")]
    lines += [
        turn.say(
            "nominations.known_line",
            receipt=row.receipt,
            kind=turn.say(f"nominations.kind.{row.kind}").lower(),
            area=row.area_name,
            sender=row.sender or turn.say("reports.somebody"),
            state=turn.say(f"nominations.state.{row.state}"),
        )
        for row in submitted.alike
    ]
    same = tuple(
        Choice(f"nominate:same:{row.id}", turn.say("nominations.is_same", receipt=row.receipt))
        for row in submitted.alike
    )
    another = turn.choice("nominate:another", "nominations.is_another")
    return Reply("\n".join(lines), (*same, another), controls=(turn.choice(CANCEL, "interview.cancel"),))


def _again(turn: Turn, failed: NominationError) -> Reply:
    """What is to be put right, and the way to it: the very line where it is known."""
    field = failed.field.partition("_")[0] if isinstance(failed, CheckError) else ""
    where = f"{CORRECT}:{field}" if field else CORRECT
    controls = (turn.choice("iv:aside", "interview.aside"), turn.choice(CANCEL, "interview.cancel"))
    return Reply(saying.error(turn, failed), (turn.choice(where, "interview.correct"),), controls=controls)
