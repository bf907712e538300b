"""From the effect of a form to a change of the register."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from rules.reports.model import PROTECTED, Effect, New, Ref, Set
from storage import register
from storage.keys import Keys
from storage.register import Item, creation, protected
from storage.register.households import fields_of


async def items_of(
    connection: AsyncConnection, keys: Keys, effect: Effect, *, code: str, demo: bool
) -> tuple[list[Item], int | None]:
    """The items of a change, and the id of the household that it founds."""
    ids: dict[str, int] = {}
    for row in effect.changes:
        if isinstance(row, New):
            (ids[row.ref],) = await register.new_ids(connection, row.entity)
    founded = next((ids[row.ref] for row in effect.changes if isinstance(row, New) and row.entity == "household"), None)
    present = await fields_of(
        connection,
        {
            entity: [row.id for row in effect.changes if isinstance(row, Set) and row.entity == entity]
            for entity in ("household", "member")
        },
    )
    items = []
    for row in effect.changes:
        values = _resolved(keys, row, ids)
        if isinstance(row, New):
            own = {"code": code, "demo": demo} if row.entity == "household" else {}
            items.append(creation(row.entity, ids[row.ref], {**own, **values}))
            continue
        item = register.update(row.entity, row.id, present[row.entity, row.id], values)
        if item.after:
            items.append(item)
    return items, founded


def _resolved(keys: Keys, row: New | Set, ids: Mapping[str, int]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, value in row.values.items():
        if name in PROTECTED:
            values |= protected.sealed(keys, row.entity, name, value)
        else:
            values[name] = ids[value.name] if isinstance(value, Ref) else value
    return values
