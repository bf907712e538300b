"""Who hears of the list: village heads and commune officers, each of the own area, once, and without names."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncConnection

from content import words
from content.localities import Locality
from handlers.access import AccessDenied, Actor, actor_of_account
from handlers.actions import entitlements
from handlers.reporting.frame import frame_of
from rules.assess import Assessor
from storage import people
from storage.keys import Keys
from storage.tables import outbox
from tests.figures.conftest import settle

ON = date(2026, 11, 24)
NOW = datetime(2026, 11, 24, 1, tzinfo=UTC)
DISTRICT = "/ha-nam/kim-bang-district/"


async def holder(connection: AsyncConnection, name: str, role: str, area: str) -> Actor:
    account = await people.create_account(connection, name, NOW)
    await people.link(connection, ("terminal", name), account, NOW)
    await people.grant(connection, account, role, area, start=date(2023, 1, 1), granted_by=None)
    return await actor_of_account(connection, account, 0, ON)


async def test_each_hears_of_the_own_area_once(
    connection: AsyncConnection, locality: Locality, assessor: Assessor, keys: Keys
) -> None:
    """A household with news of health alone is for the commune; nobody else is told, and nothing twice."""
    old = {"birth_date": date(1951, 11, 24), "relation": "head", "pension": False}
    ill = {"birth_date": date(2010, 11, 24), "disability": "severe", "study": False, "relation": "child"}
    await settle(connection, keys, "M1", old)
    await settle(connection, keys, "M2", {"relation": "head"}, ill)
    await settle(connection, keys, "M3", old, area="ngoc-son-mau-1")
    head = await holder(connection, "head", "village_head", "thuy-loi-mau-1")
    commune = await holder(connection, "commune", "commune_officer", "thuy-loi-2023")
    await holder(connection, "elsewhere", "village_head", "thuy-loi-mau-2")
    staff = await holder(connection, "staff", "communications_staff", "kim-bang-district")
    made = await entitlements.survey(connection, assessor, keys, today=ON, on=ON, since=ON - timedelta(days=1))
    done = await entitlements.keep(connection, made, NOW)
    frame = frame_of(locality, words.load()["vi"])
    assert await entitlements.tell_staff(connection, frame, done.id, NOW, ON) == 2
    rows = (await connection.execute(select(outbox.c.chat, outbox.c.payload).order_by(outbox.c.chat))).all()
    told = {row.chat: row.payload.decode() for row in rows}
    assert set(told) == {"head", "commune"}
    assert "có 1 hộ" in told["head"] and "có 2 hộ" in told["commune"]
    assert not any("Mẫu 0" in text or "M1" in text for text in told.values())
    assert await entitlements.tell_staff(connection, frame, done.id, NOW, ON) == 0
    seen = {row.code for row in await entitlements.see_findings(connection, head, ON)}
    everything = {row.code for row in await entitlements.see_findings(connection, commune, ON)}
    assert (seen, everything) == ({"M1"}, {"M1", "M2"})
    assert await entitlements.see_findings(connection, commune, ON + timedelta(days=1)) == []
    for actor, path in ((staff, ""), (commune, DISTRICT), (head, f"{DISTRICT}ngoc-son-2023/")):
        with pytest.raises(AccessDenied):
            await entitlements.see_findings(connection, actor, ON, path)
