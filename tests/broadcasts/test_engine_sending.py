"""A broadcast on its way: begun once and in time, sent after answers, paused, called off, ended, written down."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import msgspec
import pytest
from sqlalchemy import select, text

from bot.broadcasting import policy_of
from bot.channels import Refused, Sent, TryLater
from bot.channels.web.channel import WebChannel
from bot.pacing import Rate
from bot.settings import Settings
from handlers.broadcasting.policy import Policy
from handlers.messages import Reply
from handlers.turn import VIETNAM
from storage import broadcast_rows, broadcasts, receipts, subscriptions
from storage.database import Database
from storage.tables import OUTBOX_ENDED, OUTBOX_FAILED, OUTBOX_SENT, conversations
from storage.tables import outbox as table
from tests.broadcasts.engine import TitleOnly, compose, loop, place, rows, state, talk
from tests.delivery.conftest import FakeChannel, Workers, hand, queue, settle, until
from tests.support.assembly import Clock


@pytest.fixture(autouse=True)
async def people(database: Database, clock: Clock) -> None:
    """Three people who write on one channel."""
    await place(database, clock)
    await talk(database, clock, "a", "b", "c")


async def _until_states(database: Database, broadcast_id: int, **states: int) -> None:
    async with asyncio.timeout(5):
        while True:
            async with database.read() as connection:
                if await receipts.states(connection, broadcast_id) == states:
                    return
            await asyncio.sleep(0.005)


async def _begin(database: Database, clock: Clock, channel: Any, *title: str, **more: Any) -> int:
    broadcast_id = await compose(database, clock, *title, **more)
    await loop(database, channel, clock).look()
    return broadcast_id


async def _move(database: Database, clock: Clock, name: str, broadcast_id: int) -> bool:
    async with database.write() as connection:
        moved: bool = await getattr(broadcasts, name)(connection, broadcast_id, account_id=None, now=clock())
    return moved


async def test_everybody_gets_it_and_it_is_done(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Each in their language, every row with its receipt."""
    await talk(database, clock, "d", language="en")
    broadcast_id = await _begin(database, clock, channel, "Tin chung")
    assert await state(database, broadcast_id) == "running"
    await workers(database, channel, announcer=TitleOnly(database))
    await _until_states(database, broadcast_id, sent=4)
    assert sorted(channel.sent) == [(chat, "Tin chung") for chat in "abcd"]
    assert {row.receipt for row in (await rows(database, broadcast_id)).values()} == {"receipt of Tin chung"}
    await loop(database, channel, clock).look()
    assert await state(database, broadcast_id) == "done"
    async with database.read() as connection:
        assert [move.move for move in await broadcasts.moves(connection, broadcast_id)] == ["start", "finish"]


async def test_of_two_processes_one_begins_it(
    database: Database, second: Database, clock: Clock, channel: FakeChannel
) -> None:
    """At the same moment: one row for everybody, one beginning in the list of moves."""
    broadcast_id = await compose(database, clock)
    loops = [loop(each, channel, clock) for each in (database, second)]
    await asyncio.gather(*(each.look() for each in loops))
    assert set(await rows(database, broadcast_id)) == {"a", "b", "c"}
    async with database.read() as connection:
        assert len(await broadcasts.moves(connection, broadcast_id)) == 1


async def test_it_waits_for_its_time_and_for_the_morning(
    database: Database, clock: Clock, channel: FakeChannel
) -> None:
    """The clock of the tests stands at 15:00 in Viet Nam. A disaster warning goes out at night."""
    begin = clock() + timedelta(hours=5, minutes=59)
    early = await compose(database, clock, start_at=begin)
    late = await compose(database, clock, start_at=begin + timedelta(minutes=1))
    urgent = await compose(
        database, clock, start_at=begin + timedelta(minutes=1), topic="disaster_warning", urgent=True
    )
    looks = loop(database, channel, clock, Policy())
    await looks.look()
    assert await state(database, early) == "scheduled"
    clock.at = begin
    await looks.look()
    assert await state(database, early) == "running"
    clock.advance(60)
    await looks.look()
    assert [await state(database, each) for each in (late, urgent)] == ["scheduled", "running"]
    clock.advance(10 * 3600)
    await looks.look()
    assert await state(database, late) == "running"


@pytest.mark.parametrize(("setting", "quiet"), [("off", []), ("21:00-07:00", [0, 6, 21, 23]), ("12:00-13:00", [12])])
def test_quiet_hours_are_a_setting(setting: str, quiet: list[int]) -> None:
    """Vietnamese hours, over midnight or within a day."""
    policy = policy_of(replace(Settings(), broadcast_quiet=setting, broadcast_weekly_most=2))
    hours = (0, 6, 7, 12, 13, 20, 21, 23)
    assert [hour for hour in hours if policy.quiet(datetime(2026, 11, 24, hour, 30, tzinfo=VIETNAM))] == quiet
    assert (policy.weekly_most, policy.approval_above) == (2, 500)


async def test_answers_go_before_broadcasts_that_are_at_hand(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Two hundred are claimed and wait in memory; the answer takes the next place, and so does a notice found later."""
    await talk(database, clock, *(f"chat-{number}" for number in range(200)))
    await _begin(database, clock, channel)
    gate = asyncio.Semaphore(0)
    channel.gate = lambda chat: gate.acquire()
    worker = await workers(database, channel, announcer=TitleOnly(database), concurrency=2)
    await until(lambda: worker._lanes["fake"].broadcasts_held > 100)
    await hand(database, clock, worker, ("a", "trả lời"))
    for _ in range(3):
        gate.release()
    await until(lambda: len(channel.sent) >= 3)
    assert ("a", "trả lời") in channel.sent[:3]
    for _ in range(300):
        gate.release()


async def test_a_broadcast_that_nobody_takes_away_from_answers(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """A platform hangs with every broadcast: those who take answers alone are free."""
    await talk(database, clock, *(f"chat-{number}" for number in range(50)))
    await _begin(database, clock, channel)
    channel.gate = lambda chat: asyncio.Event().wait() if chat != "answered" else asyncio.sleep(0)
    worker = await workers(database, channel, announcer=TitleOnly(database), concurrency=8)
    await until(lambda: channel.sending == 6)
    await settle()
    assert channel.sending == 6
    await hand(database, clock, worker, ("answered", "trả lời"))
    await until(lambda: channel.sent == [("answered", "trả lời")])


async def test_pausing_stops_what_is_at_hand_and_resuming_goes_on(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    broadcast_id = await _begin(database, clock, channel)
    gate = asyncio.Semaphore(0)
    channel.gate = lambda chat: gate.acquire()
    worker = await workers(database, channel, announcer=TitleOnly(database), concurrency=1)
    await until(lambda: channel.sending == 1)
    assert await _move(database, clock, "pause", broadcast_id)
    await until(lambda: not worker._lanes["fake"].running)
    for _ in range(9):
        gate.release()
    await worker.drain()
    await _until_states(database, broadcast_id, sent=1, queued=2)
    assert len(channel.asked) == 1
    assert await _move(database, clock, "resume", broadcast_id)
    await _until_states(database, broadcast_id, sent=3)
    assert not await _move(database, clock, "pause", await compose(database, clock, state="done"))


async def test_what_is_called_off_is_ended_with_its_reason(
    database: Database, clock: Clock, channel: FakeChannel
) -> None:
    broadcast_id = await _begin(database, clock, channel)
    assert await _move(database, clock, "cancel", broadcast_id)
    async with database.read() as connection:
        assert await broadcast_rows.running(connection, clock()) == []
    await loop(database, channel, clock).look()
    found = (await rows(database, broadcast_id)).values()
    assert {(row.state, row.failure) for row in found} == {(OUTBOX_ENDED, "cancelled")}
    assert not await _move(database, clock, "cancel", broadcast_id)


@pytest.mark.parametrize("begun", [True, False])
async def test_what_comes_too_late_is_not_sent(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers, begun: bool
) -> None:
    """After a day offline: neither what had begun nor what was to begin; the rows say why."""
    not_after = clock() + timedelta(hours=3)
    broadcast_id = await compose(database, clock, not_after=not_after)
    looks = loop(database, channel, clock)
    if begun:
        await looks.look()
    clock.advance(24 * 3600)
    await workers(database, channel, announcer=TitleOnly(database))
    await settle()
    await looks.look()
    assert await state(database, broadcast_id) == "expired"
    assert channel.asked == []
    found = (await rows(database, broadcast_id)).values()
    assert {(row.state, row.failure) for row in found} == ({(OUTBOX_ENDED, "expired")} if begun else set())


async def test_after_a_day_offline_the_rest_is_sent(
    database: Database, second: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """What a worker had in hand when it was stopped is sent by the next one, and nothing twice."""
    broadcast_id = await _begin(database, clock, channel)
    stuck = FakeChannel()
    stuck.gate = lambda chat: asyncio.Event().wait()
    dying = await workers(database, stuck, announcer=TitleOnly(database))
    await until(lambda: stuck.sending == 3)
    await dying.close()
    clock.advance(24 * 3600)
    await workers(second, channel, announcer=TitleOnly(second))
    await _until_states(second, broadcast_id, sent=3)
    assert sorted(channel.asked) == [(chat, "Tin") for chat in "abc"]


async def test_who_has_blocked_us_gets_no_other_one_until_they_write(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    channel.script["b"] = [Refused("bot was blocked by the user", gone=True)]
    channel.script["c"] = [Refused("the text is strange")]
    broadcast_id = await _begin(database, clock, channel)
    await workers(database, channel, announcer=TitleOnly(database))
    await _until_states(database, broadcast_id, sent=1, failed=2)
    found = await rows(database, broadcast_id)
    assert (found["b"].state, found["b"].failure) == (OUTBOX_FAILED, "bot was blocked by the user")
    async with database.read() as connection:
        blocked = await connection.execute(select(conversations.c.chat).where(conversations.c.blocked_at.is_not(None)))
        assert [row.chat for row in blocked] == ["b"]
    assert set(await rows(database, await _begin(database, clock, channel))) == {"a", "c"}


async def test_a_silenced_channel_keeps_its_broadcasts(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """Retry-after: nothing is sent before, everything after, and nothing is lost."""
    channel.script["a"] = [TryLater(30, "code 429", whole_channel=True)]
    broadcast_id = await _begin(database, clock, channel)
    worker = await workers(database, channel, announcer=TitleOnly(database), concurrency=1)
    await until(lambda: len(channel.asked) == 1)
    await worker.drain()
    clock.advance(29)
    await settle()
    assert len(channel.asked) == 1
    clock.advance(1)
    await _until_states(database, broadcast_id, sent=3)


class Rated(FakeChannel):
    """One message a second in a chat."""

    def __init__(self, per_second: int = 100, per_chat_s: float = 1.0) -> None:
        super().__init__()
        self.rate = Rate(per_second, per_chat_s)


async def test_a_chat_is_not_written_to_twice_in_a_second(database: Database, clock: Clock, workers: Workers) -> None:
    """Two broadcasts at once, and an answer just before, which nothing holds back: each second brings one."""
    channel = Rated()
    await _begin(database, clock, channel, "một")
    await _begin(database, clock, channel, "hai")
    worker = await workers(database, channel, announcer=TitleOnly(database))
    await until(lambda: len(channel.sent) == 3)
    await hand(database, clock, worker, ("a", "trả lời"))
    await until(lambda: len(channel.sent) == 4)
    await settle()
    assert sorted(channel.sent) == [("a", "một"), ("a", "trả lời"), ("b", "một"), ("c", "một")]
    clock.advance(1)
    await until(lambda: len(channel.sent) == 7)
    assert channel.texts("b") == ["một", "hai"]


async def test_another_process_has_just_written_to_the_chat(database: Database, clock: Clock, workers: Workers) -> None:
    """The table says so: the claim brings along when the chat was last sent something."""
    await queue(database, clock, ("a", "trả lời"))
    async with database.write() as connection:
        await connection.execute(table.update().values(state=OUTBOX_SENT, sent_at=clock()))
    channel = Rated()
    await _begin(database, clock, channel)
    await workers(database, channel, announcer=TitleOnly(database))
    await until(lambda: len(channel.sent) == 2)
    await settle()
    assert channel.texts("a") == []
    clock.advance(1)
    await until(lambda: channel.texts("a") == ["Tin"])


async def test_the_rate_holds_for_answers_too(database: Database, clock: Clock, workers: Workers) -> None:
    """Five a second, and a clock that stands still: five are sent, then five more."""
    channel = Rated(per_second=5, per_chat_s=0.0)
    worker = await workers(database, channel, announcer=TitleOnly(database))
    await hand(database, clock, worker, *((f"chat-{number}", "x") for number in range(8)))
    await _begin(database, clock, channel)
    await until(lambda: len(channel.sent) == 5)
    await settle()
    assert len(channel.sent) == 5
    clock.advance(1.001)
    await until(lambda: len(channel.sent) == 10)
    assert [text for _, text in channel.sent].count("x") == 8
    clock.advance(1.001)
    await until(lambda: len(channel.sent) == 11)


async def test_a_quota_holds_broadcasts_back_and_not_answers(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    room = [2]

    class Limited(FakeChannel):
        async def broadcast_room(self) -> int:
            return room[0] - sum(text == "Tin" for _, text in self.sent)

    limited = Limited()
    broadcast_id = await _begin(database, clock, channel)
    worker = await workers(database, limited, announcer=TitleOnly(database))
    await _until_states(database, broadcast_id, sent=2, queued=1)
    await settle()
    await hand(database, clock, worker, ("a", "trả lời"))
    await until(lambda: len(limited.sent) == 3)
    room[0] = 3
    await _until_states(database, broadcast_id, sent=3)


async def test_several_messages_of_one_row_are_not_sent_again(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """The second one failed for now: the next attempt begins with it."""
    channel.script["a"] = [Sent("1"), TryLater(5, "busy"), Sent("2")]
    broadcast_id = await _begin(database, clock, channel, "một", text="hai")
    worker = await workers(database, channel, announcer=TitleOnly(database))
    await _until_states(database, broadcast_id, sent=2, queued=1)
    await worker.drain()
    clock.advance(5)
    await _until_states(database, broadcast_id, sent=3)
    assert channel.texts("a") == ["một", "hai"]


async def test_the_web_chat_shows_it_to_its_reader(database: Database, clock: Clock) -> None:
    """In its place among the answers, from the broadcast's own words."""
    web = WebChannel(database, TitleOnly(database))
    await talk(database, clock, "w", channel="web")
    async with database.write() as connection:
        await connection.execute(
            table.insert().values(
                channel="web", chat="w", priority=1, state=OUTBOX_SENT, payload=msgspec.json.encode(Reply("trước")),
                created_at=clock(), due_at=clock(), attempts=0,
            )
        )  # fmt: skip
    broadcast_id = await compose(database, clock)
    await loop(database, web, clock).look()
    assert [each.reply.text for each in await web.fetch("w", 0)] == ["trước", "Tin"]
    await loop(database, web, clock).look()
    assert await state(database, broadcast_id) == "done"


async def test_receipts_say_what_became_of_it(
    database: Database, clock: Clock, channel: FakeChannel, workers: Workers
) -> None:
    """By state, channel, area and reason; who answered and who stopped after it."""
    async with database.write() as connection:
        await connection.execute(conversations.update().where(conversations.c.chat == "b").values(area_key="que-2023"))
    channel.script["c"] = [Refused("chat not found")]
    broadcast_id = await _begin(database, clock, channel)
    await workers(database, channel, announcer=TitleOnly(database))
    await _until_states(database, broadcast_id, sent=2, failed=1)
    clock.advance(60)
    async with database.write() as connection:
        await connection.execute(conversations.update().where(conversations.c.chat == "a").values(last_seen_at=clock()))
        await subscriptions.choose(connection, ("fake", "b"), {"notice": False}, clock())
        found = await receipts.progress(connection, broadcast_id)
    assert found.states == {"sent": 2, "failed": 1}
    assert found.channels == {"fake": {"sent": 2, "failed": 1}}
    assert found.areas == {"": {"sent": 1, "failed": 1}, "que-2023": {"sent": 1}}
    assert found.failures == {"chat not found": 1}
    assert (found.total, found.answered, found.opted_out) == (3, 1, 1)


async def test_a_claim_goes_by_the_index_however_many_wait(database: Database, clock: Clock) -> None:
    """No scan and no sort over a broadcast's rows, on both engines."""
    broadcast_id = await compose(database, clock, state="running")
    await talk(database, clock, *(f"chat-{number}" for number in range(3000)))
    async with database.write() as connection:
        await connection.execute(
            text(
                "INSERT INTO outbox"
                " (channel, chat, priority, state, payload, created_at, due_at, attempts, broadcast_id)"
                " SELECT channel, chat, 3, 1, state, created_at, created_at, 0, :id FROM conversations"
            ),
            {"id": broadcast_id},
        )
    plan = await _plan(database, broadcast_id, clock)
    assert "ix_outbox_broadcast_due" in plan
    assert "Sort" not in plan
    assert "TEMP B-TREE" not in plan
    assert "SCAN outbox" not in plan
    assert "Seq Scan on outbox" not in plan


async def _plan(database: Database, broadcast_id: int, clock: Clock) -> str:
    seen: list[str] = []
    prefix = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    due = broadcast_rows.due_rows("fake", broadcast_id, [broadcast_id + 1], clock(), 200)
    async with database.engine.connect() as connection:
        if not database.is_sqlite:
            await connection.execute(text("ANALYZE outbox"))
        compiled = due.compile(dialect=connection.dialect, compile_kwargs={"literal_binds": True})
        for row in await connection.exec_driver_sql(prefix + str(compiled)):
            seen.append(str(row[-1]))
    return "\n".join(seen)
