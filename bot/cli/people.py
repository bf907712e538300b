"""`invite`, `people`: who may do what."""

from __future__ import annotations

import asyncio
import os
import secrets
from collections.abc import Awaitable, Callable
from datetime import date, datetime, timedelta
from typing import TypeVar

import click
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import Settings, key_file, read
from content import localities
from handlers import codes
from handlers.access import STAFF_ROLES
from handlers.actions import people as actions
from handlers.turn import VIETNAM
from storage import areas, invitations
from storage import people as stored
from storage.keys import Keys
from storage.people import RoleRow

T = TypeVar("T")
_DAY = click.DateTime(["%Y-%m-%d"])


@click.command()
@click.option("--role", required=True, type=click.Choice(STAFF_ROLES))
@click.option("--area", required=True, help="Key of the area, as `chungtay people areas` lists it.")
@click.option("--name", required=True, help="What the invited person is called.")
@click.option("--days", default=7, show_default=True, type=click.IntRange(1, 60), help="How long the code is valid.")
def invite(role: str, area: str, name: str, days: int) -> None:
    """Make a one-time code that gives a role in an area. The first administrator is invited here."""

    async def make(connection: AsyncConnection, settings: Settings) -> actions.Invited:
        keys = Keys(key_file(settings))
        keys.create_if_missing(now())
        return await actions.invite(
            connection,
            None,
            keys,
            role=role,
            area_key=area,
            name=name,
            seed=secrets.token_hex(16),
            now=now(),
            valid_for=timedelta(days=days),
        )

    invited = run(make)
    click.echo(f"{codes.shown(invited.code)}  (valid until {invited.expires_at.astimezone(VIETNAM):%Y-%m-%d %H:%M})")
    click.echo("The person types it to the bot on any channel. It is not shown again.")


@click.group()
def people() -> None:
    """Who holds which role; ending roles and handing them over."""


@people.command(name="list")
@click.option("--area", default="", help="Only below this area.")
def list_people(area: str) -> None:
    """Roles of today and later: role id, account id, role, area, dates, name."""

    async def find(connection: AsyncConnection, settings: Settings) -> list[stored.HolderRow]:
        path = await _path(connection, area) if area else "/"
        return await stored.holders(connection, path, _today(), limit=100_000)

    for one in run(find, reading=True):
        held = one.role
        until = held.end or ""
        click.echo(f"{held.id}\t{held.account_id}\t{held.role}\t{held.area_key}\t{held.start}\t{until}\t{one.name}")


@people.command(name="areas")
@click.argument("part", required=False, default="")
def list_areas(part: str) -> None:
    """Areas by key, kind and name; PART keeps those whose key or name holds it."""

    async def find(connection: AsyncConnection, settings: Settings) -> list[areas.AreaRow]:
        return await areas.subtree(connection, "/")

    for area in run(find, reading=True):
        if part.lower() in f"{area.key} {area.name} {area.plain_name}".lower():
            click.echo(f"{area.key}\t{area.kind}\t{area.name}")


@people.command(name="end")
@click.argument("role_id", type=int)
@click.option("--on", type=_DAY, help="First day without the role; today if left out.")
def end_role(role_id: int, on: datetime | None) -> None:
    """End a role."""

    async def end(connection: AsyncConnection, settings: Settings) -> RoleRow:
        return await actions.end_role(connection, None, role_id, _day(on), now())

    ended = run(end)
    click.echo(f"role {ended.id} ({ended.role}, {ended.area_key}) ends on {_day(on)}")


@people.command(name="hand-over")
@click.argument("role_id", type=int)
@click.option("--to", "successor", required=True, type=int, help="Account of the successor.")
@click.option("--on", type=_DAY, help="First day of the successor; today if left out.")
def hand_over(role_id: int, successor: int, on: datetime | None) -> None:
    """End one person's role and begin the successor's on the same day."""

    async def hand(connection: AsyncConnection, settings: Settings) -> int:
        return await actions.hand_over(connection, None, role_id, successor, _day(on), now())

    click.echo(f"role {run(hand)} begins on {_day(on)}")


@people.command(name="revoke")
@click.argument("invitation_id", type=int)
def revoke(invitation_id: int) -> None:
    """Make an invitation worthless that nobody has used."""

    async def take_back(connection: AsyncConnection, settings: Settings) -> bool:
        return await actions.revoke_invitation(connection, None, invitation_id, now())

    click.echo("revoked" if run(take_back) else "it was used, expired or revoked before")


@people.command(name="invitations")
def list_invitations() -> None:
    """Invitations that can still be used: id, role, area, until, name."""

    async def find(connection: AsyncConnection, settings: Settings) -> list[invitations.InvitationRow]:
        return await invitations.still_open(connection, "/", now())

    for one in run(find, reading=True):
        until = one.expires_at.astimezone(VIETNAM)
        click.echo(f"{one.id}\t{one.role}\t{one.area_key}\t{until:%Y-%m-%d %H:%M}\t{one.name}")


def run(work: Callable[[AsyncConnection, Settings], Awaitable[T]], *, reading: bool = False) -> T:
    """Do something in a transaction of its own; what cannot be is one line."""
    try:
        return asyncio.run(_with_database(work, reading))
    except actions.PeopleError as error:
        raise click.ClickException(_MESSAGES.get(error.reason, "{}").format(error)) from error


_MESSAGES = {
    "no_area": "unknown area ({}); `chungtay people areas` lists them",
    "area_kind": "a role is given for its own kind of area only ({})",
    "name": "a name needs 2 to 80 characters ({})",
    "no_role": "unknown role ({}); `chungtay people list` lists them",
    "no_account": "unknown account ({}); `chungtay people list` lists them",
}


async def _with_database(work: Callable[[AsyncConnection, Settings], Awaitable[T]], reading: bool) -> T:
    settings = read(os.environ)
    async with opened(settings) as database:
        async with database.write() as connection:
            await actions.sync_areas_if_missing(connection, localities.load(settings.locality))
            if not reading:
                return await work(connection, settings)
        # Walking a long trail must not keep the bot from writing.
        async with database.read() as connection:
            return await work(connection, settings)


async def _path(connection: AsyncConnection, key: str) -> str:
    area = await areas.get(connection, key)
    if area is None:
        raise actions.PeopleError("no_area", key)
    return area.path


def _today() -> date:
    return now().astimezone(VIETNAM).date()


def _day(on: datetime | None) -> date:
    return on.date() if on is not None else _today()
