"""How often each officer has been told of cases: read and written under the audit chain's lock, so never by two."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import and_, exists, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables_cases import case_notices
from storage.tables_people import accounts, roles
from storage.turns import upsert


@dataclass(frozen=True, slots=True)
class Told:
    """When an officer was last told, how many cases were held back since, and the alarms of the present span."""

    account_id: int
    told_at: datetime
    held: int
    alarms_from: datetime
    alarms: int


async def of(connection: AsyncConnection, account_ids: Iterable[int]) -> dict[int, Told]:
    """What is known of officers; one who was never told is not among them."""
    query = select(case_notices).where(case_notices.c.account_id.in_(list(account_ids)))
    return {row.account_id: Told(**row._mapping) for row in await connection.execute(query)}


async def save(connection: AsyncConnection, told: Iterable[Told]) -> None:
    """Write down how it stands now."""
    values = [{name: getattr(one, name) for name in Told.__slots__} for one in told]
    if not values:
        return
    statement = upsert(connection, case_notices)
    changed = {name: statement.excluded[name] for name in Told.__slots__ if name != "account_id"}
    await connection.execute(
        statement.on_conflict_do_update(index_elements=[case_notices.c.account_id], set_=changed), values
    )


async def held_back(connection: AsyncConnection, told_before: datetime, on: date, limit: int = 100) -> list[Told]:
    """Officers with cases held back whose quiet span is over; who holds no role any more is told nothing."""
    held = and_(
        roles.c.account_id == case_notices.c.account_id,
        accounts.c.id == roles.c.account_id,
        accounts.c.closed_at.is_(None),
        roles.c.start <= on,
        or_(roles.c.end.is_(None), roles.c.end > on),
    )
    query = (
        select(case_notices)
        .where(case_notices.c.held > 0, case_notices.c.told_at <= told_before, exists().where(held))
        .order_by(case_notices.c.told_at, case_notices.c.account_id)
        .limit(limit)
    )
    return [Told(**row._mapping) for row in await connection.execute(query)]


async def looked(connection: AsyncConnection, account_id: int) -> None:
    """The officer has looked at the inbox: what was held back is seen."""
    await connection.execute(
        update(case_notices).where(case_notices.c.account_id == account_id, case_notices.c.held > 0).values(held=0)
    )
