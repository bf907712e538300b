"""Two processes over one database, each with knowledge of its own, and officers who write and approve."""

from __future__ import annotations

import copy
from collections.abc import AsyncIterator
from dataclasses import replace

import msgspec
import pytest

from bot.learning import Learning
from bot.turns import TurnEngine
from content.articles import Article, Library
from content.search import Search, samples
from handlers.actions import learning as actions
from handlers.learning.trial import Trial
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage.database import Database
from storage.learning import newest
from tests.cases.conftest import NoOutlet, Plain, Town, sync_areas
from tests.support.assembly import Clock


def own(knowledge: Knowledge) -> Knowledge:
    """The knowledge of a process of its own: what one takes over, the other does not see."""
    library = Library(knowledge.library.shipped.values(), knowledge.library.groups)
    known = Search(knowledge.search._engine)
    return replace(knowledge, library=library, search=known, locality=copy.copy(knowledge.locality))


@pytest.fixture(scope="session", autouse=True)
def _read_once() -> None:
    """The sample sentences that are no article never change: they are read once for all rebuilds of the tests."""
    read = samples.load()
    samples.load = lambda folder=samples.INTENTS: read  # type: ignore[assignment]  # the same signature


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Town]:
    """A process that answers, with an officer who writes and two who approve."""
    known = own(knowledge)
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
    channel = Plain()
    engine = TurnEngine(database, known, Responder(), {channel.name: channel}, NoOutlet(), clock)
    made = Town(database, known, clock, engine)
    await made.officer("author", "commune_officer", "thuy-loi-2023")
    await made.officer("boss", "district_officer", "kim-bang-district")
    await made.officer("other", "district_officer", "kim-bang-district")
    yield made
    await engine.close()


@pytest.fixture
def living(town: Town) -> Learning:
    """What keeps the process up to date; a test looks by hand."""
    return Learning(town.database, town.knowledge)


def edited(article: Article, **changes: object) -> Article:
    return msgspec.structs.replace(article, **changes)


async def tried(town: Town, change_id: int) -> None:
    """As if the change had been tried at the desk just now."""
    async with town.database.write() as connection:
        trial = Trial(await newest(connection), 0, 0, 0, (), ())
        await actions.keep_trial(connection, town.officers["boss"], change_id, trial)


async def approved(town: Town, change_id: int, by: str = "boss") -> None:
    """Try and approve a change."""
    await tried(town, change_id)
    async with town.database.write() as connection:
        await actions.approve(connection, town.officers[by], town.knowledge, change_id, town.clock.at)
