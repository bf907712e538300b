"""Zalo Bot's webhook over real HTTP: both bodies, the probe, the secret, and store first."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
import structlog

from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.webhook import Webhook
from bot.channels.zalo_counts import Counts, month_of
from bot.channels.zalo_http import RefusalError
from bot.metrics.measures import Measures
from storage import zalo
from storage.arrivals import NewArrival
from storage.database import Database
from tests.support.assembly import Clock
from tests.support.zalo_bot_server import Fault, ZaloBotServer, zalo_bot_server
from tests.zalo.drivers import bot_channel, served

SECRET = "s3cret_for-tests"


@dataclass
class Hook:
    """The webhook, known to the test server."""

    server: ZaloBotServer
    webhook: Webhook
    url: str
    stored: list[NewArrival]
    counts: Counts
    database: Database
    failing: list[Exception]
    measures: Measures
    channel: ZaloBotChannel

    async def counted(self) -> dict[str, int]:
        await self.counts.write()
        async with self.database.read() as connection:
            return await zalo.counted(connection, "zalo_bot", month_of(Clock()()))


@pytest.fixture
async def hook(sqlite_url: str) -> AsyncIterator[Hook]:
    database, stored, failing = Database(sqlite_url), [], []  # type: ignore[var-annotated]  # named below

    async def store(arrival: NewArrival) -> None:
        if failing:
            raise failing.pop()
        stored.append(arrival)

    async with zalo_bot_server() as server:
        measures = Measures()
        counts = Counts(database, Clock(), measures)
        channel = bot_channel(server, database, Clock(), counts=counts)
        webhook = Webhook(channel, store, SECRET, counts, Clock())
        async with served(webhook) as url:
            server.webhook, server.secret = url, SECRET
            yield Hook(server, webhook, url, stored, counts, database, failing, measures, channel)
        await channel.close()
    await database.close()


async def test_registering_sends_the_secret_and_answers_the_probe(hook: Hook) -> None:
    """Zalo posts an empty body without type and secret while it is being told of the address."""
    hook.server.webhook = ""
    await hook.webhook.register(hook.url, SECRET)
    assert hook.server.webhook == hook.url
    assert (await hook.counted())["probe"] == 1


async def test_a_refused_registration_is_an_error(hook: Hook) -> None:
    """The start must fail loudly."""
    hook.server.faults.append(Fault("setWebhook", 400, "bad url"))
    with pytest.raises(RefusalError, match="bad url"):
        await hook.webhook.register(hook.url, SECRET)


@pytest.mark.parametrize("wrapped", [True, False])
async def test_an_update_is_stored_before_200(hook: Hook, wrapped: bool) -> None:
    """In either shape, under the platform's id."""
    hook.server.wrapped = wrapped
    update = await hook.server.say("5", "chào")
    assert hook.server.statuses == [200]
    assert [one.message_id for one in hook.stored] == [update["message"]["message_id"]]


async def test_what_could_not_be_stored_is_not_acknowledged(hook: Hook) -> None:
    """500, so that whatever repetition there is brings it again."""
    hook.failing.append(OSError("disk full"))
    assert await hook.server.post(hook.server.update("5", text="chào")) == 500


@pytest.mark.parametrize("secret", ["", "wrong", SECRET + "x", SECRET.upper()])
async def test_without_the_secret_nothing_is_stored(hook: Hook, secret: str) -> None:
    """403, counted, and logged without a word of the body."""
    assert await hook.server.post(hook.server.update("5", text="giả"), secret=secret) == 403
    assert hook.stored == [] and (await hook.counted())["wrong_secret"] == 1
    assert hook.measures.webhook_refusals.value("zalo_bot", "wrong_secret") == 1


@pytest.mark.parametrize("body", [b"{", b"[]", b"null", b"\xff\xfe", b"[" * 20_000, b'{"ok":true}', b'{"x":"\xff"}'])
async def test_garbage_is_refused(hook: Hook, body: bytes) -> None:
    """400, not an exception."""
    assert await hook.webhook.receive({"X-Bot-Api-Secret-Token": SECRET}, body) == 400


@pytest.mark.parametrize("update", [{"event_name": "hologram"}, {"event_name": "user.follow", "message": {}}])
async def test_an_unknown_event_is_taken_and_counted(hook: Hook, update: dict[str, Any]) -> None:
    """200: sending it again would not help. In the month's counts and in the metrics."""
    assert await hook.server.post(update) == 200
    assert hook.stored == [] and (await hook.counted())["unknown_event"] == 1
    assert hook.measures.webhook_notes.value("zalo_bot", "unknown_event") == 1


async def test_what_is_said_in_a_group_is_passed_over(hook: Hook) -> None:
    """A known event that is not for us."""
    update = hook.server.update("5", text="chào")
    update["message"]["chat"]["chat_type"] = "GROUP"
    assert await hook.server.post(update) == 200
    assert hook.stored == [] and hook.measures.webhook_notes.value("zalo_bot", "passed_over") == 1


@pytest.mark.parametrize("days", [-1, 1, -30])
async def test_a_clock_off_by_a_day_is_noted_and_the_message_taken(hook: Hook, days: int) -> None:
    """Whoever has the secret could write any time; that it is one message only, its id says."""
    update = hook.server.update("5", text="chào")
    update["message"]["date"] = int(Clock()().timestamp() * 1000) + days * 86_400_000
    assert await hook.server.post(update) == 200
    assert len(hook.stored) == 1 and hook.measures.webhook_notes.value("zalo_bot", "clock_off") == 1


async def test_a_picture_that_cannot_be_fetched_is_noted_without_its_address(hook: Hook) -> None:
    """Gone at Zalo, or not where pictures may come from."""
    with structlog.testing.capture_logs() as logs:
        assert await hook.channel.fetch(f"{hook.server.url}/secret-picture.jpg") is None
    assert hook.measures.webhook_notes.value("zalo_bot", "attachment_not_fetched") == 1
    assert (await hook.counted())["attachment_not_fetched"] == 1
    assert [one["event"] for one in logs] == ["zalo_bot.attachment_not_fetched"] and "secret" not in str(logs)


async def test_a_body_that_is_too_large_is_refused(hook: Hook) -> None:
    """413."""
    assert await hook.webhook.receive({"x-bot-api-secret-token": SECRET}, b" " * 5 + b"x" * 1_000_001) == 413


def test_a_webhook_needs_a_secret() -> None:
    """An empty secret would match a missing header."""
    with pytest.raises(ValueError, match="secret"):
        Webhook(bot_channel(ZaloBotServer(), None, Clock()), None, "", None, Clock())  # type: ignore[arg-type]
