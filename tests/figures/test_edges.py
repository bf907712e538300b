"""Figures and findings at their edges: towns of several times, a province, sums and facts that do not fit."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality
from handlers.actions import entitlements, figures
from rules.assess import Assessor
from storage import areas as area_rows
from storage.errors import StorageError
from storage.keys import Keys
from storage.tables_people import areas
from tests.figures.conftest import settle
from tests.figures.test_overlooked import BIRTHDAY, DAY, PENSION, Night, old
from tests.figures.test_report import report_of
from tests.register.building import found_household, set_fields


async def test_a_town_is_what_took_its_place_even_outside_the_report(
    sqlite: AsyncConnection, locality: Locality
) -> None:
    """Part of a commune elsewhere it is rural, and urban again once that commune is part of a town."""
    await found_household(sqlite, "M1", "Nguyễn Văn Mẫu 01")

    async def urban_and_rural() -> list[tuple[int, int]]:
        report = await report_of(sqlite, locality, "que-2023")
        return [line.lists["poor"]["end"] for line in report.lines[1:3]]

    async def followed(key: str, by: str) -> None:
        values = {"end": date(2023, 6, 1), "successors": f'["{by}", "never-synced"]'}
        await sqlite.execute(update(areas).where(areas.c.key == key).values(**values))

    assert await urban_and_rural() == [(1, 1), (0, 0)]
    await followed("que-2023", "thuy-loi-2023")
    assert await urban_and_rural() == [(0, 0), (1, 1)]
    await followed("thuy-loi-2023", "ngoc-son-2023")
    await sqlite.execute(update(areas).where(areas.c.key == "ngoc-son-2023").values(rural=False))
    assert await urban_and_rural() == [(1, 1), (0, 0)]


async def test_a_province_lists_its_communes_without_the_district_between(
    sqlite: AsyncConnection, locality: Locality
) -> None:
    """The number of a village begins with that of its commune; a district has no line of its own."""
    await found_household(sqlite, "M1", "Nguyễn Văn Mẫu 01")
    report = await report_of(sqlite, locality, "ha-nam")
    assert report.total.lists["poor"]["end"] == (1, 1)
    names = {line.name for line in report.lines}
    district = await area_rows.get(sqlite, "kim-bang-district")
    assert district is not None and district.name not in names
    assert "thị trấn Quế" in names


async def test_figures_that_do_not_add_up_are_not_reported(
    sqlite: AsyncConnection, locality: Locality, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever counts them wrongly: no report with a wrong sum is signed, and the line is named."""
    await found_household(sqlite, "M1", "Nguyễn Văn Mẫu 01")
    count = figures.count_figures

    async def miscounted(*said: Any) -> Any:
        counted = await count(*said)
        counted[0].lists["poor"].end.add(1, 0)
        return counted

    monkeypatch.setattr(figures, "count_figures", miscounted)
    with pytest.raises(StorageError, match="do not add up"):
        await report_of(sqlite, locality)


async def test_a_household_that_went_away_is_owed_nothing(
    sqlite: AsyncConnection, keys: Keys, assessor: Assessor
) -> None:
    """Its members have birthdays elsewhere, on the day of the move as later."""
    night = Night(sqlite, keys, assessor)
    for number, moved in enumerate((date(2026, 1, 5), BIRTHDAY)):
        home, _ = await settle(sqlite, keys, f"M{number}", old(75))
        await set_fields(sqlite, "move_out", moved, ("household", home, {"state": "moved_out"}))
    assert await night.find(BIRTHDAY) == []
    assert (await night.run(BIRTHDAY, BIRTHDAY - DAY)).households == 0


async def test_one_household_that_cannot_be_read_does_not_stop_the_others(
    sqlite: AsyncConnection, keys: Keys, assessor: Assessor
) -> None:
    """A whole school entered as the children of one house: it is counted as unreadable, and the rest is found."""
    pupil = {"birth_date": date(2015, 5, 1), "relation": "child"}
    await settle(sqlite, keys, "M1", old(40), *[pupil] * 40)
    home, _ = await settle(sqlite, keys, "M2", old(75))
    made = await entitlements.survey(sqlite, assessor, keys, today=BIRTHDAY, on=BIRTHDAY, since=BIRTHDAY - DAY)
    assert {(each.household_id, each.benefit) for each in made.found} == {(home, PENSION)}
    assert (made.households, made.unreadable) == (2, 1)
