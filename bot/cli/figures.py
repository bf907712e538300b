"""`figures`: the period report on the screen, as a workbook, as a report to sign. `overlooked`: who may be newly
entitled.
"""

from __future__ import annotations

import asyncio
import os
from datetime import date, datetime
from pathlib import Path
from typing import Final

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import Settings, key_file, read
from content import localities, words
from content.documents.docx import document
from content.documents.report import COLUMNS, LISTS, PeriodReport, decimal
from content.documents.saying import notes
from content.documents.words import load as load_words
from content.documents.xlsx import workbook
from content.exchange import demo as demos
from content.localities import villages
from content.words import SOURCE_LANGUAGE
from handlers.actions import entitlements
from handlers.actions import figures as actions
from handlers.actions.register import totals_by_area
from handlers.entitled.listing import listed
from handlers.reporting.frame import frame_of
from handlers.turn import VIETNAM
from rules import assess, parameters
from storage.errors import StorageError
from storage.keys import Keys

_DAY: Final = click.DateTime(formats=["%Y-%m-%d", "%d/%m/%Y"])
_FILE: Final = click.Path(dir_okay=False, path_type=Path)


@click.command()
@click.option("--area", "area_key", required=True, help="Key of the area, e.g. kim-bang-district.")
@click.option("--from", "start", required=True, type=_DAY, help="First day of the period.")
@click.option("--to", "end", required=True, type=_DAY, help="First day after the period.")
@click.option("--xlsx", "xlsx", type=_FILE, help="Write the tables to this workbook.")
@click.option("--docx", "docx", type=_FILE, help="Write the report to this file, ready to sign.")
@click.option("--signed-on", type=_DAY, help="Date in the head of the report; left open without it.")
@click.option("--hand-in", is_flag=True, help="Close the period: later news of it are corrections of the next one.")
def figures(
    area_key: str,
    start: datetime,
    end: datetime,
    xlsx: Path | None,
    docx: Path | None,
    signed_on: datetime | None,
    hand_in: bool,
) -> None:
    """Households and persons on the two lists, by commune and village, with rises and falls in a period."""
    report = asyncio.run(_report(area_key, start.date(), end.date(), hand_in))
    _show(report)
    try:
        if xlsx is not None:
            xlsx.write_bytes(workbook(report))
            click.echo(f"written: {xlsx}")
        if docx is not None:
            docx.write_bytes(document(report, signed_on.date() if signed_on is not None else None))
            click.echo(f"written: {docx}")
    except OSError as error:
        raise StorageError(f"the file cannot be written: {error.strerror}") from error


@click.command()
@click.option("--on", "day", type=_DAY, help="The day to look at; today without it. It may lie ahead.")
@click.option("--since", type=_DAY, help="The day to compare with; the last run's, or the day before, without it.")
@click.option("--area", "area_key", help="Key of the area; everything without it.")
@click.option("--tell", is_flag=True, help="Tell village heads and commune officers what is new: for the nightly job.")
def overlooked(day: datetime | None, since: datetime | None, area_key: str | None, tell: bool) -> None:
    """Go through the register and list who becomes entitled to something, or no longer is, and why."""
    asyncio.run(_overlooked(day.date() if day else None, since.date() if since else None, area_key, tell))


async def _report(area_key: str, start: date, end: date, hand_in: bool) -> PeriodReport:
    settings = read(os.environ)
    locality = localities.load(settings.locality)
    parents = {key: area.parent for key, area in locality.areas.items()}
    parents |= {village.key: village.parent for village in villages.load(locality)}
    totals = totals_by_area(demos.load(settings.locality), parents)
    async with opened(settings) as database, database.write() as connection:
        if hand_in:
            await actions.hand_in(connection, None, area_key, start, end, now())
        law = parameters.load()
        return await actions.period_report(connection, None, locality, law, area_key, start, end, totals)


def _show(report: PeriodReport) -> None:
    told = load_words()
    for status in LISTS:
        click.echo(told.movements[status].title)
        for line in report.lines:
            counted = line.lists[status]
            rate = line.rate(status)
            cells = " ".join(f"{counted[name][0]:>5}/{counted[name][1]:<5}" for name in COLUMNS)
            shown = f"{decimal(rate)}%" if rate is not None else told.unknown
            click.echo(f"{line.number:>5} {line.name:<28} {cells} {shown}")
    for note in notes(report, told):
        click.echo(note)


async def _overlooked(day: date | None, since: date | None, area_key: str | None, tell: bool) -> None:
    settings = read(os.environ)
    keys = Keys(key_file(settings))
    moment = now()
    async with opened(settings) as database:
        assessor = assess.load()
        async with database.read() as connection:
            made = await entitlements.survey(
                connection, assessor, keys, today=moment.astimezone(VIETNAM).date(),
                on=day, since=since, area_key=area_key,
            )  # fmt: skip
        told = 0
        async with database.write() as connection:
            run = await entitlements.keep(connection, made, moment)
            if tell:
                # What the nightly job prints ends up in a log, where no name belongs.
                told = await _tell(connection, settings, run.id, moment)
            else:
                for line in listed(await entitlements.findings_of(connection, run.id), assessor, run.since, run.on):
                    click.echo(line)
        click.echo(
            f"{run.households} households, {run.persons} persons, {run.found} findings ({run.new} new) "
            f"from {run.since:%d/%m/%Y} to {run.on:%d/%m/%Y}; {told} notices written"
        )
        if run.unreadable:
            click.echo(f"{run.unreadable} households have facts that contradict each other", err=True)


async def _tell(connection: AsyncConnection, settings: Settings, run_id: int, moment: datetime) -> int:
    frame = frame_of(localities.load(settings.locality), words.load()[SOURCE_LANGUAGE])
    return await entitlements.tell_staff(connection, frame, run_id, moment, moment.astimezone(VIETNAM).date())
