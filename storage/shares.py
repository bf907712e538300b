"""How the processes that send on a channel divide its messages per second among themselves."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_broadcasts import channel_shares
from storage.turns import upsert

# A process that has not been heard of for so long has ended.
SHARE_LEASE: Final = timedelta(seconds=4)
# What it had sent at its last moment may arrive a little later: its slots rest for that long.
_GRACE: Final = timedelta(milliseconds=1500)


async def renew(
    connection: AsyncConnection, channel: str, holder: str, *, total: int, wanted: int, keeps: int, now: datetime
) -> int:
    """Say how many slots this process could use and how many it still holds on to; returns how many it may use.

    Of the answer, what is more than `keeps` is new to the process and free to be used; where it is less, the process
    must stop using the difference and come again. Slots are never given to two processes at once.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(f"shares {channel}"))))
    await connection.execute(
        delete(channel_shares).where(channel_shares.c.channel == channel, channel_shares.c.until < now - _GRACE)
    )
    found = await connection.execute(
        select(channel_shares.c.holder, channel_shares.c.wanted, channel_shares.c.slots).where(
            channel_shares.c.channel == channel, channel_shares.c.holder != holder
        )
    )
    others = {row.holder: row for row in found}
    fair = divided(total, {**{name: row.wanted for name, row in others.items()}, holder: wanted})[holder]
    free = total - sum(int(row.slots) for row in others.values())
    allowed = max(0, min(fair, free))
    statement = upsert(connection, channel_shares).values(
        channel=channel, holder=holder, wanted=wanted, slots=max(allowed, keeps), until=now + SHARE_LEASE
    )
    await connection.execute(
        statement.on_conflict_do_update(
            index_elements=[channel_shares.c.channel, channel_shares.c.holder],
            set_={name: statement.excluded[name] for name in ("wanted", "slots", "until")},
        )
    )
    return allowed


async def give_back(connection: AsyncConnection, channel: str, holder: str, now: datetime) -> None:
    """The process ends in good order: its slots are free after a moment."""
    await connection.execute(
        channel_shares.update()
        .where(channel_shares.c.channel == channel, channel_shares.c.holder == holder)
        .values(wanted=0, until=now)
    )


def divided(total: int, wanted: Mapping[str, int]) -> dict[str, int]:
    """What one does not want the others get, in equal parts. What nobody wants is spread in advance, so that the next
    few answers of a process need not wait for it to ask; one part of it stays for a process that has just started.
    """
    parts = dict.fromkeys(wanted, 0)
    left = total
    hungry = sorted(wanted)
    while left > 0:
        hungry = [name for name in hungry if parts[name] < wanted[name]]
        if not hungry:
            break
        each = max(1, left // len(hungry))
        for name in hungry:
            more = min(each, wanted[name] - parts[name], left)
            parts[name] += more
            left -= more
    present = [name for name in wanted if wanted[name]]
    for name in present:
        parts[name] += left // (len(present) + 1)
    return parts
