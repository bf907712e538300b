"""Nobody is overlooked: birthdays, changes and new law are found on their day, and not a day before or after."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.actions import entitlements
from handlers.entitled.listing import listed
from rules.assess import Assessor
from storage import register
from storage.entitlements import Finding
from storage.errors import StorageError
from storage.keys import Keys
from storage.register import Change, Item
from storage.tables_people import audit
from tests.figures.conftest import settle
from tests.register.building import set_fields

DAY = timedelta(days=1)
BIRTHDAY = date(2026, 11, 24)
PENSION = "social-pension"


class Night:
    """The nightly job as a test calls it."""

    def __init__(self, connection: AsyncConnection, keys: Keys, assessor: Assessor) -> None:
        self.connection = connection
        self.keys = keys
        self.assessor = assessor

    async def run(self, on: date, since: date | None = None, **more: Any) -> entitlements.Run:
        moment = datetime.combine(on, time(1), UTC)
        made = await entitlements.survey(
            self.connection, self.assessor, self.keys, today=on, on=on, since=since, **more
        )
        return await entitlements.keep(self.connection, made, moment)

    async def find(self, on: date, since: date | None = None, **more: Any) -> list[Finding]:
        """What a run finds; it compares with the day before if nothing else is said."""
        done = await self.run(on, since or on - DAY, **more)
        return [row.finding for row in await entitlements.findings_of(self.connection, done.id)]

    async def kinds(self, on: date, since: date | None = None, **more: Any) -> set[tuple[str, str]]:
        return {(each.benefit, each.kind) for each in await self.find(on, since, **more)}


@pytest.fixture
def night(sqlite: AsyncConnection, keys: Keys, assessor: Assessor) -> Night:
    return Night(sqlite, keys, assessor)


def old(age: int, **more: Any) -> dict[str, Any]:
    """Somebody with this birthday, without a pension."""
    return {"birth_date": BIRTHDAY.replace(year=2026 - age), "relation": "head", "pension": False, **more}


async def test_the_75th_birthday_is_found_on_its_day(night: Night) -> None:
    """Not a day before, not again a day later."""
    home, people = await settle(night.connection, night.keys, "M1", old(75))
    assert await night.find(BIRTHDAY - DAY) == []
    (found,) = await night.find(BIRTHDAY)
    assert (found.household_id, found.member_id) == (home, people[0])
    assert (found.benefit, found.kind, found.day) == (PENSION, "begins", BIRTHDAY)
    assert (found.cause, found.detail, found.amount, found.confirmed) == ("birthday", "75", "540000", True)
    assert await night.find(BIRTHDAY + DAY) == []


@pytest.mark.parametrize(
    ("person", "status", "expected"),
    [
        (old(70), "poor", {(PENSION, "begins")}),
        (old(70), "near_poor", {(PENSION, "begins")}),
        (old(70), "none", set()),
        (old(70, pension=True), "poor", set()),
        (old(75, pension=None), "none", {(PENSION, "may_begin")}),
        (old(75, pension=True), "none", set()),
        (old(74), "none", set()),
    ],
)
async def test_each_yes_has_a_near_miss(
    night: Night, person: dict[str, Any], status: str, expected: set[tuple[str, str]]
) -> None:
    """Another age, another status, a pension of one's own; where nothing is known of a pension, it has to be asked."""
    await settle(night.connection, night.keys, "M1", person, status=status)
    assert {each for each in await night.kinds(BIRTHDAY) if each[0] == PENSION} == expected


async def test_a_child_of_six_loses_the_card_of_small_children(night: Night) -> None:
    """In a poor household another card takes its place; at five nothing happens."""
    grown = {"relation": "head", "birth_date": date(1990, 1, 1)}
    await settle(night.connection, night.keys, "M1", grown, {"birth_date": date(2020, 11, 24), "relation": "child"})
    assert ("health-insurance-child", "ends") in await night.kinds(BIRTHDAY)
    assert not {each for each in await night.kinds(BIRTHDAY - DAY) if each[1] == "ends"}
    young = {"birth_date": date(2021, 11, 24), "relation": "child", "study": False}
    await settle(night.connection, night.keys, "M2", grown, young, status="poor")
    found = [each for each in await night.find(BIRTHDAY.replace(year=2027)) if each.household_id == 2]
    cards = {(each.benefit, each.kind) for each in found if each.benefit.startswith("health")}
    assert cards in ({("health-insurance-child", "ends"), ("health-insurance-poor", "begins")}, set())
    assert [each for each in await night.find(BIRTHDAY) if each.household_id == 2] == []


async def test_a_disabled_child_of_sixteen_gets_another_amount(night: Night) -> None:
    """Half a coefficient less; it tells of health, so a village head does not see it."""
    child = {"birth_date": date(2010, 11, 24), "disability": "severe", "study": False, "relation": "child"}
    mild = {**child, "disability": "mild"}
    await settle(night.connection, night.keys, "M1", {"relation": "head"}, child, mild)
    found = [each for each in await night.find(BIRTHDAY) if each.benefit == "sa-disabled"]
    assert [(each.member_id, each.kind, each.amount, each.sensitive) for each in found] == [
        (2, "amount", "810000", True)
    ]
    assert await night.find(BIRTHDAY - DAY) == []


async def test_new_law_is_found_on_the_day_it_begins(night: Night) -> None:
    """The standard amount of 2026-07-01, and the end of the age limit for children at school on 2026-10-05."""
    widow = {"relation": "head", "birth_date": date(1980, 5, 5)}
    gone = {"relation": "spouse", "ended_on": date(2022, 12, 1), "ended_reason": "death"}
    pupil = {"relation": "child", "birth_date": date(2009, 1, 1), "study": True}
    small = {"relation": "child", "birth_date": date(2014, 1, 1), "study": True}
    await settle(night.connection, night.keys, "M1", widow, gone, pupil, status="poor")
    await settle(night.connection, night.keys, "M2", widow, gone, small, status="poor")
    await settle(night.connection, night.keys, "M3", old(80))
    law = date(2026, 10, 5)
    for day in (law - DAY, law + DAY):
        assert await night.find(day) == []
    (found,) = await night.find(law)
    assert (found.household_id, found.benefit, found.kind) == (1, "sa-single-parent", "may_end")
    assert (found.cause, found.day, found.missing) == ("law", law, ("person.receives_single_parent",))
    amounts = [each for each in await night.find(date(2026, 7, 1)) if each.kind == "amount"]
    assert {(each.household_id, each.benefit, each.amount) for each in amounts} == {
        (1, "sa-single-parent", "540000"), (2, "sa-single-parent", "540000"), (3, PENSION, "540000"),
    }  # fmt: skip
    assert await night.find(date(2026, 7, 2)) == []


async def test_the_new_poverty_line_takes_nothing_away_by_itself(night: Night) -> None:
    """On 2027-01-01 a household keeps its status until the commune decides anew; a birthday counts as on any day."""
    await settle(night.connection, night.keys, "M1", old(50), status="poor", b2=30, deprivations=["water"])
    await settle(night.connection, night.keys, "M2", old(50), status="near_poor", b2=10, deprivations=["water"])
    assert await night.find(date(2027, 1, 1)) == []
    await settle(night.connection, night.keys, "M3", old(0, birth_date=date(1952, 1, 1)))
    (found,) = await night.find(date(2027, 1, 1))
    assert (found.household_id, found.cause, found.day) == (3, "birthday", date(2027, 1, 1))
    assert await night.find(date(2026, 12, 31)) == []


async def test_a_run_over_a_year_names_each_day(night: Night) -> None:
    """As an outlook: who should come when."""
    await settle(night.connection, night.keys, "M1", old(75))
    found = await night.find(date(2026, 12, 31), date(2025, 12, 31))
    assert [(each.benefit, each.kind, each.day, each.detail) for each in found] == [(PENSION, "begins", BIRTHDAY, "75")]
    with pytest.raises(StorageError, match="before"):
        await night.run(BIRTHDAY, BIRTHDAY)
    with pytest.raises(StorageError, match="unknown area"):
        await night.run(BIRTHDAY, area_key="nowhere")


async def test_a_year_of_birth_alone_has_to_be_asked_for(night: Night) -> None:
    """From January on it may be, at the end of the year it is."""
    vague = old(75, birth_date=date(1951, 1, 1), birth_precision="year")
    await settle(night.connection, night.keys, "M1", vague)
    (may,) = await night.find(date(2026, 1, 1))
    assert (may.kind, may.missing, may.cause, may.detail) == ("may_begin", ("person.age",), "birthday", "")
    assert await night.find(date(2026, 11, 24)) == []
    (sure,) = await night.find(date(2026, 12, 31))
    assert (sure.kind, sure.benefit) == ("begins", PENSION)


async def test_an_approved_change_gives_and_takes(night: Night) -> None:
    """Poor since Tuesday: card and electricity; undone on Wednesday: found no more. Told late it is found as well."""
    tuesday = date(2026, 11, 10)
    home, _ = await settle(night.connection, night.keys, "M1", old(40, study=False))
    change = await set_fields(night.connection, "poor_new", tuesday, ("household", home, {"status": "poor"}))
    found = await night.find(tuesday)
    begun = {each.benefit for each in found if each.kind == "begins"}
    assert {"health-insurance-poor", "electricity-poor"} <= begun
    assert {(each.cause, each.detail, each.day) for each in found} == {("change", "poor_new", tuesday)}
    assert await night.find(tuesday - DAY) == []
    await register.undo(night.connection, change, datetime(2026, 11, 11, 3, tzinfo=UTC))
    assert await night.find(tuesday) == []


async def test_what_became_known_late_is_news(night: Night) -> None:
    """The event lies before the last run, its report after it; the finding has the day of the event."""
    first, second = date(2026, 11, 10), date(2026, 11, 20)
    home, _ = await settle(night.connection, night.keys, "M1", old(40, study=False))
    assert (await night.run(first)).found == 0
    values = {"status": "poor"}
    item = Item("household", home, {"status": "none"}, values)
    told = Change("poor_new", date(2026, 11, 3), [item])
    await register.apply(night.connection, told, datetime(2026, 11, 15, 3, tzinfo=UTC))
    done = await night.run(second)
    assert done.since == first
    rows = await entitlements.findings_of(night.connection, done.id)
    assert ("health-insurance-poor", date(2026, 11, 3)) in {(row.finding.benefit, row.finding.day) for row in rows}
    assert (await night.run(second + DAY)).found == 0


async def test_an_exit_ends_what_came_with_the_list(night: Night) -> None:
    """And the near-poor list gives a smaller help with the card."""
    home, _ = await settle(night.connection, night.keys, "M1", old(40, study=False), status="poor")
    day = date(2026, 11, 10)
    await set_fields(night.connection, "poor_to_nearpoor", day, ("household", home, {"status": "near_poor"}))
    kinds = await night.kinds(day)
    assert {("health-insurance-poor", "ends"), ("electricity-poor", "ends")} <= kinds
    assert ("health-insurance-near-poor", "begins") in kinds


async def test_a_death_ends_claims_and_asks_about_the_funeral(night: Night) -> None:
    """Who moved away is no funeral."""
    _, people = await settle(night.connection, night.keys, "M1", old(40), old(80, relation="parent"))
    _, others = await settle(night.connection, night.keys, "M2", old(40), old(80, relation="parent"))
    day = date(2026, 11, 10)
    died = {"ended_on": day, "ended_reason": "death"}
    await set_fields(night.connection, "death", day, ("member", people[1], died))
    await set_fields(
        night.connection, "move_out", day, ("member", others[1], {"ended_on": day, "ended_reason": "move_out"})
    )
    found = await night.find(day)
    of = {member: {(each.benefit, each.kind) for each in found if each.member_id == member} for member in (2, 4)}
    assert (PENSION, "ends") in of[2] and (PENSION, "ends") in of[4]
    assert ("social-pension-funeral", "may_begin") in of[2]
    assert not any("funeral" in benefit for benefit, _ in of[4])


async def test_a_move_to_another_household_is_no_new_person(night: Night) -> None:
    """The card of the poor household is lost; the pension of the old mother goes along unseen."""
    _, people = await settle(night.connection, night.keys, "M1", old(40), old(80, relation="parent"), status="poor")
    target, _ = await settle(night.connection, night.keys, "M2", old(41), area="ngoc-son-mau-1")
    day = date(2026, 11, 10)
    await set_fields(night.connection, "move_in", day, ("member", people[1], {"household_id": target}))
    found = [each for each in await night.find(day) if each.member_id == people[1]]
    assert not [each for each in found if each.benefit == PENSION]
    assert all(each.household_id == target for each in found)


async def test_running_it_twice_finds_the_same_and_adds_nothing(
    connection: AsyncConnection, keys: Keys, assessor: Assessor
) -> None:
    """On both engines; a night that was missed is made up for."""
    night = Night(connection, keys, assessor)
    await settle(connection, keys, "M1", old(75))
    assert (await night.run(BIRTHDAY - 3 * DAY)).found == 0
    first = await night.run(BIRTHDAY + DAY)
    assert (first.since, first.found, first.new) == (BIRTHDAY - 3 * DAY, 1, 1)
    again = await night.run(BIRTHDAY + DAY)
    assert (again.since, again.found, again.new) == (first.since, 1, 0)
    (row,) = await entitlements.findings_of(connection, again.id)
    assert (row.code, row.village, row.commune) == ("M1", "Thôn Mẫu 1 (demo)", "xã Thụy Lôi")
    part = await night.run(BIRTHDAY + DAY, area_key="que-2023")
    assert (part.households, part.found) == (0, 0)
    verbs = (await connection.execute(select(audit.c.verb, audit.c.detail))).all()
    assert len([verb for verb, _ in verbs if verb == "look_for_overlooked"]) == 4
    assert not any("Mẫu" in detail for _, detail in verbs)


async def test_the_list_says_who_what_when_why_and_what_to_ask(night: Night) -> None:
    """By commune, village and household, in plain words."""
    await settle(night.connection, night.keys, "M1", old(75, name="Nguyễn Văn Mẫu 01"))
    await settle(night.connection, night.keys, "M2", old(75, name="Nguyễn Văn Mẫu 02", pension=None))
    done = await night.run(BIRTHDAY, BIRTHDAY - DAY)
    lines = list(listed(await entitlements.findings_of(night.connection, done.id), night.assessor, done.since, done.on))
    assert lines[2:4] == ["Thôn Mẫu 1 (demo), xã Thụy Lôi", "  M1 · Nguyễn Văn Mẫu 01"]
    assert lines[4].strip() == (
        "Nguyễn Văn Mẫu 01: có thể được thêm trợ cấp hưu trí xã hội hằng tháng (540.000 đồng một tháng), "
        "từ 24/11/2026. Lý do: tròn 75 tuổi."
    )
    assert "cần hỏi lại" in lines[6] and lines[6].endswith("Cần hỏi: lương hưu, trợ cấp khác, mức lương hưu, trợ cấp.")
    assert list(listed([], night.assessor, done.since, done.on))[1:] == ["Không có hộ nào thay đổi."]
