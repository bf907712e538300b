"""What became of announcements: the progress, the receipts by place, channel and reason, and the topics of a period."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.documents.table import Table
from content.words import Words
from handlers.access import Actor, scope_filter
from handlers.actions.broadcasts import see
from handlers.broadcasting.options import channel_name
from handlers.broadcasting.reasons import reason_said
from storage import areas, audit
from storage import broadcast_receipts as receipts
from storage.audit import Event
from storage.broadcast_receipts import Receipts, TopicSum
from storage.broadcasts import BroadcastRow
from storage.elsewhere import MOVED
from storage.expansion import REASONS

_STATES: Final = ("sent", "waiting", "failed", "ended")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far it has come."""

    state: str
    counts: Mapping[str, int]

    @property
    def total(self) -> int:
        return sum(self.counts.values())

    @property
    def percent(self) -> int:
        """Of the rows that no longer wait; full only when none does."""
        if not self.total:
            return 0
        settled = self.total - self.counts["waiting"]
        return 100 if settled == self.total else min(99, settled * 100 // self.total)


@dataclass(frozen=True, slots=True)
class Line:
    """One row of a table: what it is about, and its numbers."""

    name: str
    sent: int = 0
    delivered: int = 0
    failed: int = 0
    waiting: int = 0
    ended: int = 0
    answered: int = 0
    opted_out: int = 0


@dataclass(frozen=True, slots=True)
class Results:
    """What became of one announcement."""

    row: BroadcastRow
    title: str
    topic: str
    total: Line
    by_channel: tuple[Line, ...]
    by_area: tuple[Line, ...]
    by_reason: tuple[tuple[str, int], ...]
    """Why a row failed or was ended."""
    left_out: tuple[tuple[str, int], ...]
    """Why somebody of the audience was not sent it, or not there: found before it began, or on the way."""
    delivery_known: bool
    """Whether a channel has told that a message reached the person."""


async def progress(connection: AsyncConnection, actor: Actor, broadcast_id: int) -> Progress:
    """How far an announcement has come.

    Raises:
        AccessDenied, BroadcastError: see `handlers.actions.broadcasts.see`.
    """
    row = await see(connection, actor, broadcast_id)
    return Progress(row.state, await receipts.counts(connection, row.id))


async def see_results(connection: AsyncConnection, actor: Actor, words: Words, broadcast_id: int) -> Results:
    """What became of it, in numbers; nobody's name is in them.

    Raises:
        AccessDenied, BroadcastError: see `handlers.actions.broadcasts.see`.
    """
    row = await see(connection, actor, broadcast_id)
    rows = await receipts.receipts(connection, row.id)
    # One row for each person: who is sent it in another chat is counted there.
    found = [each for each in rows if each.reason != MOVED]
    # Everybody is somewhere: a person's place may lie beside the sender's own area.
    names = {place.key: place.name for place in await areas.subtree(connection, "/")}
    nowhere = words.say("broadcasts.no_area")
    reasons: dict[str, int] = {}
    left_out = dict(row.excluded)
    for each in rows:
        if each.reason in REASONS:  # the same as before it began: nothing has failed, they cannot be written to now
            left_out[each.reason] = left_out.get(each.reason, 0) + each.count
        elif each.reason:
            said = reason_said(words, each.reason)
            reasons[said] = reasons.get(said, 0) + each.count
    return Results(
        row=row,
        title=next((each.title for each in row.content.by_language.values()), ""),
        topic=words.say(f"topics.name.{row.topic}"),
        total=_line(words.say("broadcasts.all"), found),
        by_channel=_lines(found, lambda each: channel_name(words, each.channel)),
        by_area=_lines(found, lambda each: names.get(each.area_key, nowhere)),
        by_reason=tuple(sorted(reasons.items(), key=lambda pair: (-pair[1], pair[0]))),
        left_out=tuple((reason_said(words, reason), count) for reason, count in left_out.items()),
        delivery_known=any(each.delivered for each in found),
    )


async def take_results(
    connection: AsyncConnection, actor: Actor, words: Words, broadcast_id: int, ending: str, now: datetime
) -> list[Table]:
    """The same as tables to be taken along; that stands in the audit trail.

    Raises:
        AccessDenied, BroadcastError: see `handlers.actions.broadcasts.see`.
    """
    found = await see_results(connection, actor, words, broadcast_id)
    event = Event(
        "download_broadcast", "broadcast", str(broadcast_id), actor.account_id or None, actor.role,
        found.row.area_path, {"as": ending},
    )  # fmt: skip
    await audit.append(connection, event, now)
    head = _head(words)
    reasons = (words.say("broadcasts.column.reason"), words.say("broadcasts.column.count"))
    return [
        Table(words.say("broadcasts.sheet.area"), (words.say("broadcasts.column.area"), *head),
              tuple(_cells(each) for each in (*found.by_area, found.total))),
        Table(words.say("broadcasts.sheet.channel"), (words.say("broadcasts.column.channel"), *head),
              tuple(_cells(each) for each in (*found.by_channel, found.total))),
        Table(words.say("broadcasts.sheet.failed"), reasons, found.by_reason),
        Table(words.say("broadcasts.sheet.left_out"), reasons, found.left_out),
    ]  # fmt: skip


async def see_topics(
    connection: AsyncConnection, actor: Actor, start: datetime, end: datetime, topics: Sequence[str]
) -> list[TopicSum]:
    """What was sent of each topic within the actor's area.

    Raises:
        AccessDenied: the actor sees no announcements.
    """
    scope = scope_filter(actor, "see_broadcast")
    return await receipts.by_topic(connection, scope, start, end, topics)


async def take_topics(
    connection: AsyncConnection, actor: Actor, words: Words, start: datetime, end: datetime, topics: Sequence[str],
    ending: str, now: datetime,
) -> list[Table]:  # fmt: skip
    """The same as a table to be taken along; that stands in the audit trail.

    Raises:
        AccessDenied: the actor sees no announcements.
    """
    found = await see_topics(connection, actor, start, end, topics)
    detail = {"from": start.date().isoformat(), "to": end.date().isoformat(), "as": ending}
    event = Event(
        "download_broadcast", "area", actor.area_key, actor.account_id or None, actor.role, actor.area_path, detail
    )
    await audit.append(connection, event, now)
    head = tuple(
        words.say(f"broadcasts.column.{name}")
        for name in ("topic", "broadcasts", "sent", "failed", "answered", "opted_out")
    )
    rows = tuple(
        (words.say(f"topics.name.{one.topic}"), one.broadcasts, one.sent, one.failed, one.answered, one.opted_out)
        for one in found
    )
    return [Table(words.say("broadcasts.sheet.topic"), head, rows)]


_COLUMNS: Final = ("sent", "delivered", "failed", "waiting", "ended", "answered", "opted_out")


def _head(words: Words) -> tuple[str, ...]:
    return tuple(words.say(f"broadcasts.column.{name}") for name in _COLUMNS)


def _cells(line: Line) -> tuple[str | int, ...]:
    return (line.name, *(getattr(line, name) for name in _COLUMNS))


def _lines(found: Iterable[Receipts], name: Callable[[Receipts], str]) -> tuple[Line, ...]:
    groups: dict[str, list[Receipts]] = {}
    for each in found:
        groups.setdefault(name(each), []).append(each)
    lines = [_line(label, rows) for label, rows in groups.items()]
    return tuple(sorted(lines, key=lambda line: (-(line.sent + line.waiting + line.failed + line.ended), line.name)))


def _line(name: str, found: Iterable[Receipts]) -> Line:
    sums = dict.fromkeys((*_STATES, "delivered", "answered", "opted_out"), 0)
    for each in found:
        sums[each.state] += each.count
        sums["delivered"] += each.delivered
        sums["answered"] += each.answered
        sums["opted_out"] += each.opted_out
    return Line(name, **sums)
