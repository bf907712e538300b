"""`audit`: the proof of what was done, and its copy for an inspector."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any, Final

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import now
from bot.cli.people import run
from bot.settings import Settings
from content import words
from content.words import SOURCE_LANGUAGE
from handlers.actions.trail import record_export
from handlers.turn import VIETNAM
from storage import audit as trail
from storage.audit import Entry

_DAY: Final = click.DateTime(["%Y-%m-%d"])
_FORMATS: Final = ("csv", "jsonl")


@click.group()
def audit() -> None:
    """The audit trail: prove that nobody changed it, hand it to an inspector."""


@audit.command()
@click.option("--expect", default="", help="A hash noted at an earlier check; it must still be in the trail.")
def verify(expect: str) -> None:
    """Walk the whole chain. Exit code 1 and the first row that does not fit if it was tampered with."""

    async def walk(connection: AsyncConnection, settings: Settings) -> trail.Verified:
        return await trail.verify(connection, expect)

    found = run(walk, reading=True)
    if found.broken is not None:
        where = f"row {found.broken}" if found.broken else "the end"
        click.echo(f"BROKEN at {where}: {found.reason}. {found.rows} rows before it are intact.")
        raise click.exceptions.Exit(1)
    click.echo(f"{found.rows} rows intact. Note this hash, apart from the database: {found.last_hash}")


@audit.command(name="export")
@click.option("--from", "start", type=_DAY, required=True, help="First day.")
@click.option("--to", "end", type=_DAY, required=True, help="Last day.")
@click.option("--format", "form", type=click.Choice(_FORMATS), help="By the file's ending if left out, else csv.")
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
def export_trail(start: datetime, end: datetime, form: str | None, file: Path) -> None:
    """Write the trail of some days to FILE, and that it was handed out into the trail.

    csv is for reading: Vietnamese time and what was done in words beside the codes; cells that could be taken for
    formulas are marked as text. jsonl holds every row as it was hashed, so that the chain can be checked without us:
    hash = SHA-256 of previous_hash and the row's other fields (without id) as JSON, sorted, without blanks.
    """
    chosen = form or ("jsonl" if file.suffix in (".jsonl", ".ndjson") else "csv")
    days = (start.date(), end.date())

    async def collect(connection: AsyncConnection, settings: Settings) -> int:
        rows = 0
        with _writer(chosen, file) as write:
            async for entry in trail.walk(connection):
                if _midnight(days[0]) <= entry.at < _midnight(days[1] + timedelta(days=1)):
                    write(entry)
                    rows += 1
        return rows

    async def record(connection: AsyncConnection, settings: Settings) -> None:
        await record_export(connection, days, chosen, rows, now())

    rows = run(collect, reading=True)
    run(record)
    click.echo(f"{rows} rows written to {file}")


@contextmanager
def _writer(form: str, file: Path) -> Iterator[Any]:
    """A function that writes one row."""
    if form == "jsonl":
        with file.open("w", encoding="utf-8", newline="\n") as stream:
            yield lambda entry: stream.write(json.dumps(trail.as_hashed(entry), ensure_ascii=False) + "\n")
        return
    phrases = words.load()[SOURCE_LANGUAGE].phrases
    with file.open("w", encoding="utf-8-sig", newline="") as stream:
        table = csv.writer(stream)
        table.writerow((*trail.COLUMNS, "time_in_vietnam", "in_words"))
        yield lambda entry: table.writerow((*trail.cells(entry), *_readable(entry, phrases)))


def _readable(entry: Entry, phrases: Any) -> tuple[str, str]:
    key = f"desk.verb.{entry.verb}"
    return f"{entry.at.astimezone(VIETNAM):%d/%m/%Y %H:%M:%S}", str(phrases[key]) if key in phrases else ""


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), VIETNAM)
