"""A worker that dies, hangs or restarts: nothing is lost, and nobody sends what another one is sending."""

from __future__ import annotations

import asyncio

import pytest

from bot.delivery import LEASE
from storage.database import Database
from storage.tables import OUTBOX_QUEUED, OUTBOX_SENT
from tests.delivery.conftest import FakeChannel, Workers, hand, queue, settle, stored, until, until_states
from tests.support.assembly import Clock


async def test_a_worker_that_is_not_running_leases_nothing(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """A process that only writes (`turns replay`) leaves its rows to the running workers."""
    worker = await workers(database, channel, start=False)
    assert worker.lease("fake", clock()) == clock()
    await hand(database, clock, worker, ("a", "một"))
    [row] = await stored(database)
    assert row.due_at == clock()
    await workers(database, channel)
    await until_states(database, OUTBOX_SENT)


async def test_what_a_dead_process_had_leased_is_sent_when_the_lease_ends(
    postgres: Database, second_postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Not a second before: it might still be sending."""
    dead = FakeChannel()
    dead.gate = lambda chat: asyncio.Event().wait()
    dying = await workers(postgres, dead)
    await hand(postgres, clock, dying, ("a", "một"), ("a", "hai"), ("b", "ba"))
    await until(lambda: len(dead.asked) == 2)
    await dying.close()
    await workers(second_postgres, channel)
    clock.advance(LEASE.total_seconds() - 1)
    await settle()
    assert channel.asked == []
    clock.advance(1)
    await until_states(second_postgres, OUTBOX_SENT, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]


async def test_after_a_restart_sqlite_goes_on_at_once(
    sqlite_url: str, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """There is no other worker whose lease could still count."""
    before, after = Database(sqlite_url), Database(sqlite_url)
    stuck = FakeChannel()
    stuck.gate = lambda chat: asyncio.Event().wait()
    dying = await workers(before, stuck)
    await hand(before, clock, dying, ("a", "một"), ("a", "hai"))
    await until(lambda: len(stuck.asked) == 1)
    await dying.close()
    restarted = await workers(after, channel)
    await until_states(after, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]
    await restarted.close()
    await before.close()
    await after.close()


async def test_two_workers_send_each_message_once(
    postgres: Database, second_postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Every message arrives once and each chat reads in order, whoever sends."""
    messages = [(f"chat-{number % 40}", f"{number:03}") for number in range(400)]
    channel.gate = lambda chat: asyncio.sleep(0)
    await queue(postgres, clock, *messages)
    await workers(postgres, channel)
    await workers(second_postgres, channel)
    await until_states(postgres, *[OUTBOX_SENT] * 400)
    assert sorted(channel.sent) == sorted(messages)
    for chat in {chat for chat, _ in messages}:
        assert channel.texts(chat) == [text for to, text in messages if to == chat]


async def test_a_message_whose_lease_is_nearly_over_is_left_to_others(
    postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """It stood in memory behind a slow one: sending it now could meet another worker that has claimed it."""
    gate = asyncio.Event()
    channel.gate = lambda chat: gate.wait()
    worker = await workers(postgres, channel)
    await hand(postgres, clock, worker, ("a", "một"), ("a", "hai"), ("a", "ba"))
    await until(lambda: len(channel.asked) == 1)
    clock.advance(LEASE.total_seconds() - 10)
    gate.set()
    await worker.drain()
    await until_states(postgres, OUTBOX_SENT, OUTBOX_QUEUED, OUTBOX_QUEUED)
    assert channel.texts("a") == ["một"]
    await hand(postgres, clock, worker, ("a", "bốn"))
    await settle()
    assert channel.texts("a") == ["một"]
    clock.advance(10)
    await settle()
    clock.advance(60)
    await until(lambda: len(channel.sent) == 4)
    assert channel.texts("a") == ["một", "hai", "ba", "bốn"]


async def test_results_that_cannot_be_written_are_kept_and_written_later(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The database is away for a moment: the message is not sent again, and its receipt is not lost."""
    from storage import outbox

    real, failures = outbox.record, [2]

    async def away(*arguments: object) -> None:
        if failures[0]:
            failures[0] -= 1
            raise ConnectionResetError
        await real(*arguments)  # type: ignore[arg-type]  # passed through as they are

    monkeypatch.setattr(outbox, "record", away)
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "một"))
    async with asyncio.timeout(5):
        await worker.drain()
    [row] = await until_states(database, OUTBOX_SENT)
    assert (row.receipt, len(channel.asked)) == ("receipt of một", 1)


async def test_claiming_goes_on_after_the_database_was_away(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The loop does not end with the error."""
    from storage import outbox

    real, failures = outbox.has_due, [0]

    async def away(*arguments: object) -> bool:
        if failures[0]:
            failures[0] -= 1
            raise ConnectionResetError
        return await real(*arguments)  # type: ignore[arg-type]  # passed through as they are

    monkeypatch.setattr(outbox, "has_due", away)
    await workers(database, channel)
    failures[0] = 3
    await queue(database, clock, ("a", "một"))
    await until_states(database, OUTBOX_SENT)
    assert failures == [0]


@pytest.mark.parametrize("moment", [0.0, 0.001, 0.002, 0.003, 0.005, 0.008])
async def test_closing_in_the_middle_of_a_claim_leaves_no_lock(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, moment: float
) -> None:
    """A write that is cut off between statement and rows would lock SQLite for everybody else."""
    await queue(database, clock, *((f"chat-{number}", "x") for number in range(600)))
    worker = await workers(database, channel, concurrency=2)
    await asyncio.sleep(moment)
    async with asyncio.timeout(5):
        await worker.close()
        await queue(database, clock, ("a", "một"))
    sent = sum(row.state == OUTBOX_SENT for row in await stored(database))
    assert sent == len(channel.sent)
