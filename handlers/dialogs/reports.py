"""Reports in chat: a village head tells what happened, sees and mends what was sent; officers work off their queue."""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any, Final

from content.reading.dates import read_date
from content.reading.result import Read
from content.text import plain
from handlers import interview as engine
from handlers.actions.report_files import attach
from handlers.actions.report_lists import mine, overdue, queue
from handlers.actions.reports import ReportError
from handlers.interviews import report as reporting
from handlers.interviews import report_reason
from handlers.messages import Choice, Reply
from handlers.reporting import saying
from handlers.reporting.frame import frame_of
from handlers.reporting.moving import made, seen, shown
from handlers.reporting.prefilling import answers_of
from handlers.reporting.sending import send
from handlers.turn import Dialog, Replies, Turn
from rules.reports.catalogue import forms
from rules.review import MOVES, NEEDS_REASON
from storage.reports import receipt

_RECEIPT: Final = re.compile(r"bc ?0*([1-9][0-9]{0,17})")
_REPORT: Final = re.compile(r"(?:bao(?: cao| tin)?)\b(.*)", re.DOTALL)
_SEVERAL: Final = re.compile(r"\b([0-9]{1,2}) (?:ho|nguoi|viec|truong hop|tin)\b")
_MOST_AT_ONCE: Final = 30
# A photo that comes without a word belongs to the report sent within this time.
_JUST_SENT: Final = timedelta(hours=12)
_DIRECT: Final = frozenset(move for moves in MOVES.values() for move in moves) - NEEDS_REASON - {"correct", "withdraw"}


async def report(turn: Turn, argument: str) -> Replies:
    """`report[:<verb>[:<argument>]]`; without a verb the beginning."""
    verb, _, rest = argument.partition(":")
    handle = _REPORT_VERBS.get(verb)
    return [] if handle is None else await handle(turn, rest)


async def review(turn: Turn, argument: str) -> Replies:
    """`review[:<move>:<id>:<version>]`; without a move the queue."""
    verb, _, rest = argument.partition(":")
    if verb in ("", "after"):
        return await _queue(turn, int(rest) if rest.isdecimal() and len(rest) < 19 else 0)
    if verb == "overdue":
        return await _overdue(turn)
    number, _, version = rest.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(rest) < 38):
        return []
    report_id, seen_version = int(number), int(version)
    if verb == "correct":
        return await _correct(turn, report_id)
    if verb == "withdraw":
        yes = turn.choice(f"report:withdraw:{report_id}:{seen_version}", "reports.yes_withdraw")
        no = turn.choice(f"report:see:{report_id}", "reports.no_withdraw")
        return [Reply(turn.say("reports.ask_withdraw"), (yes, no))]
    if verb in NEEDS_REASON:
        known = {"id": report_id, "move": verb, "version": seen_version}
        return await engine.start(turn, report_reason.interview, known)
    return await made(turn, report_id, verb, seen_version) if verb in _DIRECT else []


async def text(turn: Turn, said: str) -> Replies | None:
    """Answers to a report's questions, "báo 3 hộ hôm nay", and the number of a report; for people with an account."""
    if not turn.conversation.account:
        return None
    running = turn.conversation.interview
    if running is not None and running.kind == reporting.KIND:
        await reporting.look_up(turn, said)
        return await engine.typed(turn, reporting.interview, said) or None
    if running is not None and running.kind == report_reason.KIND:
        return await engine.typed(turn, report_reason.interview, said) or None
    named = _RECEIPT.search(plain(said))
    if named is not None and (turn.incoming.photos or turn.incoming.location):
        return await _attach(turn, int(named[1]))
    if named is not None and named.end() - named.start() == len(plain(said)):
        return [await shown(turn, int(named[1]))]
    begun = _REPORT.fullmatch(plain(said))
    return None if begun is None else await _told_at_once(turn, said, begun[1])


async def media(turn: Turn) -> Replies | None:
    """A photo or a place without a word goes to the report sent just before, if there is one."""
    if not turn.conversation.account:
        return None
    rows, _ = await mine(await turn.work.connection(), await turn.actor(), limit=1)
    if not rows or turn.now - rows[0].created_at > _JUST_SENT:
        return None
    return await _attach(turn, rows[0].id)


async def _told_at_once(turn: Turn, said: str, rest: str) -> Replies | None:
    """ "báo ông Mẫu mất", "báo 3 hộ hôm nay": what is in it need not be asked."""
    known: dict[str, Any] = {}
    several = _SEVERAL.search(rest)
    if several is not None:
        known["left"] = min(int(several[1]), _MOST_AT_ONCE)
    day = read_date(said, turn.today)
    if isinstance(day, Read) and day.value.precision == "day" and not day.value.future:
        known["day"] = day.value.day.isoformat()
    meant = reporting.form_meant(rest) if rest.strip() and several is None else None
    if isinstance(meant, str):
        known["form"] = meant
    return await _start(turn, **known) if known else None


async def _begin(turn: Turn, _rest: str) -> Replies:
    return await _start(turn)


async def _new(turn: Turn, slug: str) -> Replies:
    return await _start(turn, form=slug) if slug in forms() else []


async def _next(turn: Turn, rest: str) -> Replies:
    """The next of several: day and village stay, and whoever announced three still has two to go."""
    day, _, further = rest.partition(":")
    left, _, area = further.partition(":")
    known: dict[str, Any] = {}
    try:
        known["day"] = date.fromisoformat(day).isoformat()
    except ValueError:
        return []
    if left.isdecimal() and 0 < int(left[:2]) <= _MOST_AT_ONCE:
        known["left"] = int(left[:2])
    if area:
        known |= await reporting.area_named(turn, area)
    return await _start(turn, **known)


async def _start(turn: Turn, **known: Any) -> Replies:
    answers = await reporting.begin(turn, **known)
    if answers is None:
        return [Reply(turn.say("reports.only_staff"), controls=(turn.choice("office", "choice.office"),))]
    return await engine.start(turn, reporting.interview, answers)


async def _mine(turn: Turn, rest: str) -> Replies:
    before = int(rest) if rest.isdecimal() and len(rest) < 19 else None
    rows, more = await mine(await turn.work.connection(), await turn.actor(), before=before)
    if not rows:
        return [Reply(turn.say("reports.none_sent"), controls=_ways_on(turn))]
    choices = [Choice(f"report:see:{row.id}", saying.line(turn, row)) for row in rows]
    if more:
        choices.append(turn.choice(f"report:mine:{rows[-1].id}", "reports.more"))
    return [Reply(turn.say("reports.yours"), tuple(choices), controls=_ways_on(turn))]


async def _see(turn: Turn, rest: str) -> Replies:
    return [await shown(turn, int(rest))] if rest.isdecimal() and len(rest) < 19 else []


async def _same(turn: Turn, rest: str) -> Replies:
    running = turn.conversation.interview
    if running is None or running.kind != reporting.KIND or not rest.isdecimal():
        return []
    return await send(turn, dict(running.answers), reporting.interview.summary, same_as=int(rest[:18]))


async def _another(turn: Turn, _rest: str) -> Replies:
    running = turn.conversation.interview
    if running is None or running.kind != reporting.KIND:
        return []
    return await send(turn, dict(running.answers), reporting.interview.summary, another=True)


async def _withdraw(turn: Turn, rest: str) -> Replies:
    number, _, version = rest.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(rest) < 38):
        return []
    return await made(turn, int(number), "withdraw", int(version))


async def _correct(turn: Turn, report_id: int) -> Replies:
    """The report's answers as an interview at its summary: one is changed, then it is confirmed."""
    try:
        found = await seen(turn, report_id)
    except ReportError as failed:
        return [Reply(saying.error(turn, failed), controls=_ways_on(turn))]
    answers = await answers_of(turn, found)
    return await engine.start(turn, reporting.interview, answers)


async def _queue(turn: Turn, after: int) -> Replies:
    frame = frame_of(turn.knowledge.locality, turn.words)
    rows, count = await queue(await turn.work.connection(), await turn.actor(), frame, after=after)
    if not rows:
        return [Reply(turn.say("reports.queue_empty"), controls=_ways_on(turn))]
    choices = [Choice(f"report:see:{row.id}", saying.line(turn, row)) for row in rows]
    if count > len(rows):
        choices.append(turn.choice(f"review:after:{rows[-1].id}", "reports.more"))
    controls = (turn.choice("review:overdue", "reports.overdue"), *_ways_on(turn))
    return [Reply(turn.say("reports.queue_title", count=count), tuple(choices), controls=controls)]


async def _overdue(turn: Turn) -> Replies:
    rows = await overdue(await turn.work.connection(), await turn.actor(), turn.today)
    if not rows:
        return [Reply(turn.say("reports.none_overdue"), controls=_ways_on(turn))]
    choices = tuple(Choice(f"report:see:{row.id}", saying.line(turn, row)) for row in rows)
    return [Reply(turn.say("reports.overdue_title"), choices, controls=_ways_on(turn))]


async def _attach(turn: Turn, report_id: int) -> Replies:
    """A photo or a place with the report's number beside it."""
    try:
        kept = await attach(
            await turn.work.connection(),
            await turn.actor(),
            turn.knowledge.keys,
            report_id,
            channel=turn.incoming.channel,
            chat=turn.incoming.chat,
            photos=turn.incoming.photos,
            location=turn.incoming.location,
            now=turn.now,
        )
    except ReportError as failed:
        return [Reply(saying.error(turn, failed), controls=_ways_on(turn))]
    return [Reply(turn.say("reports.attached", count=kept, receipt=receipt(report_id)), controls=_ways_on(turn))]


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("report", "reports.title"), turn.choice("menu", "choice.menu"))


Handle = Callable[[Turn, str], Awaitable[Replies]]
_REPORT_VERBS: Final[dict[str, Handle]] = {
    "": _begin,
    "new": _new,
    "next": _next,
    "mine": _mine,
    "see": _see,
    "same": _same,
    "another": _another,
    "withdraw": _withdraw,
}

dialog = Dialog({"report": report, "review": review}, text=text, media=media, order=4)
"""Before the codes: while somebody tells of a household, "mã hộ DEMO-011" is no invitation."""
