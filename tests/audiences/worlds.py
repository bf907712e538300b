"""People drawn by chance, as the database holds them and as the conditions see them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, Final

from sqlalchemy import insert
from sqlalchemy.ext.asyncio import AsyncConnection

from rules.audiences.condition import Person
from rules.audiences.model import AllOf, AnyOf, Leaf, NotOf, Tree
from storage import people
from storage.tables import conversations
from storage.tables_broadcasts import topic_choices
from storage.tables_linked import account_households
from storage.tables_people import areas
from storage.tables_register import STATES, households

TOPICS: Final[Mapping[str, bool]] = {"notice": True, "credit": False, "jobs_training": False}
CHANNELS: Final = ("telegram", "web", "zalo_oa")
LANGUAGES: Final = ("", "vi", "en")
STATUSES: Final = ("poor", "near_poor", "none")
ROLES: Final = ("village_head", "commune_officer", "communications_staff")
HOME: Final = "/ha/kim/"
PLACES: Final[Mapping[str, str]] = {
    "ha": "/ha/",
    "kim": "/ha/kim/",
    "que": "/ha/kim/que/",
    "que-1": "/ha/kim/que/que-1/",
    "que-10": "/ha/kim/que/que-10/",
    "loi": "/ha/kim/loi/",
    "loi-1": "/ha/kim/loi/loi-1/",
    "far": "/far/",
}
KINDS: Final = {"ha": "province", "kim": "district", "que": "commune", "loi": "commune", "far": "province"}


@dataclass(slots=True)
class Chat:
    """One chat: what is kept of it."""

    channel: str
    chat: str
    language: str
    named: str | None
    seen: datetime
    topics: dict[str, bool]


@dataclass(slots=True)
class Someone:
    """A person with the chats, roles and linked households; `roles` are (role, area, held today), `homes` are
    (status, area, counts: agreed to, not ended, household active).
    """

    chats: list[Chat]
    account: bool
    roles: list[tuple[str, str, bool]] = field(default_factory=list)
    homes: list[tuple[str, str, int]] = field(default_factory=list)

    def seen_through(self, chat: Chat) -> Person:
        """What the conditions know of the person in one chat."""
        mine = self.chats if self.account else [chat]
        held = [(role, PLACES[area]) for role, area, today in self.roles if today]
        homes = [(status, PLACES[area]) for status, area, kind in self.homes if kind == 0]
        places = [PLACES[one.named] for one in mine if one.named is not None]
        places += [path for _, path in held] + [path for _, path in homes]
        return Person(
            chat.channel,
            chat.language or "vi",
            chat.seen,
            {
                "places": tuple({"path": path} for path in places or [HOME]),
                "roles": tuple({"role": role, "path": path} for role, path in held),
                "households": tuple({"status": status, "path": path} for status, path in homes),
                "topics": tuple({"topic": topic, "wanted": wanted} for topic, wanted in chat.topics.items()),
            },
        )


def drawn(random: Random, number: int, now: datetime) -> list[Someone]:
    """So many people, with and without accounts."""

    def chat(at: int, place: int) -> Chat:
        named = random.choice([None, None, *PLACES])
        wishes = {topic: random.random() < 0.5 for topic in TOPICS if random.random() < 0.4}
        seen = now - timedelta(days=random.choice((0, 1, 6, 7, 8, 29, 30, 400)), hours=random.randrange(24))
        return Chat(random.choice(CHANNELS), f"chat-{at}-{place}", random.choice(LANGUAGES), named, seen, wishes)

    found = []
    for at in range(number):
        account = random.random() < 0.7
        one = Someone([chat(at, place) for place in range(random.choice((1, 1, 2)) if account else 1)], account)
        if account:
            for _ in range(random.choice((0, 0, 1, 2))):
                one.roles.append((random.choice(ROLES), random.choice(list(PLACES)), random.random() < 0.7))
            for _ in range(random.choice((0, 0, 1, 2))):
                one.homes.append((random.choice(STATUSES), random.choice(list(PLACES)), random.choice((0, 0, 1, 2, 3))))
        found.append(one)
    return found


def tree(random: Random, depth: int = 3) -> Tree:
    """An audience of any shape, empty lists and places that are gone included."""
    shape = random.choice(("leaf", "leaf", "all", "any", "not")) if depth else "leaf"
    if shape == "not":
        return NotOf(tree(random, depth - 1))
    if shape != "leaf":
        parts = tuple(tree(random, depth - 1) for _ in range(random.choice((0, 1, 2, 2, 3))))
        return AllOf(parts) if shape == "all" else AnyOf(parts)
    kind, known = random.choice(
        (
            ("area", (*PLACES, "gone")),
            ("role", ROLES),
            ("household", STATUSES),
            ("topic", tuple(TOPICS)),
            ("channel", CHANNELS),
            ("language", ("vi", "en")),
            ("seen", ("1", "7", "30")),
        )
    )
    most = 1 if kind == "seen" else random.choice((1, 1, 2))
    return Leaf(kind, tuple(dict.fromkeys(random.choice(known) for _ in range(most))))


async def written(connection: AsyncConnection, people_drawn: list[Someone], now: datetime, today: date) -> None:
    """Put them into the database."""
    await connection.execute(insert(areas), [_area(key, path) for key, path in PLACES.items()])
    code = 0
    for one in people_drawn:
        account = await people.create_account(connection, "Mẫu", now, demo=True) if one.account else None
        for chat in one.chats:
            await _chat(connection, chat)
            if account is not None:
                await people.link(connection, (chat.channel, chat.chat), account, now)
        for role, area, held in one.roles:
            start = today - timedelta(days=10) if held else today + timedelta(days=1)
            await people.grant(connection, account or 0, role, area, start=start, granted_by=None)
        for status, area, kind in one.homes:
            code += 1
            values = _household(f"M-{code}", status, area, STATES[code % 3 + 1] if kind == 3 else "active", now)
            home = (await connection.execute(insert(households).values(values).returning(households.c.id))).scalar_one()
            if kind != 1:  # 1: never linked
                await connection.execute(
                    insert(account_households).values(
                        account_id=account, household_id=home, consent_version="1", consented_at=now, linked_by=1,
                        on_behalf=False, ended_at=now if kind == 2 else None,
                    )
                )  # fmt: skip


async def _chat(connection: AsyncConnection, chat: Chat) -> None:
    await connection.execute(
        insert(conversations).values(
            channel=chat.channel, chat=chat.chat, state=b"{}", created_at=chat.seen, last_seen_at=chat.seen,
            language=chat.language, area_key=chat.named,
        )
    )  # fmt: skip
    for topic, wanted in chat.topics.items():
        await connection.execute(
            insert(topic_choices).values(
                channel=chat.channel, chat=chat.chat, topic=topic, wanted=wanted, chosen_at=chat.seen
            )
        )


def _area(key: str, path: str) -> dict[str, Any]:
    return {
        "key": key, "code": key, "name": key, "plain_name": key, "kind": KINDS.get(key, "village"), "rural": True,
        "parent_key": None, "path": path, "start": date(2020, 1, 1), "end": None, "successors": "[]", "demo": True,
    }  # fmt: skip


def _household(code: str, status: str, area: str, state: str, now: datetime) -> dict[str, Any]:
    return {
        "code": code, "area_key": area, "area_path": PLACES[area], "address": "", "state": state, "status": status,
        "decision_no": "", "deprivations": [], "causes": [], "groups": [], "name_search": "", "version": 1,
        "demo": True, "created_at": now,
    }  # fmt: skip
