"""People with an open case, officers of two communes and the district, and the desk over the same database."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pytest
from sqlalchemy import event, select

from bot.turns import Outcome, TurnEngine
from content.localities import Locality
from handlers.access import Actor, actor_of_account
from handlers.actions.people import sync_areas
from handlers.messages import Attachment, Capabilities, Incoming, Reply
from handlers.respond import Responder
from handlers.turn import VIETNAM, Knowledge
from storage import people
from storage.database import Database
from storage.outbox import Priority
from storage.tables import outbox
from tests.support.assembly import Clock

DISTRICT = "/ha-nam/kim-bang-district/"
COMMUNE = f"{DISTRICT}thuy-loi-2023/"


class Plain:
    """A channel of plain text whose messages are sent by nobody: what is in the outbox is what counts."""

    mailbox = False

    def __init__(self, name: str = "plain") -> None:
        self.name = name
        self.capabilities = Capabilities()

    async def send(self, chat: str, reply: Reply) -> Any:
        raise AssertionError("nothing is sent here")

    async def close(self) -> None: ...


class NoOutlet:
    """Leaves everything in the outbox."""

    def lease(self, channel: str, now: Any) -> Any:
        return now

    def others(self, unsent: Any) -> Any:
        return set()

    def take(self, written: Any) -> None: ...


@dataclass
class Town:
    """A locality at work."""

    database: Database
    knowledge: Knowledge
    clock: Clock
    engine: TurnEngine
    officers: dict[str, Actor] = field(default_factory=dict)
    said: int = 0

    @property
    def today(self) -> date:
        return self.clock.at.astimezone(VIETNAM).date()

    async def officer(self, name: str, role: str, area: str, chat: tuple[str, str] | None = None) -> Actor:
        """Somebody with a role and, if wanted, a chat."""
        async with self.database.write() as connection:
            account = await people.create_account(connection, name, self.clock.at, demo=True)
            held = await people.grant(connection, account, role, area, start=self.today, granted_by=None)
            if chat is not None:
                await people.link(connection, chat, account, self.clock.at)
            self.officers[name] = await actor_of_account(connection, account, held, self.today)
        return self.officers[name]

    async def say(self, chat: str, *texts: str, channel: str = "plain", photo: str = "") -> list[str]:
        """Say things one after the other; the replies to the last one."""
        before = 0
        for text in texts:
            before = await self.last_id()
            self.said += 1
            photos = (Attachment(photo, "image/jpeg"),) if photo else ()
            incoming = Incoming(channel, chat, f"m{self.said}", self.clock.at, text=text, photos=photos)
            assert await self.engine.handle(incoming) is Outcome.DONE, text
        return [text for _, text, _ in await self.sent(chat, channel, after=before, priority=int(Priority.ANSWER))]

    async def last_id(self) -> int:
        async with self.database.read() as connection:
            found = await connection.execute(select(outbox.c.id).order_by(outbox.c.id.desc()).limit(1))
            return found.scalar_one_or_none() or 0

    async def sent(
        self, chat: str, channel: str = "plain", *, after: int = 0, priority: int = 0
    ) -> list[tuple[int, str, bytes]]:
        """What is in the outbox for a chat: id, text, payload."""
        import msgspec

        async with self.database.read() as connection:
            query = select(outbox.c.id, outbox.c.payload).where(
                outbox.c.channel == channel, outbox.c.chat == chat, outbox.c.id > after
            )
            if priority:
                query = query.where(outbox.c.priority == priority)
            rows = (await connection.execute(query.order_by(outbox.c.id))).all()
        return [(row.id, msgspec.json.decode(row.payload, type=Reply).text, row.payload) for row in rows]

    async def hand_over(
        self, chat: str, question: str = "hộ nghèo vay vốn được bao nhiêu", place: str = "Thụy Lôi"
    ) -> int:
        """A person asks, doubts the answer and hands it over; the id of the case."""
        from storage import cases

        await self.say(chat, question, "nhắn cho cán bộ", "1", place, "Nguyễn Văn Mẫu", "được", "1")
        async with self.database.read() as connection:
            row = await cases.open_of(connection, ("plain", chat))
        assert row is not None
        return row.id


@pytest.fixture
def locality(knowledge: Knowledge) -> Locality:
    return knowledge.locality


def unhurried(database: Database) -> Database:
    """Nothing here needs to survive a power cut."""
    if database.is_sqlite:

        @event.listens_for(database.engine.sync_engine, "connect")
        def _fast(connection: Any, _record: Any) -> None:
            connection.execute("PRAGMA synchronous=OFF")

    return database


def _town(database: Database, knowledge: Knowledge, clock: Clock) -> Town:
    channels: Any = {name: Plain(name) for name in ("plain", "zalo_oa", "telegram")}
    engine = TurnEngine(database, knowledge, Responder(), channels, NoOutlet(), clock)
    return Town(database, knowledge, clock, engine)


@pytest.fixture
async def town(database: Database, knowledge: Knowledge, clock: Clock) -> AsyncIterator[Town]:
    """Without any officer, on both engines."""
    unhurried(database)
    async with database.write() as connection:
        await sync_areas(connection, knowledge.locality)
    made = _town(database, knowledge, clock)
    yield made
    await made.engine.close()


@pytest.fixture
async def staffed(town: Town) -> Town:
    """With officers of two communes and of the district."""
    await town.officer("Hoa Mẫu", "commune_officer", "thuy-loi-2023", ("plain", "hoa"))
    await town.officer("Lan Mẫu", "commune_officer", "thuy-loi-2023", ("plain", "lan"))
    await town.officer("Quế Mẫu", "commune_officer", "que-2023", ("plain", "que"))
    await town.officer("Huyện Mẫu", "district_officer", "kim-bang-district", ("plain", "huyen"))
    await town.officer("Truyền Mẫu", "communications_staff", "kim-bang-district", ("plain", "truyen"))
    return town


MakeTown = Callable[[Database], Town]
