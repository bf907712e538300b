"""`keys`: a new key for everything that is encrypted, how far the change has come, taking an old key out."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence

import click

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import key_file, read
from handlers.sealed_columns import CODES, SEALED
from storage import audit, rotation
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys
from storage.rotation import Progress, Use


@click.group()
def keys() -> None:
    """The keys of encrypted columns: change them, see what still needs an old one, take an old one out."""


@keys.command()
@click.option(
    "--key-only", is_flag=True, help="Only put the new key into the file: copy it to the other machines first."
)
@click.option("--again", is_flag=True, help="No new key: look at every row again for what an older key has written.")
def rotate(*, key_only: bool, again: bool) -> None:
    """Make a new key and bring everything to it. Killed in the middle, the same command goes on where it was."""
    asyncio.run(_rotate(key_only, again))


@keys.command()
def status() -> None:
    """Which keys there are, since when, and where an older one is still needed."""
    asyncio.run(_status())


@keys.command()
@click.argument("key_id")
def retire(key_id: str) -> None:
    """Take an older key out of the file; refused while anything needs it. Backups made before need the old file."""
    asyncio.run(_retire(key_id))


async def _rotate(key_only: bool, again: bool) -> None:
    settings = read(os.environ)
    known = Keys(key_file(settings))
    async with opened(settings) as database:
        if again or await _unfinished(database, known):
            click.echo(f"going on with the key {known.all()[0].id}")
        else:
            made = await _new_key(database, known)
            click.echo(f"new key {made}; now seal a copy of the key file (chungtay backup … --keys-to FILE)")
        if key_only:
            click.echo("copy the key file to every machine with this database, then: chungtay keys rotate")
            return
        if again:
            async with database.write() as connection:
                await rotation.restart(connection, known.all()[0].id)
        done = await rotation.rotate(database, known, SEALED, now)
        _show(done)


async def _new_key(database: Database, known: Keys) -> str:
    """One transaction around the file: two commands at once make two keys, one after the other, and lose none."""
    async with database.write() as connection:
        await audit.serialise(connection)
        made = known.rotate(now())
        await audit.append(connection, audit.Event("keys_rotated", "key", made.id), now())
    return made.id


async def _unfinished(database: Database, known: Keys) -> bool:
    """Whether the newest key has not been brought to every column yet; the first key of all has nothing to do."""
    if len(known.all()) == 1:
        return False
    async with database.read() as connection:
        done = {each.place for each in await rotation.progress(connection, known.all()[0].id) if each.finished_at}
    return not {each.place for each in SEALED} <= done


async def _status() -> None:
    settings = read(os.environ)
    known = Keys(key_file(settings))
    async with opened(settings) as database:
        newest, *older = known.all()
        click.echo(f"{newest.id}  since {newest.created:%Y-%m-%d %H:%M} UTC  encrypts")
        for key in older:
            needed = await _uses(database, known, key.id)
            click.echo(f"{key.id}  since {key.created:%Y-%m-%d %H:%M} UTC  {_said(needed)}")
        if older and await _unfinished(database, known):
            click.echo("the change to the newest key is not finished: chungtay keys rotate")


async def _retire(key_id: str) -> None:
    settings = read(os.environ)
    known = Keys(key_file(settings))
    async with opened(settings) as database, database.write() as connection:
        await audit.serialise(connection)
        needed = await rotation.uses(connection, known, SEALED, CODES, key_id, now())
        if needed:
            raise StorageError(f"the key {key_id} stays: {_said(needed)}")
        await audit.append(connection, audit.Event("key_retired", "key", key_id), now())
        known.drop(key_id)
    click.echo(f"the key {key_id} is out of {known.file}; keep its sealed copy as long as backups made with it")


async def _uses(database: Database, known: Keys, key_id: str) -> Sequence[Use]:
    async with database.read() as connection:
        return await rotation.uses(connection, known, SEALED, CODES, key_id, now())


def _said(needed: Sequence[Use]) -> str:
    if not needed:
        return "nothing needs it: chungtay keys retire"
    parts = [f"{each.place} {each.rows}{' (codes that can still be used)' if each.code else ''}" for each in needed]
    return f"still needed by {', '.join(parts)}"


def _show(done: Sequence[Progress]) -> None:
    for each in done:
        if each.changed or each.unreadable:
            lost = f", {each.unreadable} that no key opens" if each.unreadable else ""
            click.echo(f"{each.place}: {each.changed}{lost}")
    click.echo(f"{sum(each.changed for each in done)} values are under the newest key")
