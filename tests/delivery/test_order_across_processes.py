"""Two web processes answer the same chat: what one of them has not sent yet comes before what the other one writes."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from bot.delivery import LEASE, DeliveryWorker
from bot.turns import TurnEngine
from content import words
from handlers.messages import Incoming, Reply
from handlers.turn import Replies, Turn
from storage.database import Database
from storage.tables import OUTBOX_SENT
from tests.delivery.conftest import FakeChannel, Workers, settle, until, until_states
from tests.support.assembly import Clock


class _Echo:
    async def respond(self, turn: Turn) -> Replies:
        return [Reply(turn.incoming.text)]


def _process(database: Database, clock: Clock, channel: FakeChannel, worker: DeliveryWorker) -> TurnEngine:
    known = cast("Any", SimpleNamespace(languages=words.load()))
    return TurnEngine(database, known, cast("Any", _Echo()), {"fake": cast("Any", channel)}, worker, clock)


def _says(text: str, clock: Clock) -> Incoming:
    return Incoming("fake", "a", f"message {text}", clock(), text=text)


async def test_the_other_process_waits_for_its_turn(
    postgres: Database, second_postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The first is stuck with its answer; a later one to the same chat is not sent before it, another chat's is."""
    let_go = asyncio.Event()
    stuck = FakeChannel()
    stuck.gate = lambda chat: let_go.wait()
    stuck.sent = channel.sent  # one platform
    first = _process(postgres, clock, stuck, await workers(postgres, stuck))
    second = _process(second_postgres, clock, channel, await workers(second_postgres, channel))
    await first.handle(_says("một", clock))
    await until(lambda: stuck.asked)
    await second.handle(_says("hai", clock))
    await second.handle(_says("ba", clock))
    await second.handle(Incoming("fake", "b", "message b", clock(), text="khác"))
    await until(lambda: channel.texts("b"))
    await settle()
    assert channel.texts("a") == []
    let_go.set()
    await until_states(postgres, OUTBOX_SENT, OUTBOX_SENT, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai", "ba"]
    await first.close()
    await second.close()


async def test_what_a_killed_process_left_comes_first(
    postgres: Database, second_postgres: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The chat waits for the end of the dead one's lease, then reads both in order."""
    dead = FakeChannel()
    dead.gate = lambda chat: asyncio.Event().wait()
    dying = await workers(postgres, dead)
    first = _process(postgres, clock, dead, dying)
    await first.handle(_says("một", clock))
    await until(lambda: dead.asked)
    await dying.close()
    second = _process(second_postgres, clock, channel, await workers(second_postgres, channel))
    await second.handle(_says("hai", clock))
    await settle()
    assert channel.texts("a") == []
    clock.advance(LEASE.total_seconds())
    await until_states(second_postgres, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]
    await first.close()
    await second.close()


async def test_ones_own_unsent_answer_costs_no_waiting(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The process knows that the first is in its own hands: the second is handed over at once, without a claim."""
    let_go = asyncio.Event()
    channel.gate = lambda chat: let_go.wait()
    worker = await workers(database, channel, poll_s=60)
    engine = _process(database, clock, channel, worker)
    await engine.handle(_says("một", clock))
    await until(lambda: channel.asked)
    await engine.handle(_says("hai", clock))
    let_go.set()
    await until_states(database, OUTBOX_SENT, OUTBOX_SENT)
    assert channel.texts("a") == ["một", "hai"]
    await engine.close()
