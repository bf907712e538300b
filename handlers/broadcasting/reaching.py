"""Whom an announcement would reach if it were sent now, who is left out and why, and a few of them, unrecognisable."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Select, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.topics import defaults
from handlers.broadcasting.office import Office
from handlers.broadcasting.options import channel_name
from rules.audiences.model import Tree
from storage import audiences, expansion
from storage.broadcasts import BroadcastRow
from storage.expansion import Terms
from storage.tables_people import accounts, areas

_SAMPLE: Final = 8


@dataclass(frozen=True, slots=True)
class Reached:
    """How many get it by channel, and how many of the audience do not by channel and reason."""

    by_channel: Mapping[str, int]
    excluded: Mapping[str, Mapping[str, int]]

    @property
    def total(self) -> int:
        return sum(self.by_channel.values())

    @property
    def left_out(self) -> dict[str, int]:
        """Who is left out, by reason."""
        sums: dict[str, int] = {}
        for reasons in self.excluded.values():
            for reason, count in reasons.items():
                sums[reason] = sums.get(reason, 0) + count
        return {reason: sums[reason] for reason in expansion.REASONS if reason in sums}

    @property
    def channels(self) -> list[str]:
        """Every channel that somebody of the audience writes through."""
        return sorted({*self.by_channel, *self.excluded})


async def reach(connection: AsyncConnection, row: BroadcastRow, office: Office) -> Reached:
    """What sending it now would do."""
    terms = expansion.terms_of(
        row, default_wanted=defaults().get(row.topic, False), weekly_most=office.policy.weekly_most
    )
    return await _reached(connection, terms, await audience_of(connection, row.audience, row.area_path, office), office)


async def reach_of(
    connection: AsyncConnection, topic: str, urgent: bool, audience: Tree | str, scope: str, office: Office
) -> Reached:
    """The same for one that is still being written."""
    terms = Terms(topic, defaults().get(topic, False), office.policy.weekly_most, urgent)
    return await _reached(connection, terms, await audience_of(connection, audience, scope, office), office)


async def audience_of(connection: AsyncConnection, audience: Tree | str, scope: str, office: Office) -> Select[Any]:
    """The chats of an audience within an area."""
    return await audiences.recipients(connection, audience, scope=scope, today=office.today, topics=defaults())


async def _reached(connection: AsyncConnection, terms: Terms, recipients: Select[Any], office: Office) -> Reached:
    found = await expansion.estimate(connection, terms, recipients, await office.outlets.reach(), office.now)
    return Reached(found.by_channel, found.excluded_by_channel)


async def sample(
    connection: AsyncConnection, audience: Tree | str, scope: str, office: Office
) -> list[tuple[str, str, str]]:
    """A few of the audience: initials (or nothing), place, channel. Nobody can be told from it."""
    found = (await audience_of(connection, audience, scope, office)).subquery("found")
    query = (
        select(found.c.channel, accounts.c.name, areas.c.name.label("place"))
        .select_from(
            found.outerjoin(accounts, accounts.c.id == found.c.account_id).outerjoin(
                areas, areas.c.key == found.c.area_key
            )
        )
        .limit(_SAMPLE)
    )
    return [
        (masked(row.name or ""), row.place or "", channel_name(office.words, row.channel))
        for row in await connection.execute(query)
    ]


def masked(name: str) -> str:
    """ "Nguyễn Văn Mẫu" becomes "N… V… M…"."""
    return " ".join(f"{part[0]}…" for part in name.split())
