"""Each message runs once, in its chat's order, whatever the platform repeats."""

from __future__ import annotations

import asyncio
import random
from collections import Counter

import pytest

from bot.turns import Outcome
from handlers.messages import Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from tests.turns.conftest import Engines, Outlet, rows_of, said


async def _count(turn: Turn) -> Replies:
    """Answers with how many turns of the chat there have been."""
    turn.conversation.misses += 1
    return [Reply(f"{turn.conversation.misses} {turn.incoming.text}")]


async def test_an_answer_is_committed_before_it_is_handed_on(
    database: Database, engines: Engines, outlet: Outlet
) -> None:
    """What the delivery worker gets is what the table holds, under the same ids."""
    engine = engines(database, _count)
    assert await engine.handle(said("chào", 1)) is Outcome.DONE
    [row] = await rows_of(database)
    [written] = outlet.taken
    assert (written.row_id, written.chat, written.reply.text) == (row.id, row.chat, "1 chào")


async def test_twice_in_one_batch_is_once(database: Database, engines: Engines, outlet: Outlet) -> None:
    """The second is told that we have it, and changes nothing."""
    engine = engines(database, _count)
    outcomes = await engine.run([said("một", 1), said("một", 1), said("hai", 2), said("một", 1)])
    assert outcomes == [Outcome.DONE, Outcome.DUPLICATE, Outcome.DONE, Outcome.DUPLICATE]
    assert outlet.said("a") == ["1 một", "2 hai"]


async def test_again_after_a_restart_is_still_once(
    database: Database, second: Database, engines: Engines, outlet: Outlet
) -> None:
    """The inbox is in the database, not in the process."""
    await engines(database, _count).handle(said("một", 1))
    assert await engines(second, _count).handle(said("một", 1)) is Outcome.DUPLICATE
    assert outlet.said("a") == ["1 một"]
    assert len(await rows_of(database)) == 1


async def test_a_batch_of_duplicates_alone_is_nothing(database: Database, engines: Engines) -> None:
    """No conversation is locked and no row is written for them."""
    engine = engines(database, _count)
    await engine.run([said("một", 1)])
    assert await engine.run([said("một", 1), said("một", 1)]) == [Outcome.DUPLICATE] * 2
    assert len(await rows_of(database)) == 1


async def test_a_chat_is_answered_in_the_order_in_which_it_spoke(
    database: Database, engines: Engines, outlet: Outlet
) -> None:
    """Fifty chats at once, each with its messages in a row; every turn sees the state that the one before left."""
    engine = engines(database, _count)
    chats = [f"chat-{number}" for number in range(50)]
    shuffled = random.Random(7)  # the same order at every run
    order = [chat for chat in chats for _ in range(6)]
    shuffled.shuffle(order)
    nth: Counter[str] = Counter()
    tasks = []
    for chat in order:
        nth[chat] += 1
        tasks.append(asyncio.create_task(engine.handle(said(f"tin {nth[chat]}", nth[chat], chat))))
        if shuffled.random() < 0.05:
            await asyncio.sleep(0.001)
    assert set(await asyncio.gather(*tasks)) == {Outcome.DONE}
    for chat in chats:
        assert outlet.said(chat) == [f"{number} tin {number}" for number in range(1, 7)]


async def test_two_processes_share_a_chat_without_doing_anything_twice(
    postgres: Database, second_postgres: Database, engines: Engines, outlet: Outlet
) -> None:
    """Both get every message (a platform that repeats itself): each runs once, and never two of a chat at once."""
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()
    ran: Counter[str] = Counter()

    async def watched(turn: Turn) -> Replies:
        chat = turn.incoming.chat
        running[chat] += 1
        most[chat] = max(most[chat], running[chat])
        ran[turn.incoming.message_id] += 1
        await turn.work.connection()
        await asyncio.sleep(0.002)
        running[chat] -= 1
        return await _count(turn)

    one, two = engines(postgres, watched), engines(second_postgres, watched)
    messages = [said(f"tin {number}", number, chat) for number in range(12) for chat in ("a", "b", "c")]
    async with asyncio.timeout(30):
        outcomes = await asyncio.gather(
            *(one.handle(each) for each in messages), *(two.handle(each) for each in messages[::-1])
        )
    assert Counter(outcomes) == {Outcome.DONE: 36, Outcome.DUPLICATE: 36}
    assert set(ran.values()) == {1}
    assert len(ran) == 36
    assert dict(most) == {"a": 1, "b": 1, "c": 1}
    for chat in "abc":
        assert sorted(int(text.split()[0]) for text in outlet.said(chat)) == list(range(1, 13))


async def test_turns_of_different_chats_run_in_two_processes_at_once(
    postgres: Database, second_postgres: Database, engines: Engines
) -> None:
    """One waits for the other inside its turn: that only ends if both are running."""
    met = asyncio.Barrier(2)

    async def meet(turn: Turn) -> Replies:
        await met.wait()
        return []

    async with asyncio.timeout(5):
        await asyncio.gather(
            engines(postgres, meet).handle(said("x", 1, "a")), engines(second_postgres, meet).handle(said("x", 1, "b"))
        )


async def test_state_lives_in_its_stored_form_only(database: Database, engines: Engines) -> None:
    """What a turn hangs on the conversation outside its fields, or keeps hold of, is not there in the next one."""
    seen = []

    async def stash(turn: Turn) -> Replies:
        seen.append(turn.conversation)
        turn.conversation.topic += "x"
        return []

    engine = engines(database, stash)
    await engine.run([said("một", 1), said("hai", 2)])
    await engine.run([said("ba", 3)])
    assert len({id(each) for each in seen}) == 3
    seen[0].topic = "changed afterwards"
    await engine.run([said("bốn", 4)])
    assert seen[-1].topic == "xxxx"


async def test_a_state_that_cannot_be_stored_is_not_acknowledged(database: Database, engines: Engines) -> None:
    """An object in the state would live in memory only: the turn must not pass."""

    async def wrong(turn: Turn) -> Replies:
        turn.conversation.topic = object()  # type: ignore[assignment]  # the mistake under test
        return []

    engine = engines(database, wrong)
    outcome = await asyncio.gather(engine.handle(said("một", 1)), return_exceptions=True)
    assert outcome[0] is not Outcome.DONE


@pytest.mark.parametrize("texts", [[], ["một"], ["một", "hai", "ba"]])
async def test_every_reply_becomes_rows_in_order(
    database: Database, engines: Engines, outlet: Outlet, texts: list[str]
) -> None:
    """No reply, one, several: the rows are in their order."""

    async def many(turn: Turn) -> Replies:
        return [Reply(text) for text in texts]

    await engines(database, many).handle(said("x", 1))
    assert outlet.said("a") == texts
    assert [row.id for row in await rows_of(database)] == [each.row_id for each in outlet.taken]


async def test_closing_finishes_what_was_handed_in(database: Database, engines: Engines, outlet: Outlet) -> None:
    """Also the batch that is running: nobody is left waiting for an outcome."""
    began = asyncio.Event()

    async def slow(turn: Turn) -> Replies:
        began.set()
        await asyncio.sleep(0.05)
        return await _count(turn)

    engine = engines(database, slow)
    handled = [asyncio.create_task(engine.handle(said("x", number))) for number in range(3)]
    await began.wait()
    async with asyncio.timeout(5):
        await engine.close()
        assert await asyncio.gather(*handled) == [Outcome.DONE] * 3
