"""A district at work: the demo register, people with roles, and reports that wait. Also used for the pictures."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange import demo as demos
from handlers.access import Actor, actor_of_account, on_route
from handlers.actions.demo import load_demo
from handlers.actions.people import sync_areas
from handlers.actions.reports import move, submit
from handlers.reporting.frame import Frame, frame_of
from handlers.reporting.told import Told
from handlers.turn import VIETNAM, Knowledge
from storage import people
from storage.register.search import listed
from storage.reports import ReportRow

DISTRICT: Final = "/ha-nam/kim-bang-district/"
_GIVEN: Final = ("An", "Bình", "Chi", "Dung", "Giang", "Hà", "Khánh", "Lan", "Minh", "Nga")


@dataclass(frozen=True, slots=True)
class District:
    """The people of the demo, in their roles."""

    frame: Frame
    now: datetime
    today: date
    district: Actor
    commune: Actor
    other_commune: Actor
    head: Actor
    staff: Actor
    administrator: Actor


async def district(connection: AsyncConnection, knowledge: Knowledge, now: datetime) -> District:
    """Load the demo register and give every kind of role to somebody."""
    found = demos.load("kim-bang-2023")
    assert found is not None
    await sync_areas(connection, knowledge.locality)
    await load_demo(connection, found, knowledge.keys, now)
    today = now.astimezone(VIETNAM).date()
    frame = frame_of(knowledge.locality, knowledge.languages["vi"])

    async def person(name: str, role: str, area: str) -> Actor:
        account = await people.create_account(connection, name, now, demo=True)
        held = await people.grant(connection, account, role, area, start=today - timedelta(days=30), granted_by=None)
        await people.link(connection, ("web", f"demo-{account}"), account, now)
        actor = await actor_of_account(connection, account, held, today)
        return on_route(actor, knowledge.locality.about.review_route)

    return District(
        frame,
        now,
        today,
        await person("Cán bộ huyện Mẫu", "district_officer", "kim-bang-district"),
        await person("Cán bộ xã Mẫu", "commune_officer", "thuy-loi-2023"),
        await person("Cán bộ Quế Mẫu", "commune_officer", "que-2023"),
        await person("Trưởng thôn Mẫu", "village_head", "thuy-loi-mau-1"),
        await person("Truyền thông Mẫu", "communications_staff", "kim-bang-district"),
        await person("Quản trị Mẫu", "administrator", "kim-bang-district"),
    )


async def births(
    connection: AsyncConnection, knowledge: Knowledge, at: District, number: int, path: str = DISTRICT
) -> list[ReportRow]:
    """So many births reported by the district's own hand, one household after the other."""
    homes = (await listed(connection, path, limit=100)).lines
    found = []
    for count in range(number):
        home = homes[count % len(homes)]
        told = Told(
            form="birth",
            area_key=home.area_key,
            on=at.today - timedelta(days=1 + count % 40),
            submission=f"seed-{path[-40:]}-{count}",
            household_id=home.id,
            fields={
                "name": f"Nguyễn {_GIVEN[count % len(_GIVEN)]} Mẫu {200 + count}",
                "sex": "female" if count % 2 else "male",
                "relation": "grandchild" if count % 3 else "child",
            },
        )
        chat = ("web", f"demo-{at.head.account_id}")
        sent = await submit(
            connection, at.district, knowledge.keys, at.frame, told, chat=chat, now=at.now - timedelta(hours=count),
            today=at.today, another=True,
        )  # fmt: skip
        assert sent.row is not None
        found.append(sent.row)
    return found


async def forwarded(
    connection: AsyncConnection, knowledge: Knowledge, at: District, rows: list[ReportRow], actor: Actor
) -> list[ReportRow]:
    """The commune has checked them: they wait for the district."""
    found = []
    for row in rows:
        moved = await move(
            connection, actor, knowledge.keys, at.frame, row.id, "forward", version=row.version, now=at.now,
            today=at.today,
        )  # fmt: skip
        found.append(moved)
    return found
