"""Announcements over both Zalo channels of the same people, against both test servers: once, where it can arrive."""

from __future__ import annotations

import asyncio
import itertools
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.announcing import Announcer
from bot.arrivals import Arrivals
from bot.broadcasting import outlets_of
from bot.channels.zalo_counts import Counts
from bot.channels.zalo_http import Http
from bot.channels.zalo_oa import ZaloOaChannel
from bot.channels.zalo_oa.api import OaApi
from bot.channels.zalo_oa.webhook import Webhook, Work
from bot.delivery import DeliveryWorker
from content import words
from handlers.access import Actor
from handlers.actions.broadcast_results import Progress, Results, progress, see_results
from storage import people, receipts
from storage import zalo as stored
from storage.database import Database
from storage.outbox import Priority, pause_channel
from storage.people import RoleRow
from storage.tables import outbox
from storage.tables_broadcasts import broadcasts
from tests.broadcasts import engine as sending
from tests.support.assembly import Clock
from tests.support.zalo_bot_server import ZaloBotServer, zalo_bot_server
from tests.support.zalo_oa_server import APP_ID, SECRET_KEY, ZaloOaServer, zalo_oa_server
from tests.zalo.drivers import KEYS, bot_channel, chat_id, oa_tokens, served

QUOTA = 10
BROADCAST_PART = 8
TITLE = "Lịch cấp gạo đợt 2"
SENDER = Actor(1, "Mẫu", RoleRow(1, 1, "district_officer", "kim-bang", "", sending.PLACE, date(2026, 1, 1), None))
WINDOW = "lâu không nhắn, kênh không cho gửi"
MONTH = "kênh hết lượt gửi trong tháng"
ELSEWHERE = "nhận ở kênh khác của họ"


@dataclass
class Office:
    """An office with both Zalo channels, and the loops that send."""

    database: Database
    clock: Clock
    bot: ZaloBotServer
    oa: ZaloOaServer
    channels: dict[str, Any]
    delivery: DeliveryWorker
    arrivals: Arrivals

    async def person(self, number: int, *channels: str, silent: timedelta = timedelta(days=1), role: str = "") -> int:
        """Somebody on these channels, the first one preferred; `silent`: since their last message to the account."""
        chats = {"zalo_bot": chat_id(number), "zalo_oa": str(number)}
        for channel in channels:
            await sending.talk(self.database, self.clock, chats[channel], channel=channel)
        async with self.database.write() as connection:
            account = await people.create_account(connection, "", self.clock(), demo=True)
            for channel in channels:
                await people.link(connection, (channel, chats[channel]), account, self.clock())
            await people.prefer(connection, (channels[0], chats[channels[0]]), account)
            if "zalo_oa" in channels:
                at = self.clock() - silent
                await stored.interacted(connection, {str(number): at}, at)
            if role:
                start = self.clock().date()
                await people.grant(connection, account, role, "kim-bang", start=start, granted_by=None)
        return account

    async def announce(self) -> int:
        """Write an announcement, and wait until every row of it has left or never will."""
        broadcast_id = await self.begin()
        await self.left(broadcast_id)
        return broadcast_id

    async def begin(self) -> int:
        """Write an announcement and expand it."""
        broadcast_id = await sending.compose(self.database, self.clock, TITLE, text="Từ 7 giờ sáng mai.")
        await self.look()
        return broadcast_id

    async def look(self) -> None:
        bot, oa = self.channels["zalo_bot"], self.channels["zalo_oa"]
        await sending.loop(self.database, bot, self.clock, zalo_oa=oa).look()

    async def left(self, broadcast_id: int) -> None:
        async with asyncio.timeout(10):
            while any(row.state == 1 for row in (await sending.rows(self.database, broadcast_id)).values()):
                self.clock.advance(1)
                await asyncio.sleep(0.01)

    async def to_the_end(self, broadcast_id: int) -> Results:
        """Until the loop has nothing left to do; what the desk then shows of it."""
        async with asyncio.timeout(10):
            while await sending.state(self.database, broadcast_id) != "done":
                await self.look()
                self.clock.advance(1)
                await asyncio.sleep(0.01)
        async with self.database.read() as connection:
            shown = await see_results(connection, SENDER, words.load()["vi"], broadcast_id)
            assert await progress(connection, SENDER, broadcast_id) == Progress(
                "done", {"waiting": 0, "sent": shown.total.sent, "failed": 0, "ended": shown.total.ended}
            )
        return shown

    async def silence(self, channel: str, span: timedelta) -> None:
        """The platform wants nothing for so long."""
        async with self.database.write() as connection:
            await pause_channel(connection, channel, self.clock() + span)

    def got(self, number: int) -> tuple[int, int]:
        """How often the announcement was shown: on Zalo Bot, on the Official Account."""
        texts = self.bot.texts(chat_id(number)), self.oa.texts(str(number))
        return tuple(sum(TITLE in text for text in shown) for shown in texts)  # type: ignore[return-value]  # of two

    async def used(self, sent: int) -> None:
        """So many of the month's messages have gone already."""
        quota = self.channels["zalo_bot"]._quota
        for _ in range(sent):
            await quota.add()

    async def notices(self) -> list[str]:
        async with self.database.read() as connection:
            notices = select(outbox.c.payload).where(outbox.c.priority == int(Priority.NOTICE)).order_by(outbox.c.id)
            return [row.payload.decode() for row in await connection.execute(notices)]

    async def written(self, broadcast_id: int) -> tuple[int, str]:
        """How many get it, and who was left out and why."""
        wanted = select(broadcasts.c.recipients, broadcasts.c.excluded).where(broadcasts.c.id == broadcast_id)
        async with self.database.read() as connection:
            recipients, excluded = tuple((await connection.execute(wanted)).one())
        return recipients, excluded


@pytest.fixture
async def office(database: Database, clock: Clock) -> AsyncIterator[Office]:
    """On both engines."""
    await sending.place(database, clock)
    async with AsyncExitStack() as stack:
        bot_server = await stack.enter_async_context(zalo_bot_server())
        oa_server = await stack.enter_async_context(zalo_oa_server())
        async with database.write() as connection:
            await stored.consented(connection, KEYS, APP_ID, oa_server.refresh_token, clock())
        http, counts = Http(inside=True), Counts(database, clock)
        tokens = oa_tokens(oa_server, database, http, clock)
        oa = ZaloOaChannel(
            OaApi(tokens, http, root=oa_server.url), database, counts, clock, seconds=clock.seconds, rate=None
        )
        channels: dict[str, Any] = {"zalo_bot": bot_channel(bot_server, database, clock, quota=QUOTA), "zalo_oa": oa}
        announcer = Announcer(database, words.load())
        delivery = DeliveryWorker(
            database, channels, clock, concurrency=4, poll_s=0.01, flush_s=0.001, announcer=announcer
        )

        async def nobody_answers(_: Any) -> Any:
            raise AssertionError("nobody has written")

        arrivals = Arrivals(database, {"zalo_oa": Work(database, nobody_answers, clock)}, clock, poll_s=0.01)
        webhook = Webhook(arrivals.store, counts, clock, app_id=APP_ID, secret_key=SECRET_KEY)
        await delivery.start()
        await arrivals.start()
        async with served(webhook) as oa_server.hook_url:
            yield Office(database, clock, bot_server, oa_server, channels, delivery, arrivals)
        await arrivals.close()
        await delivery.close()
        for channel in channels.values():
            await channel.close()


async def test_a_person_of_two_channels_gets_it_once_where_it_can_arrive(office: Office) -> None:
    """The preferred one; outside the account's seven days the other one; with no other one nowhere, with the reason."""
    nine_days = timedelta(days=9)
    await office.person(1, "zalo_oa", "zalo_bot")
    await office.person(2, "zalo_oa", "zalo_bot", silent=nine_days)
    await office.person(3, "zalo_bot", "zalo_oa")
    await office.person(4, "zalo_oa", silent=nine_days)
    await office.person(5, "zalo_bot")
    # Of whom nothing is kept any more but when they last talked.
    await sending.talk(office.database, office.clock, "6", channel="zalo_oa", last_seen_at=office.clock() - nine_days)
    broadcast_id = await office.announce()
    assert [office.got(number) for number in range(1, 7)] == [(0, 1), (1, 0), (1, 0), (0, 0), (1, 0), (0, 0)]
    recipients, excluded = await office.written(broadcast_id)
    assert recipients == 4 and '"window":3' in excluded and '"other_chat":2' in excluded


async def test_a_used_up_month_sends_them_to_their_other_channel(office: Office) -> None:
    """From 80 % on announcements leave Zalo Bot alone, so that answers have the rest; who has nothing else is named."""
    await office.person(1, "zalo_bot", "zalo_oa")
    await office.person(2, "zalo_bot")
    await office.used(BROADCAST_PART)
    reach = await outlets_of(office.channels, office.clock).reach()
    assert reach.room == {"zalo_bot": 0}
    broadcast_id = await office.announce()
    assert (office.got(1), office.got(2)) == ((0, 1), (0, 0))
    assert '"quota":2' in (await office.written(broadcast_id))[1]


async def test_a_window_that_closes_before_the_message_goes_is_nobodys_failure(office: Office) -> None:
    """The account is silenced for two hours: the person's other chat gets it, and who has none is told apart."""
    nearly_seven_days = timedelta(days=6, hours=23)
    await office.person(1, "zalo_oa", "zalo_bot", silent=nearly_seven_days)
    await office.person(2, "zalo_oa", silent=nearly_seven_days)
    await office.person(3, "zalo_oa", "zalo_bot")
    await office.silence("zalo_oa", timedelta(hours=2))
    broadcast_id = await office.begin()
    assert (await office.written(broadcast_id))[0] == 3
    office.clock.advance(2 * 3600)
    shown = await office.to_the_end(broadcast_id)
    assert [office.got(number) for number in (1, 2, 3)] == [(1, 0), (0, 0), (0, 1)]
    assert (shown.total.sent, shown.total.ended, shown.total.failed, shown.by_reason) == (2, 1, 0, ())
    left_out = dict(shown.left_out)
    assert left_out[WINDOW] == 1 and left_out[ELSEWHERE] == 2 + 1  # the two other chats of before, and one on the way


async def test_the_account_says_itself_that_the_window_has_closed(office: Office) -> None:
    """-230, whatever we know of the person: their other chat, and they are not sent back and forth between the two."""
    await office.person(1, "zalo_oa", "zalo_bot")
    await office.person(2, "zalo_oa")
    office.oa.errors += [-230, -232]
    await office.silence("zalo_bot", timedelta(minutes=5))
    broadcast_id = await office.begin()
    async with asyncio.timeout(10):
        while office.oa.errors:
            office.clock.advance(1)
            await asyncio.sleep(0.01)
    async with asyncio.timeout(10):
        while chat_id(1) not in await sending.rows(office.database, broadcast_id):
            office.clock.advance(30)
            await office.look()
    await office.used(BROADCAST_PART)
    shown = await office.to_the_end(broadcast_id)
    assert (office.got(1), office.got(2)) == ((0, 0), (0, 0))
    assert (shown.total.sent, shown.total.ended, shown.total.failed) == (0, 2, 0)
    assert dict(shown.left_out)[WINDOW] == 1 and dict(shown.left_out)[MONTH] == 1


async def test_a_month_that_is_used_up_on_the_way(office: Office) -> None:
    """What is left goes to the other chat at once; nothing waits for the next month, whose first day is too late."""
    await office.person(1, "zalo_bot", "zalo_oa")
    await office.person(2, "zalo_bot")
    await office.silence("zalo_bot", timedelta(minutes=5))
    broadcast_id = await office.begin()
    assert (await office.written(broadcast_id))[0] == 2
    await office.used(BROADCAST_PART)
    await office.look()
    shown = await office.to_the_end(broadcast_id)
    assert (office.got(1), office.got(2)) == ((0, 1), (0, 0))
    assert (shown.total.sent, shown.total.ended, shown.total.failed, shown.by_reason) == (1, 1, 0, ())
    assert dict(shown.left_out)[MONTH] == 1
    office.clock.advance(10 * 86_400)
    await office.left(broadcast_id)
    assert office.got(2) == (0, 0)


async def test_the_administrator_is_told_at_80_percent_and_at_the_end_once_each(office: Office) -> None:
    """In the chat, in Vietnamese, with the figures; and nobody else is."""
    await office.person(1, "zalo_oa", role="administrator")
    await office.person(2, "zalo_oa", role="commune_officer")
    await office.used(BROADCAST_PART - 1)
    assert await office.notices() == []
    await office.used(1)
    (told,) = await office.notices()
    assert "tháng 11/2026 đã gửi 8/10 tin" in told
    await office.used(QUOTA - BROADCAST_PART + 1)
    assert len(await office.notices()) == 2 and "đã gửi hết 10 tin" in (await office.notices())[1]
    async with asyncio.timeout(10):
        while len(office.oa.texts("1")) < 2:
            office.clock.advance(1)
            await asyncio.sleep(0.01)
    assert office.oa.texts("2") == []


async def test_the_administrator_is_told_once_that_the_users_are_nearly_all_there(office: Office) -> None:
    """40 of 50."""
    await office.person(1, "zalo_oa", role="administrator")
    await sending.talk(office.database, office.clock, *(chat_id(n) for n in range(100, 139)), channel="zalo_bot")
    await office.used(1)
    assert await office.notices() == []
    await sending.talk(office.database, office.clock, chat_id(139), channel="zalo_bot")
    await office.used(2)
    (told,) = await office.notices()
    assert "đã có 40 người" in told


async def test_that_it_has_arrived_is_kept_where_the_account_tells(office: Office) -> None:
    """One id or a list of them, told twice, by the person or about the person: the first time counts."""
    ways = list(itertools.product(("user_received_message", "user_seen_message"), (False, True)))
    for number in range(1, len(ways) + 2):
        await office.person(number, "zalo_oa")
    broadcast_id = await office.announce()
    sent = await sending.rows(office.database, broadcast_id)
    first = int(office.clock().timestamp() * 1000)
    for number, (event, several) in enumerate(ways, start=1):
        receipt = sent[str(number)].receipt
        message = {"msg_ids": [receipt, "unknown"]} if several else {"msg_id": receipt}
        for offset in (0, 60_000):
            body = office.oa.event(event, str(number), first - 1000 + number + offset, message=message)
            if event == "user_received_message":
                body["sender"], body["recipient"] = body["recipient"], body["sender"]
            assert await office.oa.post(body) == 200
            await office.arrivals.drain()
    found = await sending.rows(office.database, broadcast_id)
    assert found.pop("5").delivered_at is None
    assert {chat: int(row.delivered_at.timestamp() * 1000) - first + 1000 for chat, row in found.items()} == {
        "1": 1, "2": 2, "3": 3, "4": 4,
    }  # fmt: skip
    async with office.database.read() as connection:
        assert (await receipts.progress(connection, broadcast_id)).delivered == 4


async def test_somebody_elses_receipt_marks_nothing(office: Office) -> None:
    """The id alone is not enough: it must be of a message to one of the two."""
    await office.person(1, "zalo_oa")
    broadcast_id = await office.announce()
    receipt = (await sending.rows(office.database, broadcast_id))["1"].receipt
    body = office.oa.event(
        "user_seen_message", "7", int(office.clock().timestamp() * 1000), message={"msg_id": receipt}
    )
    assert await office.oa.post(body) == 200
    await office.arrivals.drain()
    assert (await sending.rows(office.database, broadcast_id))["1"].delivered_at is None
