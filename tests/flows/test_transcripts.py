"""Golden transcripts: whole talks on the plainest channel, compared line by line.

`REWRITE=1 pytest tests/flows` writes what the bot says now; the change is then reviewed as text.
"""

from __future__ import annotations

import os
from datetime import UTC, datetime, time
from pathlib import Path

import pytest

from bot.channels.terminal import TerminalChannel
from bot.delivery import DeliveryWorker
from bot.settings import read
from bot.turns import Outcome, TurnEngine
from bot.words import knowledge
from handlers.messages import Incoming
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import migrate
from storage.database import Database

_FOLDER = Path(__file__).parent / "transcripts"
_KNOWN: dict[str, Knowledge] = {}


def _header(lines: list[str], key: str) -> str:
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"# {key}:"))


@pytest.mark.parametrize("file", sorted(_FOLDER.glob("*.txt")), ids=lambda file: file.stem)
async def test_talk(file: Path, tmp_path: Path) -> None:
    """The bot answers this talk as recorded."""
    lines = file.read_text(encoding="utf-8").splitlines()
    slug = _header(lines, "locality")
    if slug not in _KNOWN:
        _KNOWN[slug] = knowledge(read({"CHUNGTAY_LOCALITY": slug}))
    at = datetime.combine(datetime.fromisoformat(_header(lines, "on")), time(3), UTC)
    heard = [line for line in lines if line.startswith("#")]
    await _talk([line[2:] for line in lines if line.startswith("> ")], _KNOWN[slug], at, tmp_path, heard)
    if os.environ.get("REWRITE"):
        file.write_text("\n".join(heard) + "\n", encoding="utf-8")
    assert heard == lines


async def _talk(said: list[str], known: Knowledge, at: datetime, tmp_path: Path, heard: list[str]) -> None:
    def write(text: str) -> None:
        heard.extend(f"< {line}".rstrip() for line in text.splitlines())

    database = Database(f"sqlite:///{tmp_path}/talk.db")
    await migrate.upgrade(database)
    channel = TerminalChannel(write)
    delivery = DeliveryWorker(database, {channel.name: channel}, lambda: at, flush_s=0)
    engine = TurnEngine(database, known, Responder(), {channel.name: channel}, delivery, lambda: at)
    await delivery.start()
    try:
        for number, text in enumerate(said):
            heard.extend(("", f"> {text}"))
            choice = text.removeprefix("[").removesuffix("]") if text.startswith("[") else ""
            incoming = Incoming(channel.name, "talk", str(number), at, text="" if choice else text, choice=choice)
            assert await engine.handle(incoming) is Outcome.DONE
            await delivery.drain()
    finally:
        await engine.close()
        await delivery.close()
        await database.close()
