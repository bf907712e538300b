"""Nobody sees or does anything outside the own area, and whoever looks at a protected field leaves a trace."""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange import demo as demos
from content.localities import Locality
from handlers.access import (
    COMMUNE_OFFICER,
    COMMUNICATIONS_STAFF,
    DISTRICT_OFFICER,
    NOBODY,
    VILLAGE_HEAD,
    AccessDenied,
    Actor,
)
from handlers.actions import register as actions
from handlers.actions.demo import load_demo
from handlers.actions.exchange import export_file, read_file, take_in
from handlers.actions.people import sync_areas
from rules import parameters
from storage import audit
from storage.database import Database
from storage.keys import Keys
from storage.people import RoleRow
from storage.register.households import by_code
from storage.register.reading import members_of
from tests.register.building import DISTRICT, NOW, QUE
from tests.register.files import head, xlsx

LAW = parameters.load()
TODAY = date(2023, 12, 31)
NGOC_SON = f"{DISTRICT}ngoc-son-2023/"


def actor(role: str, path: str) -> Actor:
    key = path.rstrip("/").rpartition("/")[2]
    held = RoleRow(1, 7, role, key, key, path, date(2023, 1, 1), None)
    return Actor(7, "Cán bộ Mẫu", held, (held,))


@pytest.fixture(scope="module")
def demo_file(sqlite_template: Path, locality: Locality, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A SQLite file with the demo in it, loaded once: what a role may do is the same on both engines."""
    path = tmp_path_factory.mktemp("access") / "demo.db"
    shutil.copy(sqlite_template, path)

    async def fill() -> None:
        database = Database(f"sqlite:///{path}")
        async with database.write() as connection:
            await sync_areas(connection, locality)
            demo = demos.load("kim-bang-2023")
            assert demo is not None
            await load_demo(connection, demo, Keys.fixed(b"register", NOW), NOW)
        await database.close()

    asyncio.run(fill())
    return path


@pytest.fixture
async def loaded(demo_file: Path, tmp_path: Path) -> AsyncIterator[AsyncConnection]:
    shutil.copy(demo_file, tmp_path / "demo.db")
    database = Database(f"sqlite:///{tmp_path}/demo.db")
    async with database.write() as connection:
        yield connection
    await database.close()


@pytest.mark.parametrize(
    ("who", "seen"),
    [
        (actor(DISTRICT_OFFICER, DISTRICT), 37),
        (actor(COMMUNE_OFFICER, QUE), 9),
        (actor(VILLAGE_HEAD, f"{QUE}que-mau-1/"), 4),
    ],
)
async def test_each_role_finds_the_households_of_its_own_area(loaded: AsyncConnection, who: Actor, seen: int) -> None:
    """Lists and search alike; a household elsewhere is refused even by its id."""
    page = await actions.find_households(loaded, who, "", limit=100)
    assert len(page.lines) == seen
    assert all(line.area_path.startswith(who.area_path) for line in page.lines)
    found = await actions.find_households(loaded, who, "mau", limit=100)
    assert {line.id for line in found.lines} == {line.id for line in page.lines}
    elsewhere = (await by_code(loaded, ["DEMO-006"]))["DEMO-006"]
    if who.role != DISTRICT_OFFICER:
        with pytest.raises(AccessDenied):
            await actions.see_household(loaded, who, elsewhere)
        with pytest.raises(AccessDenied):
            await actions.see_history(loaded, who, elsewhere)
        with pytest.raises(AccessDenied):
            await actions.find_households(loaded, who, "", path=NGOC_SON)
    else:
        assert len(await actions.see_history(loaded, who, elsewhere)) == 2


@pytest.mark.parametrize("who", [NOBODY, actor(COMMUNICATIONS_STAFF, DISTRICT)])
async def test_who_has_no_household_role_sees_none(loaded: AsyncConnection, who: Actor) -> None:
    """Neither lists nor files."""
    home = (await by_code(loaded, ["DEMO-006"]))["DEMO-006"]
    refused: list[Callable[[], Awaitable[Any]]] = [
        lambda: actions.find_households(loaded, who, ""),
        lambda: actions.see_household(loaded, who, home),
        lambda: actions.undo_change(loaded, who, 1, NOW),
        lambda: actions.lock_period(loaded, who, DISTRICT, TODAY, date(2024, 1, 1), NOW),
        lambda: actions.undo_import(loaded, who, 1, NOW),
    ]
    for attempt in refused[:-1]:
        with pytest.raises(AccessDenied):
            await attempt()


async def test_a_protected_field_is_shown_to_who_may_see_it_and_leaves_a_trace(
    loaded: AsyncConnection, keys: Keys
) -> None:
    """A village head may not; the audit row names the field, not what it says."""
    home = (await by_code(loaded, ["DEMO-001"]))["DEMO-001"]
    (member,) = await members_of(loaded, [home])
    with pytest.raises(AccessDenied):
        await actions.reveal(
            loaded, actor(VILLAGE_HEAD, f"{QUE}que-mau-1/"), keys, "member", member.id, "id_number", NOW
        )
    with pytest.raises(AccessDenied):
        await actions.reveal(loaded, actor(COMMUNE_OFFICER, NGOC_SON), keys, "member", member.id, "id_number", NOW)
    officer = actor(COMMUNE_OFFICER, QUE)
    shown = await actions.reveal(loaded, officer, keys, "member", member.id, "id_number", NOW)
    assert shown == "000000000001"
    (entry, *_) = await audit.entries(loaded, limit=1)
    assert (entry.verb, entry.subject_id, entry.account_id) == ("show_sensitive", str(member.id), 7)
    assert "0000" not in entry.detail
    with pytest.raises(actions.RegisterError, match="no protected field"):
        await actions.reveal(loaded, officer, keys, "member", member.id, "name", NOW)


async def test_an_import_reaches_no_further_than_the_role(loaded: AsyncConnection, keys: Keys, tmp_path: Path) -> None:
    """A commune may export its own part but not import; a district imports within the district."""
    file = xlsx(tmp_path / "a.xlsx", [head(901, "X-1")])
    with pytest.raises(AccessDenied):
        await read_file(loaded, actor(COMMUNE_OFFICER, QUE), LAW, file, today=TODAY)
    elsewhere = actor(DISTRICT_OFFICER, "/ha-nam/other-district/")
    given = await read_file(loaded, elsewhere, LAW, file, today=TODAY)
    done = await take_in(loaded, elsewhere, keys, given, now=NOW, today=TODAY, dry_run=False)
    assert [found.kind for found in done.problems] == ["foreign_place"]
    with pytest.raises(AccessDenied):
        await export_file(loaded, actor(VILLAGE_HEAD, QUE), keys, tmp_path / "b.csv", now=NOW)
    assert await export_file(loaded, actor(COMMUNE_OFFICER, QUE), keys, tmp_path / "b.csv", now=NOW) == 9


async def test_closing_and_undoing_stand_in_the_trail(loaded: AsyncConnection) -> None:
    """With who did it."""
    officer = actor(DISTRICT_OFFICER, DISTRICT)
    await actions.lock_period(loaded, officer, QUE, date(2023, 1, 1), date(2023, 7, 1), NOW)
    home = (await by_code(loaded, ["DEMO-034"]))["DEMO-034"]
    last = (await actions.see_history(loaded, officer, home))[-1]
    await actions.undo_change(loaded, officer, last.id, NOW)
    found = await audit.entries(loaded, limit=2)
    assert [(entry.verb, entry.account_id) for entry in found] == [("undo_change", 7), ("lock_period", 7)]


def test_the_number_of_all_households_adds_up_the_tree() -> None:
    """Known for the villages of the demo only."""
    demo = demos.load("kim-bang-2023")
    parents = {"que-mau-1": "que-2023", "que-mau-2": "que-2023", "que-2023": "kim-bang-district"}
    found = actions.totals_by_area(demo, parents)
    assert demo is not None
    assert found["que-2023"] == found["kim-bang-district"] == demo.totals["que-mau-1"] + demo.totals["que-mau-2"]
    assert actions.totals_by_area(None, {}) == {}
