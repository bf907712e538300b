"""`retention`: what is past its time, and deleting it. The nightly jobs of a running product do it by themselves."""

from __future__ import annotations

import asyncio
import os

import click

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import read
from handlers.actions.retention import due, purge
from storage.retention import periods


@click.command()
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted.")
def retention(*, dry_run: bool) -> None:
    """Delete what has been kept for long enough, by the periods of CHUNGTAY_RETENTION."""
    asyncio.run(_retention(dry_run))


async def _retention(dry_run: bool) -> None:
    settings = read(os.environ)
    days = periods(settings.retention)
    async with opened(settings) as database:
        if dry_run:
            async with database.read() as connection:
                found = await due(connection, days, now())
        else:
            found = await purge(database, days, now)
    for name, number in found.items():
        click.echo(f"{name:<20} {days[name]:>5} days  {number:>8} {'past it' if dry_run else 'deleted'}")
