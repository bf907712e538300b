"""From an audience to outbox rows in one statement, and why somebody gets none.

Whom a broadcast never goes to is decided here, whatever the audience says: who has stopped, blocked us, does not want
the topic, has had enough this week, cannot be written to on their channel now, or gets it in another chat of theirs.
The same query counts them by reason, before anything is sent.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy import (
    CTE,
    ColumnElement,
    Select,
    and_,
    case,
    exists,
    false,
    func,
    literal,
    literal_column,
    null,
    or_,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.broadcasts import BroadcastRow
from storage.outbox import Priority, rows_changed
from storage.tables import OUTBOX_QUEUED, OUTBOX_SENT, UtcDateTime, conversations, outbox
from storage.tables_broadcasts import broadcasts, topic_choices
from storage.tables_linked import account_households
from storage.tables_people import account_channels, accounts
from storage.tables_register import households, members
from storage.tables_zalo import zalo_oa_people
from storage.turns import upsert

WEEK: Final = timedelta(days=7)

# In the order in which they are asked: the first one that holds is the reason.
REASONS: Final = (
    "closed",
    "deceased",
    "stopped",
    "unwanted",
    "blocked",
    "already",
    "weekly",
    "no_channel",
    "window",
    "quota",
    "other_chat",
)


@dataclass(frozen=True, slots=True)
class Reach:
    """What the channels allow at this moment, as their adapters declare it."""

    channels: frozenset[str]
    """Channels that this installation can send on."""
    mailboxes: frozenset[str] = frozenset()
    """Those where a message is delivered by being written."""
    heard_since: Mapping[str, datetime] = field(default_factory=dict)
    """Channels that allow writing only to who has written since then."""
    room: Mapping[str, int] = field(default_factory=dict)
    """Channels with a quota: to how many people a broadcast may still go, so that answers keep their part."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What is being sent, as far as it decides who gets it. `broadcast_id` is 0 for one that is not written down."""

    topic: str
    default_wanted: bool
    weekly_most: int
    urgent: bool = False
    broadcast_id: int = 0
    corrects_id: int | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """Who would get it, by channel, and who would not, by reason."""

    by_channel: dict[str, int]
    excluded: dict[str, int]
    excluded_by_channel: dict[str, dict[str, int]] = field(default_factory=dict)

    @property
    def recipients(self) -> int:
        return sum(self.by_channel.values())


async def estimate(
    connection: AsyncConnection, terms: Terms, recipients: Select[Any], reach: Reach, now: datetime
) -> Estimate:
    """What sending now would do. `recipients` gives channel, chat, account_id (`storage.audiences`)."""
    found = _judged(terms, _audience(terms, recipients), reach, now)
    query = select(found.c.channel, found.c.reason, func.count().label("chats")).group_by(
        found.c.channel, found.c.reason
    )
    by_channel: dict[str, int] = {}
    excluded: dict[str, int] = {}
    apart: dict[str, dict[str, int]] = {}
    for row in await connection.execute(query):
        if row.reason is None:
            by_channel[row.channel] = row.chats
        else:
            excluded[row.reason] = excluded.get(row.reason, 0) + row.chats
            apart.setdefault(row.channel, {})[row.reason] = row.chats
    in_order: dict[str, int] = {name: excluded[name] for name in REASONS if name in excluded}
    return Estimate(dict(sorted(by_channel.items())), in_order, apart)


async def expand(
    connection: AsyncConnection, terms: Terms, recipients: Select[Any], reach: Reach, now: datetime
) -> int:
    """Write one outbox row for everybody who gets it, in one statement; how many. Run again, it adds nobody twice."""
    return await write(connection, terms, _audience(terms, recipients), reach, now)


async def write(connection: AsyncConnection, terms: Terms, audience: Select[Any], reach: Reach, now: datetime) -> int:
    """The same for exactly these chats (channel, chat, account_id), whatever it corrects."""
    found = _judged(terms, audience, reach, now)
    mailbox = found.c.channel.in_(sorted(reach.mailboxes)) if reach.mailboxes else false()
    moment = literal(now, UtcDateTime())
    rows = select(
        found.c.channel,
        found.c.chat,
        literal(int(Priority.BROADCAST)),
        case((mailbox, OUTBOX_SENT), else_=OUTBOX_QUEUED),
        literal(b""),
        moment,
        moment,
        literal(0),
        case((mailbox, moment), else_=null()),
        literal(terms.broadcast_id),
        false(),
    ).where(found.c.reason.is_(None))
    columns = (
        "channel",
        "chat",
        "priority",
        "state",
        "payload",
        "created_at",
        "due_at",
        "attempts",
        "sent_at",
        "broadcast_id",
        "leased",
    )
    result = await connection.execute(upsert(connection, outbox).from_select(columns, rows).on_conflict_do_nothing())
    return await rows_changed(connection, result)


async def note_expanded(
    connection: AsyncConnection, broadcast_id: int, recipients: int, excluded: Mapping[str, int], now: datetime
) -> None:
    """Keep with the broadcast how many get it and who was left out, by reason."""
    await connection.execute(
        update(broadcasts)
        .where(broadcasts.c.id == broadcast_id)
        .values(expanded_at=now, recipients=recipients, excluded=msgspec.json.encode(excluded).decode())
    )


def terms_of(row: BroadcastRow, *, default_wanted: bool, weekly_most: int) -> Terms:
    """The terms of a broadcast that is written down."""
    return Terms(row.topic, default_wanted, weekly_most, row.urgent, row.id, row.corrects_id)


def those_who_got(broadcast_id: int) -> Select[Any]:
    """To whom a correction goes: who has got that broadcast, or is being sent it; the same columns as an audience."""
    got = or_(outbox.c.state == OUTBOX_SENT, and_(outbox.c.state == OUTBOX_QUEUED, outbox.c.leased))
    talk = and_(conversations.c.channel == outbox.c.channel, conversations.c.chat == outbox.c.chat)
    linked = and_(account_channels.c.channel == outbox.c.channel, account_channels.c.chat == outbox.c.chat)
    return (
        select(
            outbox.c.channel,
            outbox.c.chat,
            account_channels.c.account_id,
            conversations.c.area_key,
            conversations.c.language,
        )
        .select_from(outbox.join(conversations, talk).outerjoin(account_channels, linked))
        .where(outbox.c.broadcast_id == broadcast_id, got)
    )


def _audience(terms: Terms, recipients: Select[Any]) -> Select[Any]:
    return recipients if terms.corrects_id is None else those_who_got(terms.corrects_id)


def _judged(terms: Terms, chats: Select[Any], reach: Reach, now: datetime) -> CTE:
    """channel, chat and the reason to leave it out (NULL: it gets the broadcast)."""
    own = _own_reasons(terms, chats.cte("audience"), reach, now)
    # One chat for a person: the one they prefer, among those that can be written to.
    rank = func.row_number().over(
        partition_by=(own.c.account_id, own.c.reason.is_(None)),
        order_by=(own.c.preferred.desc(), own.c.linked_at, own.c.channel, own.c.chat),
    )
    chosen = select(
        own.c.channel,
        own.c.chat,
        case(
            (own.c.reason.is_not(None), own.c.reason),
            (and_(own.c.account_id.is_not(None), rank > 1), literal_column("'other_chat'")),
        ).label("reason"),
    ).cte("chosen")
    if not reach.room:
        return chosen
    place = func.row_number().over(partition_by=(chosen.c.channel, chosen.c.reason.is_(None)), order_by=chosen.c.chat)
    full = or_(
        false(), *(and_(chosen.c.channel == name, place > max(0, most)) for name, most in sorted(reach.room.items()))
    )
    return select(
        chosen.c.channel,
        chosen.c.chat,
        case(
            (chosen.c.reason.is_not(None), chosen.c.reason),
            (full, literal_column("'quota'")),
        ).label("reason"),
    ).cte("within_quota")


def _own_reasons(terms: Terms, audience: CTE, reach: Reach, now: datetime) -> CTE:
    """The reasons that lie in the chat and its person alone."""
    here = and_(conversations.c.channel == audience.c.channel, conversations.c.chat == audience.c.chat)
    chosen = and_(
        topic_choices.c.channel == audience.c.channel,
        topic_choices.c.chat == audience.c.chat,
        topic_choices.c.topic == terms.topic,
    )
    linked = and_(account_channels.c.channel == audience.c.channel, account_channels.c.chat == audience.c.chat)
    source = (
        audience.join(conversations, here)
        .outerjoin(account_channels, linked)
        .outerjoin(accounts, accounts.c.id == account_channels.c.account_id)
        .outerjoin(topic_choices, chosen)
    )
    tests: list[tuple[ColumnElement[bool], str]] = [
        (accounts.c.closed_at.is_not(None), "closed"),
        (account_channels.c.account_id.in_(_deceased()), "deceased"),
        (or_(conversations.c.notices_stopped, func.coalesce(accounts.c.notices_stopped, false())), "stopped"),
        (~func.coalesce(topic_choices.c.wanted, literal(terms.default_wanted)), "unwanted"),
        (conversations.c.blocked_at.is_not(None), "blocked"),
    ]
    if terms.broadcast_id:
        source, test = _already(source, audience, terms.broadcast_id)
        tests.append((test, "already"))
    if not terms.urgent and terms.corrects_id is None:
        source, test = _enough(source, audience, terms, now)
        tests.append((test, "weekly"))
    tests.append((audience.c.channel.not_in(sorted(reach.channels)), "no_channel"))
    # A channel whose month is used up is not the one that can be written to now: the person's other one is.
    full = sorted(name for name, most in reach.room.items() if most <= 0)
    tests += [(audience.c.channel.in_(full), "quota")] if full else []
    if "zalo_oa" in reach.heard_since:
        source = source.outerjoin(
            zalo_oa_people, and_(audience.c.channel == "zalo_oa", zalo_oa_people.c.user_id == audience.c.chat)
        )
        # Whoever has been silent for longer is no longer kept there; their talk still says since when.
        heard = func.coalesce(zalo_oa_people.c.last_interaction_at, conversations.c.last_seen_at)
        closed = heard < reach.heard_since["zalo_oa"]
        tests.append((and_(audience.c.channel == "zalo_oa", closed), "window"))
    return (
        select(
            audience.c.channel,
            audience.c.chat,
            account_channels.c.account_id,
            account_channels.c.preferred,
            account_channels.c.linked_at,
            case(*((test, literal_column(f"'{name}'")) for test, name in tests)).label("reason"),
        )
        .select_from(source)
        .cte("own_reasons")
    )


def _deceased() -> Select[Any]:
    """Accounts whose own linked households have nobody left: whoever could be told has died."""
    linked, living = account_households.alias("linked"), account_households.alias("living")
    own = and_(linked.c.ended_at.is_(None), ~linked.c.on_behalf)
    alive = (
        select(living.c.account_id)
        .join(members, members.c.household_id == living.c.household_id)
        .where(living.c.ended_at.is_(None), members.c.ended_on.is_(None))
    )
    dead = exists().where(members.c.household_id == linked.c.household_id, members.c.ended_reason == "death")
    return (
        select(linked.c.account_id)
        .join(households, households.c.id == linked.c.household_id)
        .where(own, dead, linked.c.account_id.not_in(alive))
    )


def _already(source: Any, audience: CTE, broadcast_id: int) -> tuple[Any, ColumnElement[bool]]:
    got = select(outbox.c.channel, outbox.c.chat).where(outbox.c.broadcast_id == broadcast_id).subquery("got")
    joined = source.outerjoin(got, and_(got.c.channel == audience.c.channel, got.c.chat == audience.c.chat))
    return joined, got.c.chat.is_not(None)


def _enough(source: Any, audience: CTE, terms: Terms, now: datetime) -> tuple[Any, ColumnElement[bool]]:
    """So many of this topic within seven days, in this chat or in all chats of the person."""
    recent = (
        select(broadcasts.c.id)
        .where(broadcasts.c.topic == terms.topic, broadcasts.c.expanded_at > now - WEEK)
        .where(broadcasts.c.corrects_id.is_(None), broadcasts.c.id != terms.broadcast_id)
    )
    counted = and_(outbox.c.broadcast_id.in_(recent), outbox.c.state.in_((OUTBOX_QUEUED, OUTBOX_SENT)))
    enough = func.count() >= terms.weekly_most
    chats = (
        select(outbox.c.channel, outbox.c.chat)
        .where(counted)
        .group_by(outbox.c.channel, outbox.c.chat)
        .having(enough)
        .subquery("full_chats")
    )
    linked = and_(account_channels.c.channel == outbox.c.channel, account_channels.c.chat == outbox.c.chat)
    people = (
        select(account_channels.c.account_id)
        .select_from(outbox.join(account_channels, linked))
        .where(counted)
        .group_by(account_channels.c.account_id)
        .having(enough)
        .subquery("full_people")
    )
    joined = source.outerjoin(
        chats, and_(chats.c.channel == audience.c.channel, chats.c.chat == audience.c.chat)
    ).outerjoin(people, people.c.account_id == account_channels.c.account_id)
    return joined, or_(chats.c.chat.is_not(None), people.c.account_id.is_not(None))
