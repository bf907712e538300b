"""Polling over real HTTP: nothing is lost, nothing counts twice, and every fault is survived."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.errors import TokenRefusedError
from bot.channels.telegram.polling import Poller
from bot.turns import Outcome
from handlers.messages import Incoming
from handlers.respond import Responder
from storage.database import Database
from tests.support.assembly import Clock, assembled
from tests.support.fault_proxy import Fault, error
from tests.support.telegram_server import TOKEN, TelegramServer, message, telegram_server


class Desk:
    """Takes messages as the engine does, and fails as told."""

    def __init__(self, server: TelegramServer) -> None:
        self.server = server
        self.taken: list[Incoming] = []
        self.tries: defaultdict[str, int] = defaultdict(int)
        self.fails: Callable[[Incoming, int], Exception | None] = lambda incoming, tries: None
        self.waits: list[float] = []

    async def handle(self, incoming: Incoming) -> Outcome:
        self.tries[incoming.text] += 1
        failure = self.fails(incoming, self.tries[incoming.text])
        if failure is not None:
            raise failure
        self.taken.append(incoming)
        await self.server.proxy.changed()
        return Outcome.DONE

    async def sleep(self, seconds: float) -> None:
        """Does not sleep: writes down for how long it would have been."""
        self.waits.append(seconds)
        await asyncio.sleep(0)

    def texts(self) -> list[str]:
        return [each.text for each in self.taken]

    async def has(self, count: int) -> None:
        await self.server.proxy.wait_for(lambda: len(self.taken) >= count)


@pytest.fixture
async def desk() -> AsyncIterator[Desk]:
    async with telegram_server() as server:
        yield Desk(server)


@asynccontextmanager
async def polling(desk: Desk) -> AsyncIterator[asyncio.Task[None]]:
    channel = TelegramChannel(TOKEN, api_root=desk.server.url, rate=None)
    task = asyncio.create_task(Poller(channel, desk.handle, Clock(), long_poll_s=1, sleep=desk.sleep).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


async def test_the_offset_moves_after_the_commit(desk: Desk) -> None:
    """While the database takes nothing, Telegram keeps the update and gives it again."""
    desk.fails = lambda incoming, tries: OperationalError("", {}, Exception()) if tries < 4 else None
    update_id = await desk.server.say(5, "chào")
    async with polling(desk):
        await desk.has(1)
        assert desk.tries["chào"] == 4
        await desk.server.confirmed(update_id)
    assert len(desk.waits) == 3 and desk.waits[2] > desk.waits[0]
    offsets = [call.fields.get("offset") for call in desk.server.proxy.of("getUpdates")]
    assert offsets[:4] == [None] * 4


async def test_one_failure_brings_the_page_again(desk: Desk) -> None:
    """The others of the page are delivered twice; the inbox knows them."""
    desk.fails = lambda incoming, tries: OSError() if incoming.text == "b" and tries == 1 else None
    for text in "abc":
        await desk.server.say(5, text)
    async with polling(desk):
        await desk.server.proxy.wait_for(lambda: desk.tries["b"] == 2)
        await desk.has(5)
    assert desk.texts()[:2] == ["a", "c"] and desk.texts()[2:] == ["a", "b", "c"]
    assert len({each.message_id for each in desk.taken}) == 3


async def test_a_message_that_can_never_be_handled_does_not_stop_the_others(desk: Desk) -> None:
    """After five tries it is skipped, which the log says; a database that is down is waited for without end."""
    desk.fails = lambda incoming, tries: ValueError() if incoming.text == "độc" else None
    await desk.server.say(5, "độc")
    async with polling(desk):
        await desk.server.proxy.wait_for(lambda: desk.tries["độc"] == 5)
        await desk.server.say(6, "chào")
        await desk.has(1)
    assert desk.texts() == ["chào"] and desk.tries["độc"] == 5


@pytest.mark.parametrize(
    "fault",
    [
        error("getUpdates", 500, "Internal Server Error"),
        error("getUpdates", 409, "Conflict: terminated by other getUpdates request"),
        error("getUpdates", 400, "Bad Request: something new"),
        Fault("getUpdates", cut=True),
        Fault("getUpdates", 502, b"<html>"),
        Fault("getUpdates", 200, {"ok": True, "result": "nonsense"}),
        Fault("getUpdates", pass_on=True, cut=True),
        Fault("deleteWebhook", cut=True),
    ],
)
async def test_faults_are_survived(desk: Desk, fault: Fault) -> None:
    """Whatever goes wrong in between, the message comes through once."""
    desk.server.proxy.plan(fault)
    async with polling(desk):
        update_id = await desk.server.say(5, "chào")
        await desk.has(1)
        await desk.server.confirmed(update_id)
    assert desk.texts() == ["chào"]


async def test_retry_after_is_obeyed(desk: Desk) -> None:
    """429 on polling: exactly as long as asked."""
    desk.server.proxy.plan(error("getUpdates", 429, "Too Many Requests: retry after 9", retry_after=9))
    async with polling(desk):
        await desk.server.say(5, "chào")
        await desk.has(1)
    assert desk.waits == [9]


@pytest.mark.parametrize("status", [401, 404])
async def test_a_wrong_token_ends_polling_with_a_clear_error(desk: Desk, status: int) -> None:
    """No waiting helps; the message names the setting and not the token."""
    desk.server.proxy.plan(error("getUpdates", status, "Unauthorized"))
    async with polling(desk) as task:
        with pytest.raises(TokenRefusedError, match="CHUNGTAY_TELEGRAM_TOKEN") as caught:
            await task
    assert "AAAA" not in str(caught.value)


async def test_a_webhook_that_is_set_is_removed(desk: Desk) -> None:
    """At the start, and when somebody sets one while we poll; what waited there is not lost."""
    queues = desk.server.emulator._update_queues
    await queues.set_webhook(TOKEN, {"url": "https://example.org/hook"})
    queues._state(TOKEN).updates.append({"update_id": 1, "message": message(5, 1, text="một")})
    async with polling(desk):
        await desk.has(1)
        desk.server.proxy.plan(
            error("getUpdates", 409, "Conflict: can't use getUpdates method while webhook is active")
        )
        await desk.server.proxy.wait_for(lambda: len(desk.server.proxy.of("deleteWebhook")) == 2)
    assert desk.texts() == ["một"]


async def test_a_press_is_answered_after_the_commit(desk: Desk) -> None:
    """The waiting sign is taken off the button; that it fails for an old press stops nothing."""
    desk.server.proxy.plan(error("answerCallbackQuery", 400, "Bad Request: query is too old"))
    async with polling(desk):
        await desk.server.press(5, "menu", carrier="33", press_id="p1")
        await desk.server.press(5, "office", press_id="p2")
        await desk.server.proxy.wait_for(lambda: len(desk.server.proxy.of("answerCallbackQuery")) == 2)
        await desk.server.say(5, "chào")
        await desk.has(3)
    assert [(each.choice, each.pressed_message) for each in desk.taken] == [("menu", "33"), ("office", "1"), ("", "")]


async def test_updates_of_another_age_are_passed_over(desk: Desk) -> None:
    """Unknown kinds, missing parts and groups neither stop the page nor come again."""
    group = {"id": -5, "type": "group", "title": "Xóm"}
    odd: list[Any] = [
        {"update_id": 1, "hologram": {"id": 1}},
        {"update_id": 2},
        {"update_id": 3, "message": {"chat": group, "text": "x"}},
        {"update_id": 4, "message": None},
        "text",
        {"update_id": 5, "message": message(5, 1, text="chào", hologram={"deep": [1]}, entities="?")},
    ]
    desk.server.proxy.plan(Fault("getUpdates", 200, {"ok": True, "result": odd}))
    async with polling(desk):
        await desk.server.confirmed(5)
    assert desk.texts() == ["chào"]


async def test_chats_keep_their_order_and_their_count(
    desk: Desk, database: Database, responder: Responder, knowledge: Any
) -> None:
    """120 messages of six chats through the real engine, with a poller that dies in the middle without confirming."""
    channel = TelegramChannel(TOKEN, api_root=desk.server.url, rate=None)
    ids = [await desk.server.say(chat, f"tin {number}") for number in range(20) for chat in range(1, 7)]
    async with assembled(database, {"telegram": channel}, responder, knowledge, Clock()) as assembly:
        first: list[Outcome] = []

        async def die(incoming: Incoming) -> Outcome:
            first.append(await assembly.engine.handle(incoming))
            if len(first) == 60:
                raise asyncio.CancelledError
            return first[-1]

        with pytest.raises(asyncio.CancelledError):
            await Poller(channel, die, assembly.clock, long_poll_s=1).run()
        task = asyncio.create_task(Poller(channel, assembly.engine.handle, assembly.clock, long_poll_s=1).run())
        await desk.server.confirmed(ids[-1])
        await assembly.delivery.drain()
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    for chat in range(1, 7):
        assert [each.text for each in desk.server.shown(chat)] == [f"Tin thứ {n}" for n in range(1, 21)]
    await channel.close()
