"""What a batch of turns reads and writes: inbox, conversations, failures. Every function is one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import INBOX_DONE, INBOX_FAILED, conversations, inbox

ChatKey = tuple[str, str]
"""(channel, chat)"""
MessageKey = tuple[str, str]
"""(channel, message id)"""


@dataclass(slots=True)
class StoredConversation:
    """A conversation row, locked by this transaction until it ends."""

    id: int
    channel: str
    chat: str
    state: bytes


@dataclass(frozen=True, slots=True)
class FailedTurn:
    """A turn that raised: what an operator sees and can replay."""

    channel: str
    message_id: str
    chat: str
    received_at: datetime
    failure: str
    payload: bytes


def upsert(connection: AsyncConnection, table: Any) -> Any:
    """An INSERT of the connected engine that knows ON CONFLICT."""
    return (sqlite if connection.dialect.name == "sqlite" else postgresql).insert(table)


async def record_messages(
    connection: AsyncConnection, messages: Iterable[tuple[str, str, str]], now: datetime
) -> set[MessageKey]:
    """Insert (channel, message id, chat) rows; return the keys that were not there before.

    On PostgreSQL a message that another process is handling right now makes this wait until that one has committed.
    """
    rows = {
        (channel, message_id): {
            "channel": channel,
            "message_id": message_id,
            "chat": chat,
            "received_at": now,
            "state": INBOX_DONE,
        }
        for channel, message_id, chat in messages
    }
    statement = upsert(connection, inbox).on_conflict_do_nothing().returning(inbox.c.channel, inbox.c.message_id)
    # One order for every process: two batches that share messages wait for each other, they do not deadlock.
    result = await connection.execute(statement, [rows[key] for key in sorted(rows)])
    return {(row.channel, row.message_id) for row in result}


async def lock_conversations(
    connection: AsyncConnection, chats: Iterable[ChatKey], now: datetime, empty_state: bytes
) -> dict[ChatKey, StoredConversation]:
    """Create what is missing and lock every conversation until the transaction ends."""
    rows = [
        {"channel": channel, "chat": chat, "state": empty_state, "created_at": now, "last_seen_at": now}
        for channel, chat in sorted(set(chats))
    ]
    statement = upsert(connection, conversations)
    statement = statement.on_conflict_do_update(
        index_elements=[conversations.c.channel, conversations.c.chat],
        set_={"last_seen_at": statement.excluded.last_seen_at},
    ).returning(conversations.c.id, conversations.c.channel, conversations.c.chat, conversations.c.state)
    result = await connection.execute(statement, rows)
    return {(row.channel, row.chat): StoredConversation(*row) for row in result}


_SAVE = update(conversations).where(conversations.c.id == bindparam("row_id")).values(state=bindparam("new_state"))


async def save_conversations(connection: AsyncConnection, states: Sequence[tuple[int, bytes]]) -> None:
    """Store new states by conversation id."""
    if states:
        await connection.execute(_SAVE, [{"row_id": row_id, "new_state": state} for row_id, state in states])


async def record_failure(connection: AsyncConnection, key: MessageKey, payload: bytes, failure: str) -> None:
    """Keep the message of a turn that raised, with the place where it raised."""
    await connection.execute(
        update(inbox)
        .where(inbox.c.channel == key[0], inbox.c.message_id == key[1])
        .values(state=INBOX_FAILED, payload=payload, failure=failure)
    )


async def failed_turns(connection: AsyncConnection, limit: int = 100) -> list[FailedTurn]:
    """The oldest failed turns first."""
    result = await connection.execute(
        select(inbox).where(inbox.c.state == INBOX_FAILED).order_by(inbox.c.received_at).limit(limit)
    )
    return [
        FailedTurn(row.channel, row.message_id, row.chat, row.received_at, row.failure or "", row.payload or b"")
        for row in result
    ]


async def reopen_failed(connection: AsyncConnection, key: MessageKey) -> FailedTurn | None:
    """Take a failed turn out of the inbox so that it can run again in this transaction; None if it is not there."""
    result = await connection.execute(
        delete(inbox)
        .where(inbox.c.channel == key[0], inbox.c.message_id == key[1], inbox.c.state == INBOX_FAILED)
        .returning(inbox)
    )
    row = result.one_or_none()
    if row is None:
        return None
    return FailedTurn(row.channel, row.message_id, row.chat, row.received_at, row.failure or "", row.payload or b"")


async def forget_conversation(connection: AsyncConnection, key: ChatKey) -> None:
    """Delete the conversation row and what failed turns kept of this chat."""
    await connection.execute(
        delete(conversations).where(conversations.c.channel == key[0], conversations.c.chat == key[1])
    )
    await connection.execute(
        update(inbox)
        .where(inbox.c.channel == key[0], inbox.c.chat == key[1], inbox.c.state == INBOX_FAILED)
        .values(state=INBOX_DONE, payload=None, failure=None)
    )
