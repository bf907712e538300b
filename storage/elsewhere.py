"""When a chat can no longer be written to after a broadcast was expanded: the person's other chat, or nobody's fault.

A window that closes and a month's quota that is used up are normal. Such a row ends with the same reason that would
have left the chat out before; if the person has another chat that can be written to now, they get the broadcast there,
and the first row says so (`other_chat`). One person is one row that counts.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Select, and_, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.expansion import Reach, Terms, write
from storage.outbox import QUEUED
from storage.tables import OUTBOX_ENDED, OUTBOX_QUEUED, OUTBOX_SENT, conversations, outbox
from storage.tables_broadcasts import broadcasts
from storage.tables_people import account_channels

SHUT: Final = ("window", "quota")
"""Reasons for which a row ends although nothing has failed."""
MOVED: Final = "other_chat"

_LINKED: Final = and_(account_channels.c.channel == outbox.c.channel, account_channels.c.chat == outbox.c.chat)


async def is_shut_off(connection: AsyncConnection, broadcast_id: int) -> bool:
    """Whether a row has ended for such a reason; takes no lock."""
    found = select(outbox.c.id).where(outbox.c.broadcast_id == broadcast_id, _shut()).limit(1)
    return (await connection.execute(found)).first() is not None


async def shut_off(connection: AsyncConnection, channel: str, broadcast_id: int, reason: str, now: datetime) -> int:
    """End what nobody is sending on a channel that may send no more of it; how many rows."""
    free = or_(~outbox.c.leased, outbox.c.due_at <= now)
    of_channel = and_(outbox.c.broadcast_id == broadcast_id, outbox.c.channel == channel, QUEUED, free)
    chosen = select(outbox.c.id).where(of_channel)
    if connection.dialect.name == "postgresql":
        chosen = chosen.with_for_update(skip_locked=True)
    ended = await connection.execute(
        update(outbox)
        .where(outbox.c.id.in_(select(chosen.cte("chosen").c.id)), QUEUED)
        .values(state=OUTBOX_ENDED, failure=reason, leased=False)
        .returning(outbox.c.id)
    )
    return len(ended.all())


async def move_on(connection: AsyncConnection, terms: Terms, reach: Reach, now: datetime) -> int:
    """Give the broadcast to people whose row has ended so in another chat of theirs; how many.

    The caller's transaction holds the broadcast's row: of two processes one does it. A chat that has had a row gets no
    second one, so that nobody is sent back and forth.
    """
    await connection.execute(select(broadcasts.c.id).where(broadcasts.c.id == terms.broadcast_id).with_for_update())
    moved = await write(connection, terms, _other_chats(terms.broadcast_id), reach, now)
    if moved:
        served = _people(outbox.c.broadcast_id == terms.broadcast_id, _served())
        mine = select(account_channels.c.account_id).where(_LINKED).correlate(outbox).scalar_subquery()
        await connection.execute(
            update(outbox)
            .where(outbox.c.broadcast_id == terms.broadcast_id, _shut(), mine.in_(served))
            .values(failure=MOVED)
        )
    return moved


def _shut() -> ColumnElement[bool]:
    return and_(outbox.c.state == OUTBOX_ENDED, outbox.c.failure.in_(SHUT))


def _served() -> ColumnElement[bool]:
    return outbox.c.state.in_((OUTBOX_QUEUED, OUTBOX_SENT))


def _people(*conditions: ColumnElement[bool]) -> Select[tuple[int]]:
    return select(account_channels.c.account_id).select_from(outbox.join(account_channels, _LINKED)).where(*conditions)


def _other_chats(broadcast_id: int) -> Select[Any]:
    """Every chat of people whose row has ended so and who are getting it nowhere; the columns of an audience."""
    of_this = outbox.c.broadcast_id == broadcast_id
    talk = and_(conversations.c.channel == account_channels.c.channel, conversations.c.chat == account_channels.c.chat)
    return (
        select(
            account_channels.c.channel,
            account_channels.c.chat,
            account_channels.c.account_id,
            conversations.c.area_key,
            conversations.c.language,
        )
        .select_from(account_channels.join(conversations, talk))
        .where(account_channels.c.account_id.in_(_people(of_this, _shut())))
        .where(account_channels.c.account_id.not_in(_people(of_this, _served())))
    )
