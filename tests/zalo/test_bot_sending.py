"""Sending with Zalo Bot: the month's messages, every kind of refusal, pictures by signed address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web

from bot.channels import Refused, Sent, TryLater
from bot.channels.zalo_bot import ZaloBotChannel
from bot.channels.zalo_bot.api import BotApi
from bot.channels.zalo_bot.links import FileLinks
from bot.channels.zalo_bot.quota import Quota, next_month, use
from handlers.messages import Reply
from storage.database import Database
from tests.support.assembly import Clock
from tests.support.zalo_bot_server import Fault, ZaloBotServer, zalo_bot_server
from tests.zalo.drivers import KEYS, bot_channel


@pytest.fixture
async def server() -> AsyncIterator[ZaloBotServer]:
    async with zalo_bot_server() as running:
        yield running


@pytest.fixture
async def database(sqlite_url: str) -> AsyncIterator[Database]:
    opened = Database(sqlite_url)
    yield opened
    await opened.close()


@pytest.fixture
async def channel(server: ZaloBotServer, database: Database, clock: Clock) -> AsyncIterator[Any]:
    made = bot_channel(server, database, clock, quota=10)
    yield made
    await made.close()


async def test_a_text_goes_out_plain(channel: Any, server: ZaloBotServer) -> None:
    """No formatting: nothing in it can be refused as markup."""
    assert await channel.send("5", Reply("*chào* <b>")) == Sent("0" * 19 + "1")
    assert server.sent == [{"chat_id": "5", "text": "*chào* <b>"}]


async def test_the_month_ends_with_waiting_not_with_errors(
    channel: Any, server: ZaloBotServer, database: Database, clock: Clock
) -> None:
    """At 80 % the administrator is warned; the eleventh message of ten waits for the next month and then goes."""
    for number in range(8):
        assert isinstance(await channel.send("5", Reply(str(number))), Sent)
    assert "8 of 10 messages of 2026-11" in (await use(database, 10, clock())).warning
    for number in range(2):
        await channel.send("5", Reply(str(number)))
    later = await channel.send("5", Reply("mười một"))
    assert isinstance(later, TryLater) and later.whole_channel and "used up" in later.reason
    assert later.after_s == (datetime(2026, 11, 30, 17, 0, tzinfo=UTC) - clock()).total_seconds()
    assert len(server.sent) == 10
    clock.advance(later.after_s)
    assert isinstance(await channel.send("5", Reply("mười một")), Sent)


async def test_processes_count_together(database: Database, clock: Clock) -> None:
    """The count is in the database."""
    for _ in range(3):
        await Quota(database, 10, clock).add()
    assert await Quota(database, 10, clock).sent() == 3


def test_the_month_is_that_of_viet_nam() -> None:
    """Midnight there is 17:00 the day before in UTC; December is followed by January."""
    assert next_month(datetime(2026, 11, 30, 17, 0, tzinfo=UTC)) == datetime(2026, 12, 31, 17, 0, tzinfo=UTC)
    assert next_month(datetime(2026, 12, 31, 18, 0, tzinfo=UTC)) == datetime(2027, 1, 31, 17, 0, tzinfo=UTC)


@pytest.mark.parametrize("real_status", [False, True])
@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (Fault("sendMessage", 400, "bad formatting"), Refused("code 400 bad formatting")),
        (Fault("sendMessage", 401, "Unauthorized"), TryLater(60, "code 401: the token is not accepted", True)),
        (Fault("sendMessage", 403, "Internal"), TryLater(30, "code 403 Internal")),
        (Fault("sendMessage", 404, "chat not found"), Refused("code 404 chat not found", gone=True)),
        (Fault("sendMessage", 404, "Not Found"), Refused("code 404 Not Found")),
        (Fault("sendMessage", 408, "Request timeout"), TryLater(30, "code 408 Request timeout")),
        (Fault("sendMessage", 429, "slow down"), TryLater(60, "code 429", True)),
    ],
)
async def test_every_refusal_has_its_meaning(
    channel: Any, server: ZaloBotServer, fault: Fault, expected: Any, real_status: bool
) -> None:
    """Read from the body, whatever the HTTP status."""
    server.real_status = real_status
    server.faults.append(fault)
    assert await channel.send("5", Reply("chào")) == expected


@pytest.mark.parametrize(
    "fault", [Fault("sendMessage", 500), Fault("sendMessage", cut=True), Fault("sendMessage", raw=b"<")]
)
async def test_an_outage_waits_longer_and_longer(
    channel: Any, server: ZaloBotServer, clock: Clock, fault: Fault
) -> None:
    """First this message, after some seconds the whole channel."""
    server.faults += [fault, fault]
    first = await channel.send("5", Reply("chào"))
    clock.advance(20)
    second = await channel.send("5", Reply("chào"))
    assert isinstance(first, TryLater) and not first.whole_channel
    assert isinstance(second, TryLater) and second.whole_channel and second.after_s >= 20


async def test_no_error_tells_the_token(channel: Any, server: ZaloBotServer) -> None:
    """It is part of every address."""
    server.faults.append(Fault("sendMessage", cut=True))
    delivery = await channel.send("5", Reply("bí mật"))
    assert "abc-xyz" not in repr(delivery) and "bí mật" not in repr(delivery)


async def test_a_picture_goes_by_an_address_that_zalo_fetches(server: ZaloBotServer, database: Database) -> None:
    """Signed, for minutes; the words are its caption."""
    clock = Clock()
    links = FileLinks("", KEYS, clock)
    async with _files(links) as root:
        channel = bot_channel(server, database, clock, picture_url=lambda key: root + links.url(key))
        assert channel.capabilities.pictures_out
        assert isinstance(await channel.send("5", Reply("Có hình đây", picture="key-1")), Sent)
        await channel.close()
    assert server.sent[0]["fetched"] == (200, b"picture of key-1") and server.sent[0]["caption"] == "Có hình đây"


async def test_the_words_go_where_the_picture_does_not(server: ZaloBotServer, database: Database) -> None:
    """A picture that Zalo cannot fetch, or is too slow for it, is left out; the answer is not."""
    channel = bot_channel(server, database, Clock(), picture_url=lambda key: "http://127.0.0.1:1/none", timeout_s=0.2)
    assert isinstance(await channel.send("5", Reply("Có hình đây", picture="key-1")), Sent)
    server.faults.append(Fault("sendPhoto", hold_s=0.5))
    assert isinstance(await channel.send("5", Reply("Có hình đây", picture="key-2")), TryLater)
    assert isinstance(await channel.send("5", Reply("Có hình đây", picture="key-2")), Sent)
    await channel.close()
    assert server.texts("5") == ["Có hình đây"] * 2


def test_a_signed_address_cannot_be_made_or_kept() -> None:
    """Changed, of another key, or old: nothing is opened."""
    clock = Clock()
    links = FileLinks("https://x.example", KEYS, clock)
    signed = links.url("key-1").rsplit("/", 1)[-1]
    until, signature, key = signed.split(".")
    assert links.key_of(signed) == "key-1"
    for forged in ("", "x", f"{until}.{signature}.key-2", f"{int(until) + 1}.{signature}.{key}", f"{until}..{key}"):
        assert links.key_of(forged) == ""
    clock.advance(601)
    assert links.key_of(signed) == ""


@pytest.mark.parametrize(
    "url", ["http://127.0.0.1:1/x", "https://127.0.0.1/x", "https://localhost/x", "ftp://a/b", "x"]
)
async def test_a_picture_is_fetched_from_outside_only(database: Database, url: str) -> None:
    """Its address comes from outside and must not lead inside; what cannot be fetched is None."""
    channel = ZaloBotChannel(BotApi("1:a"), Quota(database, 1, Clock()))
    assert await channel.fetch(url) is None
    await channel.close()


def _files(links: FileLinks) -> Any:
    @asynccontextmanager
    async def running() -> AsyncIterator[str]:
        async def get(request: web.Request) -> web.Response:
            key = links.key_of(request.path.rsplit("/", 1)[-1])
            return web.Response(body=b"picture of " + key.encode(), status=200 if key else 404)

        app = web.Application()
        app.router.add_get("/files/{signed}", get)
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
        await runner.cleanup()

    return running()
