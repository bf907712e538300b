"""What became of a broadcast: its outbox rows are its receipts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import ColumnElement, Select, and_, case, func, literal_column, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import OUTBOX_ENDED, OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT, conversations, outbox
from storage.tables_broadcasts import broadcasts, topic_choices

STATES: Final[Mapping[int, str]] = {
    OUTBOX_QUEUED: "queued",
    OUTBOX_SENT: "sent",
    OUTBOX_FAILED: "failed",
    OUTBOX_ENDED: "ended",
}

States = dict[str, int]
"""Rows by state: queued, sent, failed, ended."""


@dataclass(slots=True)
class Progress:
    """How far a broadcast has come, and what people did after it."""

    states: States = field(default_factory=dict)
    channels: dict[str, States] = field(default_factory=dict)
    areas: dict[str, States] = field(default_factory=dict)
    """By the key of the commune that people named; "" for those who named none."""
    failures: dict[str, int] = field(default_factory=dict)
    """Rows that failed or ended unsent, by reason."""
    delivered: int = 0
    """Where the channel tells that it arrived."""
    opted_out: int = 0
    """Stopped everything or this topic after they had got it."""
    answered: int = 0
    """Wrote something after they had got it."""

    @property
    def total(self) -> int:
        return sum(self.states.values())


async def states(connection: AsyncConnection, broadcast_id: int) -> States:
    """Rows by state alone: cheap enough for a bar that is drawn anew every few seconds."""
    query = select(outbox.c.state, func.count()).where(outbox.c.broadcast_id == broadcast_id).group_by(outbox.c.state)
    return {STATES[row[0]]: row[1] for row in await connection.execute(query)}


async def progress(connection: AsyncConnection, broadcast_id: int) -> Progress:
    """Everything that is known of a broadcast, in one query over its rows."""
    found = Progress()
    for row in await connection.execute(_counted(broadcast_id)):
        state = STATES[row.state]
        area = row.area_key or ""
        _add(found.states, state, row.rows)
        _add(found.channels.setdefault(row.channel, {}), state, row.rows)
        _add(found.areas.setdefault(area, {}), state, row.rows)
        if row.failure is not None:
            _add(found.failures, row.failure, row.rows)
        found.delivered += row.delivered
        found.opted_out += row.opted_out
        found.answered += row.answered
    return found


def _add(counts: dict[str, int], name: str, more: int) -> None:
    counts[name] = counts.get(name, 0) + more


def _counted(broadcast_id: int) -> Select[tuple[int, str, str | None, str | None, int, int, int, int]]:
    talk = and_(conversations.c.channel == outbox.c.channel, conversations.c.chat == outbox.c.chat)
    chosen = and_(
        topic_choices.c.channel == outbox.c.channel,
        topic_choices.c.chat == outbox.c.chat,
        topic_choices.c.topic == broadcasts.c.topic,
    )
    sent = outbox.c.state == OUTBOX_SENT
    stopped = and_(sent, conversations.c.notices_stopped, conversations.c.stopped_at >= outbox.c.sent_at)
    unwanted = and_(sent, ~topic_choices.c.wanted, topic_choices.c.chosen_at >= outbox.c.sent_at)
    # Why a row that is still queued was put off is no failure.
    failure = case((outbox.c.state.in_((OUTBOX_FAILED, OUTBOX_ENDED)), outbox.c.failure))
    source = (
        outbox.join(broadcasts, broadcasts.c.id == outbox.c.broadcast_id)
        .outerjoin(conversations, talk)
        .outerjoin(topic_choices, chosen)
    )
    return (
        select(
            outbox.c.state,
            outbox.c.channel,
            conversations.c.area_key,
            failure.label("failure"),
            func.count().label("rows"),
            _sum(outbox.c.delivered_at.is_not(None)).label("delivered"),
            _sum(or_(stopped, unwanted)).label("opted_out"),
            _sum(and_(sent, conversations.c.last_seen_at > outbox.c.sent_at)).label("answered"),
        )
        .select_from(source)
        .where(outbox.c.broadcast_id == broadcast_id)
        .group_by(outbox.c.state, outbox.c.channel, conversations.c.area_key, literal_column("failure"))
    )


def _sum(condition: ColumnElement[bool]) -> ColumnElement[int]:
    return func.sum(case((condition, 1), else_=0))
