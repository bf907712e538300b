"""Nominations in chat: putting somebody forward, seeing and mending what was sent; officers work off their queue."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Final

from content.text import plain
from handlers import interview as engine
from handlers.access import VILLAGE_HEAD, can_anywhere
from handlers.actions.nomination_lists import attach_later, mine, overdue, waiting
from handlers.actions.nomination_story import may_set_consent
from handlers.actions.nominations import NominationError
from handlers.interviews import nomination as nominating
from handlers.interviews import nomination_consent as consenting
from handlers.interviews import nomination_reason
from handlers.messages import Choice, Reply
from handlers.nominating import saying
from handlers.nominating.answers import answers_of
from handlers.nominating.moving import made, seen, shown
from handlers.nominating.sending import send
from handlers.reporting.frame import frame_of
from handlers.turn import Dialog, Replies, Turn
from rules.nominations.model import MOST_PHOTOS
from rules.review import MOVES, NEEDS_REASON
from storage.nominations import NominationRow

_RECEIPT: Final = re.compile(r"dc ?0*([1-9][0-9]{0,17})")
# A photo that comes without a word belongs to what was sent within this time.
_JUST_SENT: Final = timedelta(hours=12)
_DIRECT: Final = frozenset(move for moves in MOVES.values() for move in moves) - NEEDS_REASON - {"correct", "withdraw"}


async def nominate(turn: Turn, argument: str) -> Replies:
    """`nominate[:<verb>[:<argument>]]`; without a verb the beginning."""
    verb, _, rest = argument.partition(":")
    handle = _VERBS.get(verb)
    return [] if handle is None else await handle(turn, rest)


async def nominations(turn: Turn, argument: str) -> Replies:
    """`nominations[:<move>:<id>:<version>]`; without a move the queue."""
    verb, _, rest = argument.partition(":")
    if verb in ("", "after"):
        return await _queue(turn, _number(rest))
    if verb == "overdue":
        return await _overdue(turn)
    number, _, version = rest.partition(":")
    nomination_id, seen_version = _number(number), _number(version)
    if not (nomination_id and seen_version):
        return []
    if verb == "correct":
        return await _correct(turn, nomination_id)
    if verb == "consent":
        return await _consent(turn, nomination_id)
    if verb == "withdraw":
        yes = turn.choice(f"nominate:withdraw:{nomination_id}:{seen_version}", "nominations.yes_withdraw")
        no = turn.choice(f"nominate:see:{nomination_id}", "nominations.no_withdraw")
        return [Reply(turn.say("nominations.ask_withdraw"), (yes, no))]
    if verb in NEEDS_REASON:
        known = {"id": nomination_id, "move": verb, "version": seen_version}
        return await engine.start(turn, nomination_reason.interview, known)
    return await made(turn, nomination_id, verb, seen_version) if verb in _DIRECT else []


async def text(turn: Turn, said: str) -> Replies | None:
    """Answers about a nominee, and the number of a nomination; for people with an account."""
    if not turn.conversation.account:
        return None
    running = turn.conversation.interview
    if running is not None and running.kind == nominating.KIND:
        if running.current == "photos" and turn.incoming.photos:
            return await _photos(turn)
        await nominating.look_up(turn, said)
        if running.current in nominating.FREE:
            return await engine.typed(turn, nominating.interview, said) or None
        return None
    if running is not None and running.kind == consenting.KIND and running.current in consenting.FREE:
        return await engine.typed(turn, consenting.interview, said) or None
    if running is not None and running.kind == nomination_reason.KIND:
        return await engine.typed(turn, nomination_reason.interview, said) or None
    named = _RECEIPT.search(plain(said))
    if named is not None and turn.incoming.photos:
        return await _attach(turn, int(named[1]))
    if named is not None and named.end() - named.start() == len(plain(said)):
        return [await shown(turn, int(named[1]))]
    return None


async def media(turn: Turn) -> Replies | None:
    """A photo while one is asked for; later without a word, for the nomination sent last and just now."""
    if not turn.conversation.account or not turn.incoming.photos:
        return None
    running = turn.conversation.interview
    if running is not None:
        return await _photos(turn) if (running.kind, running.current) == (nominating.KIND, "photos") else None
    last = await _just_sent(turn)
    return await _attach(turn, last.id) if last is not None else None


async def _just_sent(turn: Turn) -> NominationRow | None:
    """The nomination sent last in this chat, if nothing else has been sent since."""
    actor = await turn.actor()
    if not can_anywhere(actor, "nominate"):
        return None
    rows, _ = await mine(await turn.work.connection(), actor, limit=1)
    if not rows or (rows[0].channel, rows[0].chat) != turn.key or turn.now - rows[0].created_at > _JUST_SENT:
        return None
    return rows[0]


async def _photos(turn: Turn) -> Replies:
    """Photos in the middle of the interview: kept with their chat, since it may go on in another one."""
    running = turn.conversation.interview
    if running is None:
        return []
    kept = list(running.answers.get("files", ()))
    fresh = [[*turn.key, each.ref, each.mime, each.size] for each in turn.incoming.photos]
    running.answers["files"] = (kept + fresh)[:MOST_PHOTOS]
    opening = ""
    if len(kept) + len(fresh) > MOST_PHOTOS:
        opening = turn.say("nominations.error.photos", most=MOST_PHOTOS)
    return await engine.ask_again(turn, nominating.interview, opening)


async def _attach(turn: Turn, nomination_id: int) -> Replies:
    try:
        row = await attach_later(
            await turn.work.connection(), await turn.actor(), turn.knowledge.keys,
            frame_of(turn.knowledge.locality, turn.words), nomination_id,
            [(turn.key, each) for each in turn.incoming.photos], turn.now,
        )  # fmt: skip
    except NominationError as failed:
        return [Reply(saying.error(turn, failed), controls=saying.leaving(turn))]
    said = turn.say("nominations.attached", count=len(turn.incoming.photos), receipt=row.receipt)
    return [Reply(said, controls=saying.leaving(turn))]


async def _begin(turn: Turn, _rest: str) -> Replies:
    answers = await nominating.begin(turn)
    if answers is None:
        return [Reply(turn.say("nominations.only_staff"), controls=(turn.choice("office", "choice.office"),))]
    return await engine.start(turn, nominating.interview, answers, turn.say("nominations.opening"))


async def _mine(turn: Turn, rest: str) -> Replies:
    rows, more = await mine(await turn.work.connection(), await turn.actor(), before=_number(rest) or None)
    controls = (turn.choice("nominate", "nominations.begin"), turn.choice("menu", "choice.menu"))
    if not rows:
        return [Reply(turn.say("nominations.none_sent"), controls=controls)]
    choices = [Choice(f"nominate:see:{row.id}", saying.line(turn, row)) for row in rows]
    if more:
        choices.append(turn.choice(f"nominate:mine:{rows[-1].id}", "reports.more"))
    return [Reply(turn.say("nominations.yours"), tuple(choices), controls=controls)]


async def _see(turn: Turn, rest: str) -> Replies:
    return [await shown(turn, _number(rest))] if _number(rest) else []


async def _same(turn: Turn, rest: str) -> Replies:
    running = turn.conversation.interview
    if running is None or running.kind != nominating.KIND or not _number(rest):
        return []
    return await send(turn, dict(running.answers), same_as=_number(rest))


async def _another(turn: Turn, _rest: str) -> Replies:
    running = turn.conversation.interview
    if running is None or running.kind != nominating.KIND:
        return []
    return await send(turn, dict(running.answers), another=True)


async def _withdraw(turn: Turn, rest: str) -> Replies:
    number, _, version = rest.partition(":")
    if not (_number(number) and _number(version)):
        return []
    return await made(turn, _number(number), "withdraw", _number(version))


async def _correct(turn: Turn, nomination_id: int) -> Replies:
    """The nomination's answers as an interview at its summary: one is changed, then it is confirmed."""
    try:
        found = await seen(turn, nomination_id)
    except NominationError as failed:
        return [Reply(saying.error(turn, failed), controls=saying.leaving(turn))]
    if "correct" not in found.may:
        return [await shown(turn, nomination_id, turn.say("nominations.error.not_now"))]
    officer = (await turn.actor()).role != VILLAGE_HEAD
    return await engine.start(turn, nominating.interview, answers_of(turn, found, officer=officer))


async def _consent(turn: Turn, nomination_id: int) -> Replies:
    """What the nominee says about being written about, noted by who checks."""
    try:
        found = await seen(turn, nomination_id)
    except NominationError as failed:
        return [Reply(saying.error(turn, failed), controls=saying.leaving(turn))]
    if not may_set_consent(await turn.actor(), found):
        return [await shown(turn, nomination_id, turn.say("nominations.error.not_now"))]
    return await engine.start(turn, consenting.interview, consenting.begin(turn, found))


async def _overdue(turn: Turn) -> Replies:
    rows = await overdue(await turn.work.connection(), await turn.actor(), turn.today)
    controls = (turn.choice("nominations", "nominations.queue"), turn.choice("menu", "choice.menu"))
    if not rows:
        return [Reply(turn.say("nominations.none_overdue"), controls=controls)]
    choices = tuple(Choice(f"nominate:see:{row.id}", saying.line(turn, row)) for row in rows)
    return [Reply(turn.say("nominations.overdue_title"), choices, controls=controls)]


async def _queue(turn: Turn, after: int) -> Replies:
    frame = frame_of(turn.knowledge.locality, turn.words)
    rows, following, count = await waiting(
        await turn.work.connection(), await turn.actor(), turn.knowledge.keys, frame, turn.today, after=after
    )
    begin = turn.choice("nominate", "nominations.begin")
    controls = (turn.choice("nominations:overdue", "nominations.overdue"), begin, *saying.leaving(turn))
    if not rows:
        return [Reply(turn.say("nominations.queue_empty"), controls=controls)]
    choices = [Choice(f"nominate:see:{row.id}", saying.line(turn, row)) for row in rows]
    if following is not None:
        choices.append(turn.choice(f"nominations:after:{following}", "reports.more"))
    return [Reply(turn.say("nominations.queue_title", count=count), tuple(choices), controls=controls)]


def _number(said: str) -> int:
    """A number of an id; 0 for anything else."""
    return int(said) if said.isascii() and said.isdecimal() and len(said) < 18 else 0


Handle = Callable[[Turn, str], Awaitable[Replies]]
_VERBS: Final[dict[str, Handle]] = {
    "": _begin,
    "mine": _mine,
    "see": _see,
    "same": _same,
    "another": _another,
    "withdraw": _withdraw,
}

dialog = Dialog({"nominate": nominate, "nominations": nominations}, text=text, media=media, order=3)
"""Before reports: a photo or a name belongs to the question that is being asked."""
