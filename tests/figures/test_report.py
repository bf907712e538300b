"""The period report: the demo year as it was counted by hand, in every table, area and half."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content.documents.report import COLUMNS, LISTS, Line, PeriodReport
from content.exchange import demo as demos
from content.localities import Locality, villages
from handlers.access import AccessDenied, Actor
from handlers.actions.demo import load_demo
from handlers.actions.figures import fingerprint, hand_in, period_report, rural
from handlers.actions.register import totals_by_area
from rules import parameters
from storage import areas, audit
from storage.areas import AreaRow
from storage.errors import StorageError
from storage.keys import Keys
from storage.people import RoleRow
from storage.register import RegisterError
from storage.register.figures import figures
from tests.register.building import DISTRICT, NOW, add_member, found_household, set_fields

YEAR = (date(2023, 1, 1), date(2024, 1, 1))
NEXT = (date(2024, 1, 1), date(2024, 7, 1))


def officer(role: str, area: str, path: str) -> Actor:
    return Actor(7, "Mẫu", RoleRow(1, 7, role, area, area, path, date(2023, 1, 1), None))


async def report_of(
    connection: AsyncConnection,
    locality: Locality,
    area: str = "kim-bang-district",
    period: tuple[date, date] = YEAR,
    actor: Actor | None = None,
) -> PeriodReport:
    parents = {key: each.parent for key, each in locality.areas.items()}
    parents |= {village.key: village.parent for village in villages.load(locality)}
    totals = totals_by_area(demos.load("kim-bang-2023"), parents)
    return await period_report(connection, actor, locality, parameters.load(), area, *period, totals)


def shown(line: Line, status: str) -> dict[str, tuple[int, int]]:
    """What is not nothing."""
    return {name: pair for name, pair in line.lists[status].items() if pair != (0, 0)}


async def test_the_demo_year_is_what_was_counted_by_hand(
    connection: AsyncConnection, locality: Locality, keys: Keys
) -> None:
    """Column by column for the district; halves, communes and villages add up to it; 1-2-3-4+5+6+7+8 = 9 in each."""
    demo = demos.load("kim-bang-2023")
    assert demo is not None
    await load_demo(connection, demo, keys, NOW)
    report = await report_of(connection, locality)
    for status in LISTS:
        assert dict(report.total.lists[status]) == demo.expected.lists[status]
        for level in ("split", "unit", "village"):
            parts = [line.lists[status] for line in report.lines if line.level == level]
            for column in COLUMNS:
                together = tuple(sum(part[column][each] for part in parts) for each in (0, 1))
                assert together == demo.expected.lists[status][column], (level, column)
    assert list(report.wrong()) == []
    assert all(line.adds_up(status) for line in report.lines for status in LISTS)


async def test_a_township_is_urban_and_has_its_own_count(
    sqlite: AsyncConnection, locality: Locality, keys: Keys
) -> None:
    """Counted by hand from the demo: of all places with households Quế alone is a township."""
    demo = demos.load("kim-bang-2023")
    assert demo is not None
    await load_demo(sqlite, demo, keys, NOW)
    report = await report_of(sqlite, locality)
    by_name = {line.name: line for line in report.lines if line.level in ("unit", "split")}
    # Start 001, 002, 009, 010; out 009 merged and the dead of 002; in 018, 033 and the person merged into 010.
    poor = {"start": (4, 6), "fall_other": (1, 2), "from_other_list": (1, 3), "new": (1, 4), "rise_other": (0, 1)}
    assert shown(by_name["thị trấn Quế"], "poor") == {**poor, "end": (5, 12)}
    assert by_name["Thành thị"].lists == by_name["thị trấn Quế"].lists
    assert (by_name["Thành thị"].households, by_name["Nông thôn"].households) == (183, 475)
    commune = await report_of(sqlite, locality, "que-2023")
    assert commune.total.lists == by_name["thị trấn Quế"].lists
    assert [line.number for line in commune.lines] == ["", "", "", "1", "2"]
    assert [line.households for line in commune.lines[1:3]] == [183, None]
    village = await report_of(sqlite, locality, "que-mau-1")
    assert [(line.level, line.lists["poor"]["end"]) for line in village.lines] == [
        ("total", (2, 5)), ("split", (2, 5)), ("split", (0, 0)),
    ]  # fmt: skip


async def test_the_rate_stands_beside_the_target_of_its_year(
    sqlite: AsyncConnection, locality: Locality, keys: Keys
) -> None:
    """15 of 658 households; the plan's 1.95 % is for the end of 2023 and for the district."""
    demo = demos.load("kim-bang-2023")
    assert demo is not None
    await load_demo(sqlite, demo, keys, NOW)
    report = await report_of(sqlite, locality)
    assert (report.total.rate("poor"), report.total.rate("poor", "start")) == (Decimal("2.28"), Decimal("2.43"))
    assert report.target == Decimal("1.95")
    assert (await report_of(sqlite, locality, period=(date(2022, 7, 1), date(2023, 1, 1)))).target is None
    assert (await report_of(sqlite, locality, period=NEXT)).target is None
    assert (await report_of(sqlite, locality, "que-2023")).target is None


async def test_what_is_handed_in_stays_and_later_news_are_corrections_of_the_next(
    connection: AsyncConnection, locality: Locality
) -> None:
    """The fingerprint in the audit trail still fits; the next period says which part is not its own."""
    home, people, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02")
    assert not (await report_of(connection, locality)).closed
    kept = await hand_in(connection, None, "kim-bang-district", *YEAR, NOW)
    (entry,) = [each for each in await audit.entries(connection) if each.verb == "lock_period"]
    assert kept in entry.detail and entry.area_path == DISTRICT
    await add_member(connection, home, "Nguyễn Thị Mẫu 05", date(2023, 11, 3))
    died = {"ended_on": date(2024, 2, 1), "ended_reason": "death"}
    await set_fields(connection, "death", date(2024, 2, 1), ("member", people[1], died))
    assert fingerprint(await figures(connection, DISTRICT, *YEAR)) == kept
    report = await report_of(connection, locality)
    assert report.closed and report.corrections == () and report.total.lists["poor"]["end"] == (1, 2)
    following = await report_of(connection, locality, period=NEXT)
    assert not following.closed
    assert shown(following.total, "poor") == {
        "start": (1, 2), "fall_other": (0, 1), "rise_other": (0, 1), "end": (1, 2),
    }  # fmt: skip
    assert [(each.area, each.status, each.households, each.persons) for each in following.corrections] == [
        ("thị trấn Quế", "poor", 0, 1)
    ]
    assert (await report_of(connection, locality, "que-2023")).closed
    with pytest.raises(RegisterError, match="already"):
        await hand_in(connection, None, "kim-bang-district", *YEAR, NOW)


async def test_each_role_sees_its_own_area_and_the_district_hands_in(
    sqlite: AsyncConnection, locality: Locality
) -> None:
    """A commune officer neither looks beside nor closes a period."""
    commune = officer("commune_officer", "que-2023", f"{DISTRICT}que-2023/")
    assert (await report_of(sqlite, locality, "que-2023", actor=commune)).area == "thị trấn Quế"
    for area in ("thuy-loi-2023", "kim-bang-district"):
        with pytest.raises(AccessDenied):
            await report_of(sqlite, locality, area, actor=commune)
    with pytest.raises(AccessDenied):
        await hand_in(sqlite, commune, "que-2023", *YEAR, NOW)
    await hand_in(sqlite, officer("district_officer", "kim-bang-district", DISTRICT), "que-2023", *YEAR, NOW)
    assert (await report_of(sqlite, locality, "que-2023")).closed
    assert not (await report_of(sqlite, locality)).closed


async def test_a_mistake_is_one_clear_sentence(sqlite: AsyncConnection, locality: Locality) -> None:
    """Unknown place, dates the wrong way round."""
    with pytest.raises(StorageError, match="unknown area"):
        await report_of(sqlite, locality, "nowhere")
    with pytest.raises(StorageError, match="ends after"):
        await report_of(sqlite, locality, period=(YEAR[1], YEAR[0]))


def test_rural_is_what_the_territory_is_on_the_day() -> None:
    """A commune that became part of a ward is rural until the day before."""
    end = date(2025, 7, 1)

    def unit(key: str, *, is_rural: bool, until: date | None = None, successors: tuple[str, ...] = ()) -> AreaRow:
        start = date(2021, 1, 1)
        return AreaRow(key, key, key, key, "commune", is_rural, None, f"/{key}/", start, until, successors, True)

    old = unit("old", is_rural=True, until=end, successors=("ward",))
    known = {"old": old, "ward": unit("ward", is_rural=False)}
    assert rural(old, known, date(2025, 6, 30))
    assert not rural(old, known, end)
    assert rural(old, {"old": old}, end)


async def test_areas_of_another_time_are_left_out(sqlite: AsyncConnection, locality: Locality) -> None:
    """A commune that has ended is listed only as long as households are still counted there."""
    await found_household(sqlite, "M1", "Nguyễn Văn Mẫu 01")
    later = (date(2026, 1, 1), date(2026, 7, 1))
    report = await report_of(sqlite, locality, period=later)
    assert [line.name for line in report.lines if line.level == "unit"] == ["thị trấn Quế"]
    assert len(await areas.subtree(sqlite, DISTRICT, kinds=("commune", "township"))) == 18
