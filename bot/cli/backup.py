"""`backup` and `restore`: the database as it is now, and back again."""

from __future__ import annotations

import asyncio
import os
from importlib.metadata import version
from pathlib import Path

import click

from bot.backup import keyfile, making, manifest, restoring
from bot.backup.manifest import BackupError, Manifest
from bot.bootstrap import now
from bot.settings import key_file, read
from storage import schema, standing
from storage.database import Database
from storage.errors import StorageError
from storage.keys import Keys

_FILE = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.argument("target", type=click.Path(file_okay=False, path_type=Path))
@click.option("--keep", type=click.IntRange(1, 10_000), help="Delete all but so many of the newest backups in TARGET.")
@click.option("--keys-to", type=_FILE, help="Also write the key file there, sealed with a passphrase. Not in TARGET.")
@click.option("--passphrase-file", type=_FILE, help="Its first line is the passphrase; else it is asked for.")
def backup(target: Path, keep: int | None, keys_to: Path | None, passphrase_file: Path | None) -> None:
    """Write a backup of the database into a new folder below TARGET, while everything goes on running.

    The keys of encrypted columns are NOT in it: whoever finds it can read no identity number. Keep the key file apart.
    """
    settings = read(os.environ)
    try:
        if keys_to is not None:
            if keys_to.absolute().is_relative_to(target.absolute()):
                raise BackupError(
                    "the keys must not lie beside the backup that they open; give --keys-to another place"
                )
            keyfile.export(key_file(settings), keys_to, _passphrase(passphrase_file, confirm=True))
            click.echo(f"{keys_to}: the key file, sealed. Keep it and the passphrase apart from the backups.")
        folder, page = asyncio.run(making.make(settings.database_url, target, now, version("chungtay")))
        gone = manifest.prune(target, keep) if keep is not None else []
    except (BackupError, StorageError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{folder}: {_told(page)}")
    for old in gone:
        click.echo(f"{old}: deleted")


@click.command()
@click.argument("source", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help="Replace a database that holds rows.")
@click.option("--keys-from", type=_FILE, help="Also put back the key file that `backup --keys-to` has written.")
@click.option("--passphrase-file", type=_FILE, help="Its first line is the passphrase; else it is asked for.")
def restore(source: Path, force: bool, keys_from: Path | None, passphrase_file: Path | None) -> None:
    """Bring the backup in the folder SOURCE back and check that all of it is there. Stop all processes first."""
    settings = read(os.environ)
    at = now()
    try:
        if keys_from is not None:
            keys = key_file(settings)
            aside = keys.with_name(f"{keys.name}.before-{at:%Y%m%dT%H%M%SZ}")
            keyfile.bring_back(keys_from, keys, _passphrase(passphrase_file, confirm=False), force=force, aside=aside)
            click.echo(f"{keys}: the key file is back")
        page, before = asyncio.run(restoring.restore(settings.database_url, source, at, force=force))
    except (BackupError, StorageError) as error:
        raise click.ClickException(str(error)) from error
    click.echo(f"{_told(page)}: all of it is back, the audit trail is intact")
    if before is not None:
        click.echo(f"What was there before: {before}")
    unknown = asyncio.run(_unknown_keys(settings.database_url, key_file(settings)))
    if unknown:
        click.echo(
            f"WARNING: values of the keys {', '.join(sorted(unknown))} cannot be read with {key_file(settings)}: put "
            "back the key file that belongs to this backup (--keys-from) before anything is started",
            err=True,
        )
    if page.schema < schema.wanted():
        click.echo(f"The backup has schema {page.schema}: run `chungtay migrate` before starting.")


def _told(page: Manifest) -> str:
    rows = sum(page.rows.values())
    return (
        f"{page.engine}, schema {page.schema}, {rows} rows in {len(page.rows)} tables, "
        f"{page.bytes / 1e6:.1f} MB, audit trail {page.audit_rows} rows to {page.audit_hash[:16]}…"
    )


def _passphrase(file: Path | None, *, confirm: bool) -> str:
    if file is None:
        said: str = click.prompt("Passphrase of the key file", hide_input=True, confirmation_prompt=confirm, err=True)
        return said
    try:
        return file.read_text(encoding="utf-8").partition("\n")[0]
    except OSError as error:
        raise BackupError(f"{file} cannot be read: {error.strerror}") from error


async def _unknown_keys(url: str, file: Path) -> set[str]:
    """Keys that the database names and the key file does not hold; nothing where the schema is an older one."""
    database = Database(url)
    try:
        if await schema.present(database) != schema.wanted():
            return set()
        async with database.read() as connection:
            used = await standing.key_ids(connection)
    finally:
        await database.close()
    try:
        return used - {key.id for key in Keys(file).all()} if used else set()
    except StorageError:
        return used
