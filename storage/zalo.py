"""What the Zalo channels keep: counts per month, when people last wrote to the Official Account, and its tokens."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from sqlalchemy import bindparam, case, delete, func, insert, literal_column, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.keys import Keys
from storage.tables import UtcDateTime, channels, conversations, outbox
from storage.tables_zalo import channel_counts, zalo_oa_people, zalo_oa_tokens
from storage.turns import upsert

_REASON_LENGTH: Final = 300
# Written out, so that PostgreSQL uses the index of what is no longer queued.
_PAST: Final = outbox.c.state != literal_column("1")


async def count(connection: AsyncConnection, channel: str, period: str, added: Mapping[str, int]) -> dict[str, int]:
    """Add to a month's counts; returns what they are now."""
    totals: dict[str, int] = {}
    for name in sorted(added):
        statement = upsert(connection, channel_counts).values(
            channel=channel, period=period, name=name[:64], count=added[name]
        )
        result = await connection.execute(
            statement.on_conflict_do_update(
                index_elements=[channel_counts.c.channel, channel_counts.c.period, channel_counts.c.name],
                set_={"count": channel_counts.c.count + statement.excluded.count},
            ).returning(channel_counts.c.count)
        )
        totals[name] = int(result.scalar_one())
    return totals


async def counted(connection: AsyncConnection, channel: str, period: str) -> dict[str, int]:
    """A month's counts by name."""
    found = await connection.execute(
        select(channel_counts.c.name, channel_counts.c.count).where(
            channel_counts.c.channel == channel, channel_counts.c.period == period
        )
    )
    return {row[0]: row[1] for row in found}


async def known_chats(connection: AsyncConnection, channel: str) -> int:
    """Chats of a channel that have a conversation."""
    found = await connection.execute(
        select(func.count()).select_from(conversations).where(conversations.c.channel == channel)
    )
    return int(found.scalar_one())


async def lift_pause(connection: AsyncConnection, channel: str) -> None:
    """Let a silenced channel send again."""
    await connection.execute(update(channels).where(channels.c.channel == channel).values(paused_until=None))


@dataclass(frozen=True, slots=True)
class Person:
    """When a person last wrote to the Official Account, as far as we know."""

    last_interaction_at: datetime | None
    following: bool


async def interacted(connection: AsyncConnection, people: Mapping[str, datetime], now: datetime) -> None:
    """People have written, each at a time; an older message that comes late changes nothing."""
    if not people:
        return
    statement = upsert(connection, zalo_oa_people)
    last, new = zalo_oa_people.c.last_interaction_at, statement.excluded.last_interaction_at
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[zalo_oa_people.c.user_id],
            set_={
                "last_interaction_at": case((or_(last.is_(None), last < new), new), else_=last),
                "changed_at": statement.excluded.changed_at,
            },
        ),
        [
            {"user_id": user_id, "last_interaction_at": people[user_id], "following": True, "changed_at": now}
            for user_id in sorted(people)
        ],
    )


async def followed(connection: AsyncConnection, user_id: str, following: bool, now: datetime) -> None:
    """A person follows the account, or has left it."""
    statement = upsert(connection, zalo_oa_people).values(user_id=user_id, following=following, changed_at=now)
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[zalo_oa_people.c.user_id], set_={"following": following, "changed_at": now}
        )
    )


async def person(connection: AsyncConnection, user_id: str) -> Person | None:
    found = await connection.execute(
        select(zalo_oa_people.c.last_interaction_at, zalo_oa_people.c.following).where(
            zalo_oa_people.c.user_id == user_id
        )
    )
    row = found.one_or_none()
    return None if row is None else Person(row.last_interaction_at, row.following)


async def delivered(
    connection: AsyncConnection, channel: str, chats: Sequence[str], receipts: Sequence[str], at: datetime
) -> int:
    """Messages have reached a person, by the platform's ids; how many of them are known. The first time counts."""
    result = await connection.execute(
        update(outbox)
        .where(outbox.c.channel == channel, outbox.c.chat.in_(chats), _PAST, outbox.c.receipt.in_(receipts))
        .values(delivered_at=func.coalesce(outbox.c.delivered_at, bindparam("at", at, UtcDateTime())))
    )
    return result.rowcount


async def forget_person(connection: AsyncConnection, user_id: str) -> None:
    """Delete what is kept of a person."""
    await connection.execute(delete(zalo_oa_people).where(zalo_oa_people.c.user_id == user_id))


async def forget_silent(connection: AsyncConnection, before: datetime) -> None:
    """Delete people of whom nothing has been heard since then: their window has closed, the row says nothing more."""
    await connection.execute(delete(zalo_oa_people).where(zalo_oa_people.c.changed_at < before))


async def people_count(connection: AsyncConnection) -> int:
    found = await connection.execute(select(func.count()).select_from(zalo_oa_people))
    return int(found.scalar_one())


@dataclass(frozen=True, slots=True)
class TokenPair:
    """The pair in force. `cut_off` when a process began to fetch the next one and never came back."""

    access_token: str
    refresh_token: str
    expires_at: datetime
    refreshed_at: datetime
    generation: int
    refreshing_until: datetime | None
    refusals: int
    trouble: str


async def tokens(connection: AsyncConnection, keys: Keys, app_id: str) -> TokenPair | None:
    """The stored pair, or None before the first consent."""
    row = (await connection.execute(select(zalo_oa_tokens).where(zalo_oa_tokens.c.app_id == app_id))).one_or_none()
    if row is None:
        return None
    return TokenPair(
        access_token=_open(keys, app_id, row.access_token),
        refresh_token=_open(keys, app_id, row.refresh_token),
        expires_at=row.expires_at,
        refreshed_at=row.refreshed_at,
        generation=row.generation,
        refreshing_until=row.refreshing_until,
        refusals=row.refusals,
        trouble=row.trouble,
    )


async def lease_refresh(
    connection: AsyncConnection, app_id: str, generation: int, *, now: datetime, until: datetime
) -> bool:
    """Become the one process that fetches the pair after this generation; False if another one is at it or has done."""
    result = await connection.execute(
        update(zalo_oa_tokens)
        .where(zalo_oa_tokens.c.app_id == app_id, zalo_oa_tokens.c.generation == generation)
        .where(or_(zalo_oa_tokens.c.refreshing_until.is_(None), zalo_oa_tokens.c.refreshing_until <= now))
        .values(refreshing_until=until)
        .returning(zalo_oa_tokens.c.app_id)
    )
    return result.first() is not None


async def store_pair(
    connection: AsyncConnection,
    keys: Keys,
    app_id: str,
    generation: int,
    *,
    access_token: str,
    refresh_token: str,
    expires_at: datetime,
    now: datetime,
) -> bool:
    """Replace the pair of that generation; False if it has been replaced already."""
    result = await connection.execute(
        update(zalo_oa_tokens)
        .where(zalo_oa_tokens.c.app_id == app_id, zalo_oa_tokens.c.generation == generation)
        .values(
            access_token=_seal(keys, app_id, access_token),
            refresh_token=_seal(keys, app_id, refresh_token),
            expires_at=expires_at,
            refreshed_at=now,
            generation=generation + 1,
            refreshing_until=None,
            refusals=0,
            trouble="",
        )
        .returning(zalo_oa_tokens.c.app_id)
    )
    return result.first() is not None


async def refresh_failed(
    connection: AsyncConnection, app_id: str, generation: int, *, refused: bool, trouble: str, until: datetime | None
) -> None:
    """Note why no new pair came. `until` keeps the lease where it is unknown whether the old token was used up."""
    await connection.execute(
        update(zalo_oa_tokens)
        .where(zalo_oa_tokens.c.app_id == app_id, zalo_oa_tokens.c.generation == generation)
        .values(
            refreshing_until=until,
            refusals=zalo_oa_tokens.c.refusals + (1 if refused else 0),
            trouble=trouble[:_REASON_LENGTH],
        )
    )


async def consented(connection: AsyncConnection, keys: Keys, app_id: str, refresh_token: str, now: datetime) -> None:
    """Begin with a refresh token that a person has just obtained; what was there before is replaced."""
    values = {
        "access_token": _seal(keys, app_id, ""),
        "refresh_token": _seal(keys, app_id, refresh_token),
        "expires_at": now,
        "refreshed_at": now,
        "refreshing_until": None,
        "refusals": 0,
        "trouble": "",
    }
    changed = await connection.execute(
        update(zalo_oa_tokens)
        .where(zalo_oa_tokens.c.app_id == app_id)
        .values(**values, generation=zalo_oa_tokens.c.generation + 1)
        .returning(zalo_oa_tokens.c.app_id)
    )
    if changed.first() is None:
        await connection.execute(insert(zalo_oa_tokens).values(app_id=app_id, generation=1, **values))


async def consented_with_pair(
    connection: AsyncConnection,
    keys: Keys,
    app_id: str,
    *,
    access_token: str,
    refresh_token: str,
    expires_at: datetime,
    now: datetime,
) -> None:
    """Begin with both tokens, as an authorization code is exchanged for them."""
    await consented(connection, keys, app_id, refresh_token, now)
    await connection.execute(
        update(zalo_oa_tokens)
        .where(zalo_oa_tokens.c.app_id == app_id)
        .values(access_token=_seal(keys, app_id, access_token), expires_at=expires_at)
    )


def _seal(keys: Keys, app_id: str, token: str) -> str:
    return keys.encrypt(token.encode(), f"zalo_oa_tokens {app_id}")


def _open(keys: Keys, app_id: str, sealed: str) -> str:
    return keys.decrypt(sealed, f"zalo_oa_tokens {app_id}").decode()
