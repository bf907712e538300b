"""`chat`: talk to the bot in a terminal; `--transcript` prints the talk as a golden test file."""

from __future__ import annotations

import asyncio
import contextlib
import itertools
import os
import secrets
import sys
from pathlib import Path

import click

from bot.bootstrap import configure_logging, now
from bot.channels.terminal import TerminalChannel
from bot.delivery import DeliveryWorker
from bot.opening import opened
from bot.settings import Settings, read
from bot.turns import TurnEngine
from bot.words import knowledge
from handlers.messages import Incoming
from handlers.respond import Responder
from handlers.turn import VIETNAM
from storage.database import Database


@click.command()
@click.option(
    "--transcript",
    type=click.Path(path_type=Path),
    help="Also write the talk to this file; in tests/flows/transcripts/ it is a test of the talk.",
)
def chat(transcript: Path | None) -> None:
    """Talk to the bot here. An empty line or Ctrl+D ends the talk."""
    if transcript is not None and (transcript.is_dir() or not transcript.parent.is_dir()):
        raise click.BadParameter(f"{transcript} cannot be written: no such folder", param_hint="'--transcript'")
    settings = read(os.environ)
    configure_logging("ERROR")
    # The header that `tests/flows` reads: put there, the file is a test of this talk.
    said = [f"# locality: {settings.locality}", f"# on: {now().astimezone(VIETNAM).date()}"]
    asyncio.run(_talk(settings, said))
    if transcript is not None:
        transcript.write_text("\n".join(said) + "\n", encoding="utf-8")


async def _talk(settings: Settings, said: list[str]) -> None:
    async with opened(settings) as database:
        await _talk_on(database, settings, said)


async def _talk_on(database: Database, settings: Settings, said: list[str]) -> None:

    def write(text: str) -> None:
        said.extend(f"< {line}".rstrip() for line in text.splitlines())
        click.echo(f"\n{text}\n")

    channel = TerminalChannel(write)
    delivery = DeliveryWorker(database, {channel.name: channel}, now)
    known = knowledge(settings)
    known.keys.create_if_missing(now())
    engine = TurnEngine(database, known, Responder(), {channel.name: channel}, delivery, now)
    await delivery.start()
    chat_id = secrets.token_hex(8)
    try:
        for number in itertools.count():
            text = await asyncio.to_thread(_line) if number else "/start"
            if not text:
                return
            said.extend(("", f"> {text}"))
            await engine.handle(Incoming(channel.name, chat_id, f"{chat_id}:{number}", now(), text=text))
            await delivery.drain()
    finally:
        await engine.close()
        await delivery.close()


def _line() -> str:
    with contextlib.suppress(EOFError, KeyboardInterrupt):
        return input("bác> " if sys.stdin.isatty() else "").strip()
    return ""
