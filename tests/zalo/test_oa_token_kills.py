"""Really killed while renewing the tokens, at each point that matters."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa.tokens import NoTokenError, Tokens
from storage import zalo
from storage.database import Database
from storage.keys import Keys
from tests.support.assembly import Clock
from tests.support.zalo_oa_server import APP_ID, APP_SECRET, ZaloOaServer, zalo_oa_server

pytestmark = pytest.mark.crash
_AFTER_THE_LEASE = timedelta(seconds=31)


@dataclass
class Machine:
    """What survives a kill: the database, the key file, and Zalo."""

    server: ZaloOaServer
    database: Database
    url: str
    key_file: Path

    @asynccontextmanager
    async def process(self, *hang: str) -> AsyncIterator[asyncio.subprocess.Process]:
        """A process that renews, killed at the end of the block."""
        arguments = [self.url, self.server.url, str(self.key_file), *hang]
        running = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "tests.support.zalo_token_process", *arguments, stdout=asyncio.subprocess.PIPE
        )
        try:
            yield running
        finally:
            running.kill()
            await running.communicate()

    async def after(self) -> tuple[str, int]:
        """What the next process gets, once the killed one's lease has ended."""
        http = Http()
        clock = Clock(datetime.now(UTC) + _AFTER_THE_LEASE)
        tokens = Tokens(
            self.database, Keys(self.key_file), http, clock, app_id=APP_ID, app_secret=APP_SECRET, root=self.server.url
        )
        try:
            return await tokens.access()
        finally:
            await http.close()


@pytest.fixture
async def machine(sqlite_url: str, tmp_path: Path) -> AsyncIterator[Machine]:
    now, keys, database = datetime.now(UTC), Keys(tmp_path / "keys.json"), Database(sqlite_url)
    keys.create_if_missing(now)
    async with zalo_oa_server() as server:
        async with database.write() as connection:
            await zalo.consented(connection, keys, APP_ID, server.refresh_token, now)
        yield Machine(server, database, sqlite_url, tmp_path / "keys.json")
    await database.close()


async def _line(process: asyncio.subprocess.Process, beginning: str) -> str:
    """What follows the beginning, in the first line that has it; log lines come in between."""
    assert process.stdout is not None
    async with asyncio.timeout(20):
        async for line in process.stdout:
            if line.decode().startswith(beginning):
                return line.decode().removeprefix(beginning).strip()
    raise AssertionError("the process has ended")


async def test_killed_before_zalo_has_used_the_token(machine: Machine) -> None:
    """The same refresh token still works: the next process goes on with it."""
    machine.server.refresh_faults.append("held")
    async with machine.process():
        await asyncio.wait_for(machine.server.refresh_reached.wait(), 20)
    machine.server.let_refresh.set()
    token, _ = await machine.after()
    assert token == machine.server.access_token and machine.server.refreshes == ["refresh-0", "refresh-0"]


async def test_killed_while_zalo_answers(machine: Machine) -> None:
    """The token is used up and its successor lost: an alarm, not a guess; a new consent mends it."""
    machine.server.refresh_faults.append("slow")
    async with machine.process():
        await asyncio.wait_for(machine.server.refresh_reached.wait(), 20)
    machine.server.let_refresh.set()
    await _needs_consent(machine)


async def test_killed_between_the_answer_and_the_commit(machine: Machine) -> None:
    """The same; no second process has used anything meanwhile."""
    async with machine.process("hang") as running:
        await _line(running, "answered")
    await _needs_consent(machine)


async def test_killed_after_the_commit(machine: Machine) -> None:
    """Nothing is lost, and nothing is asked for again."""
    async with machine.process() as running:
        token = await _line(running, "token")
    assert await machine.after() == (token, 2)
    assert machine.server.refreshes == ["refresh-0"]


async def _needs_consent(machine: Machine) -> None:
    with pytest.raises(NoTokenError, match="cut off") as caught:
        await machine.after()
    assert caught.value.consent
    machine.server.refresh_token = "consent-1"
    async with machine.database.write() as connection:
        await zalo.consented(connection, Keys(machine.key_file), APP_ID, "consent-1", datetime.now(UTC))
    token, _ = await machine.after()
    assert token == machine.server.access_token
