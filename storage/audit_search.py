"""The audit trail as the desk shows it: newest first, by place, verb or person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_people import accounts, audit


@dataclass(frozen=True, slots=True)
class TrailLine:
    """An entry with the name of who did it."""

    id: int
    at: Any
    account_id: int | None
    name: str
    role: str
    verb: str
    subject_kind: str
    subject_id: str
    area_path: str
    detail: str


async def newest(
    connection: AsyncConnection,
    path: str,
    *,
    placeless: bool,
    verbs: Sequence[str] = (),
    account_id: int | None = None,
    before: int | None = None,
    limit: int = 100,
) -> tuple[list[TrailLine], int | None]:
    """Entries of a subtree, and the id to go on before; `placeless`: those without a place (signing in) as well."""
    place = below(audit.c.area_path, path)
    query = (
        select(
            *(audit.c[name] for name in ("id", "at", "account_id")),
            func.coalesce(accounts.c.name, "").label("name"),
            *(audit.c[name] for name in ("role", "verb", "subject_kind", "subject_id", "area_path", "detail")),
        )
        .outerjoin(accounts, accounts.c.id == audit.c.account_id)
        .where(or_(place, audit.c.area_path == "") if placeless else place)
        .order_by(audit.c.id.desc())
        .limit(limit + 1)
    )
    if verbs:
        query = query.where(audit.c.verb.in_(verbs))
    if account_id is not None:
        query = query.where(audit.c.account_id == account_id)
    if before is not None:
        query = query.where(audit.c.id < before)
    lines = [TrailLine(**row._mapping) for row in await connection.execute(query)]
    return lines[:limit], lines[limit - 1].id if len(lines) > limit else None
