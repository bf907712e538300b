"""What a batch of turns writes: each message once, each conversation one holder at a time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from storage import turns
from storage.database import Database
from storage.tables import conversations
from storage.turns import NewState

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
# Long enough for the other side to arrive at the lock, short enough to be waited for often.
_A_WHILE_S = 0.15


async def _record(database: Database, *ids: str) -> set[turns.MessageKey]:
    async with database.write() as connection:
        return await turns.record_messages(connection, [("web", each, "chat") for each in ids], NOW)


async def _lock(database: Database, *chats: str) -> dict[turns.ChatKey, turns.StoredConversation]:
    async with database.write() as connection:
        return await turns.lock_conversations(connection, [("web", chat) for chat in chats], NOW, b"{}")


async def _waits(task: asyncio.Task[object]) -> bool:
    await asyncio.sleep(_A_WHILE_S)
    return not task.done()


def _start(work: Awaitable[object]) -> asyncio.Task[object]:
    return asyncio.ensure_future(work)  # type: ignore[return-value]  # a coroutine becomes a task


async def test_a_message_is_new_only_once(database: Database) -> None:
    """Twice in one batch, and again in a later one; another channel may use the same id."""
    assert await _record(database, "1", "1", "2") == {("web", "1"), ("web", "2")}
    assert await _record(database, "2", "3") == {("web", "3")}
    async with database.write() as connection:
        assert await turns.record_messages(connection, [("telegram", "1", "chat")], NOW) == {("telegram", "1")}


async def test_a_rolled_back_message_is_new_again(database: Database) -> None:
    """What was not committed was not taken."""
    with pytest.raises(RuntimeError):
        async with database.write() as connection:
            await turns.record_messages(connection, [("web", "1", "chat")], NOW)
            raise RuntimeError
    assert await _record(database, "1") == {("web", "1")}


async def test_a_large_batch_loses_no_message(database: Database) -> None:
    """More rows than the driver sends in one statement."""
    ids = [str(number) for number in range(1500)]
    assert len(await _record(database, *ids)) == 1500
    assert await _record(database, *ids) == set()


@pytest.mark.parametrize("commits", [True, False])
async def test_the_second_process_waits_for_the_first_ones_verdict(
    database: Database, second: Database, commits: bool
) -> None:
    """It sees the duplicate only after the first has committed, and may take the message if the first gave up."""
    holding = database.write()
    connection = await holding.__aenter__()
    await turns.record_messages(connection, [("web", "1", "chat")], NOW)
    other = _start(_record(second, "1"))
    assert await _waits(other)
    if not commits:
        await connection.rollback()
    await holding.__aexit__(None, None, None)
    assert await other == (set() if commits else {("web", "1")})


async def test_other_messages_do_not_wait(postgres: Database, second_postgres: Database) -> None:
    """On PostgreSQL only the same message makes a process wait."""
    async with postgres.write() as connection:
        await turns.record_messages(connection, [("web", "1", "chat")], NOW)
        async with asyncio.timeout(5):
            assert await _record(second_postgres, "2") == {("web", "2")}


async def test_a_conversation_has_one_holder(database: Database, second: Database) -> None:
    """The second process waits, and then reads what the first has written."""
    holding = database.write()
    connection = await holding.__aenter__()
    found = await turns.lock_conversations(connection, [("web", "a")], NOW, b"{}")
    other = _start(_lock(second, "a"))
    assert await _waits(other)
    await turns.save_conversations(connection, [NewState(found["web", "a"].id, b"new")], NOW)
    await holding.__aexit__(None, None, None)
    seen = await other
    assert isinstance(seen, dict)
    assert seen["web", "a"].state == b"new"


async def test_an_existing_conversation_has_one_holder_too(postgres: Database, second_postgres: Database) -> None:
    """The lock is the row's, not only that of its first insertion."""
    await _lock(postgres, "a")
    async with postgres.write() as connection:
        await turns.lock_conversations(connection, [("web", "a")], NOW, b"{}")
        other = _start(_lock(second_postgres, "a"))
        assert await _waits(other)
        assert set(await asyncio.wait_for(_lock(second_postgres, "b"), 5)) == {("web", "b")}
    await other


async def test_batches_in_opposite_order_do_not_deadlock(postgres: Database, second_postgres: Database) -> None:
    """Chats and messages are taken in one order, whatever order they come in."""
    chats = [f"chat-{number:02}" for number in range(40)]

    async def batch(database: Database, order: list[str]) -> None:
        async with database.write() as connection:
            await turns.record_messages(connection, [("web", f"{chat}:{id(order)}", chat) for chat in order], NOW)
            await turns.record_messages(connection, [("web", chat, chat) for chat in order], NOW)
            await asyncio.sleep(0)
            await turns.lock_conversations(connection, [("web", chat) for chat in order], NOW, b"{}")

    async with asyncio.timeout(20):
        for _ in range(8):
            await asyncio.gather(
                batch(postgres, chats), batch(second_postgres, chats[::-1]), batch(postgres, chats[::2])
            )


async def test_conversations_keep_their_state_apart(database: Database) -> None:
    """Saved by id; a chat of the same name on another channel is another chat."""
    async with database.write() as connection:
        keys = [("web", "b"), ("web", "a"), ("telegram", "a"), ("web", "a")]
        found = await turns.lock_conversations(connection, keys, NOW, b"{}")
        assert set(found) == set(keys)
        states = [NewState(row.id, f"{key}".encode()) for key, row in found.items()]
        await turns.save_conversations(connection, states, NOW)
        await turns.save_conversations(connection, [], NOW)
    again = await _lock(database, "a", "b")
    assert {key: row.state for key, row in again.items()} == {key: f"{key}".encode() for key in again}


async def test_when_a_chat_was_last_seen(database: Database) -> None:
    """Locking counts as seeing; the beginning stays."""
    await _lock(database, "a")
    later = NOW + timedelta(days=3)
    async with database.write() as connection:
        await turns.lock_conversations(connection, [("web", "a")], later, b"{}")
    async with database.read() as connection:
        row = (await connection.execute(select(conversations))).one()
    assert (row.created_at, row.last_seen_at) == (NOW, later)


async def test_what_audiences_ask_about_is_kept_beside_the_state(database: Database) -> None:
    """Language, place and the wish for silence with the first moment of it; a message shows that we are not blocked."""
    row_id = (await _lock(database, "a"))["web", "a"].id

    async def save(at: datetime, **values: Any) -> Any:
        async with database.write() as connection:
            await turns.save_conversations(connection, [NewState(row_id, b"{}", **values)], at)
            return (await connection.execute(select(conversations))).one()

    row = await save(NOW, language="en", area_key="que-2023")
    assert (row.language, row.area_key, row.notices_stopped, row.stopped_at) == ("en", "que-2023", False, None)
    later = NOW + timedelta(days=1)
    await save(NOW, notices_stopped=True)
    row = await save(later, notices_stopped=True)
    assert (row.language, row.area_key, row.notices_stopped, row.stopped_at) == ("", None, True, NOW)
    assert (await save(later)).stopped_at is None
    async with database.write() as connection:
        await connection.execute(conversations.update().values(blocked_at=NOW))
    await _lock(database, "a")
    assert (await save(later)).blocked_at is None


async def _fail(database: Database, message_id: str, at: datetime, chat: str = "chat") -> None:
    async with database.write() as connection:
        await turns.record_messages(connection, [("web", message_id, chat)], at)
        await turns.record_failure(connection, ("web", message_id), b"what was said", "ValueError at x.py:1")


async def test_failed_turns_are_listed_oldest_first(database: Database) -> None:
    """With what an operator needs, and not with the turns that went well."""
    await _fail(database, "late", NOW + timedelta(minutes=1))
    await _fail(database, "early", NOW)
    await _record(database, "well")
    async with database.read() as connection:
        found = await turns.failed_turns(connection)
        assert [turn.message_id for turn in await turns.failed_turns(connection, limit=1)] == ["early"]
    assert [turn.message_id for turn in found] == ["early", "late"]
    assert found[0] == turns.FailedTurn("web", "early", "chat", NOW, "ValueError at x.py:1", b"what was said")


async def test_a_failed_turn_is_reopened_once(database: Database, second: Database) -> None:
    """Two operators at once: one gets it. A turn that went well cannot be reopened."""
    await _fail(database, "1", NOW)
    await _record(database, "well")

    async def reopen(on: Database, message_id: str) -> turns.FailedTurn | None:
        async with on.write() as connection:
            return await turns.reopen_failed(connection, ("web", message_id))

    both = await asyncio.gather(reopen(database, "1"), reopen(second, "1"))
    assert [turn.payload for turn in both if turn is not None] == [b"what was said"]
    assert await reopen(database, "well") is None
    assert await reopen(database, "never") is None


async def test_forgetting_a_chat_leaves_only_message_ids(database: Database) -> None:
    """State and kept words are gone, other chats stay, and a redelivered message is still known."""
    await _fail(database, "1", NOW, chat="a")
    await _fail(database, "2", NOW, chat="b")
    await _lock(database, "a", "b")
    async with database.write() as connection:
        await turns.forget_conversation(connection, ("web", "a"))
    async with database.read() as connection:
        assert [turn.message_id for turn in await turns.failed_turns(connection)] == ["2"]
        assert (await connection.execute(select(conversations.c.chat))).scalars().all() == ["b"]
    assert await _record(database, "1") == set()
