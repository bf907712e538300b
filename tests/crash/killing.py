"""Kills a bot again and again while people write to it, then counts what became of every message."""

from __future__ import annotations

import asyncio
import random
import sqlite3
import sys
import time
from collections import Counter, defaultdict
from collections.abc import Coroutine
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any

import msgspec

from tests.support.assembly import migrated
from tests.support.bot_process import EFFECTS
from tests.support.telegram_server import TelegramServer, telegram_server

ROOT = Path(__file__).resolve().parents[2]
CHATS = 20
_DEADLINE_S = 60.0
_LONGEST_LIFE_S = 1.0
# A message sent so long before a kill has been recorded as sent, also on a slow machine.
_WRITTEN_DOWN_S = 1.0
# What a bot had sent when it was killed may reach the server a moment later.
_ON_THE_WAY_S = 0.5


@dataclass(frozen=True, slots=True)
class Count:
    """What became of the messages."""

    messages: int
    kills: int
    without_effect: int
    with_more_effects: int
    counted: int
    """Sum of the conversations' counters: must be the number of messages."""
    inbox: int
    without_answer: int
    duplicates: int
    """Answers beyond one per message: what was in flight at a kill."""
    unexplained: int
    """Duplicates without a kill in between, or long enough before one to have been written down."""
    overtaken: int
    """Messages whose first answer came after the first answer to a later message of the same chat."""
    seconds: float

    @property
    def sound(self) -> bool:
        """Exactly one effect and at least one answer for every message, and no second answer without a reason."""
        lost = self.without_effect or self.with_more_effects or self.without_answer or self.unexplained
        return not lost and self.counted == self.inbox == self.messages


async def kill_and_count(folder: Path, *, messages: int, kills: int, seed: int) -> Count:
    """Spread the messages over `kills` + 1 lives of the bot; each but the last ends with kill -9 in mid-work."""
    started = time.monotonic()
    dice = random.Random(seed)
    database = folder / "crash.db"
    await migrated(database)
    with sqlite3.connect(database) as connection:
        connection.execute(EFFECTS)
    connection.close()
    per_life = messages // (kills + 1)
    killed: list[float] = []
    async with telegram_server() as server:
        said = 0
        for life in range(kills + 1):
            last = life == kills
            process = await _start(database, server)
            feeding = asyncio.create_task(_feed(server, dice, said, messages - said if last else per_life))
            said = messages if last else said + per_life
            work = _finish(server, feeding, messages) if last else _let_work(server, dice)
            try:
                await _while_alive(process, work)
            finally:
                killed.append(time.monotonic())
                if process.returncode is None:
                    process.kill()
                await process.wait()
                await feeding
        return _count(database, server, messages, killed, time.monotonic() - started)


async def _while_alive(process: asyncio.subprocess.Process, work: Coroutine[Any, Any, None]) -> None:
    """Do the work; a bot that ends by itself is an error at once, not a time-out."""
    working = asyncio.create_task(work)
    ending = asyncio.create_task(process.wait())
    await asyncio.wait((working, ending), return_when=asyncio.FIRST_COMPLETED)
    if ending.done():
        working.cancel()
        errors = (await process.stderr.read()).decode(errors="replace") if process.stderr else ""
        raise RuntimeError(f"the bot ended by itself: {errors.strip().splitlines()[-1:]}")
    ending.cancel()
    await working


async def _finish(server: TelegramServer, feeding: asyncio.Task[None], messages: int) -> None:
    await feeding
    await server.proxy.wait_for(lambda: server.pending() == 0, _DEADLINE_S)
    await server.proxy.wait_for(lambda: _answered(server) == messages, _DEADLINE_S)


async def _start(database: Path, server: TelegramServer) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "tests.support.bot_process",
        f"sqlite:///{database}",
        server.url,
        cwd=ROOT,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.PIPE,
    )


async def _feed(server: TelegramServer, dice: random.Random, first: int, count: int) -> None:
    """People write some 50 messages a second, whether the bot is alive or not."""
    for number in range(first, first + count):
        await server.say(1 + number % CHATS, f"tin {number}")
        await asyncio.sleep(dice.uniform(0, 0.04))


async def _let_work(server: TelegramServer, dice: random.Random) -> None:
    """A random moment from the first call on: in the rush of what waited, or later in the steady flow."""
    calls = len(server.proxy.arrived)
    await server.proxy.wait_for(lambda: len(server.proxy.arrived) > calls, _DEADLINE_S)
    await asyncio.sleep(dice.uniform(0, _LONGEST_LIFE_S))


def _answered(server: TelegramServer) -> int:
    return len({each.text for each in server.shown()})


def _count(database: Path, server: TelegramServer, messages: int, killed: list[float], seconds: float) -> Count:
    with sqlite3.connect(database) as connection:
        effects = Counter(row[0] for row in connection.execute("SELECT said FROM effects"))
        states = [msgspec.json.decode(row[0]) for row in connection.execute("SELECT state FROM conversations")]
        inbox = connection.execute("SELECT count(*) FROM inbox").fetchone()[0]
    connection.close()
    answers = Counter(each.text.removeprefix("Đã nhận ") for each in server.shown())
    said = [f"tin {number}" for number in range(messages)]
    return Count(
        messages=messages,
        kills=len(killed) - 1,
        without_effect=sum(1 for each in said if not effects[each]),
        with_more_effects=sum(1 for each in said if effects[each] > 1),
        counted=sum(state.get("misses", 0) for state in states),
        inbox=inbox,
        without_answer=sum(1 for each in said if not answers[each]),
        duplicates=sum(answers.values()) - len(answers),
        unexplained=_unexplained(server, killed),
        overtaken=_overtaken(server),
        seconds=round(seconds, 1),
    )


def _unexplained(server: TelegramServer, killed: list[float]) -> int:
    sent = defaultdict(list)
    for each in server.shown():
        sent[each.text].append(each.at)
    count = 0
    for times in sent.values():
        for before, again in pairwise(times):
            kill = next((at for at in killed if before - _ON_THE_WAY_S < at < again), None)
            count += kill is None or kill - before > _WRITTEN_DOWN_S
    return count


def _overtaken(server: TelegramServer) -> int:
    count = 0
    for chat in range(1, CHATS + 1):
        firsts = list(dict.fromkeys(int(each.text.rsplit(" ", 1)[-1]) for each in server.shown(chat)))
        highest = -1
        for number in firsts:
            count += number < highest
            highest = max(highest, number)
    return count
