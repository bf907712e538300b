"""Figures of the desk at their edges: questions of a village, and a place that is none."""

from __future__ import annotations

import pytest

from handlers.access import AccessDenied
from handlers.actions.people import sync_areas
from handlers.turn import Knowledge
from storage.database import Database
from tests.analytics.seeding import ask
from tests.analytics.test_figures import DISTRICT, MONDAY, THUY_LOI, _actor, _see


async def test_what_a_village_asks_counts_for_its_commune(sqlite_url: str, knowledge: Knowledge) -> None:
    """A place that somebody named exactly is not lost among those of nowhere; one that nobody knows is."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await sync_areas(connection, knowledge.locality)
        await ask(connection, "thuy-loi-mau-1", MONDAY, 8)
        await ask(connection, THUY_LOI, MONDAY, 7)
        await ask(connection, "no-such-place", MONDAY, 9)
        commune = await _actor(connection, "commune_officer", THUY_LOI)
        district = await _actor(connection, "district_officer", DISTRICT)
        own = (await _see(connection, commune, THUY_LOI)).figures.own
        assert own is not None and own.sum == 15
        everything = (await _see(connection, district)).figures.own
        assert everything is not None and everything.sum == 24
    await database.close()


async def test_a_place_that_is_none_is_refused_like_one_of_elsewhere(sqlite_url: str, knowledge: Knowledge) -> None:
    """Whoever tries names learns nothing from the answers."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await sync_areas(connection, knowledge.locality)
        commune = await _actor(connection, "commune_officer", THUY_LOI)
        for place in ("no-such-place", "que-2023"):
            with pytest.raises(AccessDenied):
                await _see(connection, commune, place)
    await database.close()
