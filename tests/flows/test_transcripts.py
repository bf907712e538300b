"""Golden transcripts: whole talks on the plainest channel, compared line by line.

A header `# invited: <role> <area> <code> <name>` makes an invitation before the talk; a line that begins with `@b`
comes from another chat than the rest, and one that begins with `<@b` is a notice to it. A header `# register: demo`
loads the demo's register before the talk; `# approval above: 1` asks for a second person from two recipients on.

`REWRITE=1 pytest tests/flows` writes what the bot says now; the change is then reviewed as text.
"""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import msgspec
import pytest
from sqlalchemy import func, or_, select, update

from bot import words
from bot.channels.terminal import TerminalChannel
from bot.delivery import DeliveryWorker
from bot.settings import read
from bot.turns import Outcome, TurnEngine
from content import demo_news
from content.exchange.demo import load as read_demo
from handlers.actions.demo import load_demo
from handlers.actions.demo_news import load_demo_news
from handlers.actions.people import invitation_hashes, sync_areas
from handlers.broadcasting.policy import Policy
from handlers.messages import Incoming, Reply
from handlers.respond import Responder
from handlers.turn import Knowledge
from storage import invitations as stored
from storage.database import Database
from storage.keys import Keys
from storage.outbox import Priority
from storage.tables import OUTBOX_QUEUED, OUTBOX_SENT, outbox

_FOLDER = Path(__file__).parent / "transcripts"
_KNOWN: dict[str, Knowledge] = {}


def _header(lines: list[str], key: str) -> str:
    return next(line.split(":", 1)[1].strip() for line in lines if line.startswith(f"# {key}:"))


@pytest.mark.parametrize("file", sorted(_FOLDER.glob("*.txt")), ids=lambda file: file.stem)
async def test_talk(file: Path, knowledge: Knowledge, sqlite_url: str) -> None:
    """The bot answers this talk as recorded."""
    lines = file.read_text(encoding="utf-8").splitlines()
    slug = _header(lines, "locality")
    _KNOWN.setdefault(knowledge.locality.about.slug, knowledge)
    if slug not in _KNOWN:
        _KNOWN[slug] = words.knowledge(read({"CHUNGTAY_LOCALITY": slug}))
    at = datetime.combine(datetime.fromisoformat(_header(lines, "on")), time(3), UTC)
    heard = [line for line in lines if line.startswith("#")]
    known = replace(_KNOWN[slug], keys=Keys.fixed(b"transcripts", at))
    if any(line.startswith("# approval above:") for line in lines):
        known = replace(known, policy=Policy(approval_above=int(_header(lines, "approval above"))))
    await _talk([line[2:] for line in lines if line.startswith("> ")], known, at, sqlite_url, heard)
    if os.environ.get("REWRITE"):
        file.write_text("\n".join(heard) + "\n", encoding="utf-8")
    assert heard == lines


async def _talk(said: list[str], known: Knowledge, at: datetime, url: str, heard: list[str]) -> None:
    def write(text: str) -> None:
        heard.extend(f"< {line}".rstrip() for line in text.splitlines())

    database = Database(url)
    await _invite([line.split(maxsplit=5)[2:] for line in heard if line.startswith("# invited:")], known, at, database)
    if "# register: demo" in heard:
        await _load_register(known, at, database)
    if "# news: demo" in heard:
        await _load_news(known, at, database)
    channel = TerminalChannel(write)
    # Notices are written down from the outbox below: when a worker would find them is a matter of its clock.
    delivery = DeliveryWorker(database, {channel.name: channel}, lambda: at, poll_s=3600, flush_s=0)
    engine = TurnEngine(database, known, Responder(), {channel.name: channel}, delivery, lambda: at)
    await delivery.start()
    noticed = 0
    try:
        for number, line in enumerate(said):
            heard.extend(("", f"> {line}"))
            chat, text = line[1:].split(" ", 1) if line.startswith("@") else ("talk", line)
            choice = text.removeprefix("[").removesuffix("]") if text.startswith("[") else ""
            incoming = Incoming(channel.name, chat, str(number), at, text="" if choice else text, choice=choice)
            assert await engine.handle(incoming) is Outcome.DONE
            await delivery.drain()
            noticed = await _write_notices(database, noticed, heard, chat)
    finally:
        await engine.close()
        await delivery.close()
        await database.close()


async def _invite(invitations: list[list[str]], known: Knowledge, at: datetime, database: Database) -> None:
    if not invitations:
        return
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
        for role, area, code, name in invitations:
            hashed = invitation_hashes(known.keys, code)[0]
            expires_at = at + timedelta(days=1)
            await stored.create(connection, hashed, role, area, name, created_by=None, now=at, expires_at=expires_at)


async def _load_register(known: Knowledge, at: datetime, database: Database) -> None:
    demo = read_demo(known.locality.about.slug)
    assert demo is not None
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
        await load_demo(connection, demo, known.keys, at)


async def _load_news(known: Knowledge, at: datetime, database: Database) -> None:
    found = demo_news.load(known.locality.about.slug)
    assert found is not None
    async with database.write() as connection:
        await sync_areas(connection, known.locality)
        await load_demo_news(connection, found, known.keys, at)


async def _write_notices(database: Database, after: int, heard: list[str], chat: str) -> int:
    """What was put into the outbox for somebody else, notices and officers' answers: "<@b …" in the transcript. Returns
    the last id seen. They count as sent then: what a chat is told afterwards would wait behind them.
    """
    async with database.write() as connection:
        foreign = or_(outbox.c.priority == int(Priority.NOTICE), outbox.c.chat != chat)
        query = select(outbox).where(outbox.c.id > after, foreign)
        for row in await connection.execute(query.order_by(outbox.c.id)):
            lines = msgspec.json.decode(row.payload, type=Reply).text.splitlines()
            heard.extend(f"<@{row.chat} {line}".rstrip() for line in lines)
        await connection.execute(
            update(outbox)
            .where(outbox.c.id > after, foreign, outbox.c.state == OUTBOX_QUEUED)
            .values(state=OUTBOX_SENT)
        )
        return (await connection.execute(select(func.max(outbox.c.id)))).scalar_one() or after
