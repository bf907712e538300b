"""`doctor`: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import asyncio
import importlib
import json
import os

import click
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import now
from bot.doctor import channels, machine, stored
from bot.doctor.findings import Finding, Level, bad, good, worst
from bot.settings import PREFIX, Settings, SettingsError, read
from storage.database import Database
from storage.errors import StorageError

_MARKS = {Level.OK: "ok  ", Level.WARN: "WARN", Level.BAD: "BAD "}


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object instead of lines.")
@click.option("--online", is_flag=True, help="Also ask Telegram, Zalo and the public address. Changes nothing there.")
def doctor(as_json: bool, online: bool) -> None:
    """Look over the installation. Exit code 0: all well, 1: something to look at, 2: something is broken."""
    findings = asyncio.run(_examine(online))
    level = worst(findings)
    if as_json:
        click.echo(json.dumps(_as_json(findings, level), ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            click.echo(f"{_MARKS[finding.level]}  {finding.check:16}  {finding.said}")
            if finding.to_do:
                click.echo(f"{'':24}→ {finding.to_do}")
    if level is not Level.OK:
        raise click.exceptions.Exit(int(level))


def _as_json(findings: list[Finding], level: Level) -> dict[str, object]:
    return {
        "level": level.name.lower(),
        "findings": [
            {"check": each.check, "level": each.level.name.lower(), "said": each.said, "to_do": each.to_do}
            for each in findings
        ],
    }


async def _examine(online: bool) -> list[Finding]:
    try:
        settings = read(os.environ)
    except SettingsError as error:
        return [bad("settings", str(error), "docs/settings.md lists them all")]
    findings = [good("settings", "every one can be used"), *machine.look(settings), *channels.look(settings)]
    findings += await _database(settings)
    if online:
        look = importlib.import_module("bot.doctor.online").look
        findings += [finding async for finding in look(settings)]
    return findings


async def _database(settings: Settings) -> list[Finding]:
    url = "the file" if settings.database_url.startswith("sqlite") else "the server"
    to_do = f"is {url} of {PREFIX}DATABASE_URL there, and may this user use it?"
    try:
        database = Database(settings.database_url)
    except StorageError as error:
        return [bad("database", str(error), to_do)]
    findings: list[Finding] = []
    try:
        if database.file is not None and not database.file.exists():
            said = f"there is no file {database.file}"
            return [bad("database", said, "`chungtay migrate` makes it, `chungtay restore` brings an old one back")]
        async for finding in stored.look(settings, database, now()):
            findings.append(finding)  # what was found before an error is kept
    except (SQLAlchemyError, OSError, StorageError) as error:
        findings.append(bad("database", f"does not answer as it should: {_first_line(error)}", to_do))
    finally:
        await database.close()
    return findings


def _first_line(error: Exception) -> str:
    """The driver's own words: SQLAlchemy adds the statement."""
    return (str(getattr(error, "orig", None) or error).splitlines() or [type(error).__name__])[0]
