"""The areas of the demonstration district in both databases, and the people who write, approve and look on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from io import BytesIO

import pytest
from PIL import Image

from content import localities
from handlers.access import Actor
from handlers.actions.media import keep_picture
from handlers.actions.people import sync_areas
from handlers.newsroom.draft import Consent, Draft
from handlers.turn import VIETNAM
from storage.database import Database
from storage.keys import Keys
from tests.people.conftest import person
from tests.support.assembly import Clock

LOCALITY = localities.load("kim-bang-2023")


@dataclass(frozen=True, slots=True)
class Newsroom:
    """Who works on news, over a database of their own."""

    database: Database
    keys: Keys
    clock: Clock
    writer: Actor
    officer: Actor
    commune: Actor
    other: Actor
    head: Actor

    @property
    def today(self) -> date:
        return self.clock.at.astimezone(VIETNAM).date()


@pytest.fixture
async def room(database: Database, clock: Clock) -> Newsroom:
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
    return Newsroom(
        database,
        Keys.fixed(b"news", clock.at),
        clock,
        await person(database, "communications_staff", "kim-bang-district", at=clock, name="Người viết Mẫu"),
        await person(database, "district_officer", "kim-bang-district", at=clock, name="Người duyệt Mẫu"),
        await person(database, "commune_officer", "thuy-loi-2023", at=clock, name="Xã Mẫu"),
        await person(database, "commune_officer", "que-2023", at=clock, name="Quế Mẫu"),
        await person(database, "village_head", "thuy-loi-mau-1", at=clock, name="Trưởng thôn Mẫu"),
    )


def picture(width: int = 640, height: int = 480, kind: str = "JPEG", **more: object) -> bytes:
    """A picture of one colour."""
    file = BytesIO()
    Image.new("RGB", (width, height), "#c04040").save(file, kind, **more)
    return file.getvalue()


def draft(**changed: object) -> Draft:
    """A story that could be published as it is."""
    values: dict[str, object] = {
        "kind": "story", "topic": "emulation_news", "area_key": "thuy-loi-2023",
        "title": "Bà Mẫu nuôi gà thả vườn", "summary": "Từ mấy chục con gà, bà Mẫu làm chuồng và tiêm phòng đều.",
        "body": "Đoạn thứ nhất kể về chuồng gà.\nĐoạn thứ hai kể về quyển sổ thu chi.", "names_person": True,
        "consent": Consent("Nguyễn Thị Mẫu", date(2026, 11, 20), "paper", "giấy ở xã"),
    }  # fmt: skip
    return Draft(**{**values, **changed})  # type: ignore[arg-type]  # a table of fields


async def kept(room: Newsroom, actor: Actor, media_id: str) -> str:
    """A picture that an actor has kept."""
    async with room.database.write() as connection:
        return await keep_picture(connection, actor, picture(), media_id=media_id, now=room.clock.at)
