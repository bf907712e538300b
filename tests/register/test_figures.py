"""The columns of the period report come from events, and a closed period keeps its figures."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from storage import register
from storage.register import Item, RegisterError, creation
from storage.register.figures import AreaFigures, figures
from storage.register.periods import closed, lock
from tests.register.building import DISTRICT, NOW, OTHER_VILLAGE, QUE, add_member, found_household, set_fields

YEAR = (date(2023, 1, 1), date(2024, 1, 1))
FIRST_HALF = (date(2023, 1, 1), date(2023, 7, 1))
SECOND_HALF = (date(2023, 7, 1), date(2024, 1, 1))


async def of_district(connection: AsyncConnection, period: tuple[date, date] = YEAR) -> AreaFigures:
    found = await figures(connection, DISTRICT, *period)
    assert all(each.adds_up for area in found for each in area.lists.values())
    return found[0]


def columns(area: AreaFigures, status: str = "poor") -> dict[str, tuple[int, int]]:
    """Start, end and every column with something in it."""
    counted = area.lists[status]
    together = {"start": counted.start, **counted.columns, "end": counted.end}
    return {name: (each.households, each.persons) for name, each in together.items() if each.households or each.persons}


async def test_each_kind_of_change_has_its_column(connection: AsyncConnection) -> None:
    """Both lists, households and persons."""
    one, _, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02")
    two, _, _ = await found_household(connection, "M2", "Nguyễn Văn Mẫu 03", status="near_poor")
    three, _, _ = await found_household(connection, "M3", "Nguyễn Văn Mẫu 04", status="none")
    await set_fields(connection, "poor_to_nearpoor", date(2023, 3, 1), ("household", one, {"status": "near_poor"}))
    await set_fields(connection, "nearpoor_to_poor", date(2023, 4, 1), ("household", two, {"status": "poor"}))
    await set_fields(connection, "poor_new", date(2023, 5, 1), ("household", three, {"status": "poor"}))
    await set_fields(connection, "nearpoor_exit", date(2023, 6, 1), ("household", one, {"status": "newly_exited"}))
    await set_fields(connection, "poor_again", date(2023, 9, 1), ("household", one, {"status": "poor"}))
    area = await of_district(connection)
    assert columns(area) == {
        "start": (1, 2), "to_other_list": (1, 2), "from_other_list": (1, 1),
        "new": (1, 1), "again": (1, 2), "end": (3, 4),
    }  # fmt: skip
    assert columns(area, "near_poor") == {
        "start": (1, 1), "to_other_list": (1, 1), "from_other_list": (1, 2), "above": (1, 2),
    }  # fmt: skip


async def test_births_deaths_and_moves_are_other(connection: AsyncConnection) -> None:
    """A birth adds a person and no household; who moves away takes the household along."""
    one, people, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02")
    await add_member(connection, one, "Nguyễn Văn Mẫu 05", date(2023, 2, 1))
    died = {"ended_on": date(2023, 3, 1), "ended_reason": "death"}
    await set_fields(connection, "death", date(2023, 3, 1), ("member", people[1], died))
    assert columns(await of_district(connection)) == {
        "start": (1, 2), "fall_other": (0, 1), "rise_other": (0, 1), "end": (1, 2),
    }  # fmt: skip
    await set_fields(connection, "move_out", date(2023, 4, 1), ("household", one, {"state": "moved_out"}))
    await found_household(connection, "M2", "Trần Văn Mẫu 09", kind="move_in", on=date(2023, 5, 1))
    assert columns(await of_district(connection)) == {
        "start": (1, 2), "fall_other": (1, 3), "rise_other": (1, 2), "end": (1, 1),
    }  # fmt: skip


async def test_a_move_between_communes_falls_here_and_rises_there(connection: AsyncConnection) -> None:
    """Each commune counts its own; the district's end stays the same."""
    one, _, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01")
    await set_fields(connection, "move_in", date(2023, 4, 1), ("household", one, {"area_key": OTHER_VILLAGE}))
    found = {area.key: area for area in await figures(connection, DISTRICT, *YEAR)}
    assert columns(found["que-2023"]) == {"start": (1, 1), "fall_other": (1, 1)}
    assert columns(found["thuy-loi-2023"]) == {"rise_other": (1, 1), "end": (1, 1)}
    assert found["kim-bang-district"].lists["poor"].end.households == 1


async def test_what_is_told_late_counts_on_its_day_and_alters_what_followed(connection: AsyncConnection) -> None:
    """A birth in May belongs to the household that left the list in September, told before or after."""
    one, _, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01")
    await set_fields(connection, "poor_exit", date(2023, 9, 1), ("household", one, {"status": "newly_exited"}))
    await add_member(connection, one, "Nguyễn Văn Mẫu 05", date(2023, 5, 1))
    assert columns(await of_district(connection)) == {"start": (1, 1), "above": (1, 2), "rise_other": (0, 1)}
    assert columns(await of_district(connection, FIRST_HALF)) == {"start": (1, 1), "rise_other": (0, 1), "end": (1, 2)}


async def test_an_undone_change_leaves_no_trace_in_the_figures(connection: AsyncConnection) -> None:
    """As if it had never been."""
    one, _, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01")
    before = columns(await of_district(connection))
    change = await set_fields(connection, "poor_exit", date(2023, 9, 1), ("household", one, {"status": "none"}))
    assert columns(await of_district(connection)) != before
    await register.undo(connection, change, NOW)
    assert columns(await of_district(connection)) == before


async def test_a_closed_period_keeps_its_figures(connection: AsyncConnection) -> None:
    """Later news of it is a correction of the next period; other communes go on."""
    one, _, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01")
    other, _, _ = await found_household(connection, "M2", "Nguyễn Văn Mẫu 02", area=OTHER_VILLAGE)
    wrong = await set_fields(connection, "poor_exit", date(2023, 5, 1), ("household", one, {"status": "none"}))
    await lock(connection, QUE, *FIRST_HALF, NOW, by=None)
    before = columns((await figures(connection, QUE, *FIRST_HALF))[0])
    await register.undo(connection, wrong, NOW)
    await add_member(connection, one, "Nguyễn Thị Mẫu 05", date(2022, 12, 31))
    await add_member(connection, other, "Nguyễn Thị Mẫu 06", date(2023, 2, 1))
    assert columns((await figures(connection, QUE, *FIRST_HALF))[0]) == before == {"start": (1, 1), "above": (1, 1)}
    (que, *_) = await figures(connection, QUE, *SECOND_HALF)
    assert columns(que) == {"above": (-1, -1), "rise_other": (0, 1), "end": (1, 2)}
    assert (que.lists["poor"].corrections.households, que.lists["poor"].corrections.persons) == (1, 2)
    whole = await of_district(connection, FIRST_HALF)
    assert columns(whole) == {"start": (2, 2), "above": (1, 1), "rise_other": (0, 1), "end": (1, 2)}
    assert [(each.area_path, each.end) for each in await closed(connection, DISTRICT)] == [(QUE, FIRST_HALF[1])]


async def test_a_period_is_closed_once_and_forward(connection: AsyncConnection) -> None:
    """A second closing or swapped dates are mistakes."""
    await lock(connection, QUE, *FIRST_HALF, NOW, by=1)
    with pytest.raises(RegisterError, match="already"):
        await lock(connection, QUE, *FIRST_HALF, NOW, by=1)
    with pytest.raises(RegisterError, match="ends after"):
        await lock(connection, QUE, FIRST_HALF[1], FIRST_HALF[0], NOW, by=1)


async def test_a_split_counts_one_household_more(connection: AsyncConnection) -> None:
    """The persons stay as many; each column belongs to its household."""
    home, people, _ = await found_household(connection, "M1", "Nguyễn Văn Mẫu 01", "Nguyễn Văn Mẫu 02")
    (fresh,) = await register.new_ids(connection, "household")
    founded = creation(
        "household", fresh, {"code": "M2", "area_key": "que-mau-1", "status": "poor", "head_member_id": people[1]}
    )
    moved = Item("member", people[1], {"household_id": home}, {"household_id": fresh})
    await register.apply(connection, register.Change("split", date(2023, 6, 1), [founded, moved]), NOW)
    assert columns(await of_district(connection)) == {
        "start": (1, 2), "fall_other": (0, 1), "rise_other": (1, 1), "end": (2, 2),
    }  # fmt: skip


async def test_the_rate_is_of_all_households_of_the_area(connection: AsyncConnection) -> None:
    """Known for some areas only; elsewhere there is none."""
    await found_household(connection, "M1", "Nguyễn Văn Mẫu 01")
    found = {area.key: area for area in await figures(connection, DISTRICT, *YEAR, {"que-2023": 3})}
    assert found["que-2023"].rate("poor") == Decimal("33.33")
    assert found["kim-bang-district"].rate("poor") is None
