"""What a batch of turns reads and writes: inbox, conversations, failures. Every function is one statement."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Boolean, bindparam, case, delete, func, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import INBOX_DONE, INBOX_FAILED, conversations, inbox
from storage.tables_broadcasts import topic_choices

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
        # Whoever writes to us has not blocked us, or no longer does.
        set_={"last_seen_at": statement.excluded.last_seen_at, "blocked_at": None},
    ).returning(conversations.c.id, conversations.c.channel, conversations.c.chat, conversations.c.state)
    result = await connection.execute(statement, rows)
    return {(row.channel, row.chat): StoredConversation(*row) for row in result}


@dataclass(frozen=True, slots=True)
class NewState:
    """A conversation to be saved: its state, and beside it what audiences and the sender of broadcasts ask about."""

    id: int
    state: bytes
    language: str = ""
    area_key: str = ""
    notices_stopped: bool = False


_SAVE = (
    update(conversations)
    .where(conversations.c.id == bindparam("row_id"))
    .values(
        state=bindparam("new_state"),
        language=bindparam("reads"),
        area_key=bindparam("place"),
        notices_stopped=bindparam("stopped"),
        # The first moment of the silence that holds now.
        stopped_at=case(
            (bindparam("stopped", type_=Boolean), func.coalesce(conversations.c.stopped_at, bindparam("now"))),
            else_=None,
        ),
    )
)


async def save_conversations(connection: AsyncConnection, states: Sequence[NewState], now: datetime) -> None:
    """Store new states."""
    if states:
        await connection.execute(
            _SAVE,
            [
                {
                    "row_id": one.id,
                    "new_state": one.state,
                    "reads": one.language[:8],
                    "place": one.area_key[:64] or None,
                    "stopped": one.notices_stopped,
                    "now": now,
                }
                for one in states
            ],
        )


async def language_of(connection: AsyncConnection, key: ChatKey) -> str:
    """The language that a chat's person has chosen; empty for none."""
    found = await connection.execute(
        select(conversations.c.language).where(conversations.c.channel == key[0], conversations.c.chat == key[1])
    )
    return found.scalar_one_or_none() or ""


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
    """Delete the conversation row, the chat's choices of topics, and what failed turns kept of it."""
    await connection.execute(
        delete(topic_choices).where(topic_choices.c.channel == key[0], topic_choices.c.chat == key[1])
    )
    await connection.execute(
        delete(conversations).where(conversations.c.channel == key[0], conversations.c.chat == key[1])
    )
    await connection.execute(
        update(inbox)
        .where(inbox.c.channel == key[0], inbox.c.chat == key[1], inbox.c.state == INBOX_FAILED)
        .values(state=INBOX_DONE, payload=None, failure=None)
    )
