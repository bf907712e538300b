"""`import`, `export`, `demo`: the register into and out of a spreadsheet, and the invented one to try things with."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Final, TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import Settings, key_file, read
from content import demo_news, localities
from content.exchange import demo as demos
from content.exchange.layout import ExchangeError
from handlers.actions import exchange
from handlers.actions import people as people_actions
from handlers.actions import register as actions
from handlers.actions.demo import load_demo
from handlers.actions.demo_news import load_demo_news
from handlers.turn import VIETNAM
from rules import parameters
from storage import areas
from storage.errors import StorageError
from storage.keys import Keys

T = TypeVar("T")
_FILE: Final = click.Path(exists=True, dir_okay=False, path_type=Path)
_MOST_SHOWN: Final = 200


@click.group("import")
def import_() -> None:
    """Take in data from a file."""


@import_.command("register")
@click.argument("file", type=_FILE)
@click.option("--dry-run", is_flag=True, help="Only list what would be taken in and what must be mended.")
def import_register(file: Path, dry_run: bool) -> None:
    """Take in new households from an XLSX or CSV file in the national review layout: all of them or none."""

    async def take(connection: AsyncConnection, _: Settings, keys: Keys) -> exchange.Imported:
        today = now().astimezone(VIETNAM).date()
        given = await exchange.read_file(connection, None, parameters.load(), file, today=today)
        return await exchange.take_in(connection, None, keys, given, now=now(), today=today, dry_run=dry_run)

    try:
        done = _run(take)
    except ExchangeError as error:
        raise StorageError(str(error)) from error
    for found in done.problems[:_MOST_SHOWN]:
        click.echo(f"{file.name}:{found.row}  {found.column}: {found.what} → {found.needed}")
    hidden = len(done.problems[_MOST_SHOWN:]) + done.more_problems
    if hidden:
        click.echo(f"and {hidden} more problems")
    if done.problems:
        click.echo(f"{done.households} households read, nothing taken in: mend the file and try again", err=True)
        sys.exit(1)
    told = "would be taken in" if done.import_id is None else f"taken in as import {done.import_id}"
    click.echo(f"{done.households} households with {done.persons} persons {told}")


@import_.command("undo")
@click.argument("import_id", type=int)
def undo_import(import_id: int) -> None:
    """Take an import back as a whole."""

    async def undo(connection: AsyncConnection, _: Settings, __: Keys) -> int:
        return await actions.undo_import(connection, None, import_id, now())

    click.echo(f"{_run(undo)} households taken out again")


@click.group()
def export() -> None:
    """Write data to a file."""


@export.command("register")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--area", help="Key of the area; everything without it.")
def export_register(file: Path, area: str | None) -> None:
    """Write the households to an XLSX or CSV file in the layout of the import, identity numbers in the clear."""
    if file.suffix.lower() not in (".xlsx", ".csv"):
        raise click.BadParameter("must end in .xlsx or .csv", param_hint="FILE")

    async def give(connection: AsyncConnection, _: Settings, keys: Keys) -> int:
        path = ""
        if area is not None:
            found = await areas.get(connection, area)
            if found is None:
                raise StorageError(f"unknown area {area!r}")
            path = found.path
        return await exchange.export_file(connection, None, keys, file, now=now(), path=path)

    click.echo(f"{_run(give)} households written to {file}")


@click.command()
def demo() -> None:
    """Load the demo: areas, 40 invented households with a year of history, news and dialogues. Nobody gets a role."""

    async def load(connection: AsyncConnection, settings: Settings, keys: Keys) -> int | None:
        locality = localities.load(settings.locality)
        await people_actions.sync_areas(connection, locality)
        found = demos.load(settings.locality)
        told = demo_news.load(settings.locality)
        if told is not None:
            await load_demo_news(connection, told, keys, now())
        return None if found is None else await load_demo(connection, found, keys, now())

    made = _run(load)
    if made is None:
        click.echo("areas loaded; this locality has no demo register")
    else:
        click.echo(f"demo loaded: {made} changes" if made else "the demo is loaded already")


def _run(work: Callable[[AsyncConnection, Settings, Keys], Awaitable[T]]) -> T:
    """One transaction on the configured database."""

    async def run() -> T:
        settings = read(os.environ)
        keys = Keys(key_file(settings))
        keys.create_if_missing(now())
        async with opened(settings) as database, database.write() as connection:
            await people_actions.sync_areas_if_missing(connection, localities.load(settings.locality))
            return await work(connection, settings, keys)

    return asyncio.run(run())
