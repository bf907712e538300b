"""The figures of a quarter: added up right, hidden where few, and seen by whom they concern."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

import pytest
from sqlalchemy import delete, func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import AccessDenied, Actor, actor_from
from handlers.actions.analytics import Seen, see, sum_up
from handlers.actions.people import sync_areas
from handlers.analytics.quarters import Quarter, choices, of_week
from handlers.turn import Knowledge
from storage import learning, people
from storage.database import Database
from storage.tables_analytics import question_weeks
from storage.tables_learning import question_log
from storage.tables_people import areas
from tests.analytics.seeding import ask, case, stopped
from tests.support.assembly import Clock

DISTRICT: Final = "kim-bang-district"
QUE, THUY_LOI, TAN_SON = "que-2023", "thuy-loi-2023", "tan-son-2023"
MONDAY: Final = date(2026, 11, 2)
NOW: Final = Clock().at


async def _actor(connection: AsyncConnection, role: str, area: str) -> Actor:
    account = await people.create_account(connection, "Cán bộ Mẫu", NOW, demo=True)
    await people.grant(connection, account, role, area, start=date(2026, 1, 1), granted_by=None)
    return actor_from(await people.account(connection, account, NOW.date()), 0)


async def _asked(connection: AsyncConnection, knowledge: Knowledge) -> Actor:
    await sync_areas(connection, knowledge.locality)
    for area, housing, unclear in ((QUE, 20, 9), (THUY_LOI, 12, 6), ("", 7, 0)):
        await ask(connection, area, MONDAY, housing)
        await ask(connection, area, MONDAY + timedelta(days=6), unclear, kind="handoff", article="tuition")
    await ask(connection, TAN_SON, MONDAY, 3)
    return await _actor(connection, "district_officer", DISTRICT)


async def _see(connection: AsyncConnection, actor: Actor, area: str = DISTRICT) -> Seen:
    return await see(connection, actor, "", area, NOW)


async def test_a_district_sees_everything(database: Database, knowledge: Knowledge) -> None:
    """Topics, weeks, answers and communes add up to the same; what the bot could not answer has no topic."""
    async with database.write() as connection:
        found = (await _see(connection, await _asked(connection, knowledge))).figures
    assert found.whole
    assert found.own is not None
    assert found.own.sum == 57
    assert {each.name: each.number for each in found.topics} == {"housing": 42, "": 15}
    assert {each.name: each.number for each in found.weeks}[MONDAY.isoformat()] == 57
    assert found.own.answers == {"bot": 42, "people": None, "nobody": 15}


async def test_a_place_with_few_questions_has_no_row(database: Database, knowledge: Knowledge) -> None:
    """Three questions of a commune are counted with those from no known place: neither shown nor to be computed."""
    async with database.write() as connection:
        found = (await _see(connection, await _asked(connection, knowledge))).figures
    sums = {each.key: each.sum for each in found.places}
    assert (sums[QUE], sums[THUY_LOI], sums[TAN_SON]) == (29, 18, None)


async def test_a_commune_sees_its_own_figures_only(database: Database, knowledge: Knowledge) -> None:
    """Its row of the district's tables; the neighbour is refused, and so is the village head."""
    async with database.write() as connection:
        await _asked(connection, knowledge)
        officer = await _actor(connection, "commune_officer", QUE)
        seen = await _see(connection, officer, QUE)
        assert seen.figures.own is not None
        assert seen.figures.own.sum == 29
        assert list(seen.units) == [QUE]
        for area in (THUY_LOI, DISTRICT, "nowhere"):
            with pytest.raises(AccessDenied):
                await _see(connection, officer, area)
        village = (await connection.execute(select(areas.c.key).where(areas.c.parent_key == QUE).limit(1))).scalar_one()
        with pytest.raises(AccessDenied):
            await _see(connection, await _actor(connection, "village_head", village), village)


async def test_answers_by_people_are_counted_from_cases(database: Database, knowledge: Knowledge) -> None:
    """Six of nine open questions became answered cases; median and nine in ten by nearest rank."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        await ask(connection, QUE, MONDAY, 5, kind="handoff")
        for number, hours in enumerate((1, 2, 3, 4, 5, 60, None)):
            await case(connection, QUE, MONDAY, number, hours)
        seen = await _see(connection, actor, QUE)
    own = seen.figures.own
    assert own is not None
    assert own.answers == {"bot": 20, "people": 6, "nobody": 8}
    assert (own.half, own.most) == (timedelta(hours=3), timedelta(hours=60))


async def test_four_answers_are_too_few_for_a_time(database: Database, knowledge: Knowledge) -> None:
    """A time to answer is a figure about people too."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        for number in range(4):
            await case(connection, QUE, MONDAY, number, 2)
        own = (await _see(connection, actor, QUE)).figures.own
    assert own is not None
    assert (own.half, own.most) == (None, None)


async def test_where_dialogs_are_left(database: Database, knowledge: Knowledge) -> None:
    """The question at which most stop stands first; a small group has no number."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        for area in (QUE, THUY_LOI):
            where = {"finished": 20, "cancelled": 5, "person.age": 9, "household.status": 6, "person.gender": 1}
            await stopped(connection, area, MONDAY, "eligibility", where)
        await stopped(connection, QUE, MONDAY, "invite", {"finished": 3})
        (dialog,) = (await _see(connection, actor)).figures.dialogs
    assert (dialog.kind, dialog.begun, dialog.finished) == ("eligibility", 82, 40)
    assert dialog.steps[0].name == "person.age"
    assert {each.name: each.number for each in dialog.steps}["person.gender"] is None


async def test_a_week_that_goes_on_is_not_shown(database: Database, knowledge: Knowledge) -> None:
    """Today's questions are counted when their week is over."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        await ask(connection, QUE, NOW.date(), 50)
        found = (await _see(connection, actor)).figures
    assert found.own is not None
    assert found.own.sum == 57


async def test_figures_outlive_the_questions(database: Database, knowledge: Knowledge) -> None:
    """Summed up once: neither a second night nor deleting the log changes them, and a badly rated answer is none."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        await connection.execute(question_log.update().where(question_log.c.area_key == "").values(rating=-1))
        assert await sum_up(connection, NOW) == 3
        assert await sum_up(connection, NOW) == 0
        await connection.execute(delete(question_log))
        found = (await _see(connection, actor)).figures
        answered = select(func.sum(question_weeks.c.number)).where(question_weeks.c.answered == 1)
        assert (await connection.execute(answered)).scalar_one() == 35
        assert await learning.expire(connection, NOW.date()) == 0
    assert found.own is not None
    assert found.own.sum == 57


async def test_every_look_is_in_the_audit_trail(database: Database, knowledge: Knowledge) -> None:
    """The look and the download, with the quarter and the area."""
    async with database.write() as connection:
        actor = await _asked(connection, knowledge)
        await _see(connection, actor)
        await see(connection, actor, "", QUE, NOW, taken=True)
        found = await connection.exec_driver_sql("SELECT verb, subject_id FROM audit ORDER BY id")
    assert [tuple(row) for row in found][-2:] == [("see_analytics", DISTRICT), ("download_analytics", QUE)]


def test_quarters_are_whole_weeks_without_gap_or_overlap() -> None:
    """Each week belongs to one quarter: that of its Thursday."""
    quarter = Quarter(2023, 1)
    for _ in range(20):
        assert quarter.first.weekday() == 0
        assert quarter.end == quarter.next.first
        assert quarter.next.before == quarter
        assert of_week(quarter.first) == quarter == of_week(quarter.end - timedelta(days=7))
        assert (quarter.end - quarter.first).days in (84, 91, 98)
        quarter = quarter.next
    assert len(set(choices(MONDAY))) == 9
