"""The demo's year gives the figures that were counted by hand."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange import demo as demos
from content.exchange.demo import Demo
from handlers.actions.demo import load_demo
from storage.keys import Keys
from storage.register.figures import figures
from storage.register.households import by_code, present, state_at
from storage.register.search import listed, search
from storage.tables_register import households, members
from tests.register.building import DISTRICT, NOW, assert_is_its_fold


@pytest.fixture(scope="module")
def demo() -> Demo:
    found = demos.load("kim-bang-2023")
    assert found is not None
    return found


@pytest.fixture
async def loaded(connection: AsyncConnection, demo: Demo, keys: Keys) -> AsyncConnection:
    await load_demo(connection, demo, keys, NOW)
    return connection


async def test_the_year_is_what_was_counted_by_hand(loaded: AsyncConnection, demo: Demo) -> None:
    """Every column of both lists; the communes add up to the district, the villages to their commune."""
    areas = await figures(loaded, DISTRICT, demo.expected.start, demo.expected.end, demo.totals)
    district = areas[0]
    for status, columns in demo.expected.lists.items():
        counted = district.lists[status]
        together = {"start": counted.start, **counted.columns, "end": counted.end}
        assert {name: (each.households, each.persons) for name, each in together.items()} == columns
        for kind in ("village", ("commune", "township")):
            below = [area for area in areas if area.kind in kind]
            assert sum(area.lists[status].end.households for area in below) == columns["end"][0]
            assert sum(area.lists[status].end.persons for area in below) == columns["end"][1]
    assert all(each.adds_up for area in areas for each in area.lists.values())
    await assert_is_its_fold(loaded)


async def test_it_has_forty_marked_households_with_invented_names(loaded: AsyncConnection, demo: Demo) -> None:
    """Nobody can take them for real ones."""
    count = select(func.count()).select_from(households).where(households.c.demo)
    assert (await loaded.execute(count)).scalar_one() == 40
    names = (await loaded.execute(select(members.c.name))).scalars().all()
    assert all(" Mẫu " in name for name in names) and len(set(names)) == len(names)
    assert all((of.id_number or "000").startswith("000") for each in demo.households for of in each.members)


async def test_loading_it_again_changes_nothing(loaded: AsyncConnection, demo: Demo, keys: Keys) -> None:
    """`make run` does it at every start."""
    assert await load_demo(loaded, demo, keys, NOW) == 0


async def test_a_household_of_the_demo_has_its_past(loaded: AsyncConnection) -> None:
    """Split, merge and a death are seen on their days."""
    ids = await by_code(loaded, ["DEMO-009", "DEMO-010", "DEMO-011", "DEMO-040", "DEMO-002"])
    merged = await present(loaded, ids["DEMO-009"])
    assert merged is not None and (merged["state"], merged["merged_into"]) == ("merged", ids["DEMO-010"])
    before = await state_at(loaded, ids["DEMO-011"], date(2023, 6, 11))
    after = await state_at(loaded, ids["DEMO-011"], date(2023, 6, 12))
    assert before is not None and after is not None
    assert (len(before.living), len(after.living)) == (5, 3)
    assert await state_at(loaded, ids["DEMO-040"], date(2023, 6, 11)) is None
    widow = await present(loaded, ids["DEMO-002"])
    assert widow is not None and widow.head is not None and widow.head["relation"] == "head"


async def test_lists_and_search_are_scoped_and_paged(loaded: AsyncConnection) -> None:
    """By place, by status, on a day, by a part of a name without accents, by code."""
    poor = await listed(loaded, DISTRICT, status="poor", limit=10)
    rest = await listed(loaded, DISTRICT, status="poor", limit=10, after=poor.after)
    assert (len(poor.lines), len(rest.lines), rest.after) == (10, 5, None)
    assert len({line.code for line in (*poor.lines, *rest.lines)}) == 15
    at_start = await listed(loaded, DISTRICT, status="poor", on=date(2022, 12, 31))
    assert len(at_start.lines) == 16
    others = await listed(loaded, DISTRICT, status="none", on=date(2022, 12, 31))
    assert {line.status for line in others.lines} == {"none"}
    (found,) = (await search(loaded, DISTRICT, "thi mau 03")).lines
    assert (found.code, found.head, found.persons) == ("DEMO-002", "Lê Thị Mẫu 03", 1)
    (apart,) = (await search(loaded, DISTRICT, "LÊ mẫu 03")).lines
    assert apart.id == found.id
    assert [line.code for line in (await search(loaded, DISTRICT, "demo-03", limit=20)).lines][:2] == [
        "DEMO-030",
        "DEMO-031",
    ]
    assert (await search(loaded, f"{DISTRICT}que-2023/", "Đỗ Thị Mẫu 10")).lines == ()
    many = await search(loaded, DISTRICT, "mau", active=False, limit=25)
    seen = [line.id for line in many.lines]
    while many.after is not None:
        many = await search(loaded, DISTRICT, "mau", active=False, limit=25, after=many.after)
        seen += [line.id for line in many.lines]
    assert len(set(seen)) == 39  # nobody is left in the one that was merged
    assert (await search(loaded, DISTRICT, " - ")).lines == ()
