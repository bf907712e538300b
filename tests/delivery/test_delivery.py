"""What was committed is sent, in order, once; what became of it is written down."""

from __future__ import annotations

import asyncio
import itertools
from datetime import timedelta

import pytest

from bot import delivery, lanes
from bot.channels import Refused, Sent, TryLater
from bot.channels.web.channel import WebChannel
from bot.delivery import LEASE
from storage.database import Database
from storage.outbox import Priority
from storage.tables import OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT
from tests.delivery.conftest import FakeChannel, Workers, hand, queue, settle, stored, until, until_states
from tests.support.assembly import Clock


async def test_what_a_turn_hands_over_is_sent_once(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """At once, without looking into the table; the claim loop does not send it a second time."""
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "chào"))
    await worker.drain()
    [row] = await stored(database)
    assert (row.state, row.sent_at, row.receipt) == (OUTBOX_SENT, clock(), "receipt of chào")
    clock.advance(120)
    await settle()
    assert channel.asked == [("a", "chào")]


async def test_what_nobody_handed_over_is_found(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """A replay, a notice, another process's turn: rows without a lease."""
    await queue(database, clock, ("a", "một"), ("b", "hai"), ("a", "ba"))
    await workers(database, channel)
    await until_states(database, OUTBOX_SENT, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "ba"]
    assert channel.texts("b") == ["hai"]


async def test_a_chat_reads_in_order_while_chats_go_side_by_side(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Slow and quick sends mixed: never two of one chat at once, many chats at once."""
    delays = itertools.cycle((0.004, 0.0, 0.001))
    channel.gate = lambda chat: asyncio.sleep(next(delays))
    worker = await workers(database, channel, concurrency=8)
    messages = [(f"chat-{number % 10}", f"{number:03}") for number in range(100)]
    for start in range(0, 100, 20):
        await hand(database, clock, worker, *messages[start : start + 20])
    await worker.drain()
    for chat in {chat for chat, _ in messages}:
        assert channel.texts(chat) == [text for to, text in messages if to == chat]
    assert 1 < channel.most_at_once <= 8


async def test_not_now_means_later_for_the_whole_chat(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The chat's next message does not overtake; other chats go on."""
    channel.script["a"] = [TryLater(30, "too fast")]
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "một"), ("a", "hai"), ("b", "ba"))
    rows = await until_states(database, OUTBOX_QUEUED, OUTBOX_QUEUED, OUTBOX_SENT)
    await worker.drain()
    rows = await stored(database)
    assert [row.due_at - clock() for row in rows[:2]] == [timedelta(seconds=30)] * 2
    assert rows[0].failure == "too fast"
    clock.advance(29)
    await settle()
    assert channel.texts("a") == []
    clock.advance(1)
    await until_states(database, OUTBOX_SENT, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]


@pytest.mark.parametrize("seconds_later", [5, 30])
async def test_a_new_answer_does_not_overtake_one_that_waits(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, seconds_later: int
) -> None:
    """The person writes again while the first answer is postponed, or at the moment when it falls due."""
    channel.script["a"] = [TryLater(30, "too fast")]
    worker = await workers(database, channel, poll_s=0.05)
    await hand(database, clock, worker, ("a", "một"))
    await worker.drain()
    clock.advance(seconds_later)
    await hand(database, clock, worker, ("a", "hai"))
    await worker.drain()
    clock.advance(30 - seconds_later)
    await until_states(database, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]


async def test_a_silenced_channel_is_silent_for_everybody(
    postgres: Database, second_postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """One worker is told; the other one learns it from the table, also for what its own turns hand over."""
    other = FakeChannel()
    channel.script["a"] = [TryLater(30, "429", whole_channel=True)]
    first, second = await workers(postgres, channel), await workers(second_postgres, other)
    await hand(postgres, clock, first, ("a", "một"))
    await first.drain()
    await settle()
    await hand(postgres, clock, first, ("b", "hai"))
    await hand(second_postgres, clock, second, ("c", "ba"))
    await queue(postgres, clock, ("d", "bốn"))
    await settle()
    clock.advance(29)
    await settle()
    assert channel.sent == other.sent == []
    clock.advance(1)
    await until_states(postgres, *[OUTBOX_SENT] * 4)
    assert sorted((*channel.sent, *other.sent)) == [("a", "một"), ("b", "hai"), ("c", "ba"), ("d", "bốn")]


async def test_a_shorter_silence_does_not_end_a_longer_one(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Two sends in flight are told different times."""
    both = asyncio.Barrier(2)
    channel.gate = lambda chat: both.wait()
    channel.script = {"a": [TryLater(60, "429", whole_channel=True)], "b": [TryLater(5, "429", whole_channel=True)]}
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "một"), ("b", "hai"))
    await worker.drain()
    channel.gate = None
    clock.advance(59)
    await settle()
    assert channel.sent == []
    clock.advance(1)
    await until_states(database, OUTBOX_SENT, OUTBOX_SENT)


async def test_a_refusal_is_final_and_keeps_its_reason(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The chat's next message is still tried: the reason may lie in the one message."""
    channel.script["a"] = [Refused("text is too strange")]
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "một"), ("a", "hai"))
    rows = await until_states(database, OUTBOX_FAILED, OUTBOX_SENT)
    assert rows[0].failure == "text is too strange"
    clock.advance(3600)
    await settle()
    assert channel.asked == [("a", "một"), ("a", "hai")]


async def test_an_adapter_that_raises_is_tried_again(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """With a growing wait, without the error's words (they may be the person's), and without stopping the worker."""
    channel.script["a"] = [KeyError("Nguyễn Thị Bí Mật"), OSError("no route"), Sent("ok")]
    worker = await workers(database, channel)
    await hand(database, clock, worker, ("a", "một"))
    await worker.drain()
    [row] = await stored(database)
    assert row.failure == "KeyError while sending"
    first_wait = (row.due_at - clock()).total_seconds()
    clock.advance(first_wait)
    await until(lambda: len(channel.asked) == 2)
    await worker.drain()
    clock.advance(900)
    await until_states(database, OUTBOX_SENT)
    assert channel.texts("a") == ["một"]


async def test_an_adapter_that_hangs_does_not_hold_the_chat_for_ever(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After the longest time for a send it is a failed attempt."""
    monkeypatch.setattr(lanes, "_SEND_TIMEOUT", timedelta(seconds=0.02))
    channel.gate = lambda chat: asyncio.sleep(60 if chat == "a" else 0)
    worker = await workers(database, channel, concurrency=1)
    await hand(database, clock, worker, ("a", "một"), ("b", "hai"))
    await worker.drain()
    rows = await stored(database)
    assert (rows[0].state, rows[0].failure) == (OUTBOX_QUEUED, "TimeoutError while sending")
    assert rows[1].state == OUTBOX_SENT


async def test_after_the_most_attempts_it_is_given_up(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With the number of attempts and the last reason; the next message of the chat has its own attempts."""
    monkeypatch.setattr(lanes, "_MOST_ATTEMPTS", 5)
    channel.script["a"] = [TryLater(1, "busy") for _ in range(lanes._MOST_ATTEMPTS)]
    worker = await workers(database, channel)
    await queue(database, clock, ("a", "một"))
    for tried in range(1, lanes._MOST_ATTEMPTS + 1):
        await until(lambda number=tried: len(channel.asked) == number)
        await worker.drain()
        clock.advance(2**tried)
    [row] = await until_states(database, OUTBOX_FAILED)
    assert row.failure == f"given up after {lanes._MOST_ATTEMPTS} attempts: busy"
    await hand(database, clock, worker, ("a", "hai"))
    await until_states(database, OUTBOX_FAILED, OUTBOX_SENT)


async def test_an_answer_goes_before_a_broadcast(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """One sender, the broadcast written first: the answer does not wait behind the rest of it."""
    await queue(database, clock, *((f"b-{n}", "tin chung") for n in range(250)), priority=Priority.BROADCAST)
    await queue(database, clock, ("a", "trả lời"))
    await workers(database, channel, concurrency=1)
    await until(lambda: len(channel.sent) == 251)
    assert channel.sent.index(("a", "trả lời")) < 201


async def test_a_payload_nobody_can_read_stops_nobody_else(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """A row of another version fails with a reason; the worker goes on."""
    from storage import outbox
    from storage.outbox import NewRow

    async with database.write() as connection:
        await outbox.add(connection, [NewRow("fake", "a", b"{broken", clock())], clock())
    await queue(database, clock, ("b", "hai"))
    await workers(database, channel)
    rows = await until_states(database, OUTBOX_FAILED, OUTBOX_SENT)
    assert rows[0].failure == "unreadable payload"
    await queue(database, clock, ("c", "ba"))
    await until_states(database, OUTBOX_FAILED, OUTBOX_SENT, OUTBOX_SENT)


async def test_a_mailbox_is_only_told(database: Database, clock: Clock, workers: Workers) -> None:
    """What is written is delivered; the waiting reader is woken, and nothing is leased."""
    from bot.turns import Written
    from handlers.messages import Reply

    web = WebChannel(database)
    worker = await workers(database, web)
    assert worker.lease("web", clock()) == clock()
    reader = asyncio.create_task(web.fetch_or_wait("a", 0, 5))
    await asyncio.sleep(0.02)
    worker.take([Written(1, "web", "a", Reply("x"), clock())])
    async with asyncio.timeout(1):
        assert await reader == []


async def test_memory_is_bounded(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With its lane full a worker leases nothing more and claims nothing more; all of it is sent in the end."""
    monkeypatch.setattr(delivery, "_MOST_IN_MEMORY", 20)
    monkeypatch.setattr(delivery, "_CLAIM", 10)
    gate = asyncio.Event()
    channel.gate = lambda chat: gate.wait()
    worker = await workers(database, channel, concurrency=4)
    await hand(database, clock, worker, *((f"a-{n}", "x") for n in range(20)))
    assert worker.lease("fake", clock()) == clock()
    await hand(database, clock, worker, *((f"b-{n}", "x") for n in range(30)))
    await settle()
    leased = [row for row in await stored(database) if row.due_at > clock()]
    # A claim that had begun before the lane was full may still bring its ten.
    assert len(leased) in (20, 30)
    gate.set()
    await until(lambda: len(channel.sent) == 50)
    assert worker.lease("fake", clock()) == clock() + LEASE
