"""`zalo`: how the Zalo channels stand, and giving consent for the Official Account again."""

from __future__ import annotations

import asyncio
import os
import secrets
import sys
from collections.abc import Awaitable, Callable
from datetime import datetime

import click

from bot.bootstrap import now
from bot.channels import loading
from bot.channels.zalo import tokens
from bot.channels.zalo_bot import quota
from bot.channels.zalo_counts import month_of
from bot.channels.zalo_http import Http, ZaloError
from bot.channels.zalo_oa import consent as consenting
from bot.channels.zalo_oa.tokens import Tokens
from bot.opening import opened
from bot.settings import PREFIX, Settings, SettingsError, key_file, read
from handlers.turn import VIETNAM
from storage import arrivals, outbox
from storage import zalo as stored
from storage.database import Database
from storage.keys import Keys
from storage.tables_zalo import ARRIVAL_FAILED, ARRIVAL_WAITING

Begin = Callable[[str], Awaitable[None]]
"""Keeps a refresh token as the one in force."""

_CHANNELS = ("zalo_bot", "zalo_oa")
_LONGEST_LINE = 4000


@click.group()
def zalo() -> None:
    """The Zalo channels: their state, the consent of the Official Account, a pause to be lifted."""


@zalo.command()
def status() -> None:
    """Show the month's use, what waits, what was refused, and whether somebody must act."""
    asyncio.run(_status(read(os.environ)))


@zalo.command()
@click.option("--refresh-token", "by_token", is_flag=True, help="Read a refresh token instead of asking for consent.")
@click.option("--callback", default="", help="The callback address as registered with Zalo, if it is not our own.")
def consent(by_token: bool, callback: str) -> None:
    """Get the consent of the Official Account: shows the address to consent at and reads from standard input the
    address that the browser ends at. With --refresh-token it reads a refresh token and tries it at once. Both are kept
    encrypted.
    """
    settings = read(os.environ)
    if not settings.zalo_oa_app_id:
        raise SettingsError(f"{PREFIX}ZALO_OA_APP_ID must be set first")
    if by_token:
        given = _line("the refresh token")
        ok = asyncio.run(_consent(settings, lambda tokens, begin: _by_token(tokens, begin, given)))
    else:
        asked = consenting.ask(
            settings.zalo_oa_app_id,
            callback or f"{settings.public_url}{consenting.CALLBACK}",
            lambda: secrets.token_urlsafe(48),
            root=settings.zalo_api,
        )
        click.echo("Open this address as administrator of the Official Account and consent (within 10 minutes):")
        click.echo(f"\n{asked.address}\n")
        click.echo("Then paste the whole address at which the browser ends, and press Enter:")
        try:
            code = asked.code(_line("the address with the code"))
        except consenting.ConsentError as error:
            raise click.ClickException(str(error)) from error
        ok = asyncio.run(_consent(settings, lambda tokens, _: tokens.consent(code, asked.verifier)))
    if not ok:
        raise SystemExit(1)


def _line(what: str) -> str:
    line = sys.stdin.readline().strip()
    if not line or any(character.isspace() for character in line) or len(line) > _LONGEST_LINE:
        raise click.ClickException(f"expected one line with {what} on standard input")
    return line


@zalo.command()
@click.argument("channel", type=click.Choice(_CHANNELS))
def resume(channel: str) -> None:
    """Lift a channel's pause, for instance after a larger plan was bought. Running processes must be restarted."""
    asyncio.run(_resume(read(os.environ), channel))


async def _status(settings: Settings) -> None:
    at = now()
    async with opened(settings) as database:
        if settings.zalo_bot_token:
            await _bot(database, settings, at)
        if settings.zalo_oa_app_id:
            await _oa(database, settings, at)
        if not loading.has_zalo(settings):
            click.echo("Zalo is not configured.")
        for channel in _CHANNELS:
            await _traffic(database, channel, at)


async def _bot(database: Database, settings: Settings, at: datetime) -> None:
    use = await quota.use(database, settings.zalo_bot_quota, at)
    click.echo(f"Zalo Bot: {use.sent} of {use.most} messages of {use.month}; {use.users} of {use.most_users} users")
    click.echo(f"  (limits of the free plan as published by {quota.PUBLISHED.isoformat()})")
    if use.warning:
        click.echo(f"  WARNING: {use.warning}")


async def _oa(database: Database, settings: Settings, at: datetime) -> None:
    keys = Keys(key_file(settings))
    async with database.read() as connection:
        pair = await stored.tokens(connection, keys, settings.zalo_oa_app_id)
        people = await stored.people_count(connection)
    if pair is None:
        click.echo("Zalo OA: CONSENT NEEDED: none has been given yet; run `chungtay zalo consent`")
        return
    click.echo(f"Zalo OA: access token until {_local(pair.expires_at)}, renewed {_local(pair.refreshed_at)}")
    if pair.trouble:
        click.echo(f"  CONSENT NEEDED: {pair.trouble}")
    elif pair.expires_at <= at:
        click.echo("  WARNING: the access token has ended and no new one has come yet")
    click.echo(f"  {people} people have written or followed within the last days")


async def _traffic(database: Database, channel: str, at: datetime) -> None:
    async with database.read() as connection:
        counted = await stored.counted(connection, channel, month_of(at))
        waiting = await arrivals.counts(connection)
        paused = await outbox.paused_until(connection, channel)
    lines = [f"{name}: {counted[name]}" for name in sorted(counted) if name != quota.TOLD_USERS]
    if number := waiting.get((channel, ARRIVAL_WAITING), 0):
        lines.append(f"waiting to be handled: {number}")
    if number := waiting.get((channel, ARRIVAL_FAILED), 0):
        lines.append(f"could not be handled: {number}")
    if paused is not None and paused > at:
        lines.append(f"nothing is sent before {_local(paused)} (`chungtay zalo resume {channel}`)")
    for line in lines:
        click.echo(f"  {channel} {line}")


async def _by_token(kept: Tokens, begin: Begin, token: str) -> None:
    await begin(token)
    await kept.access()


async def _consent(settings: Settings, obtain: Callable[[Tokens, Begin], Awaitable[None]]) -> bool:
    at = now()
    keys = Keys(key_file(settings))
    keys.create_if_missing(at)
    http = Http()
    async with opened(settings) as database:

        async def begin(token: str) -> None:
            async with database.write() as connection:
                await stored.consented(connection, keys, settings.zalo_oa_app_id, token, at)

        try:
            await obtain(tokens(settings, database, keys, http, now), begin)
        except ZaloError as error:
            click.echo(f"There is no working consent yet: {error}", err=True)
            return False
        finally:
            await http.close()
        async with database.write() as connection:
            await stored.lift_pause(connection, "zalo_oa")
    click.echo("Consent is in place. Restart `chungtay run` if it was waiting for it.")
    return True


async def _resume(settings: Settings, channel: str) -> None:
    async with opened(settings) as database, database.write() as connection:
        await stored.lift_pause(connection, channel)
    click.echo(f"{channel} may send again; restart the running processes.")


def _local(at: datetime) -> str:
    return f"{at.astimezone(VIETNAM):%d/%m/%Y %H:%M}"
