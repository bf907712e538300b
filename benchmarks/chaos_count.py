"""What became of everything that was said in `benchmarks.chaos`: read from the database and from the platforms."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any, Final

from sqlalchemy import func, select

from benchmarks.chaos_load import Load
from bot.channels.telegram.channel import RATE as TELEGRAM_RATE
from bot.channels.zalo_oa.channel import RATE as ZALO_RATE
from handlers.cases.sealing import opened
from storage import audit
from storage.database import Database
from storage.outbox import Priority
from storage.tables import OUTBOX_SENT, inbox, outbox
from storage.tables_cases import case_entries
from storage.tables_reports import reports
from storage.tables_zalo import arrivals
from tests.support.counting_server import most_in_a_second
from tests.support.platforms import Came

RATES: Final = {"telegram": TELEGRAM_RATE, "zalo_oa": ZALO_RATE}
# A message sent so long before a kill has been recorded as sent, also on a busy machine.
_WRITTEN_DOWN_S: Final = 2.0
# What a process had sent when it was killed may reach the platform a moment later.
_ON_THE_WAY_S: Final = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """All of it; `sound` says whether nothing is wrong."""

    acknowledged: int
    without_inbox_row: int
    failed_turns: int
    told: int
    told_lost: int
    told_twice: int
    reports: int
    reports_lost: int
    reports_twice: int
    rows: int
    """Of the outbox, to be sent to a platform."""
    rows_unsent: int
    rows_never_came: int
    came: int
    duplicates: int
    duplicates_unexplained: int
    overtaken: int
    """Answers that came before an earlier one of the same chat."""
    most_in_a_second: dict[str, int]
    above_the_rate: int
    broadcast_too_close: int
    """Messages of a broadcast within the chat's own pause after a notice or another broadcast."""
    broadcast_soon_after_an_answer: int
    """The same after an answer: another process may have sent it while the broadcast's row was on its way. Not wrong,
    platforms allow a short burst, but told."""
    recipients: int
    recipients_sent: int
    arrivals_left: int
    audit_broken: bool
    given_up: int

    @property
    def sound(self) -> bool:
        lost = self.without_inbox_row + self.told_lost + self.reports_lost + self.rows_unsent + self.rows_never_came
        doubled = self.told_twice + self.reports_twice + self.duplicates_unexplained
        out_of_line = self.overtaken + self.above_the_rate + self.broadcast_too_close
        left = self.arrivals_left + self.failed_turns + self.given_up + self.recipients - self.recipients_sent
        return not (lost or doubled or out_of_line or left or self.audit_broken)


@dataclass(frozen=True, slots=True)
class _Row:
    id: int
    channel: str
    chat: str
    priority: int
    state: int
    created_at: datetime
    receipt: str | None
    broadcast_id: int | None


async def unfinished(database: Database) -> int:
    """Rows that are still to be sent, and messages that are still to be handled."""
    async with database.read() as connection:
        rows = select(func.count()).select_from(outbox).where(outbox.c.state == 1)
        waiting = select(func.count()).select_from(arrivals)
        return int((await connection.execute(rows)).scalar_one() + (await connection.execute(waiting)).scalar_one())


async def count(load: Load, came: Sequence[Came], blows: Sequence[float], broadcast_id: int) -> Count:
    """`blows`: when something was killed or cut, in seconds since 1970."""
    database = load.deployed.database
    async with database.read() as connection:
        heard = {(row.channel, row.message_id): row.state for row in await connection.execute(select(inbox))}
        told: Counter[str] = Counter()
        for row in await connection.execute(select(case_entries).where(case_entries.c.kind == "person")):
            told[opened(load.deployed.known.keys, row.case_id, row.text)] += 1
        sent = Counter((await connection.execute(select(reports.c.chat))).scalars())
        columns = [outbox.c[name] for name in _Row.__slots__]
        query = select(*columns).where(outbox.c.channel.in_(RATES)).order_by(outbox.c.id)
        rows = [_Row(*row) for row in await connection.execute(query)]
        left = (await connection.execute(select(func.count()).select_from(arrivals))).scalar_one()
        broken = (await audit.verify(connection, "")).broken is not None
    by_receipt = {(one.channel, one.receipt): one for one in came}
    last = {row.id: by_receipt.get((row.channel, row.receipt or "")) for row in rows}
    again = _again(came, [one for one in last.values() if one is not None])
    first = _first(rows, last, again)
    of_broadcast = [row for row in rows if row.broadcast_id == broadcast_id]
    busiest = {name: most_in_a_second([one.at for one in came if one.channel == name]) for name in RATES}
    return Count(
        acknowledged=len(load.said),
        without_inbox_row=sum(key not in heard for key in load.said),
        failed_turns=sum(state != 1 for state in heard.values()),
        told=len(load.told),
        told_lost=sum(not told[one] for one in load.told),
        told_twice=sum(told[one] > 1 for one in load.told),
        reports=sum(load.reports.values()),
        reports_lost=sum(max(0, load.reports[chat] - sent[chat]) for chat in load.reports),
        # What was acknowledged for the last message only is not counted as told, but may be there.
        reports_twice=sum(max(0, sent[chat] - load.reports[chat]) for chat in load.reports),
        rows=len(rows),
        rows_unsent=sum(row.state != OUTBOX_SENT for row in rows),
        rows_never_came=sum(row.state == OUTBOX_SENT and last[row.id] is None for row in rows),
        came=len(came),
        duplicates=len(again),
        duplicates_unexplained=_unexplained(again, blows),
        overtaken=_overtaken(rows, first),
        most_in_a_second=busiest,
        above_the_rate=sum(max(0, busiest[name] - rate.per_second) for name, rate in RATES.items()),
        broadcast_too_close=_too_close(of_broadcast, first, [row for row in rows if row.priority > Priority.ANSWER]),
        broadcast_soon_after_an_answer=_too_close(
            of_broadcast, first, [row for row in rows if row.priority == Priority.ANSWER]
        ),
        recipients=len(of_broadcast),
        recipients_sent=sum(row.state == OUTBOX_SENT for row in of_broadcast),
        arrivals_left=left,
        audit_broken=broken,
        given_up=load.given_up,
    )  # fmt: skip


def _again(came: Sequence[Came], recorded: Sequence[Came]) -> list[tuple[Came, Came | None]]:
    """Messages that no row remembers, each with the next of the same words that one does: what it was sent again as."""
    known = {(one.channel, one.receipt) for one in recorded}
    later: dict[tuple[str, str, str], list[Came]] = defaultdict(list)
    for one in sorted(recorded, key=lambda each: each.at):
        later[one.channel, one.chat, one.text].append(one)
    return [
        (one, next((each for each in later[one.channel, one.chat, one.text] if each.at > one.at), None))
        for one in came
        if (one.channel, one.receipt) not in known
    ]


def _unexplained(again: Sequence[tuple[Came, Came | None]], blows: Sequence[float]) -> int:
    """Sent twice without a blow in between, or so long before it that the first must have been written down."""
    found = 0
    for one, repeated in again:
        in_time = any(one.at - _ON_THE_WAY_S < blow < one.at + _WRITTEN_DOWN_S for blow in blows)
        found += repeated is None or not in_time
    return found


def _first(
    rows: Sequence[_Row], last: dict[int, Came | None], again: Sequence[tuple[Came, Came | None]]
) -> dict[int, float]:
    """When each row first reached the person."""
    earliest: dict[tuple[str, str], float] = {}
    for one, repeated in again:
        if repeated is not None:
            key = (repeated.channel, repeated.receipt)
            earliest[key] = min(one.at, earliest.get(key, one.at))
    return {
        row.id: min(sent.at, earliest.get((sent.channel, sent.receipt), sent.at))
        for row in rows
        if (sent := last[row.id]) is not None
    }


def _overtaken(rows: Sequence[_Row], first: dict[int, float]) -> int:
    answers: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row.priority == Priority.ANSWER and row.id in first:
            answers[row.channel, row.chat].append(first[row.id])
    return sum(later < earlier for times in answers.values() for earlier, later in pairwise(times))


def _too_close(of_broadcast: Sequence[_Row], first: dict[int, float], others: Sequence[_Row]) -> int:
    by_chat: dict[tuple[str, str], list[float]] = defaultdict(list)
    for one in others:
        if one.id in first:
            by_chat[one.channel, one.chat].append(first[one.id])
    found = 0
    for row in of_broadcast:
        at = first.get(row.id)
        pause = RATES[row.channel].per_chat_s
        # Less than the pause by a hair is how long the two were on their way.
        if at is not None and pause:
            found += any(0 < at - other < pause * 0.9 for other in by_chat[row.channel, row.chat])
    return found


def told_by_state(counted: Count) -> dict[str, Any]:
    """For printing."""
    return {name: getattr(counted, name) for name in Count.__slots__} | {"sound": counted.sound}
