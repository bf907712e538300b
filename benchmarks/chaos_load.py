"""The people of `benchmarks.chaos`: what they say on three channels, again and again until it is acknowledged."""

from __future__ import annotations

import asyncio
import itertools
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import Final

import aiohttp
import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.channels.web.channel import chat_of
from handlers.turn import VIETNAM, Knowledge
from storage import people
from storage.tables import conversations
from storage.turns import ChatKey
from tests.cases.seeding import a_case
from tests.register.building import found_household
from tests.support.deployment import Deployment
from tests.support.telegram_sink import SECRET, TelegramSink
from tests.support.zalo_oa_server import ZaloOaServer, headers

QUESTIONS: Final = (
    "bhyt ho can ngheo dong bao nhieu", "bà tôi 78 tuổi không có lương hưu", "vay vốn nuôi bò",
    "học phí con hộ nghèo được giảm không", "hộ nghèo được hỗ trợ tiền điện thế nào", "xin chào",
    "khuyết tật nặng được trợ cấp bao nhiêu", "nhà dột nát xin sửa nhà", "đi xuất khẩu lao động được vay không",
)  # fmt: skip
VILLAGES: Final = ("que-mau-1", "que-mau-2", "thuy-loi-mau-1", "thuy-loi-mau-2", "ngoc-son-mau-1", "ngoc-son-mau-2")
ASKERS: Final = 60
CASES: Final = 20
CROWD: Final = 2000
HOUSEHOLDS: Final = 60
"""Of each village head, each for one report."""
_FIRST_HEAD: Final = 5001
_FIRST_CASE: Final = 7001
_FIRST_OF_CROWD: Final = 100_000
_GIVE_UP_S: Final = 240.0
_DESK: Final = "thuy-loi-2023"
_Say = Callable[[str], Awaitable[bool]]


@dataclass
class Load:
    """What was said and acknowledged."""

    deployed: Deployment
    client: aiohttp.ClientSession
    dice: random.Random
    until: float
    said: set[tuple[str, str]] = field(default_factory=set)
    """(channel, message id) of everything acknowledged."""
    told: list[str] = field(default_factory=list)
    """Texts of the messages of cases that were acknowledged."""
    reports: Counter[str] = field(default_factory=Counter)
    """Reports whose last message was acknowledged, by chat."""
    share_again: float = 0.1
    """So often a platform posts once more what was acknowledged: the answer was lost on its way."""
    given_up: int = 0
    tries: int = 0
    again: int = 0
    took: list[float] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    telegram: TelegramSink = field(default_factory=TelegramSink)
    zalo: ZaloOaServer = field(default_factory=ZaloOaServer)

    def is_over(self) -> bool:
        return time.monotonic() > self.until

    def address(self, path: str) -> str:
        """At a random web process, as a balancer would choose, dead or alive."""
        member = self.dice.choice([each for each in self.deployed.members if each.port])
        return f"http://127.0.0.1:{member.port}{path}"

    async def post(self, path: str, body: bytes, given: dict[str, str], ok: Callable[[int], bool]) -> bool:
        """Post until it is acknowledged, as platforms do."""
        began, given = time.monotonic(), {"Content-Type": "application/json", **given}
        while time.monotonic() - began < _GIVE_UP_S:
            self.tries += 1
            try:
                async with self.client.post(self.address(path), data=body, headers=given) as answer:
                    await answer.read()
                    if ok(answer.status):
                        break
            except (aiohttp.ClientError, TimeoutError):
                pass
            await asyncio.sleep(self.dice.uniform(0.1, 0.6))
        else:
            self.given_up += 1
            return False
        self.took.append(time.monotonic() - began)
        if self.dice.random() < self.share_again:
            self.again += 1
            try:
                async with self.client.post(self.address(path), data=body, headers=given) as answer:
                    await answer.read()
            except (aiohttp.ClientError, TimeoutError):
                pass
        return True

    async def on_telegram(self, chat: int, text: str) -> bool:
        update = self.telegram.update(chat, text)
        body = msgspec.json.encode(update)
        done = await self.post(
            "/webhooks/telegram", body, {"X-Telegram-Bot-Api-Secret-Token": SECRET}, lambda status: status == 200
        )
        if done:
            self.said.add(("telegram", f"update:{update['update_id']}"))
        return done

    async def on_zalo(self, user: str, text: str) -> bool:
        event = self.zalo.event("user_send_text", user, int(time.time() * 1000), text=text)
        # Ids of their own beside those of the other people.
        event["message"]["msg_id"] = f"chaos-{next(self.numbers)}"
        body = msgspec.json.encode(event)
        done = await self.post("/webhooks/zalo-oa", body, headers(body), lambda status: status == 200)
        if done:
            self.said.add(("zalo_oa", event["message"]["msg_id"]))
        return done

    async def on_web(self, token: str, text: str) -> bool:
        name = f"c{next(self.numbers)}"
        body = msgspec.json.encode({"id": name, "text": text})
        given = {"Cookie": f"chungtay_chat={token}", "X-Requested-With": "chungtay"}
        done = await self.post("/chat/messages", body, given, lambda status: status == 200)
        if done:
            self.said.add(("web", f"{chat_of(token)}:{name}"))
        return done

    async def people(self) -> None:
        """Everybody at once until the time is over."""
        asking: list[_Say] = [partial(self.on_telegram, 1 + n) for n in range(ASKERS)]
        asking += [partial(self.on_zalo, f"9{n:05d}") for n in range(ASKERS // 2)]
        asking += [partial(self.on_web, _token("ask", n)) for n in range(ASKERS)]
        telling: list[_Say] = [partial(self.on_telegram, _FIRST_CASE + n) for n in range(CASES)]
        telling += [partial(self.on_zalo, f"8{n:05d}") for n in range(CASES)]
        telling += [partial(self.on_web, _token("case", n)) for n in range(CASES)]
        askers, told = [self._asks(say) for say in asking], [self._tells(say) for say in telling]
        heads = [self._reports(_FIRST_HEAD + number, number) for number in range(len(VILLAGES))]
        await asyncio.gather(*askers, *told, *heads)

    async def _asks(self, say: _Say) -> None:
        """A few questions, now and then several in a breath: those must be answered in order."""
        await asyncio.sleep(self.dice.uniform(0, 20))
        while not self.is_over():
            for _ in range(self.dice.choice((1, 1, 2, 4))):
                await say(self.dice.choice(QUESTIONS))
            await asyncio.sleep(self.dice.uniform(10, 45))

    async def _tells(self, say: _Say) -> None:
        """Somebody in whose case an officer is in charge: nothing is answered, everything is kept."""
        await asyncio.sleep(self.dice.uniform(0, 20))
        while not self.is_over():
            text = f"tin so {next(self.numbers)} cua nha toi"
            if await say(text):
                self.told.append(text)
            await asyncio.sleep(self.dice.uniform(10, 35))

    async def _reports(self, chat: int, number: int) -> None:
        """One report after the other, each about another household."""
        await asyncio.sleep(self.dice.uniform(0, 5))
        await self.on_telegram(chat, "tôi là ai")  # from now on the chat knows the account
        for home in range(HOUSEHOLDS):
            if self.is_over():
                return
            code = f"HD-{number}{home:03d}"
            done = [await self.on_telegram(chat, said) for said in
                    ("báo sửa nhà", code, "hôm qua", "đã xây mới", "1")]  # fmt: skip
            self.reports[str(chat)] += all(done)
            await asyncio.sleep(self.dice.uniform(2, 6))


def _token(kind: str, number: int) -> str:
    return f"{kind}{number}".ljust(43, "c")


async def seed(deployed: Deployment) -> None:
    """Village heads with households, people with a case, and a crowd that has written before."""
    now = datetime.now(UTC)
    today = now.astimezone(VIETNAM).date()
    async with deployed.database.write() as connection:
        officer = await people.create_account(connection, "Cán bộ Mẫu", now, demo=True)
        await people.grant(connection, officer, "commune_officer", _DESK, start=today, granted_by=None)
        for number, village in enumerate(VILLAGES):
            await _head(connection, number, village, now, today)
        for number in range(CASES):
            for channel, chat in (("telegram", str(_FIRST_CASE + number)), ("zalo_oa", f"8{number:05d}"),
                                  ("web", chat_of(_token("case", number)))):  # fmt: skip
                await _case(connection, deployed.known, number, (channel, chat), officer, now)
        crowd = [
            {"channel": "telegram", "chat": str(_FIRST_OF_CROWD + number), "state": b"{}", "created_at": now,
             "last_seen_at": now - timedelta(days=1)}
            for number in range(CROWD)
        ]  # fmt: skip
        await connection.execute(conversations.insert(), crowd)


async def _head(connection: AsyncConnection, number: int, village: str, now: datetime, today: date) -> None:
    account = await people.create_account(connection, f"Trưởng thôn Mẫu {number}", now, demo=True)
    await people.link(connection, ("telegram", str(_FIRST_HEAD + number)), account, now)
    await people.grant(connection, account, "village_head", village, start=date(2023, 1, 1), granted_by=None)
    for home in range(HOUSEHOLDS):
        await found_household(connection, f"HD-{number}{home:03d}", f"Mẫu {number} {home}", area=village)


async def _case(
    connection: AsyncConnection, known: Knowledge, number: int, key: ChatKey, officer: int, now: datetime
) -> None:
    channel, chat = key
    made = await a_case(
        connection, known, now, number, desk=_DESK, channel=channel, chat=chat, person="", assignee=officer
    )
    state = b'{"case":%d,"case_told":true,"greeted":true}' % made
    row = {"channel": channel, "chat": chat, "state": state, "created_at": now, "last_seen_at": now}
    await connection.execute(conversations.insert().values(**row))
