"""What one core does and what one household, report and message takes on the disk; and what that means for a country.

One `chungtay web` over PostgreSQL is asked over HTTP; what counts is the time that it and PostgreSQL spent on a core
(`/proc`), not the time on the clock, so that a busy machine gives the same figures. Bytes are `pg_total_relation_size`
with indexes, over the number of rows. The second table is arithmetic with the assumptions that stand in `PLACES`.

    python -m benchmarks.capacity [--each 300] [--households 10000]
"""

from __future__ import annotations

import argparse
import asyncio
import itertools
import json
import os
import random
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import aiohttp
from sqlalchemy import make_url, text

from benchmarks.chaos_load import QUESTIONS, Load, seed
from benchmarks.register_seed import Size
from benchmarks.register_seed import seed as seed_register
from bot.channels import Delivery, Sent
from bot.channels.telegram import TelegramChannel
from bot.delivery import DeliveryWorker
from handlers.messages import Reply
from storage import migrate
from storage.database import Database
from tests.broadcasts.sending import prepared
from tests.support.counting_server import counting_server
from tests.support.deployment import Deployment, Member, deployment
from tests.support.sender_process import TitleAndText
from tests.support.telegram_server import TOKEN
from tests.support.telegram_sink import telegram_sink

_TOGETHER: Final = 8
_TICK: Final = os.sysconf("SC_CLK_TCK")
_PAGES: Final = {"queue": "", "register": "/so-ho?tim=mau", "household": "/ho/{home}", "inbox": "/hop-thu",
                 "figures of the year": "/so-lieu"}  # fmt: skip
_CHECK: Final = ("nhà tôi được hưởng những gì", "1", "1", "2", "1", "2", "2", "1", "2", "2")
"""A check of what a household is entitled to; whatever is asked, a number is an answer."""
REGISTER: Final = ("households", "members", "changes", "change_households", "movements", "name_keys", "household_spans")
REPORTS: Final = ("reports", "report_moves")
MESSAGES: Final = ("inbox", "outbox", "question_log")


@dataclass(frozen=True, slots=True)
class Place:
    """An area and what we assume of it: our own round numbers, to be replaced by those of the place."""

    name: str
    households: int
    listed: float = 0.1
    """Share of the households in the register: poor, near-poor, newly exited and those asked about."""
    writing: float = 0.02
    """Share of all households from which somebody writes on a day."""
    messages: float = 6.0
    """A talk has so many."""
    reports: float = 0.5
    """A listed household and year."""
    reached: float = 0.3
    """Share of all households with a chat that gets announcements, two a month."""
    busiest: float = 0.2
    """Share of a day's messages in its busiest hour."""
    officers: float = 1 / 1500
    """For a household; each looks at 150 pages a day."""


PLACES: Final = (
    Place("commune", 2_500),
    Place("district", 40_000),
    Place("province", 400_000),
    Place("country", 28_000_000),
)


def core_s(pid: int, *, family: bool = False) -> float:
    """Seconds of a core that a process has used; `family` adds its children, those that have ended too."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()
    used = sum(map(int, fields[11 : 15 if family else 13])) / _TICK
    if family:
        for child in Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="utf-8").split():
            try:
                used += core_s(int(child))
            except OSError:  # ended in between, and is in its parent's sum next time
                continue
    return used


@dataclass
class Meter:
    """Both halves of the work: the web process and PostgreSQL."""

    web: Member
    postgres: int
    results: dict[str, dict[str, float]]

    async def measure(self, kind: str, count: int, once: Callable[[int], Awaitable[None]]) -> None:
        numbers = iter(range(count))

        async def some() -> None:
            for number in numbers:
                await once(number)

        before, began = (core_s(self.web.pid), core_s(self.postgres, family=True)), time.perf_counter()
        await asyncio.gather(*(some() for _ in range(_TOGETHER)))
        await asyncio.sleep(1)  # what is delivered and written down afterwards belongs to it
        took = time.perf_counter() - began
        ours = (core_s(self.web.pid) - before[0]) / count * 1000
        theirs = (core_s(self.postgres, family=True) - before[1]) / count * 1000
        self.results[kind] = {
            "count": count,
            "web_ms": round(ours, 2),
            "postgres_ms": round(theirs, 2),
            "a_second_and_core": round(1000 / (ours + theirs), 1),
            "seconds": round(took, 1),
        }
        print(f"{kind}: {json.dumps(self.results[kind])}", flush=True)


async def _postmaster(database: Database) -> int:
    async with database.read() as connection:
        backend = int((await connection.execute(text("SELECT pg_backend_pid()"))).scalar_one())
        return _parent(backend)


def _parent(pid: int) -> int:
    return int(Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[1])


async def _turns(meter: Meter, load: Load, each: int) -> None:
    """Every kind of message, as people send them."""
    dice = load.dice

    async def question(number: int) -> None:
        assert await load.on_web(f"q{number % 200}".ljust(43, "q"), dice.choice(QUESTIONS))

    async def telegram(number: int) -> None:
        assert await load.on_telegram(1 + number % 200, dice.choice(QUESTIONS))

    async def greeting(number: int) -> None:
        assert await load.on_web(f"g{number % 200}".ljust(43, "g"), "cảm ơn")

    async def check(number: int) -> None:
        for said in _CHECK:
            assert await load.on_web(f"e{number}".ljust(43, "e"), said)

    async def case(number: int) -> None:
        assert await load.on_web(f"case{number % 20}".ljust(43, "c"), f"tin so {number} cua nha toi")

    await meter.measure("warming up", 40, question)
    await meter.measure("question, web chat", each, question)
    await meter.measure("question, Telegram webhook and answer", each, telegram)
    await meter.measure("thanks, web chat", each, greeting)
    await meter.measure(f"check of entitlements, {len(_CHECK)} messages", max(each // 10, 8), check)
    await meter.measure("message to an officer", each, case)
    for village in range(6):
        await load.on_telegram(5001 + village, "tôi là ai")
    await _reports(meter, load, max(each // 10, 12))


async def _reports(meter: Meter, load: Load, count: int) -> None:
    homes = [iter(range(60)) for _ in range(6)]
    free: asyncio.Queue[int] = asyncio.Queue()
    for village in range(6):
        free.put_nowait(village)

    async def report(_: int) -> None:
        village = await free.get()
        for said in ("báo sửa nhà", f"HD-{village}{next(homes[village]):03d}", "hôm qua", "đã xây mới", "1"):
            assert await load.on_telegram(5001 + village, said)
        free.put_nowait(village)

    await meter.measure("report, 5 messages over Telegram", min(count, 300), report)


async def _pages(meter: Meter, deployed: Deployment, client: aiohttp.ClientSession, each: int) -> None:
    cookie = await deployed.officer("Cán bộ Mẫu Trang", "district_officer", "kim-bang-district")
    for name, path in _PAGES.items():

        async def page(number: int, path: str = path) -> None:
            address = f"http://127.0.0.1:{meter.web.port}/can-bo{path.format(home=1 + number % 300)}"
            async with client.get(address, headers={"Cookie": cookie}) as answer:
                await answer.read()
                assert answer.status == 200, (path, answer.status)

        await meter.measure(f"desk, {name}", max(each // 3, 20), page)


class _Taken(TelegramChannel):
    taken = 0

    async def send(self, chat: str, reply: Reply) -> Delivery:
        delivery = await super().send(chat, reply)
        self.taken += isinstance(delivery, Sent)
        return delivery


async def _deliveries(database: Database, rows: int, chats: itertools.count[int]) -> dict[str, float]:
    """Rows of a broadcast over HTTP to a platform in a process of its own, as fast as it goes."""
    async with counting_server() as server:
        broadcast_id = await prepared(database, rows, chats)
        channel = _Taken(TOKEN, api_root=server.url, rate=None)
        worker = DeliveryWorker(
            database, {channel.name: channel}, lambda: datetime.now(UTC), announcer=TitleAndText(database)
        )
        postgres = await _postmaster(database)
        ours, theirs, began = time.process_time(), core_s(postgres, family=True), time.perf_counter()
        await worker.start()
        while channel.taken < rows:  # noqa: ASYNC110  # a look costs less than an event for each row
            await asyncio.sleep(0.02)
        await worker.drain()
        ours = (time.process_time() - ours) / rows * 1000
        theirs = (core_s(postgres, family=True) - theirs) / rows * 1000
        took = time.perf_counter() - began
        await worker.close()
        await channel.close()
    assert broadcast_id
    return {"count": rows, "web_ms": round(ours, 2), "postgres_ms": round(theirs, 2), "seconds": round(took, 1),
            "a_second_and_core": round(1000 / (ours + theirs), 1)}  # fmt: skip


async def _bytes(database: Database, tables: tuple[str, ...]) -> int:
    async with database.engine.connect() as connection:
        settled = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await settled.execute(text("VACUUM ANALYZE"))
        found = await settled.execute(
            text("SELECT sum(pg_total_relation_size(oid)) FROM pg_class WHERE relkind = 'r' AND relname = ANY(:names)"),
            {"names": list(tables)},
        )
        return int(found.scalar_one() or 0)


async def _count(database: Database, table: str) -> int:
    async with database.read() as connection:
        return int((await connection.execute(text(f"SELECT count(*) FROM {table}"))).scalar_one())  # our own tables


async def _sizes(deployed: Deployment, households: int) -> dict[str, float]:
    """Bytes of a household with 3.7 persons and of a report, in a register of their own."""
    async with deployed.database.engine.connect() as connection:
        outside = await connection.execution_options(isolation_level="AUTOCOMMIT")
        await outside.execute(text("CREATE DATABASE sizes"))
    url = make_url(deployed.url).set(database="sizes").render_as_string(hide_password=False)
    database = Database(url)
    await migrate.upgrade(database)
    await seed_register(database, deployed.known.keys, Size(households, households // 5))
    found: dict[str, float] = {
        "household": round(await _bytes(database, REGISTER) / households),
        "report": round(await _bytes(database, REPORTS) / (households // 5)),
    }
    await database.close()
    return found


async def measure(each: int, households: int) -> dict[str, Any]:
    """Everything that is measured."""
    async with telegram_sink(keep=False) as sink, deployment(sink.url) as deployed:
        sizes: dict[str, float] = await _sizes(deployed, households)
        await seed(deployed)
        rows, chats = 2000, itertools.count(1_000_000)
        await _deliveries(deployed.database, 200, chats)
        results = {"delivery of a broadcast's row": await _deliveries(deployed.database, rows, chats)}
        print(json.dumps(results), flush=True)
        web = await deployed.start("web")
        meter = Meter(web, await _postmaster(deployed.database), results)
        before = await _count(deployed.database, "inbox"), await _bytes(deployed.database, MESSAGES)
        trail = await _count(deployed.database, "audit"), await _bytes(deployed.database, ("audit",))
        async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as client:
            load = Load(deployed, client, random.Random(1), time.monotonic() + 10**6, share_again=0)
            await _turns(meter, load, each)
            turns = await _count(deployed.database, "inbox") - before[0]
            sizes["message with its answers"] = round((await _bytes(deployed.database, MESSAGES) - before[1]) / turns)
            sizes["conversation"] = round(
                await _bytes(deployed.database, ("conversations",)) / await _count(deployed.database, "conversations")
            )
            await _pages(meter, deployed, client, each)
        entries = await _count(deployed.database, "audit") - trail[0]
        sizes["entry of the audit trail"] = round((await _bytes(deployed.database, ("audit",)) - trail[1]) / entries)
    return {"work": results, "bytes": sizes}


def arithmetic(found: dict[str, Any]) -> list[dict[str, Any]]:
    """What each place needs, from the measured figures and its assumptions."""

    def cost_ms(kind: str) -> float:
        one = next(value for name, value in found["work"].items() if name.startswith(kind))
        return float(one["web_ms"] + one["postgres_ms"])

    lines = []
    for place in PLACES:
        listed = place.households * place.listed
        messages = place.households * place.writing * place.messages
        reports = listed * place.reports / 365
        pages = max(1.0, place.households * place.officers) * 150
        sent = place.households * place.reached * 24 / 365
        day_s = (
            messages * cost_ms("question, Telegram") + reports * cost_ms("report") + pages * cost_ms("desk, register")
            + sent * cost_ms("delivery")
        ) / 1000  # fmt: skip
        size = found["bytes"]
        year = 365 * (
            messages * size["message with its answers"] + reports * size["report"] + sent * 250
            + (pages + reports * 4) * size["entry of the audit trail"]
        )  # fmt: skip
        standing = listed * size["household"] + place.households * place.reached * size["conversation"]
        lines.append(
            {
                "place": place.name, "households": place.households, "in the register": round(listed),
                "messages a day": round(messages), "reports a day": round(reports, 1), "desk pages a day": round(pages),
                "broadcast messages a day": round(sent), "busiest hour, messages a second":
                round(messages * place.busiest / 3600, 2), "core seconds a day": round(day_s),
                "cores in the busiest hour": round(day_s * place.busiest / 3600, 2),
                "hours of one bot for an announcement to all": round(place.households * place.reached / 30 / 3600, 2),
                "register and chats, GB": round(standing / 1e9, 2), "a year's growth, GB": round(year / 1e9, 1),
            }
        )  # fmt: skip
    return lines


def main() -> None:
    """Print the figures as they come, and everything as one JSON object at the end."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--each", type=int, default=300)
    parser.add_argument("--households", type=int, default=10_000)
    given = parser.parse_args()
    found = asyncio.run(measure(given.each, given.households))
    print(json.dumps({**found, "places": arithmetic(found)}, indent=1, ensure_ascii=False))


if __name__ == "__main__":
    main()
