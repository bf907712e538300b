"""A commune and a district that are somebody else's: everything in them carries a mark that nobody else may see."""

from __future__ import annotations

import html
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import Table, select, text, update
from sqlalchemy.ext.asyncio import AsyncConnection

from content.text import plain
from handlers import codes
from handlers.access import Actor, actor_of_account, on_route
from handlers.actions import broadcasts, dialogues, linked, media, nominations
from handlers.actions import news as news_actions
from handlers.actions import people as people_actions
from handlers.actions.dialogues import Announcement
from handlers.actions.report_files import attach
from handlers.actions.reports import submit
from handlers.broadcasting.checking import Text, Typed
from handlers.broadcasting.office import office_of
from handlers.cases import sealing
from handlers.messages import Attachment
from handlers.newsroom.draft import Draft
from handlers.reporting.told import Told
from handlers.turn import Knowledge
from rules.nominations.model import Nomination
from storage import cases, people, saved_replies
from storage.cases import NewEntry
from storage.tables import metadata
from storage.tables_dialogues import dialogue_groups
from storage.tables_entitlements import entitlement_findings, entitlement_runs
from storage.tables_people import areas
from storage.tables_register import name_keys
from tests.cases.seeding import a_case
from tests.desk.seeding import District, district
from tests.register.building import found_household

COMMUNE: Final = "ZZ-XÃ-KHÁC"
DISTRICT: Final = "ZZ-HUYỆN-KHÁC"
"""The marks, in everything of the other commune and of the other district."""
HOME: Final = "/ha-nam/kim-bang-district/"
MOVED: Final = "/ha-nam/huyen-khac/"
OTHER_COMMUNE: Final = f"{HOME}que-2023/"
OTHER_DISTRICT: Final = f"{MOVED}ngoc-son-2023/"

PEOPLE: Final[Mapping[str, tuple[str, str, tuple[str, ...]]]] = {
    "nobody": ("", "", (COMMUNE, DISTRICT)),
    "citizen": ("", "", (COMMUNE, DISTRICT)),
    "village_head": ("village_head", "thuy-loi-mau-1", (COMMUNE, DISTRICT)),
    "commune_officer": ("commune_officer", "thuy-loi-2023", (COMMUNE, DISTRICT)),
    "communications_staff": ("communications_staff", "thuy-loi-2023", (COMMUNE, DISTRICT)),
    "administrator": ("administrator", "thuy-loi-2023", (COMMUNE, DISTRICT)),
    "district_officer": ("district_officer", "kim-bang-district", (DISTRICT,)),
    "district_staff": ("communications_staff", "kim-bang-district", (DISTRICT,)),
    "district_administrator": ("administrator", "kim-bang-district", (DISTRICT,)),
}
"""Who asks: role, area, and the marks that must stay hidden."""


@dataclass(slots=True)
class Foreign:
    """What somebody else's area holds: ids by what the routes and choices call them."""

    mark: str
    path: str
    commune: str
    village: str
    ids: dict[str, int | str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Seeded:
    """Everybody who asks, and what is not theirs, by mark."""

    actors: Mapping[str, Actor]
    foreign: Mapping[str, Foreign]


async def seed(connection: AsyncConnection, knowledge: Knowledge, now: datetime) -> Seeded:
    """The demo district with two foreign areas; one of them is moved into another district afterwards."""
    at = await district(connection, knowledge, now)
    found = {}
    for mark, commune in ((COMMUNE, "que"), (DISTRICT, "ngoc-son")):
        path = f"{HOME}{commune}-2023/"
        foreign = Foreign(mark, path, f"{commune}-2023", f"{commune}-mau-1")
        await _filled(connection, knowledge, at, foreign)
        found[mark] = foreign
    await _moved(connection, found[DISTRICT])
    actors = {}
    for name, (role, area, _) in PEOPLE.items():
        if role:
            actors[name] = await person(connection, knowledge, at.now, name, role, area)
    account = await people.create_account(connection, "Người dân Mẫu", now)
    await people.link(connection, ("terminal", "citizen"), account, now)
    return Seeded(actors, found)


async def person(
    connection: AsyncConnection, knowledge: Knowledge, now: datetime, name: str, role: str, area: str, called: str = ""
) -> Actor:
    """Somebody with a role, reached on the terminal under `name`."""
    today = now.date()
    account = await people.create_account(connection, called or f"{role} Mẫu", now)
    held = await people.grant(connection, account, role, area, start=today - timedelta(days=30), granted_by=None)
    await people.link(connection, ("terminal", name), account, now)
    actor = await actor_of_account(connection, account, held, today)
    return on_route(actor, knowledge.locality.about.review_route)


async def _filled(connection: AsyncConnection, knowledge: Knowledge, at: District, foreign: Foreign) -> None:
    keys, mark, now, ids = knowledge.keys, foreign.mark, at.now, foreign.ids
    head = await person(connection, knowledge, now, f"{mark}-head", "village_head", foreign.village, f"Trưởng {mark}")
    officer = await person(
        connection, knowledge, now, f"{mark}-officer", "commune_officer", foreign.commune, f"Cán bộ {mark}"
    )
    ids |= {"role": _role(head), "account": head.account_id}
    home, members, _ = await found_household(
        connection, f"{mark}-1", f"Chủ {mark}", f"Con {mark}", area=foreign.village, address=f"Ngõ {mark}"
    )
    ids |= {"household": home, "member": members[0], "code": f"{mark}-1"}
    told = Told(
        form="birth", area_key=foreign.village, on=at.today - timedelta(days=3), submission=f"seed-{mark}",
        household_id=home, fields={"name": f"Bé {mark}", "sex": "female", "relation": "child"},
    )  # fmt: skip
    chat = ("terminal", f"{mark}-head")
    sent = await submit(connection, head, keys, at.frame, told, chat=chat, now=now, today=at.today, another=True)
    assert sent.row is not None
    ids["report"] = sent.row.id
    await attach(
        connection, head, keys, sent.row.id, channel="web", chat="seed", photos=[Attachment("picture", "image/png", 9)],
        location=None, now=now,
    )  # fmt: skip
    ids["file"] = (await connection.execute(text("SELECT max(id) FROM report_files"))).scalar_one()
    ids["case"] = await a_case(
        connection, knowledge, now, 3, desk=foreign.commune, area=foreign.village,
        person=sealing.seal_name(keys, ("web", f"seed-{foreign.commune}-3"), f"Người hỏi {mark}"),
    )  # fmt: skip
    asked = [NewEntry("person", text=sealing.seal(keys, int(ids["case"]), f"Câu hỏi {mark}"))]
    await cases.add_entries(connection, int(ids["case"]), now, asked)
    ids["entry"] = (await connection.execute(text("SELECT max(id) FROM case_entries"))).scalar_one()
    invited = await people_actions.invite(
        connection, officer, keys, role="village_head", area_key=foreign.village, name=f"Mời {mark}", seed=mark,
        now=now, valid_for=timedelta(days=7),
    )  # fmt: skip
    assert codes.read(invited.code) is not None
    ids["invitation"] = (await connection.execute(text("SELECT max(id) FROM invitations"))).scalar_one()
    await linked.give_code(connection, head, keys, home, mark, now)
    await _told_to_the_public(connection, knowledge, at, foreign, officer)
    await _found(connection, foreign, at)


async def _told_to_the_public(
    connection: AsyncConnection, knowledge: Knowledge, at: District, foreign: Foreign, officer: Actor
) -> None:
    """What is written for everybody but has not been approved."""
    keys, mark, now, ids = knowledge.keys, foreign.mark, at.now, foreign.ids
    said = Nomination(
        "person", f"Gương {mark}", foreign.village, f"Việc tốt {mark}, giúp mười hộ trong thôn.",
        (("self_reliance", f"Vì {mark}"),),
        organisation="farmers", submission=f"nomination-{mark}",
    )  # fmt: skip
    put = await nominations.submit(
        connection, officer, keys, at.frame, said, chat=("terminal", mark), now=now, today=at.today, another=True
    )
    assert put.row is not None
    ids["nomination"] = put.row.id
    draft = Draft("news", "emulation_news", foreign.commune, f"Tin {mark}", f"Tóm tắt {mark}.", f"Nội dung {mark}.")
    ids["news"] = (await news_actions.save(connection, officer, keys, draft, now=now, today=at.today)).id
    said_of = Announcement(
        f"Đối thoại {mark}", f"Về {mark}.", f"Nhà {mark}", foreign.commune, now + timedelta(days=10),
        now + timedelta(days=7),
    )  # fmt: skip
    dialogue = await dialogues.save(connection, officer, said_of, now=now)
    ids["dialogue"] = dialogue.id
    group = {"dialogue_id": dialogue.id, "question": f"Nhóm {mark}", "answer": f"Nhóm {mark}", "changed_at": now}
    row = await connection.execute(dialogue_groups.insert().values(group).returning(dialogue_groups.c.id))
    ids["group"] = row.scalar_one()
    office = office_of(knowledge, now)
    typed = Typed("poverty_news", {"vi": Text(f"Thông báo {mark}", f"Nội dung {mark}")})
    ids["broadcast"] = (await broadcasts.write(connection, officer, office, typed)).id
    ids["reply"] = await saved_replies.add(
        connection, account_id=None, area_path=officer.area_path, title=f"Mẫu {mark}", text=f"Lời {mark}",
        created_by=officer.account_id, now=now,
    )  # fmt: skip
    ids["media"] = await media.keep_document(
        connection, officer, "mau.txt", f"Tài liệu {mark}".encode(),
        media_id=f"{plain(mark).replace(' ', '-')}-" + "m" * 18, now=now,
    )  # fmt: skip


async def _found(connection: AsyncConnection, foreign: Foreign, at: District) -> None:
    """What the nightly comparison found for the household."""
    run = await connection.execute(
        entitlement_runs.insert()
        .values(
            area_path=foreign.path, since=at.today, on_day=at.today, started_at=at.now, households=1, persons=2,
            unreadable=0,
        )
        .returning(entitlement_runs.c.id)
    )  # fmt: skip
    run_id = run.scalar_one()
    found = await connection.execute(
        entitlement_findings.insert()
        .values(
            run_id=run_id, first_run_id=run_id, household_id=foreign.ids["household"], member_id=foreign.ids["member"],
            area_path=f"{foreign.path}{foreign.village}/", benefit="social-pension", kind="begins", day=at.today,
            cause="birthday", detail="", amount="", missing=[], confirmed=True, sensitive=False, found_at=at.now,
        )
        .returning(entitlement_findings.c.id)
    )  # fmt: skip
    foreign.ids["finding"] = found.scalar_one()


async def _moved(connection: AsyncConnection, foreign: Foreign) -> None:
    """The commune has always been in another district: every path of it says so."""
    old, new = foreign.path, foreign.path.replace(HOME, MOVED)
    place = (await connection.execute(select(areas).where(areas.c.key == "kim-bang-district"))).one()._mapping
    await connection.execute(
        areas.insert().values(
            {**place, "key": "huyen-khac", "name": f"huyện {DISTRICT}", "plain_name": plain(DISTRICT), "path": MOVED}
        )
    )
    await connection.execute(update(areas).where(areas.c.key == foreign.commune).values(parent_key="huyen-khac"))
    for table, column in paths():
        await connection.execute(
            text(
                f'UPDATE {table.name} SET "{column}" = replace("{column}", :old, :new)'  # noqa: S608  # our own names
                f' WHERE "{column}" LIKE :below'
            ),
            {"old": old, "new": new, "below": f"{old}%"},
        )
    await connection.execute(update(name_keys).where(name_keys.c.area_path.like(f"{new}%")).values(upper_path=MOVED))
    foreign.path = new


def paths() -> list[tuple[Table, str]]:
    """Every column that says to which area a row belongs, but for the trail, which only grows."""
    return [
        (table, column.name)
        for table in metadata.sorted_tables
        if table.name != "audit"
        for column in table.columns
        if column.name == "path" or column.name.endswith("_path")
    ]


_BELONGING: Final = (
    ("report_moves", "report"), ("case_entries", "case"), ("dialogue_groups", "dialogue"),
    ("nomination_moves", "nomination"), ("news_versions", "news"), ("members", "household"),
)  # fmt: skip


async def rows_of(connection: AsyncConnection, foreign: Foreign) -> dict[str, list[str]]:
    """Everything that lies in a foreign area, to see that nobody has changed it."""
    found = {}
    for table, column in paths():
        rows = await connection.execute(
            text(f'SELECT * FROM {table.name} WHERE "{column}" LIKE :below'),  # noqa: S608  # our own names
            {"below": f"{foreign.path}%"},
        )
        found[f"{table.name}.{column}"] = sorted(repr(tuple(row)) for row in rows)
    for name, ident in _BELONGING:
        rows = await connection.execute(
            text(f"SELECT * FROM {name} WHERE {ident}_id = :id"),  # noqa: S608  # our own names
            {"id": foreign.ids[ident]},
        )
        found[name] = sorted(repr(tuple(row)) for row in rows)
    rows = await connection.execute(text("SELECT * FROM roles WHERE id = :id"), {"id": foreign.ids["role"]})
    found["roles"] = [repr(tuple(row)) for row in rows]
    rows = await connection.execute(text("SELECT * FROM invitations WHERE id = :id"), {"id": foreign.ids["invitation"]})
    found["invitations"] = [repr(tuple(row)) for row in rows]
    return found


async def an_invitation(connection: AsyncConnection, knowledge: Knowledge, now: datetime) -> str:
    """The code of an invitation that is good."""
    made = await people_actions.invite(
        connection, None, knowledge.keys, role="village_head", area_key="thuy-loi-mau-2", name="Người Mẫu", seed="good",
        now=now, valid_for=timedelta(days=7),
    )  # fmt: skip
    return made.code


def says(body: bytes, mark: str) -> bool:
    """Whether an answer says a mark: in a page, JSON, a spreadsheet or document, with or without accents."""
    wanted = plain(mark)
    if body.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(io.BytesIO(body)) as archive:
            return any(says(archive.read(name), mark) for name in archive.namelist())
    said = html.unescape(body.decode("utf-8", "replace"))
    if "\\u" in said:
        said = said.encode("ascii", "backslashreplace").decode("unicode_escape", "replace")
    return wanted in plain(said)


def _role(actor: Actor) -> int:
    assert actor.acting is not None
    return actor.acting.id
