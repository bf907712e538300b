"""The whole product as browsers and platforms meet it, over a district with two foreign areas in it."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Any, Final

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import build
from bot.channels import loading
from bot.settings import Settings
from bot.web import create_app
from desk.gate import COOKIE, csrf_of
from handlers.access import Actor
from handlers.actions.desk import new_link, token_from
from handlers.turn import Knowledge
from storage import sessions
from storage.database import Database
from tests.security.seeding import Seeded, seed
from tests.support.assembly import Clock

ADDRESS: Final = "https://chungtay.example"
SECRET: Final = "webhook-secret"


@pytest.fixture(scope="session")
def seeded(
    knowledge: Knowledge, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, Seeded]:
    """The seeded database, made once."""
    path = tmp_path_factory.mktemp("security") / "template.db"
    shutil.copy(sqlite_template, path)

    async def make() -> Seeded:
        database = Database(f"sqlite:///{path}")
        async with database.write() as connection:
            made = await seed(connection, knowledge, Clock().at)
        await database.close()
        return made

    with ThreadPoolExecutor(1) as thread:
        return path, thread.submit(asyncio.run, make()).result()


@dataclass(frozen=True, slots=True)
class Site:
    """The ASGI application with everything configured, and its database beside it."""

    client: TestClient[Litestar]
    url: str
    knowledge: Knowledge
    world: Seeded
    clock: Clock
    made: list[str]

    def database(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        """Do something in a transaction of another process."""

        async def run() -> Any:
            database = Database(self.url)
            try:
                async with database.write() as connection:
                    return await work(connection)
            finally:
                await database.close()

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, run()).result()

    def session(self, who: Actor | str, *, proved: bool = True) -> str:
        """The cookie of a new session; empty for somebody without a role."""
        actor = self.world.actors.get(who) if isinstance(who, str) else who
        if actor is None:
            return ""
        self.made.append("")
        token = token_from(f"session-{len(self.made)}".encode().ljust(32, b"."))

        async def begin(connection: AsyncConnection) -> None:
            hashed = self.knowledge.keys.keyed_hash(f"desk-session:{token}")
            until = self.clock.at + timedelta(days=7)
            await sessions.begin(connection, hashed, actor.account_id, self.clock.at, until)
            row = await sessions.find(connection, [hashed], self.clock.at, timedelta(hours=8))
            assert row is not None
            await sessions.change(connection, row.id, {"proved": proved})

        self.database(begin)
        return token

    def link(self, who: str) -> str:
        """A fresh one-time link of somebody."""
        self.made.append("")
        token = token_from(f"link-{len(self.made)}".encode().ljust(32, b"."))
        actor = self.world.actors[who]
        self.database(lambda connection: new_link(connection, self.knowledge.keys, actor, token, self.clock.at))
        return token

    def csrf(self, token: str) -> str:
        return csrf_of(self.knowledge.keys, token)

    def ask(self, method: str, path: str, token: str = "", **more: Any) -> httpx.Response:
        """One request of a desk session, or of nobody."""
        self.client.cookies.clear()
        if token:
            self.client.cookies.set(COOKIE, token, path="/can-bo")
        return self.client.request(method, path, follow_redirects=False, **more)

    def post(self, path: str, token: str, values: dict[str, Any] | None = None, **more: Any) -> httpx.Response:
        """A form of a desk session, with its token."""
        return self.ask("POST", path, token, data={"csrf": self.csrf(token), **(values or {})}, **more)

    def verbs(self) -> list[str]:
        """The verbs of the audit trail, oldest first."""

        async def read(connection: AsyncConnection) -> list[str]:
            return [row[0] for row in await connection.exec_driver_sql("SELECT verb FROM audit ORDER BY id")]

        found: list[str] = self.database(read)
        return found


def configured(url: str) -> Settings:
    """Every channel on, the server public."""
    return Settings(
        database_url=url, public_url=ADDRESS, telegram_token="1:token", telegram_api="http://127.0.0.1:9",
        zalo_bot_token="1:token", zalo_oa_app_id="1", zalo_oa_app_secret="s", zalo_oa_secret_key="oa-secret",
        zalo_api="http://127.0.0.1:9", webhook_secret=SECRET,
    )  # fmt: skip


def served(url: str, knowledge: Knowledge, clock: Clock, patch: pytest.MonkeyPatch, **more: Any) -> Litestar:
    """The application as `chungtay web` serves it, with a clock of the test's own."""
    patch.setattr("bot.bootstrap.knowledge", lambda _: knowledge)
    patch.setattr("bot.bootstrap.now", clock)
    patch.setattr("bot.web.now", clock)
    app = build(configured(url))
    telegram = loading.telegram_webhook(app.channels["telegram"], app.engine.handle, app.settings, clock)
    zalo = loading.zalo().webhooks(app.settings, app.channels, app.arrivals, app.counts, clock)
    return create_app(app, telegram, zalo, **more)


def _site(seeded: tuple[Path, Seeded], knowledge: Knowledge, folder: Path) -> Iterator[Site]:
    path = folder / "site.db"
    shutil.copy(seeded[0], path)
    clock, url = Clock(), f"sqlite:///{path}"
    with pytest.MonkeyPatch.context() as patch:
        app = served(url, knowledge, clock, patch)
        with TestClient(app, base_url=ADDRESS, raise_server_exceptions=False) as client:
            yield Site(client, url, knowledge, seeded[1], clock, [])


@pytest.fixture
def site(seeded: tuple[Path, Seeded], knowledge: Knowledge, tmp_path: Path) -> Iterator[Site]:
    """A site of the test's own."""
    yield from _site(seeded, knowledge, tmp_path)


@pytest.fixture(scope="module")
def shared_site(
    seeded: tuple[Path, Seeded], knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Site]:
    """One site for a whole module, for tests that leave it as it was."""
    yield from _site(seeded, knowledge, tmp_path_factory.mktemp("site"))
