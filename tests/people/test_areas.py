"""The area tree in the database is the locality's, however often it is brought in."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, select

from content import localities
from content.errors import ContentError
from content.localities import Locality, villages
from handlers.actions.people import PeopleError, sync_areas, sync_areas_if_missing
from storage import areas
from storage.database import Database
from storage.errors import StorageError
from storage.tables_people import areas as table
from tests.people.conftest import COMMUNE, DISTRICT, LOCALITY, OTHER_COMMUNE, VILLAGE

VILLAGES = villages.load(LOCALITY)


async def _count(database: Database) -> int:
    async with database.read() as connection:
        return int((await connection.execute(select(func.count()).select_from(table))).scalar_one())


async def test_bringing_in_again_changes_nothing(places: Database) -> None:
    """And the start only looks when all is there."""
    async with places.write() as connection:
        before = await areas.subtree(connection, "/")
        assert await sync_areas(connection, LOCALITY) == len(LOCALITY.areas) + len(VILLAGES) == len(before)
        await sync_areas_if_missing(connection, LOCALITY)
        assert await areas.subtree(connection, "/") == before


async def test_a_missing_area_is_brought_in_at_the_start(database: Database) -> None:
    """Also one village that was added to the file."""
    async with database.write() as connection:
        await sync_areas_if_missing(connection, LOCALITY)
        await connection.execute(table.delete().where(table.c.key == "que-mau-1"))
    async with database.write() as connection:
        await sync_areas_if_missing(connection, LOCALITY)
    assert await _count(database) == len(LOCALITY.areas) + len(VILLAGES)


async def test_both_localities_live_in_one_tree(places: Database) -> None:
    """The places of before and after 2025, each within its dates, lead to one another."""
    after = localities.load("kim-bang-2026")
    async with places.write() as connection:
        await sync_areas(connection, after)
        found = {area.key: area for area in await areas.subtree(connection, "/")}
    assert set(found) == {*LOCALITY.areas, *after.areas, *(village.key for village in VILLAGES)}
    assert all(key in found for area in found.values() for key in area.successors)
    assert found["thuy-loi-2023"].path == COMMUNE


async def test_a_village_has_its_communes_place_dates_and_kind_of_line(places: Database) -> None:
    """Rural or urban decides which poverty line holds."""
    async with places.read() as connection:
        rural = await areas.get(connection, "thuy-loi-mau-1")
        urban = await areas.get(connection, "que-mau-1")
        assert await areas.get(connection, "nowhere") is None
    assert rural is not None
    assert urban is not None
    commune = LOCALITY.areas["thuy-loi-2023"]
    assert (rural.path, rural.kind, rural.rural, rural.start, rural.end, rural.demo) == (
        VILLAGE,
        "village",
        True,
        commune.start,
        commune.end,
        True,
    )
    assert (urban.path, urban.rural) == (f"{OTHER_COMMUNE}que-mau-1/", False)
    assert commune.end is not None
    assert (rural.exists(commune.start), rural.exists(commune.end)) == (True, False)


@pytest.mark.parametrize(
    ("words", "scope", "kinds", "keys"),
    [
        ("thuy loi", DISTRICT, {"commune"}, {"thuy-loi-2023"}),
        ("mau 1", COMMUNE, {"village"}, {"thuy-loi-mau-1"}),
        ("mau thuy", DISTRICT, {"village"}, {"thuy-loi-mau-1", "thuy-loi-mau-2", "thuy-loi-mau-3"}),
        ("1 mau ngoc", DISTRICT, {"village"}, {"ngoc-son-mau-1"}),
        ("au", DISTRICT, {"village"}, set()),
        ("que", COMMUNE, {"township", "village"}, set()),
        ("%", DISTRICT, {"village"}, set()),
        ("_", DISTRICT, {"village"}, set()),
        ("mau 1%' --", DISTRICT, {"village"}, set()),
    ],
)
async def test_an_area_is_found_by_parts_of_its_name_within_the_scope(
    places: Database, words: str, scope: str, kinds: set[str], keys: set[str]
) -> None:
    """Beginnings of words, in any order; wildcards are letters."""
    async with places.read() as connection:
        found = await areas.named(connection, words.split(), scope, kinds=kinds)
    assert {area.key for area in found} == keys


async def test_a_tree_that_is_a_circle_is_refused(database: Database) -> None:
    """No path could be made of it."""
    top = LOCALITY.areas["ha-nam"]
    circle = Locality(LOCALITY.about, [msgspec.structs.replace(top, parent="ha-nam")], LOCALITY.offices)
    async with database.write() as connection:
        with pytest.raises(PeopleError, match="area_circle"):
            await sync_areas(connection, circle)


def test_the_demo_villages_say_what_they_are() -> None:
    """Nobody may take them for real ones."""
    assert len({village.parent for village in VILLAGES}) == 3
    assert all(village.demo and "(demo)" in village.name and "Mẫu" in village.name for village in VILLAGES)
    assert villages.load(localities.load("kim-bang-2026")) == ()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{key: a, code: x, name: A, parent: nowhere}", "unknown parent"),
        ("{key: que-2023, code: x, name: A, parent: que-2023}", "stands twice"),
        ("{key: a, code: x, parent: que-2023}", "name"),
    ],
)
def test_a_wrong_village_stops_with_its_file(tmp_path: Path, line: str, reason: str) -> None:
    """Before anything is in the database."""
    (tmp_path / "kim-bang-2023").mkdir()
    (tmp_path / "kim-bang-2023" / "villages.yaml").write_text(f"- {line}\n", encoding="utf-8")
    with pytest.raises(ContentError, match=reason):
        villages.load(LOCALITY, tmp_path)


@pytest.mark.parametrize("key", ["", "a/b", "A", "a%", "a_b", "x" * 65])
def test_a_key_cannot_break_a_path(key: str) -> None:
    """It would let a scope match more than its subtree."""
    with pytest.raises(StorageError, match="area key"):
        areas.path_of("/a/", key)
