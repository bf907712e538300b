"""Work of every minute: notices that were held back leave by themselves, once, whoever looks and whoever is killed."""

from __future__ import annotations

import asyncio
import sys
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest
import structlog
from sqlalchemy import update

from bot.bootstrap import build, now
from bot.settings import Settings
from bot.timed import TASKS, Task, Timed
from handlers.actions.people import sync_areas
from handlers.cases import telling
from handlers.turn import Knowledge
from storage import case_notices, people
from storage.case_notices import Told
from storage.database import Database
from storage.outbox import Priority
from storage.tables_people import roles
from tests.cases.conftest import Town

_ROOT = Path(__file__).resolve().parents[2]
_DIES_IN_THE_MIDDLE = """
import asyncio, sys
from datetime import datetime
from content import words
from handlers.actions.people import sync_areas
from handlers.cases import telling
from storage import case_notices, people
from storage.case_notices import Told
from storage.database import Database

async def main():
    async with Database(sys.argv[1]).write() as connection:
        told = await telling.tell_held_back(connection, words.load()["vi"], "", datetime.fromisoformat(sys.argv[2]))
        print(told, flush=True)
        await asyncio.Event().wait()

asyncio.run(main())
"""


def timed(town: Town, database: Database | None = None) -> Timed:
    return Timed(database or town.database, town.knowledge, town.clock)


async def notices(town: Town, chat: str) -> list[str]:
    return [text for _, text, _ in await town.sent(chat, priority=int(Priority.NOTICE))]


async def four_cases(town: Town) -> None:
    """The first is told at once, three are held back."""
    for number in range(4):
        await town.hand_over(f"bac{number}")
    assert len(await notices(town, "huyen")) == 1


async def test_what_was_held_back_is_told_without_a_new_case(staffed: Town, second: Database) -> None:
    """Not before the quiet span is over, then once, also with two processes that look at the same moment."""
    await four_cases(staffed)
    await timed(staffed).look()
    assert len(await notices(staffed, "huyen")) == 1
    staffed.clock.advance(telling.QUIET.total_seconds())
    await asyncio.gather(timed(staffed).look(), timed(staffed, second).look())
    await timed(staffed).look()
    told = await notices(staffed, "huyen")
    assert len(told) == 2 and "3 câu hỏi mới" in told[1]


async def test_a_process_killed_in_the_middle_has_told_nobody(staffed: Town, database_url: str) -> None:
    """Its transaction never happened, and the next look of another one tells everything."""
    await four_cases(staffed)
    staffed.clock.advance(telling.QUIET.total_seconds())
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", _DIES_IN_THE_MIDDLE, database_url, staffed.clock.at.isoformat(),
        cwd=_ROOT, stdout=asyncio.subprocess.PIPE,
    )  # fmt: skip
    assert process.stdout is not None
    assert await asyncio.wait_for(process.stdout.readline(), 30) == b"1\n"
    process.kill()
    await process.wait()
    assert len(await notices(staffed, "huyen")) == 1
    await timed(staffed).look()
    assert [text.count("3 câu hỏi mới") for text in await notices(staffed, "huyen")] == [0, 1]


async def test_who_is_no_officer_any_more_is_told_nothing(staffed: Town) -> None:
    """How many questions there are is no business of theirs."""
    await four_cases(staffed)
    staffed.clock.advance(telling.QUIET.total_seconds())
    async with staffed.database.write() as connection:
        account = staffed.officers["Huyện Mẫu"].account_id
        await connection.execute(update(roles).where(roles.c.account_id == account).values(end=staffed.today))
    await timed(staffed).look()
    assert len(await notices(staffed, "huyen")) == 1


async def test_more_officers_than_one_portion(staffed: Town, monkeypatch: pytest.MonkeyPatch) -> None:
    """A task goes on until nothing is left."""
    left = [100, 100, 7, 0]

    async def portion(*_: object) -> int:
        return left.pop(0)

    async def held(*_: object) -> bool:
        return True

    monkeypatch.setattr(telling, "tell_held_back", portion)
    monkeypatch.setattr(telling, "is_held_back", held)
    assert await TASKS[0].run(staffed.database, staffed.knowledge, staffed.clock.at) == 207


async def test_it_looks_by_itself_and_survives_a_task_that_fails(staffed: Town) -> None:
    """The failure is logged by its name alone; the other tasks go on; closing waits for the look."""
    seen = asyncio.Event()

    async def fails(database: Database, knowledge: Knowledge, now: datetime) -> int:
        raise ValueError("something personal")

    async def counts(database: Database, knowledge: Knowledge, now: datetime) -> int:
        looks.append(now)
        if len(looks) == 3:
            seen.set()
        return 0

    looks: list[datetime] = []
    tasks = (Task("fails", fails, 0.001), Task("counts", counts, 0.001))
    work = Timed(staffed.database, staffed.knowledge, staffed.clock, tasks)
    with structlog.testing.capture_logs() as logs:
        await work.start()
        await asyncio.wait_for(seen.wait(), 5)
        await work.close()
    assert logs[0] == {"event": "timed.failed", "log_level": "error", "task": "fails", "error": "ValueError"}
    count = len(looks)
    await asyncio.sleep(0.01)
    assert len(looks) == count


async def test_every_process_that_delivers_does_it(tmp_path: Path, sqlite_url: str) -> None:
    """`chungtay worker`, `web`, `poll` and `run` start what bootstrap built: a notice is told by it alone."""
    app = build(replace(Settings(), database_url=sqlite_url, key_file=str(tmp_path / "keys.json")))
    assert [(task.name, task.every_s) for task in app.timed.tasks] == [("held-back-notices", 60), ("pictures", 1)]
    told_at = now() - telling.QUIET
    async with app.database.write() as connection:
        await sync_areas(connection, app.knowledge.locality)
        account = await people.create_account(connection, "Mẫu", told_at)
        await people.grant(
            connection, account, "commune_officer", "que-2023", start=told_at.date(), granted_by=None
        )  # fmt: skip
        await people.link(connection, ("web", "officer"), account, told_at)
        await case_notices.save(connection, [Told(account, told_at, 2, told_at, 0)])
    await app.start()
    try:
        async with asyncio.timeout(5):
            while True:
                async with app.database.read() as connection:
                    if not (await case_notices.of(connection, [account]))[account].held:
                        break
                await asyncio.sleep(0.01)
    finally:
        await app.close()
