"""What happens is seen by open desks: soon, once, by those only whom it concerns, also from another process."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from desk.inbox_live import Follower, InboxWatch
from handlers.turn import Knowledge
from storage import cases
from storage.cases import NewEntry
from storage.database import Database
from tests.cases.conftest import COMMUNE, DISTRICT
from tests.cases.seeding import a_case
from tests.support.assembly import Clock


@pytest.fixture
async def watch(database: Database) -> AsyncIterator[InboxWatch]:
    made = InboxWatch(database, every_s=0.01)
    yield made
    if made._task is not None:
        await asyncio.wait_for(made._task, 5)


async def _first(watch: InboxWatch, follower: Follower, ready: asyncio.Event) -> Any:
    async for found in watch.follow(follower, 5):
        if found:
            return found[0]
        ready.set()
    return None


async def test_a_case_of_another_process_is_seen_by_its_officers_alone(
    database: Database, second: Database, knowledge: Knowledge, clock: Clock, watch: InboxWatch
) -> None:
    """The commune and the district above it hear of it, another commune and communications staff do not."""
    async with second.write() as connection:
        await a_case(connection, knowledge, clock.at, 1, desk="thuy-loi-2023")
    heard = {
        name: Follower(path, offices)
        for name, path, offices in (
            ("commune", COMMUNE, ()), ("district", DISTRICT, ()), ("other", f"{DISTRICT}que-2023/", ()),
            ("staff", DISTRICT, ("culture",)),
        )
    }  # fmt: skip
    ready = {name: asyncio.Event() for name in heard}
    waiting = {name: asyncio.create_task(_first(watch, one, ready[name])) for name, one in heard.items()}
    await asyncio.gather(*(one.wait() for one in ready.values()))
    await watch.looked.wait()
    async with second.write() as connection:
        made = await a_case(connection, knowledge, clock.at, 2, desk="thuy-loi-2023")
    for name in ("commune", "district"):
        assert (await asyncio.wait_for(waiting[name], 5)).case_id == made
    assert heard["other"].queue.empty() and heard["staff"].queue.empty()
    for name in ("other", "staff"):
        waiting[name].cancel()
    await asyncio.gather(*waiting.values(), return_exceptions=True)


async def test_a_line_that_is_committed_late_is_not_passed_over(
    postgres: Database, second_postgres: Database, knowledge: Knowledge, clock: Clock
) -> None:
    """Ids are given before the commit: the younger one is seen first, the older one all the same, each once."""
    watch = InboxWatch(postgres, every_s=0.01)
    async with postgres.write() as connection:
        case_id = await a_case(connection, knowledge, clock.at, 1, desk="thuy-loi-2023")
    follower = Follower(COMMUNE, ())
    ready, first = asyncio.Event(), asyncio.Event()
    found: list[int] = []

    async def listen() -> None:
        async for several in watch.follow(follower, 5):
            ready.set()
            found.extend(one.id for one in several)
            if found:
                first.set()
            if len(found) == 2:
                return

    task = asyncio.create_task(listen())
    await ready.wait()
    await watch.looked.wait()
    async with second_postgres.write() as slow:
        older = (await cases.add_entries(slow, case_id, clock.at, [NewEntry("person")]))[0]
        async with postgres.write() as quick:
            younger = (await cases.add_entries(quick, case_id, clock.at, [NewEntry("person")]))[0]
        await asyncio.wait_for(first.wait(), 5)
        assert found == [younger]
    await asyncio.wait_for(task, 5)
    assert found == [younger, older]


async def test_many_lines_in_a_short_time_hold_nobody_up(
    database: Database, second: Database, knowledge: Knowledge, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More than one look can take, twice within the time in which late lines are looked for: all at once, in order."""
    monkeypatch.setattr("desk.inbox_live._AT_ONCE", 5)
    watch = InboxWatch(database, every_s=0.01)
    async with database.write() as connection:
        case_id = await a_case(connection, knowledge, clock.at, 1, desk="thuy-loi-2023")
    follower, found, ready = Follower(COMMUNE, ()), list[int](), asyncio.Event()

    async def listen() -> None:
        async for several in watch.follow(follower, 5):
            ready.set()
            found.extend(one.id for one in several)
            if len(found) == 24:
                return

    task = asyncio.create_task(listen())
    await ready.wait()
    await watch.looked.wait()
    written = []
    for _ in range(2):
        async with second.write() as connection:
            written += await cases.add_entries(connection, case_id, clock.at, [NewEntry("person")] * 12)
    await asyncio.wait_for(task, 4)
    assert found == written
    assert watch._task is not None
    await asyncio.wait_for(watch._task, 5)
