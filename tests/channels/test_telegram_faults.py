"""What happens to a message when Telegram or the line to it fails: over real HTTP, with the clock in our hand."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels import Delivery, Refused, Sent, TryLater
from bot.channels.telegram import TelegramChannel
from handlers.messages import Choice, Incoming, Reply
from handlers.respond import Responder
from storage.database import Database
from storage.tables import OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT, outbox
from tests.support.assembly import Assembly, Clock, assembled
from tests.support.fault_proxy import Fault, error
from tests.support.telegram_server import TOKEN, TelegramServer, telegram_server

BLOCKED = "Forbidden: bot was blocked by the user"
NOT_MODIFIED = (
    "Bad Request: message is not modified: specified new message content and reply markup are exactly the same"
)


@dataclass
class Bench:
    """A server, the channel, and the worker in front of it."""

    server: TelegramServer
    channel: TelegramChannel
    assembly: Assembly
    said: int = 0

    async def say(self, chat: int, text: str = "chào") -> None:
        """A turn whose answer goes out to the chat."""
        self.said += 1
        incoming = Incoming("telegram", str(chat), f"update:{self.said}", self.assembly.clock(), text=text)
        await self.assembly.engine.handle(incoming)

    async def settle(self) -> None:
        await self.assembly.delivery.drain()

    async def states(self) -> list[tuple[str, int, str | None]]:
        """(chat, state, failure) of every row."""
        async with self.assembly.database.read() as connection:
            rows = await connection.execute(
                select(outbox.c.chat, outbox.c.state, outbox.c.failure).order_by(outbox.c.id)
            )
            return [(row.chat, row.state, row.failure) for row in rows]

    async def sent_after(self, seconds: float, count: int) -> None:
        """Put the clock forward and wait until so many messages in all have been seen."""
        self.assembly.clock.advance(seconds)
        await self.server.proxy.wait_for(lambda: len(self.server.shown()) >= count)
        await self.settle()

    def attempts(self, method: str = "sendMessage") -> int:
        return len(self.server.proxy.of(method))


@pytest.fixture
async def bench(database: Database, responder: Responder, knowledge: Any) -> AsyncIterator[Bench]:
    async with telegram_server() as server:
        clock = Clock()
        channel = TelegramChannel(TOKEN, api_root=server.url, seconds=clock.seconds, timeout_s=0.3, rate=None)
        async with assembled(database, {"telegram": channel}, responder, knowledge, clock) as assembly:
            yield Bench(server, channel, assembly)
        await channel.close()


async def test_retry_after_silences_the_whole_channel(bench: Bench) -> None:
    """429: nobody is written to before the time is over, then everything arrives once and in order."""
    bench.server.proxy.plan(error("sendMessage", 429, "Too Many Requests: retry after 7", retry_after=7))
    await bench.say(5)
    await bench.settle()
    await bench.say(6)
    await bench.say(5)
    await bench.settle()
    bench.assembly.clock.advance(6.9)
    await bench.say(7)
    await bench.settle()
    assert bench.attempts() == 1
    await bench.sent_after(0.2, 4)
    assert bench.attempts() == 5
    assert [each.text for each in bench.server.shown(5)] == ["Tin thứ 1", "Tin thứ 2"]


async def test_a_person_who_blocked_us_is_not_tried_again(bench: Bench) -> None:
    """403: the row keeps the reason; others are served."""
    bench.server.proxy.plan(error("sendMessage", 403, BLOCKED))
    await bench.say(5)
    await bench.settle()
    await bench.say(6)
    await bench.settle()
    assert await bench.states() == [("5", OUTBOX_FAILED, f"HTTP 403 {BLOCKED}"), ("6", OUTBOX_SENT, None)]


@pytest.mark.parametrize(
    "fault",
    [
        Fault("sendMessage", cut=True),
        error("sendMessage", 500, "Internal Server Error"),
        Fault("sendMessage", 502, b"<html>Bad Gateway</html>"),
        Fault("sendMessage", 200, b"no json"),
    ],
    ids=["cut", "500", "html", "no json"],
)
async def test_what_did_not_arrive_is_sent_again(bench: Bench, fault: Fault) -> None:
    """Lines and servers that fail: the message waits a moment and arrives exactly once."""
    bench.server.proxy.plan(fault)
    await bench.say(5)
    await bench.settle()
    assert bench.server.shown(5) == []
    await bench.sent_after(2, 1)
    assert [each.text for each in bench.server.shown(5)] == ["Tin thứ 1"]
    assert [state for _, state, _ in await bench.states()] == [OUTBOX_SENT]


async def test_a_waiting_message_is_not_overtaken(bench: Bench) -> None:
    """While the first answer waits to be sent again, the chat's next one waits behind it."""
    bench.server.proxy.plan(Fault("sendMessage", cut=True))
    await bench.say(5)
    await bench.settle()
    await bench.say(5)
    await bench.say(6)
    await bench.settle()
    await bench.sent_after(2, 3)
    assert [each.text for each in bench.server.shown(5)] == ["Tin thứ 1", "Tin thứ 2"]


async def test_a_lost_answer_costs_one_duplicate(bench: Bench) -> None:
    """The request arrived, its answer did not: nobody can know, so it is sent once more, and only once."""
    bench.server.proxy.plan(Fault("sendMessage", pass_on=True, cut=True))
    await bench.say(5)
    await bench.settle()
    await bench.sent_after(2, 2)
    assert [each.text for each in bench.server.shown(5)] == ["Tin thứ 1", "Tin thứ 1"]


async def test_a_slow_line_is_given_up_and_tried_again(bench: Bench) -> None:
    """No answer within the time-out is the same as a lost connection."""
    hold = asyncio.Event()
    bench.server.proxy.plan(Fault("sendMessage", cut=True, hold=hold))
    await bench.say(5)
    await bench.settle()
    assert [state for _, state, _ in await bench.states()] == [OUTBOX_QUEUED]
    hold.set()
    await bench.sent_after(2, 1)
    assert len(bench.server.shown(5)) == 1


async def test_an_outage_is_waited_out_with_longer_and_longer_pauses(bench: Bench) -> None:
    """Each failure waits about as long as the outage has lasted, and at last the whole channel waits."""
    waits = []
    for _ in range(6):
        bench.server.proxy.plan(Fault("sendMessage", cut=True))
        delivery = await bench.channel.send("5", Reply("chào"))
        assert isinstance(delivery, TryLater)
        waits.append(delivery)
        bench.assembly.clock.advance(delivery.after_s)
    assert waits[0].after_s < 1.4 and not waits[0].whole_channel
    assert waits[-1].after_s > 10 and waits[-1].whole_channel
    assert isinstance(await bench.channel.send("5", Reply("chào")), Sent)


@pytest.mark.parametrize(
    ("status", "description", "parameters", "expected"),
    [
        (400, "Bad Request: chat not found", {}, Refused("HTTP 400 Bad Request: chat not found", gone=True)),
        (403, "Forbidden: user is deactivated", {}, Refused("HTTP 403 Forbidden: user is deactivated", gone=True)),
        (403, "Forbidden: bot was kicked from the group chat", {}, "gone"),
        (400, "Bad Request: reply markup is too long", {}, Refused("HTTP 400 Bad Request: reply markup is too long")),
        (400, "Bad Request: group chat was upgraded", {"migrate_to_chat_id": -100}, "supergroup"),
        (401, "Unauthorized", {}, "later"),
        (404, "Not Found", {}, "later"),
        (429, "Too Many Requests", {}, "later"),
    ],
)
async def test_refusals(bench: Bench, status: int, description: str, parameters: dict[str, int], expected: Any) -> None:
    """Which answers are for ever, which of them mean that the person is gone, and which are our own trouble."""
    bench.server.proxy.plan(error("sendMessage", status, description, **parameters))
    delivery: Delivery = await bench.channel.send("5", Reply("chào"))
    if expected == "gone":
        assert isinstance(delivery, Refused) and delivery.gone
    elif expected == "supergroup":
        assert isinstance(delivery, Refused) and not delivery.gone and "supergroup" in delivery.reason
    elif expected == "later":
        assert isinstance(delivery, TryLater) and delivery.whole_channel and delivery.after_s >= 1
    else:
        assert delivery == expected


async def test_an_edit_without_a_change_is_done(bench: Bench) -> None:
    """400 "message is not modified": the person already sees it."""
    bench.server.proxy.plan(error("editMessageText", 400, NOT_MODIFIED))
    assert await bench.channel.send("5", Reply("chào", edit_of="3")) == Sent("3")
    assert bench.attempts() == 0


@pytest.mark.parametrize("why", ["message to edit not found", "message can't be edited", "MESSAGE_ID_INVALID"])
async def test_what_cannot_be_edited_is_sent_anew(bench: Bench, why: str) -> None:
    """The carrier of an old button may be gone; the answer must not be."""
    bench.server.proxy.plan(error("editMessageText", 400, f"Bad Request: {why}"))
    delivery = await bench.channel.send("5", Reply("chào", (Choice("menu", "Mục lục"),), edit_of="3"))
    assert isinstance(delivery, Sent) and delivery.receipt
    assert [(each.text, each.edited) for each in bench.server.shown(5)] == [("chào", False)]


async def test_an_edit_replaces_text_and_buttons(bench: Bench) -> None:
    """One call, no new message."""
    assert await bench.channel.send("5", Reply("mới", (Choice("menu", "Mục lục"),), edit_of="3")) == Sent("3")
    (shown,) = bench.server.shown(5)
    assert (shown.text, shown.buttons, shown.edited) == ("mới", (("Mục lục", "menu"),), True)


async def test_nothing_secret_is_in_a_reason_or_a_log(
    bench: Bench, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    """Reasons are stored and logged: no token, no address, no text, not even in a library's debug log."""
    caplog.set_level(logging.DEBUG)
    bench.server.proxy.plan(
        Fault("sendMessage", cut=True),
        Fault("sendMessage", 502, b"<html>"),
        error("sendMessage", 400, "Bad Request: reply markup is too long"),
    )
    reasons = []
    for _ in range(3):
        delivery = await bench.channel.send("5", Reply("bí mật của bác"))
        assert isinstance(delivery, TryLater | Refused)
        reasons.append(delivery.reason)
    printed = capsys.readouterr()
    ours = [record for record in caplog.records if not record.name.startswith("asyncio")]
    written = " ".join([*reasons, printed.out, printed.err, *(record.getMessage() for record in ours)])
    assert not any(word in written for word in (TOKEN, "AAAA", "127.0.0.1", "bí mật"))


async def test_pictures_and_files_go_along(bench: Bench) -> None:
    """With a caption where it fits, with the text after it where it does not."""

    async def read_file(key: str) -> bytes:
        return b"\x89PNG" + key.encode()

    channel = TelegramChannel(TOKEN, api_root=bench.server.url, read_file=read_file, rate=None)
    assert channel.capabilities.pictures_out and channel.capabilities.files_out
    assert isinstance(await channel.send("5", Reply("ảnh", picture="a/b.png")), Sent)
    assert isinstance(await channel.send("5", Reply("x" * 2000, document="a/b.pdf")), Sent)
    assert (bench.attempts("sendPhoto"), bench.attempts("sendDocument"), bench.attempts()) == (1, 1, 1)
    await channel.close()
