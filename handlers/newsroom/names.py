"""The names of officers by their accounts, for what the desk shows to other officers."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from sqlalchemy.ext.asyncio import AsyncConnection

from storage import people


async def names_of(connection: AsyncConnection, account_ids: Iterable[int], today: date) -> dict[int, str]:
    """The name of each account that is open."""
    found = {}
    for account_id in sorted(set(account_ids)):
        account = await people.account(connection, account_id, today)
        if account is not None:
            found[account_id] = account.name
    return found
