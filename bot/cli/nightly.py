"""`nightly`: what is done once a night. A running `chungtay run` or `worker` does it by itself."""

from __future__ import annotations

import asyncio
import os
import secrets

import click

from bot.bootstrap import now
from bot.logs import configure
from bot.nightly import BEGINS, JOBS, Job, Night, due, perform
from bot.opening import opened
from bot.settings import read
from storage import job_runs


@click.command()
@click.option(
    "--job", "names", multiple=True, type=click.Choice([job.name for job in JOBS]),
    help="Only this job, at once, also where it is done already.",
)  # fmt: skip
def nightly(names: tuple[str, ...]) -> None:
    """Do what is due today and not done yet; safe to call as often as one likes, and from several machines."""
    if not asyncio.run(_nightly(names)):
        raise click.exceptions.Exit(1)


async def _nightly(names: tuple[str, ...]) -> bool:
    settings = read(os.environ)
    configure(settings.log_level, settings.log_format)
    holder, good = secrets.token_hex(8), True
    async with opened(settings) as database:
        night = Night(settings, database, now)
        async with database.read() as connection:
            runs = await job_runs.of_night(connection, night.today)
        wanted = [job for job in JOBS if job.name in names] if names else due(JOBS, runs, BEGINS, now())
        if not wanted:
            click.echo("nothing is due")
        for job in wanted:
            good = await _one(night, job, holder, again=bool(names)) and good
    return good


async def _one(night: Night, job: Job, holder: str, *, again: bool) -> bool:
    """One job; the next one runs also where this one failed."""
    try:
        result = await perform(night, job, holder, again=again)
    except Exception as error:  # the runner of jobs: what failed stands in the row and in the log
        click.echo(f"{job.name}: failed ({type(error).__name__})", err=True)
        return False
    numbers = ", ".join(f"{name} {number}" for name, number in result.items()) if result is not None else ""
    click.echo(f"{job.name}: {numbers or 'another process has it'}")
    return True
