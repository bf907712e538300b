"""Web and worker processes over one PostgreSQL, killed and cut off at random under load: is everything still right?

Two `chungtay web` and two `chungtay worker` serve Telegram's and the Official Account's webhooks and the web chat. Some
240 people ask, report changes of households, write to officers, and 2,000 get an announcement meanwhile. Every few
seconds a process is killed with kill -9, stopped politely, or loses a connection to the database; the platforms post
again what was not acknowledged, and now and then what was. Afterwards everything is looked for:

- each acknowledged message once in the inbox, each message to an officer once in its case, each report once;
- each row of the outbox at its platform, at most 30 and 60 a second there, answers of a chat in their order;
- what came twice was on its way at a blow; the audit trail is whole.

Exits with 1 where that does not hold.

    python -m benchmarks.chaos [--seconds 300] [--webs 2] [--workers 2] [--seed 2026]
"""

from __future__ import annotations

import argparse
import asyncio
import json
import random
import statistics
import sys
import time
from collections import Counter
from datetime import UTC, datetime

import aiohttp
from sqlalchemy import select, text

from benchmarks.chaos_count import Count, count, told_by_state, unfinished
from benchmarks.chaos_load import Load, seed
from storage import broadcasts, zalo
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.database import Database
from storage.tables_people import areas
from tests.support.deployment import Deployment, deployment
from tests.support.platforms import Platforms, platforms
from tests.support.zalo_oa_server import APP_ID, APP_SECRET, SECRET_KEY

_BETWEEN_S = (4.0, 12.0)
_BLOWS = ("kill", "kill", "kill", "stop", "cut")
# What a killed process had leased is free a minute later.
_AFTERWARDS_S = 240.0


async def _announce(database: Database) -> int:
    async with database.write() as connection:
        top = (await connection.execute(select(areas.c.key, areas.c.path).where(areas.c.parent_key.is_(None)))).first()
        assert top is not None
        content = Content({"vi": Wording("Thông báo", "Nội dung thử của một thông báo gửi cho nhiều người.")})
        new = NewBroadcast("notice", content, '{"all":[]}', top.key, top.path, None, state="scheduled", demo=True)
        return await broadcasts.create(connection, new, datetime.now(UTC))


async def _strike(deployed: Deployment, dice: random.Random, until: float, blows: list[float]) -> Counter[str]:
    """Until the time is over. What is down is left alone, and everything is up again when this returns."""
    dealt: Counter[str] = Counter()
    down: dict[int, asyncio.Task[None]] = {}
    while time.monotonic() < until:
        await asyncio.sleep(dice.uniform(*_BETWEEN_S))
        up = [each for each in deployed.members if id(each) not in down or down[id(each)].done()]
        if not up:
            continue
        how, member = dice.choice(_BLOWS), dice.choice(up)
        dealt[f"{how} {member.role}" if how != "cut" else how] += 1
        blows.append(time.time())
        if how == "cut":
            async with deployed.database.write() as connection:
                await connection.execute(
                    text("SELECT pg_terminate_backend(pid) FROM (SELECT pid FROM pg_stat_activity WHERE "
                         "datname = current_database() AND pid <> pg_backend_pid() ORDER BY random() LIMIT 3) found")
                )  # fmt: skip
            continue
        if how == "stop":
            await deployed.stop(member)
        else:
            await deployed.kill(member)
        blows.append(time.time())
        down[id(member)] = asyncio.create_task(deployed.restart(member))
    await asyncio.gather(*down.values())
    return dealt


async def _settled(database: Database) -> float:
    """Seconds until everything is sent and handled."""
    began = time.monotonic()
    while time.monotonic() - began < _AFTERWARDS_S and await unfinished(database):  # noqa: ASYNC110  # others work
        await asyncio.sleep(1)
    return time.monotonic() - began


async def _consent(deployed: Deployment, server: Platforms) -> None:
    """As if the account's administrator had agreed just now; the first process that sends renews the tokens."""
    async with deployed.database.write() as connection:
        await zalo.consented(connection, deployed.known.keys, APP_ID, server.refresh_token, datetime.now(UTC))


async def chaos(given: argparse.Namespace) -> tuple[Count, dict[str, object]]:
    """One run."""
    dice, blows = random.Random(given.seed), list[float]()
    async with platforms() as server:
        more = {
            "CHUNGTAY_ZALO_OA_APP_ID": APP_ID,
            "CHUNGTAY_ZALO_OA_APP_SECRET": APP_SECRET,
            "CHUNGTAY_ZALO_OA_SECRET_KEY": SECRET_KEY,
            "CHUNGTAY_ZALO_API": server.zalo,
            "CHUNGTAY_LOG_FORMAT": "json",
        }
        async with deployment(server.telegram, more) as deployed:
            await seed(deployed)
            await _consent(deployed, server)
            for role, many in (("web", given.webs), ("worker", given.workers)):
                for _ in range(many):
                    await deployed.start(role)
            limits = aiohttp.TCPConnector(limit=0)
            patience = aiohttp.ClientTimeout(total=15)
            async with aiohttp.ClientSession(
                connector=limits, timeout=patience, cookie_jar=aiohttp.DummyCookieJar()
            ) as client:
                until = time.monotonic() + given.seconds
                load = Load(deployed, client, random.Random(given.seed + 1), until)
                talking = asyncio.create_task(load.people())
                await asyncio.sleep(min(10.0, given.seconds / 10))
                broadcast_id = await _announce(deployed.database)
                dealt = await _strike(deployed, dice, until, blows)
                await talking
            waited = await _settled(deployed.database)
            counted = await count(load, await server.came(), blows, broadcast_id)
            log = {role: _logged(deployed, role) for role in ("web", "worker")}
        took = sorted(load.took)
        about = {
            "seconds": given.seconds, "blows": dict(dealt), "settled_after_s": round(waited, 1), "posts": load.tries,
            "posted_again_though_acknowledged": load.again,
            "acknowledged_after_s": {
                "median": round(statistics.median(took), 3), "p99": round(took[int(len(took) * 0.99)], 1),
                "longest": round(took[-1], 1),
            },
            "logged": log,
        }  # fmt: skip
        return counted, about


def _logged(deployed: Deployment, role: str) -> dict[str, int]:
    """What the processes complained of, by event."""
    said = (deployed.folder / f"{role}.log").read_text(encoding="utf-8")
    lines = [json.loads(line) for line in said.splitlines() if line.startswith("{")]
    return dict(Counter(str(line.get("event")) for line in lines).most_common(12))


def main() -> None:
    """Print what became of everything as one JSON object."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=300)
    parser.add_argument("--webs", type=int, default=2)
    parser.add_argument("--workers", type=int, default=2)
    parser.add_argument("--seed", type=int, default=2026)
    given = parser.parse_args()
    counted, about = asyncio.run(chaos(given))
    print(json.dumps({**about, **told_by_state(counted)}, indent=1, ensure_ascii=False))
    sys.exit(0 if counted.sound else 1)


if __name__ == "__main__":
    main()
