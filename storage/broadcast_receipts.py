"""What became of a broadcast: its outbox rows are its receipts, counted by channel, place and reason.

"Answered" is a message of the person within two days of getting it, seen by the answer that every message gets. "Opted
out" is a stop of all messages, or of the broadcast's topic, within a week of getting it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, exists, func, literal_column, or_, select, text
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.elsewhere import MOVED
from storage.outbox import Priority
from storage.tables import OUTBOX_ENDED, OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT, conversations, outbox
from storage.tables_broadcasts import broadcasts, topic_choices

ANSWERED_WITHIN: Final = timedelta(hours=48)
OPTED_OUT_WITHIN: Final = timedelta(days=7)
STATE_NAMES: Final = {OUTBOX_QUEUED: "waiting", OUTBOX_SENT: "sent", OUTBOX_FAILED: "failed", OUTBOX_ENDED: "ended"}


@dataclass(frozen=True, slots=True)
class Receipts:
    """Rows of a broadcast that have channel, place, state and reason in common."""

    channel: str
    area_key: str
    """The commune that the person named; empty where none was named."""
    state: str
    """waiting, sent, failed or ended."""
    reason: str
    """Why it failed or was ended; empty otherwise."""
    count: int
    delivered: int
    answered: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class TopicSum:
    """All broadcasts of a topic within a period."""

    topic: str
    broadcasts: int
    sent: int
    failed: int
    answered: int
    opted_out: int


async def counts(connection: AsyncConnection, broadcast_id: int) -> dict[str, int]:
    """How many people are waiting, sent, failed and ended: for the progress bar, one range of an index."""
    found = await connection.execute(
        select(outbox.c.state, func.count())
        .where(outbox.c.broadcast_id == broadcast_id, ~_moved())
        .group_by(outbox.c.state)
    )
    by_state = {STATE_NAMES[row[0]]: row[1] for row in found}
    return {name: by_state.get(name, 0) for name in STATE_NAMES.values()}


async def receipts(connection: AsyncConnection, broadcast_id: int) -> list[Receipts]:
    """The receipts of one broadcast."""
    shown_reason = case((outbox.c.state == OUTBOX_SENT, ""), else_=func.coalesce(outbox.c.failure, ""))
    area = func.coalesce(conversations.c.area_key, "")
    groups = (outbox.c.channel, area, outbox.c.state, shown_reason)
    query = (
        select(
            outbox.c.channel,
            area.label("area_key"),
            outbox.c.state,
            shown_reason.label("reason"),
            func.count().label("rows"),
            func.count(outbox.c.delivered_at).label("delivered"),
            _sum(_answered(connection)).label("answered"),
            _sum(_opted_out(connection)).label("opted_out"),
        )
        .select_from(_with_people())
        .where(outbox.c.broadcast_id == broadcast_id)
        .group_by(*groups)
        .order_by(*groups)
    )
    return [
        Receipts(
            row.channel, row.area_key, STATE_NAMES[row.state], row.reason, row.rows, row.delivered, row.answered,
            row.opted_out,
        )
        for row in await connection.execute(query)
    ]  # fmt: skip


async def by_topic(
    connection: AsyncConnection, area_path: str, start: datetime, end: datetime, topics: Iterable[str]
) -> list[TopicSum]:
    """What was sent of each topic from the places of a subtree in a period `[start, end)`."""
    rows = _with_people()
    query = (
        select(
            broadcasts.c.topic,
            func.count(broadcasts.c.id.distinct()).label("broadcasts"),
            _sum(outbox.c.state == OUTBOX_SENT).label("sent"),
            _sum(outbox.c.state == OUTBOX_FAILED).label("failed"),
            _sum(_answered(connection)).label("answered"),
            _sum(_opted_out(connection)).label("opted_out"),
        )
        .select_from(rows)
        .where(below(broadcasts.c.area_path, area_path))
        .where(broadcasts.c.expanded_at >= start, broadcasts.c.expanded_at < end)
        .group_by(broadcasts.c.topic)
    )
    found = {row.topic: row for row in await connection.execute(query)}
    return [
        TopicSum(topic, row.broadcasts, row.sent, row.failed, row.answered, row.opted_out)
        if (row := found.get(topic)) is not None
        else TopicSum(topic, 0, 0, 0, 0, 0)
        for topic in topics
    ]


def _moved() -> ColumnElement[bool]:
    """The person gets it in another chat, whose row is the one that counts."""
    return and_(outbox.c.state == OUTBOX_ENDED, func.coalesce(outbox.c.failure, "") == MOVED)


def _with_people() -> Any:
    person = and_(conversations.c.channel == outbox.c.channel, conversations.c.chat == outbox.c.chat)
    return outbox.join(broadcasts, broadcasts.c.id == outbox.c.broadcast_id).outerjoin(conversations, person)


def _sum(condition: ColumnElement[bool]) -> Any:
    return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)


def _answered(connection: AsyncConnection) -> ColumnElement[bool]:
    answers = outbox.alias("answers")
    return and_(
        outbox.c.state == OUTBOX_SENT,
        exists().where(
            answers.c.channel == outbox.c.channel,
            answers.c.chat == outbox.c.chat,
            # The index of what is past holds these; said with a literal, so that SQLite sees it too.
            answers.c.state != literal_column("1"),
            answers.c.id > outbox.c.id,
            answers.c.priority == int(Priority.ANSWER),
            answers.c.created_at > outbox.c.sent_at,
            answers.c.created_at <= _later(connection, ANSWERED_WITHIN),
        ),
    )


def _opted_out(connection: AsyncConnection) -> ColumnElement[bool]:
    until = _later(connection, OPTED_OUT_WITHIN)
    refused = exists().where(
        topic_choices.c.channel == outbox.c.channel,
        topic_choices.c.chat == outbox.c.chat,
        topic_choices.c.topic == broadcasts.c.topic,
        topic_choices.c.wanted.is_(False),
        topic_choices.c.chosen_at > outbox.c.sent_at,
        topic_choices.c.chosen_at <= until,
    )
    stopped = and_(
        conversations.c.stopped_at.is_not(None),
        conversations.c.stopped_at > outbox.c.sent_at,
        conversations.c.stopped_at <= until,
    )
    return and_(outbox.c.state == OUTBOX_SENT, or_(stopped, refused))


def _later(connection: AsyncConnection, span: timedelta) -> Any:
    """So long after a row was sent. SQLite keeps moments as text, its own function gives whole seconds."""
    hours = int(span.total_seconds()) // 3600
    if connection.dialect.name == "sqlite":
        return func.datetime(outbox.c.sent_at, f"+{hours} hours")
    return outbox.c.sent_at + text(f"interval '{hours} hours'")
