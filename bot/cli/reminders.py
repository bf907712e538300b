"""`reminders`: one notice to everybody whose reports or nominations are due. Run it once a day, in the morning."""

from __future__ import annotations

import asyncio
import os

import click

from bot.bootstrap import now
from bot.settings import read
from content import localities, words
from content.words import SOURCE_LANGUAGE
from handlers.actions.reminders import remind
from handlers.reporting.frame import frame_of
from handlers.turn import VIETNAM
from storage.database import Database


@click.command()
def reminders() -> None:
    """Remind of reports and nominations whose time limit is near or over. Running it twice a day reminds once."""
    click.echo(f"{asyncio.run(_remind())} notices written")


async def _remind() -> int:
    settings = read(os.environ)
    frame = frame_of(localities.load(settings.locality), words.load()[SOURCE_LANGUAGE])
    database = Database(settings.database_url)
    try:
        async with database.write() as connection:
            return await remind(connection, frame, now(), now().astimezone(VIETNAM).date())
    finally:
        await database.close()
