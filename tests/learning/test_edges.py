"""Changes of the knowledge at their edges: nothing new, too much, gone meanwhile, and how a decided one is shown."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest

from bot.turns import TurnEngine
from handlers.actions import learning as actions
from handlers.learning.errors import ProblemsError
from handlers.learning.trial import Trial
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import learning
from storage.database import Database
from tests.cases.conftest import NoOutlet, Plain, Town, sync_areas
from tests.learning.conftest import approved, edited, own, tried
from tests.learning.test_changes import NEW, in_force, propose, refused, samples
from tests.support.assembly import Clock


@pytest.fixture
async def town(sqlite_url: str, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Town]:
    """On SQLite alone: nothing here depends on the engine."""
    database, known, channel = Database(sqlite_url), own(knowledge), Plain()
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
    engine = TurnEngine(database, known, Responder(), {channel.name: channel}, NoOutlet(), clock)
    made = Town(database, known, clock, engine)
    await made.officer("author", "commune_officer", "thuy-loi-2023")
    await made.officer("boss", "district_officer", "kim-bang-district")
    yield made
    await engine.close()
    await database.close()


async def _proposed(town: Town, change: int) -> actions.Proposed:
    async with town.database.read() as connection:
        return await actions.proposed(connection, town.officers["author"], town.knowledge, change)


async def _restore(town: Town, article: str, number: int) -> int:
    async with town.database.write() as connection:
        return await actions.restore(connection, town.officers["boss"], town.knowledge, article, number, town.clock.at)


async def test_samples_are_new_and_not_too_many(town: Town) -> None:
    """Those that are there already, in whatever spelling, are left out; nobody pastes a whole book."""
    there = town.knowledge.library.shipped["housing"].questions[0]
    assert await refused(town, samples(town, "housing", there.upper())) == "knowledge.error.nothing_new"
    many = "\n".join(f"mái tôn dột lần thứ {number}" for number in range(200))
    assert await refused(town, samples(town, "housing", many)) == "knowledge.error.many_samples"
    async with town.database.read() as connection:
        assert await learning.waiting(connection) == []


async def test_a_decided_change_is_shown_as_it_was_then(town: Town) -> None:
    """What it brought over what was there, whatever has come since: the file, another change, and back to the file."""
    housing = town.knowledge.library.shipped["housing"]
    first = await propose(town, edited(housing, title="Nhà ở một"))
    await approved(town, first)
    second = await propose(town, edited(housing, title="Nhà ở hai"), base=1)
    await approved(town, second)
    back = await _restore(town, "housing", 0)
    shown = [await _proposed(town, change) for change in (first, second, back)]
    assert [(one.before and one.before.title, one.after and one.after.title) for one in shown] == [
        (housing.title, "Nhà ở một"), ("Nhà ở một", "Nhà ở hai"), ("Nhà ở hai", housing.title),
    ]  # fmt: skip


async def test_what_is_in_force_is_not_restored(town: Town) -> None:
    """A second press, or two officers at once: no further version of the same text."""
    await approved(town, await propose(town, edited(town.knowledge.library.shipped["housing"], title="Nhà ở một")))
    assert await refused(town, _restore(town, "housing", 1)) == "knowledge.error.nothing_new"


async def test_samples_for_an_article_that_was_taken_away_are_not_approved(town: Town) -> None:
    """It was no file of ours: taken back, there is nothing that they could belong to."""
    await approved(town, await propose(town, NEW, new=True))
    more = await samples(town, NEW.id, "ong bỏ tổ thì làm sao")
    await _restore(town, NEW.id, 0)
    assert await in_force(town, NEW.id) is None
    await tried(town, more)
    assert await refused(town, approved(town, more)) == "knowledge.error.no_article"


async def test_what_no_longer_fits_beside_the_others_is_not_approved(town: Town) -> None:
    """Two authors had the same question for two articles; the second is told with which it collides."""
    one = await samples(town, "housing", "mái tôn dột thì ai giúp")
    other = await samples(town, "tuition", "mái tôn dột thì ai giúp")
    await approved(town, one)
    housing, library = await in_force(town, "housing"), town.knowledge.library
    assert housing is not None
    library.become(library.with_edited([housing]))  # as every process takes it over
    with pytest.raises(ProblemsError) as caught:
        await approved(town, other)
    assert {problem.key for problem in caught.value.problems} == {"question_elsewhere"}


async def test_a_trial_of_what_is_decided_is_not_kept(town: Town) -> None:
    """It ended while it was being tried; and of a change that nobody made there is nothing at all."""
    change = await samples(town, "housing", "mái tôn dột thì ai giúp")
    async with town.database.write() as connection:
        await actions.withdraw(connection, town.officers["author"], change, town.clock.at)
        for number in (change, 4711):
            await actions.keep_trial(connection, town.officers["boss"], number, Trial(0, 1, 2, 3, (), ()))
        row = await learning.change(connection, change)
        assert row is not None and not row.tried
    assert await refused(town, approved(town, 4711)) == "knowledge.error.no_change"


async def test_chosen_questions_are_those_of_ones_own_area(town: Town) -> None:
    """In the words in which they were asked; an id from elsewhere brings nothing."""
    elsewhere = await town.officer("elsewhere", "commune_officer", "que-2023")
    await town.say("a", "máy cày hỏng thì ai sửa cho tôi bây giờ")
    async with town.database.write() as connection:
        rows = await learning.to_look_at(connection, "/ha-nam/", town.today)
        ids = [row.id for row in rows]
        found = await actions.chosen_questions(connection, town.officers["boss"], town.knowledge, ids)
        assert [one.text for one in found] == ["máy cày hỏng thì ai sửa cho tôi bây giờ"]
        assert await actions.chosen_questions(connection, town.officers["boss"], town.knowledge, [4711]) == []
        others: Any = await actions.chosen_questions(connection, elsewhere, town.knowledge, ids)
        assert len(others) <= len(found)
