"""`knowledge export`: what officers have changed, as files of the shipped layout."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

import click
import msgspec

from bot.opening import opened
from bot.settings import read
from content.article_files import to_yaml
from handlers.learning.versions import article_of
from storage import learning
from storage.errors import StorageError


@click.group()
def knowledge() -> None:
    """What officers have changed in the articles."""


@knowledge.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
def export(folder: Path) -> None:
    """Write every changed or new article in force to FOLDER/articles/<id>.yaml, to be compared with the shipped one."""
    count = asyncio.run(_export(folder))
    click.echo(f"{count} articles written to {folder / 'articles'}")


async def _export(folder: Path) -> int:
    async with opened(read(os.environ)) as database, database.read() as connection:
        rows = [row for row in (await learning.in_force(connection)).values() if row.body]
    try:
        (folder / "articles").mkdir(parents=True, exist_ok=True)
        for row in rows:
            text = to_yaml(article_of(row.body))
            (folder / "articles" / f"{row.article_id}.yaml").write_text(text, encoding="utf-8")
    except OSError as error:
        raise StorageError(f"the file cannot be written: {error.strerror}") from error
    except msgspec.MsgspecError as error:
        raise StorageError(f"a stored article does not fit this version: {error}") from error
    return len(rows)
