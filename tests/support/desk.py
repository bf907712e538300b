"""A desk over the demo district, and somebody signed in for every role."""

from __future__ import annotations

import asyncio
import re
import shutil
from base64 import b32decode
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, NamedTuple

import httpx
import pytest
from litestar import Litestar
from litestar.testing import TestClient
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.app import desk_router
from desk.parts import Parts
from handlers.actions.desk import code_at, new_link, token_from
from handlers.turn import Knowledge
from storage.database import Database
from storage.reports import ReportRow
from tests.cases.seeding import a_case
from tests.desk.seeding import District, births, district, forwarded
from tests.nominations.seeding import nomination
from tests.support.assembly import Clock

COMMUNE: Final = "/ha-nam/kim-bang-district/thuy-loi-2023/"
VILLAGE: Final = f"{COMMUNE}thuy-loi-mau-1/"


@dataclass(frozen=True, slots=True)
class World:
    """What the template database holds."""

    at: District
    rows: list[ReportRow]
    """Reports of the village: the first four wait for the district, the last two for the commune."""


@pytest.fixture(scope="session")
def seeded_desk(
    knowledge: Knowledge, sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, World]:
    """The demo district with reports, made once."""
    path = tmp_path_factory.mktemp("desk") / "template.db"
    shutil.copy(sqlite_template, path)

    async def make() -> World:
        database = Database(f"sqlite:///{path}")
        async with database.write() as connection:
            at = await district(connection, knowledge, Clock().at)
            rows = await births(connection, knowledge, at, 6, VILLAGE)
            rows[:4] = await forwarded(connection, knowledge, at, rows[:4], at.commune)
            await a_case(connection, knowledge, Clock().at, 3, desk="thuy-loi-2023")
            await nomination(connection, knowledge, at)
        await database.close()
        return World(at, rows)

    with ThreadPoolExecutor(1) as thread:
        return path, thread.submit(asyncio.run, make()).result()


@pytest.fixture
def world(seeded_desk: tuple[Path, World]) -> World:
    return seeded_desk[1]


class Served(NamedTuple):
    """The running desk, built once: only its database, clock and chance begin anew for each test."""

    client: TestClient[Litestar]
    database: Database
    file: Path
    clock: Clock
    drawn: list[int]


class Desk:
    """The desk as browsers meet it, and its database beside it."""

    def __init__(self, served: Served, knowledge: Knowledge, world: World) -> None:
        self.client: Final = served.client
        self.world: Final = world
        self.clock: Final = served.clock
        self.knowledge: Final = knowledge
        self._database: Final = served.database
        self._links = 0

    def database(self, work: Callable[[AsyncConnection], Awaitable[Any]]) -> Any:
        """Do something in a transaction beside those of the requests."""

        async def run() -> Any:
            async with self._database.write() as connection:
                return await work(connection)

        return self.client.blocking_portal.call(run)

    def link(self, role: str) -> str:
        """A fresh link for the person with a role."""
        self._links += 1
        token = token_from(f"{role}-{self._links}".encode().ljust(32, b"."))
        actor = getattr(self.world.at, role)
        self.database(lambda connection: new_link(connection, self.knowledge.keys, actor, token, self.clock.at))
        return token

    def enter(self, role: str, *, prove: bool = True) -> httpx.Response:
        """Sign in, with the second factor where it is asked for."""
        self.client.cookies.clear()
        if role == "nobody":
            return self.get("/can-bo/dang-nhap")
        answer = self.client.post(f"/can-bo/vao/{self.link(role)}", follow_redirects=True)
        if prove and answer.url.path == "/can-bo/ma-xac-thuc":
            answer = self.post("/can-bo/ma-xac-thuc", {"ma": self.code(answer.text)}, answer.text)
        return answer

    def code(self, page: str) -> str:
        """What the authenticator shows for the secret on the page."""
        found = re.search(r'class="secret">([A-Z2-7 ]+)<', page)
        assert found is not None
        return code_at(b32decode(found[1].replace(" ", "")), self.clock.at.timestamp())

    def get(self, path: str) -> httpx.Response:
        return self.client.get(path, follow_redirects=False)

    def token(self, page: str = "") -> str:
        """What the forms of the session carry."""
        found = re.search(r'name="csrf" value="([0-9a-f]+)"', page or self.client.get("/can-bo/tai-khoan").text)
        return found[1] if found is not None else ""

    def post(self, path: str, values: dict[str, Any], page: str = "", **more: Any) -> httpx.Response:
        """Send a form of this session."""
        return self.client.post(path, data={"csrf": self.token(page), **values}, follow_redirects=False, **more)

    def verbs(self) -> list[str]:
        """The verbs of the audit trail, oldest first."""

        async def read(connection: AsyncConnection) -> list[str]:
            found = await connection.exec_driver_sql("SELECT verb FROM audit ORDER BY id")
            return [row[0] for row in found]

        verbs: list[str] = self.database(read)
        return verbs


@pytest.fixture(scope="session")
def served_desk(knowledge: Knowledge, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """Building the routes takes longer than most tests, so there is one desk for all of them."""
    file = tmp_path_factory.mktemp("served") / "desk.db"
    database, clock, drawn = Database(f"sqlite:///{file}"), Clock(), [0]

    def chance(size: int) -> bytes:
        drawn[0] += 1
        return drawn[0].to_bytes(4, "big").rjust(size, b"r")

    async def fetch(channel: str, ref: str) -> bytes | None:
        return b"\x89PNG\r\n\x1a\n" if ref == "picture" else b"<script>" if ref == "bad" else None

    parts = Parts(database, knowledge, clock, chance, fetch, False)
    with TestClient(Litestar([desk_router(parts)], openapi_config=None)) as client:
        yield Served(client, database, file, clock, drawn)


@pytest.fixture
def desk(knowledge: Knowledge, seeded_desk: tuple[Path, World], served_desk: Served) -> Iterator[Desk]:
    """A desk over a fresh copy of the demo district."""
    for ending in ("", "-wal", "-shm"):
        served_desk.file.with_name(served_desk.file.name + ending).unlink(missing_ok=True)
    shutil.copy(seeded_desk[0], served_desk.file)
    served_desk.clock.at, served_desk.drawn[0] = Clock().at, 0
    served_desk.client.cookies.clear()
    yield Desk(served_desk, knowledge, seeded_desk[1])
    served_desk.client.blocking_portal.call(served_desk.database.close)
