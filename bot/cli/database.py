"""`migrate`: bring the database to this version's schema."""

from __future__ import annotations

import asyncio
import os

import click

from bot.settings import read
from storage import migrate as migrations
from storage import schema
from storage.database import Database


@click.command()
@click.option("--to", "revision", default="head", help="Revision to go to; a smaller one undoes migrations.")
def migrate(revision: str) -> None:
    """Bring the database to the schema of this version."""
    asyncio.run(_migrate(revision))


async def _migrate(revision: str) -> None:
    database = Database(read(os.environ).database_url)
    try:
        if revision == "head":
            await migrations.upgrade(database)
        else:
            await migrations.downgrade(database, revision)
        click.echo(f"the database has schema {await schema.present(database) or 'none'}")
    finally:
        await database.close()
