"""Telling whoever nominated how it goes on, in the transaction of what they are told of."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import Words
from handlers.access import Actor
from handlers.actions.reports import correction_said
from handlers.reporting import notices
from handlers.reporting.differences import Difference
from storage import nominations, people
from storage.nominations import NominationRow
from storage.turns import ChatKey

_TOLD: Final = frozenset({"take", "ask", "correct", "forward", "back", "approve", "refuse", "reopen"})
_MOST_CHANGES: Final = 12


async def tell(
    connection: AsyncConnection,
    actor: Actor,
    words: Words,
    row: NominationRow,
    made: str,
    reason: str,
    now: datetime,
    changed: Sequence[Difference] = (),
) -> None:
    """The sender, and at a decision whoever put the same nominee forward; nobody is told of what they did themselves.

    The nominee's name stays out of it: a notice lies open on a telephone.
    """
    if made not in _TOLD:
        return
    text = words.say(f"nominations.told.{made}", receipt=row.receipt)
    if reason:
        text += "\n" + words.say("nominations.told.reason", reason=reason)
    for each in changed[:_MOST_CHANGES]:
        text += "\n" + correction_said(words, each)
    asked = [row, *(await nominations.joined_to(connection, row.id) if made in ("approve", "refuse") else [])]
    for each_row in asked:
        if each_row.sent_by != actor.account_id:
            said = text.replace(row.receipt, each_row.receipt, 1)
            await notices.tell(connection, await chats_of(connection, each_row), said, now)


async def chats_of(connection: AsyncConnection, row: NominationRow) -> list[ChatKey]:
    """The chat that it came from; for one written at the desk, the channel that its sender prefers."""
    if row.channel:
        return [(row.channel, row.chat)]
    found = await people.chats_of(connection, row.sent_by)
    return [(channel, chat) for channel, chat, _ in found[:1]]
