"""People of a small commune on the plain Zalo Bot channel, who can only type; and what a walk has used."""

from __future__ import annotations

import ast
import asyncio
import functools
import inspect
import re
import textwrap
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, Final

import pytest
from sqlalchemy import select

from content import demo_news
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import sync_areas
from handlers.broadcasting.outlets import Outlets, Shown
from handlers.broadcasting.policy import Policy
from handlers.messages import Capabilities
from handlers.respond import Responder, discover
from handlers.turn import VIETNAM, Dialog, Knowledge, Turn
from storage import people
from storage.database import Database
from storage.expansion import Reach
from storage.tables import OUTBOX_QUEUED, outbox
from tests.register.building import START, found_household, set_fields
from tests.support.assembly import Clock
from tests.zalo.drivers import chat_id, zalo_bot

VILLAGE: Final = "thuy-loi-mau-1"
STAFF: Final = {
    "head": ("village_head", VILLAGE),
    "commune": ("commune_officer", "thuy-loi-2023"),
    "district": ("district_officer", "kim-bang-district"),
    "second": ("district_officer", "kim-bang-district"),
    "communications": ("communications_staff", "kim-bang-district"),
    "administrator": ("administrator", "kim-bang-district"),
}
CITIZENS: Final = ("citizen", "neighbour")
CHATS: Final = {name: number for number, name in enumerate((*CITIZENS, *STAFF), start=5)}

WALKED: Final[set[str]] = set()
"""What some walk says that it uses: `module.word` or `module.text` or `module.media`, and `finish.kind`."""


@dataclass
class Town:
    """Everybody's phone, and what has been used of the product."""

    driver: Any
    database: Database
    clock: Clock
    used: set[str]
    heard: dict[str, str] = field(default_factory=dict)

    async def all_sent(self) -> None:
        """Notices to others are claimed by the worker's own loop."""
        waiting = select(outbox.c.id).where(outbox.c.state == OUTBOX_QUEUED, outbox.c.broadcast_id.is_(None)).limit(1)
        async with asyncio.timeout(10):
            while True:
                await self.driver.assembly.delivery.drain()
                async with self.database.read() as connection:
                    if (await connection.execute(waiting)).first() is None:
                        return
                await asyncio.sleep(0.01)

    def phone(self, name: str) -> Phone:
        return Phone(self, name)


@dataclass(frozen=True)
class Phone:
    """Types, and reads what came last: text without a button, at most 2,000 characters."""

    town: Town
    name: str

    @property
    def chat(self) -> int:
        return CHATS[self.name]

    async def says(self, *texts: str) -> str:
        """What came after the last of these."""
        for text in texts:
            await self._sends(text=text)
        return self.town.heard[self.name]

    async def shows(self, text: str = "") -> str:
        """Sends a photo, with or without words."""
        content = {"photo_url": "https://photo.example/1.jpg"} | ({"caption": text} if text else {})
        return await self._sends("message.image.received", **content)

    async def hidden(self) -> str:
        """Writes what Zalo does not let us read."""
        return await self._sends("message.unsupported.received")

    async def picks(self, *labels: str) -> str:
        """Types the number that stands before a choice, found by a part of its words."""
        for label in labels:
            last = self.town.heard[self.name]
            number = next((n for n, words in numbered(last).items() if label.lower() in words.lower()), None)
            assert number is not None, f"no choice “{label}” in:\n{last}"
            await self.says(number)
        return self.town.heard[self.name]

    async def told(self) -> list[str]:
        """Everything that this phone has shown."""
        return [each.text for each in await self.town.driver.seen(self.chat)]

    async def _sends(self, event: str = "message.text.received", **content: Any) -> str:
        driver, before = self.town.driver, len(await self.told())
        ticking = asyncio.create_task(_tick(self.town.clock))
        await driver._give(driver.server.update(chat_id(self.chat), event, **content))
        await self.town.all_sent()
        ticking.cancel()
        texts = (await self.told())[before:]
        assert all(len(text) <= 2000 for text in texts)
        self.town.heard[self.name] = "\n".join(texts)
        return self.town.heard[self.name]


def numbered(text: str) -> dict[str, str]:
    """The label of each number that may be typed; of the last list, where there are several."""
    return dict(re.findall(r"^(\d+)\. (.+)$", text, flags=re.MULTILINE))


def code_in(text: str) -> str:
    """The one-time code that a message shows."""
    found = re.search(r"[A-Z2-9]{4}-[A-Z2-9]{4}", text)
    assert found is not None, text
    return found[0]


Walk = Callable[..., Awaitable[None]]


def walks(*uses: str) -> Callable[[Walk], Walk]:
    """Marks a test as the walk of these; it fails where it does not really use what it names."""
    named = {one for use in uses for one in use.split()}
    WALKED.update(named)

    def marked(test: Walk) -> Walk:
        @functools.wraps(test)
        async def walk(town: Town, **fixtures: Any) -> None:
            await test(town, **fixtures)
            assert named <= town.used, f"not walked: {sorted(named - town.used)}"

        walk.__signature__ = inspect.signature(test)  # type: ignore[attr-defined]  # pytest reads the fixtures from it
        return walk

    return marked


def everything() -> set[str]:
    """Every door of every dialog, and every step of it that the code asks about by name."""
    found = set()
    for module, dialog in discover().items():
        for word, handler in dialog.choices.items():
            found |= {f"{module}.{word}", *(f"{module}.{word}:{step}" for step in _steps(handler))}
        found |= {f"{module}.text"} if dialog.text else set()
        found |= {f"{module}.media"} if dialog.media else set()
    return found


def _steps(handler: Any) -> set[str]:
    """The words with which a door compares the first part of its argument."""
    function: Any = ast.parse(textwrap.dedent(inspect.getsource(handler))).body[0]
    names = {argument.arg for argument in function.args.args[1:2]}
    for node in ast.walk(function):
        # verb, _, rest = argument.partition(":")
        match node:
            case ast.Assign(
                targets=[ast.Tuple(elts=[ast.Name(id=first), *_])],
                value=ast.Call(func=ast.Attribute(value=ast.Name(id=given), attr="partition")),
            ) if given in names:
                names.add(first)
    compared = [
        part
        for node in ast.walk(function)
        if isinstance(node, ast.Compare) and isinstance(node.left, ast.Name) and node.left.id in names
        for part in ast.walk(node)
    ]
    return {one.value for one in compared if isinstance(one, ast.Constant) and isinstance(one.value, str) and one.value}


def watched(used: set[str]) -> dict[str, Dialog]:
    """The product's dialogs, which write down what is used of them."""
    return {name: _watched(name, dialog, used) for name, dialog in discover().items()}


def _watched(module: str, dialog: Dialog, used: set[str]) -> Dialog:
    def door(name: str, handler: Any) -> Any:
        async def handle(turn: Turn, *rest: str) -> Any:
            before = len(turn.noted)
            replies = await handler(turn, *rest)
            if replies is not None:
                used.update((f"{module}.{name}", f"{module}.{name}:{''.join(rest).partition(':')[0]}"))
            used.update(f"finish.{labels[0]}" for what, *labels in turn.noted[before:] if labels[1:] == ["finished"])
            return replies

        return handle

    return Dialog(
        {word: door(word, handler) for word, handler in dialog.choices.items()},
        text=door("text", dialog.text) if dialog.text else None,
        media=door("media", dialog.media) if dialog.media else None,
        order=dialog.order,
    )


@asynccontextmanager
async def living(url: str, knowledge: Knowledge, address: str = "https://x.example") -> AsyncIterator[Town]:
    """The database of `settled` with everybody's phone: citizens, and all who work for the commune."""
    database, used = Database(url), set[str]()
    plain = Outlets({"zalo_bot": Shown(Capabilities(text_limit=2000, pictures_in=True))}, _reach)
    known = replace(knowledge, address=address, outlets=plain, policy=Policy(approval_above=1))
    async with zalo_bot(database, Responder(watched(used)), known) as driver:
        made: Any = driver
        yield Town(made, database, made.assembly.clock, used)


async def _tick(clock: Clock) -> None:
    """Time goes on while a message is handled and answered: the channel sends only so many a second."""
    while True:
        clock.advance(1)
        await asyncio.sleep(0.01)


async def _reach() -> Reach:
    return Reach(frozenset({"zalo_bot"}), room={"zalo_bot": 1000})


async def settled(url: str, known: Knowledge, clock: Clock) -> None:
    """A commune with two households, news, everybody who works for it, and two citizens."""
    database = Database(url)
    today = clock.at.astimezone(VIETNAM).date()
    found = demo_news.load("kim-bang-2023")
    assert found is not None
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
        for code, names in (("MAU-1", ("Mẫu Một", "Mẫu Hai", "Mẫu Ba")), ("MAU-9", ("Hoàng Văn Mẫu Chín",))):
            _, members, _ = await found_household(connection, code, *names, area=VILLAGE)
            await set_fields(connection, "correction", START, ("member", members[0], {"birth_date": date(1951, 3, 4)}))
        await load_demo_news(connection, found, known.keys, clock.at)
        for name, (role, area) in STAFF.items():
            account = await people.create_account(connection, f"{name.title()} Mẫu", clock.at, demo=True)
            await people.link(connection, ("zalo_bot", chat_id(CHATS[name])), account, clock.at)
            await people.grant(connection, account, role, area, start=min(START, today), granted_by=None)
    await database.close()


@pytest.fixture
async def town(town_url: str, knowledge: Knowledge) -> AsyncIterator[Town]:
    """Words are the same on both engines; one is enough here."""
    async with living(town_url, knowledge) as found:
        yield found
