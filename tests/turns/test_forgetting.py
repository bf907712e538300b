"""A person has everything deleted: nothing comes back by the rest of the batch."""

from __future__ import annotations

from sqlalchemy import select

from handlers.actions.conversations import forget_chat
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from storage.tables import conversations
from tests.turns.conftest import Engines, Outlet, said


async def _respond(turn: Turn) -> Replies:
    if turn.incoming.text == "xóa":
        await forget_chat(turn)
        return [Reply("đã xóa")]
    if turn.incoming.text == "xóa rồi hỏng":
        await forget_chat(turn)
        raise ValueError
    turn.conversation.misses += 1
    return [Reply(f"{turn.conversation.misses}")]


async def _chats(database: Database) -> list[str]:
    async with database.read() as connection:
        return list((await connection.execute(select(conversations.c.chat))).scalars())


async def test_a_forgotten_conversation_begins_anew(database: Database, engines: Engines, outlet: Outlet) -> None:
    """The row is gone, and the next message counts from one again."""
    engine = engines(database, _respond)
    await engine.run([said("x", 1), said("x", 2)])
    await engine.run([said("xóa", 3)])
    assert await _chats(database) == []
    await engine.run([said("x", 4)])
    assert outlet.said("a") == ["1", "2", "đã xóa", "1"]


async def test_speaking_on_within_the_same_batch_is_remembered(
    database: Database, engines: Engines, outlet: Outlet
) -> None:
    """Two quick messages: the second begins a new conversation, which is stored."""
    engine = engines(database, _respond)
    await engine.run([said("x", 1)])
    await engine.run([said("x", 2), said("xóa", 3), said("x", 4), said("x", 1, "b")])
    await engine.run([said("x", 5), said("x", 2, "b")])
    assert outlet.said("a") == ["1", "2", "đã xóa", "1", "2"]
    assert outlet.said("b") == ["1", "2"]


async def test_forgetting_that_fails_forgets_nothing(database: Database, engines: Engines, outlet: Outlet) -> None:
    """All or nothing: the person is told that it went wrong, and the conversation is as it was."""
    engine = engines(database, _respond)
    await engine.run([said("x", 1), said("xóa rồi hỏng", 2)])
    await engine.run([said("x", 3)])
    assert outlet.said("a")[-1] == "2"
