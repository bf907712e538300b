"""Polling Zalo Bot over real HTTP, whether the platform hands an update out once or for ever."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy.exc import OperationalError

from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_bot.polling import Poller, TokenRefusedError
from bot.turns import Outcome
from handlers.messages import Incoming
from tests.support.assembly import Clock
from tests.support.zalo_bot_server import TOKEN, Fault, ZaloBotServer, zalo_bot_server


class Desk:
    """Takes messages as the engine does, and fails as told."""

    def __init__(self, server: ZaloBotServer) -> None:
        self.server = server
        self.taken: list[Incoming] = []
        self.tries = 0
        self.fails: Callable[[int], Exception | None] = lambda tries: None
        self.waits: list[float] = []

    async def handle(self, incoming: Incoming) -> Outcome:
        self.tries += 1
        failure = self.fails(self.tries)
        if failure is not None:
            raise failure
        self.taken.append(incoming)
        await self.server.changed()
        return Outcome.DONE

    async def sleep(self, seconds: float) -> None:
        """Does not sleep that long: writes down for how long it would have been."""
        self.waits.append(seconds)
        await asyncio.sleep(0.001)

    async def has(self, count: int) -> None:
        await self.server.wait_for(lambda: len(self.taken) >= count)

    def texts(self) -> list[str]:
        return [each.text for each in self.taken]


@asynccontextmanager
async def polling(desk: Desk, token: str = TOKEN) -> AsyncIterator[asyncio.Task[None]]:
    api = BotApi(token, root=desk.server.url)
    channel = ZaloBotChannel(api, None)  # type: ignore[arg-type]  # nothing is sent here
    task = asyncio.create_task(Poller(channel, desk.handle, Clock(), long_poll_s=1, sleep=desk.sleep).run())
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await channel.close()


@pytest.fixture(params=[True, False], ids=["handed out once", "handed out for ever"])
async def desk(request: pytest.FixtureRequest) -> AsyncIterator[Desk]:
    async with zalo_bot_server(consume=request.param) as server:
        yield Desk(server)


async def test_each_update_opens_one_turn(desk: Desk) -> None:
    """Also where the same one comes again at every poll, and at once."""
    async with polling(desk):
        for number, text in enumerate(("một", "hai", "ba"), start=1):
            await desk.server.say("5", text)
            await desk.has(number)
        polls = len(desk.server.poll_times)
        await desk.server.wait_for(lambda: desk.server.consume or len(desk.server.poll_times) > polls + 5)
    assert desk.texts() == ["một", "hai", "ba"] and desk.tries == 3


async def test_at_least_a_second_between_two_polls(desk: Desk) -> None:
    """However fast the platform answers."""
    async with polling(desk):
        await desk.server.say("5", "một")
        await desk.has(1)
        await desk.server.say("5", "hai")
        await desk.has(2)
    assert len(desk.waits) >= 1 and all(wait >= 1 for wait in desk.waits)


async def test_what_cannot_be_stored_is_not_let_go(desk: Desk) -> None:
    """No further poll before the update is stored: it may never be handed out again."""
    desk.fails = lambda tries: OperationalError("", {}, Exception()) if tries < 6 else None
    await desk.server.say("5", "một")
    await desk.server.say("5", "hai")
    async with polling(desk):
        await desk.has(2)
    assert desk.texts() == ["một", "hai"]
    assert desk.waits[4] > desk.waits[1]


async def test_a_message_that_can_never_be_handled_does_not_stop_the_others(desk: Desk) -> None:
    """A bug of ours must not make the bot deaf."""
    desk.fails = lambda tries: ValueError() if tries <= 5 else None
    await desk.server.say("5", "độc")
    await desk.server.say("6", "chào")
    async with polling(desk):
        await desk.has(1)
    assert desk.texts() == ["chào"]


@pytest.mark.parametrize("real_status", [False, True])
@pytest.mark.parametrize(
    "fault",
    [
        Fault("getUpdates", 500, "Internal"),
        Fault("getUpdates", 404, "Not Found"),
        Fault("getUpdates", 403, "Forbidden"),
        Fault("getUpdates", 408, "Request timeout"),
        Fault("getUpdates", cut=True),
        Fault("getUpdates", raw=b"<html>"),
        Fault("deleteWebhook", cut=True),
        Fault("deleteWebhook", 404, "Not Found"),
    ],
)
async def test_faults_are_survived(fault: Fault, real_status: bool) -> None:
    """Errors with HTTP 200 and with a status of their own, and lines that break."""
    async with zalo_bot_server(real_status=real_status) as server:
        desk = Desk(server)
        server.faults.append(fault)
        async with polling(desk):
            await server.wait_for(lambda: not server.faults)
            await server.say("5", "chào")
            await desk.has(1)
    assert desk.texts() == ["chào"]


async def test_an_idle_poll_is_no_error(desk: Desk) -> None:
    """408 is how a quiet minute ends: nothing is waited for but the second between polls."""
    desk.server.faults += [Fault("getUpdates", 408, "Request timeout") for _ in range(5)]
    async with polling(desk):
        await desk.server.wait_for(lambda: not desk.server.faults)
        await desk.server.say("5", "chào")
        await desk.has(1)
    assert set(desk.waits) <= {1.0}


async def test_a_forgotten_webhook_does_not_make_the_bot_deaf(desk: Desk) -> None:
    """Polling fails while one is set; it is removed at the start and when somebody sets one later."""
    desk.server.webhook = "https://example.org/hook"
    async with polling(desk):
        await desk.server.wait_for(lambda: not desk.server.webhook)
        desk.server.webhook = "https://example.org/hook"
        await desk.server.wait_for(lambda: not desk.server.webhook)
        await desk.server.say("5", "chào")
        await desk.has(1)


async def test_a_wrong_token_ends_polling_with_a_clear_error(desk: Desk) -> None:
    """The message names the setting and not the token."""
    async with polling(desk, "999:wrong") as task:
        with pytest.raises(TokenRefusedError, match="CHUNGTAY_ZALO_BOT_TOKEN") as caught:
            await task
    assert "wrong" not in str(caught.value)


async def test_updates_of_another_kind_are_passed_over(desk: Desk) -> None:
    """Groups, bots, unknown events and nonsense neither stop the poller nor open a turn."""
    group: dict[str, Any] = desk.server.update("5", text="x")
    group["message"]["chat"]["chat_type"] = "GROUP"
    machine: dict[str, Any] = desk.server.update("5", text="x")
    machine["message"]["from"]["is_bot"] = True
    for update in (group, machine, desk.server.update("5", "user.follow"), {"event_name": 7}, {"x": 1}):
        desk.server.waiting.append(update)
    desk.server.answer_as_list = True
    async with polling(desk):
        await desk.server.say("5", "chào")
        await desk.has(1)
    assert desk.texts() == ["chào"]
