"""No second sees more messages than a channel's rate, in one process and in several, and no chat too many in a row."""

from __future__ import annotations

import asyncio
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.pacing import Pace, Rate, rest
from storage import shares
from storage.database import Database
from tests.support.assembly import Clock
from tests.support.counting_server import most_in_a_second


def _pace(clock: Clock, slots: int) -> Pace:
    async def sleep(seconds: float) -> None:
        clock.advance(max(seconds, 1e-6))

    pace = Pace(Rate(slots), clock, sleep=sleep)
    pace.allow(slots, None)
    return pace


@given(st.integers(1, 40), st.integers(0, 2**32))
async def test_no_second_sees_more_than_the_rate(slots: int, seed: int) -> None:
    """However long each message is on its way there, and its answer on the way back."""
    clock, dice = Clock(), random.Random(seed)
    pace = _pace(clock, slots)
    arrivals = []
    for _ in range(3 * slots):
        slot = await pace.take()
        there, back = dice.uniform(0.003, 0.05), dice.uniform(0.003, 0.05)
        arrivals.append(clock.seconds() + there)
        clock.advance(there + back)
        pace.used(slot)
    assert most_in_a_second(arrivals) <= slots


async def test_the_rate_is_used() -> None:
    """All of it but the time of an answer: here 10 ms of every second."""
    clock = Clock()
    pace = _pace(clock, 1)
    began = clock.seconds()
    for _ in range(60):
        slot = await pace.take()
        clock.advance(0.01)
        pace.used(slot)
    assert (clock.seconds() - began) / 59 == pytest.approx(1.01, abs=0.02)


async def test_what_was_not_sent_costs_nothing() -> None:
    clock = Clock()
    pace = _pace(clock, 1)
    pace.unused(await pace.take())
    at = clock()
    pace.used(await pace.take())
    assert clock() == at
    await pace.take()
    assert clock.seconds() - at.timestamp() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("total", "wanted", "parts"),
    [
        (30, {"a": 30, "b": 30}, {"a": 15, "b": 15}),
        (30, {"a": 30, "b": 1}, {"a": 29, "b": 1}),
        (30, {"a": 5, "b": 3}, {"a": 5 + 7, "b": 3 + 7}),  # and 8 for whoever comes next
        (30, {"a": 1, "gone": 0}, {"a": 1 + 14, "gone": 0}),
        (5, {"a": 9, "b": 9, "c": 9}, {"a": 2, "b": 2, "c": 1}),
        (1, {"a": 1, "b": 1}, {"a": 1, "b": 0}),
    ],
)
def test_what_one_does_not_want_the_others_get(total: int, wanted: dict[str, int], parts: dict[str, int]) -> None:
    assert shares.divided(total, wanted) == parts


async def test_processes_never_hold_more_than_there_is(database: Database, clock: Clock) -> None:
    """A newcomer gets its part only once the other one has let go of it; one that has died leaves everything."""

    async def renew(holder: str, wanted: int, keeps: int) -> int:
        async with database.write() as connection:
            return await shares.renew(connection, "fake", holder, total=30, wanted=wanted, keeps=keeps, now=clock())

    assert await renew("a", 30, 0) == 30
    assert await renew("b", 30, 0) == 0
    assert await renew("a", 30, 30) == 15  # has heard of it, and still has slots that rest
    assert await renew("b", 30, 0) == 0
    assert await renew("a", 30, 15) == 15
    assert await renew("b", 30, 0) == 15
    clock.advance(shares.SHARE_LEASE.total_seconds() + 1)
    assert await renew("b", 30, 15) == 15  # what it sent last may still be on its way
    clock.advance(1)
    assert await renew("b", 30, 15) == 30
    async with database.write() as connection:
        await shares.give_back(connection, "fake", "b", clock())
    clock.advance(2)
    assert await renew("c", 1, 0) == 15


async def test_a_process_that_was_forgotten_sends_nothing(clock: Clock) -> None:
    """Its part may be another one's by now."""
    pace = Pace(Rate(5), clock)
    pace.allow(5, clock())
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.1):
            await pace.take()


def test_a_chat_is_left_in_peace(clock: Clock) -> None:
    before = clock()
    assert rest(before, 1.0, clock()) is not None
    clock.advance(1)
    assert rest(before, 1.0, clock()) is None
    assert rest(None, 1.0, clock()) is rest(clock(), 0.0, clock()) is None
