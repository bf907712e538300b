"""`turns`: what failed, and running it again."""

from __future__ import annotations

import asyncio
import os

import click

from bot.bootstrap import build, configure_logging
from bot.settings import read
from bot.turns import Outcome
from storage.turns import failed_turns


@click.group()
def turns() -> None:
    """Turns that raised: see them, run them again."""
    configure_logging("ERROR")


@turns.command()
@click.option("--limit", default=100, show_default=True)
def failed(limit: int) -> None:
    """List failed turns, oldest first: channel, message id, time, where it raised. No text of the person."""
    asyncio.run(_list(limit))


@turns.command()
@click.argument("channel")
@click.argument("message_id")
def replay(channel: str, message_id: str) -> None:
    """Run one failed turn again; its answers are delivered by the running worker."""
    outcome = asyncio.run(_replay(channel, message_id))
    if outcome is None:
        raise click.ClickException(f"no failed turn {channel} {message_id}")
    click.echo(outcome.value)
    if outcome is Outcome.FAILED:
        raise click.exceptions.Exit(1)


async def _list(limit: int) -> None:
    app = build(read(os.environ))
    try:
        async with app.database.read() as connection:
            for turn in await failed_turns(connection, limit):
                when = turn.received_at.isoformat(timespec="seconds")
                click.echo(f"{turn.channel}\t{turn.message_id}\t{when}\t{turn.failure}")
    finally:
        await app.database.close()


async def _replay(channel: str, message_id: str) -> Outcome | None:
    app = build(read(os.environ))
    try:
        return await app.engine.replay((channel, message_id))
    finally:
        await app.database.close()
