"""`desk-link`: the way into the staff desk for whoever cannot ask for it in a chat."""

from __future__ import annotations

import asyncio
import os
import secrets

import click

from bot.bootstrap import now
from bot.opening import opened
from bot.settings import key_file, read
from handlers.access import Actor, actor_of_account
from handlers.actions.desk import SignInError, forget_factor, new_link, token_from
from handlers.turn import VIETNAM
from storage.keys import Keys


@click.command()
@click.option("--account", required=True, type=int, help="Id of the account, as `chungtay people list` prints it.")
@click.option("--lost-phone", is_flag=True, help="Forget the second factor: the next sign-in sets up a new one.")
def desk_link(account: int, lost_phone: bool) -> None:
    """Print a link that opens the staff desk once, within ten minutes."""
    settings = read(os.environ)
    keys = Keys(key_file(settings))
    keys.create_if_missing(now())
    token = token_from(secrets.token_bytes(32))

    async def make() -> Actor:
        async with opened(settings) as database, database.write() as connection:
            actor = await actor_of_account(connection, account, 0, now().astimezone(VIETNAM).date())
            if lost_phone:
                await forget_factor(connection, account, now())
            await new_link(connection, keys, actor, token, now())
            return actor

    try:
        actor = asyncio.run(make())
    except SignInError as error:
        raise click.ClickException(f"account {account} does not exist or holds no role today") from error
    address = settings.public_url or f"http://{settings.host}:{settings.port}"
    click.echo(f"{address}/can-bo/vao/{token}")
    click.echo(f"For {actor.name}; it opens the desk once, within ten minutes.")
