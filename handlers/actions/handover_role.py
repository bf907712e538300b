"""Handing a role over to a successor who may not be known here: an invitation that ends the role when it is used."""

from __future__ import annotations

from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import Words
from handlers.access import VERBS, AccessDenied, Actor, can, invite_verb, require
from handlers.actions.people import Invited, PeopleError, invite
from handlers.reporting.notices import tell
from storage import audit, handovers, people
from storage.audit import Event
from storage.keys import Keys
from storage.people import RoleRow

_MOST_ASKED: Final = 20


async def begin_handover(
    connection: AsyncConnection, actor: Actor, keys: Keys, role_id: int, name: str, *, seed: str, now: datetime,
    today: date,
) -> Invited:  # fmt: skip
    """A code for the successor; until it is used, nothing changes. A second code makes the first one worthless.

    Raises:
        AccessDenied: the actor may not give this role there.
        PeopleError: no such role, it has ended, or no usable name.
    """
    await audit.serialise(connection)
    held = await _held(connection, role_id, today)
    require(actor, invite_verb(held.role), held.area_path)
    invited = await invite(
        connection, actor, keys, role=held.role, area_key=held.area_key, name=name, seed=f"handover:{seed}", now=now
    )
    await handovers.add(connection, invited.id, role_id, now)
    event = Event(
        "handover_begun", "role", str(role_id), actor.account_id, actor.role, held.area_path,
        {"role": held.role, "of": held.account_id, "invitation": invited.id},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return invited


async def ask_for_handover(
    connection: AsyncConnection, actor: Actor, role_id: int, name: str, words: Words, label: str, now: datetime,
    today: date,
) -> int:  # fmt: skip
    """The holder asks those who may give the role; returns how many were told.

    Raises:
        AccessDenied: the role is not the actor's own.
        PeopleError: no such role, or it has ended.
    """
    held = await _held(connection, role_id, today)
    if held.account_id != actor.account_id:
        raise AccessDenied(actor, invite_verb(held.role), held.area_path)
    givers = [role for role, verbs in VERBS.items() if invite_verb(held.role) in verbs]
    told = 0
    accounts: set[int] = set()
    for path in _above(held.area_path):
        holders = await people.holders(connection, path, today, kinds=givers, limit=1_000)
        accounts |= {
            one.role.account_id
            for one in holders
            if one.role.start <= today and held.area_path.startswith(one.role.area_path)
        }
        if accounts:
            break
    text = words.say("linked.handover_request", name=actor.name, role=label, successor=name, number=role_id)
    for account_id in sorted(accounts - {actor.account_id})[:_MOST_ASKED]:
        chats = await people.chats_of(connection, account_id)
        if chats:
            await tell(connection, [chats[0][:2]], text, now)
            told += 1
    event = Event(
        "handover_asked", "role", str(role_id), actor.account_id, actor.role, held.area_path, {"told": told}
    )  # fmt: skip
    await audit.append(connection, event, now)
    return told


def may_hand_over(actor: Actor, role: RoleRow) -> bool:
    """Whether the actor makes the code alone."""
    return can(actor, invite_verb(role.role), role.area_path)


async def role_to_hand_over(connection: AsyncConnection, actor: Actor, role_id: int, today: date) -> RoleRow:
    """A role that the actor holds, or may give.

    Raises:
        AccessDenied: neither.
        PeopleError: no such role, or it has ended.
    """
    held = await _held(connection, role_id, today)
    if held.account_id != actor.account_id:
        require(actor, invite_verb(held.role), held.area_path)
    return held


def _above(path: str) -> list[str]:
    """A path and all above it, the nearest first: the commune is asked before the district."""
    keys = path.strip("/").split("/")
    return [f"/{'/'.join(keys[:count])}/" for count in range(len(keys), 0, -1)]


async def _held(connection: AsyncConnection, role_id: int, today: date) -> RoleRow:
    held = await people.role(connection, role_id)
    if held is None:
        raise PeopleError("no_role", str(role_id))
    if held.end is not None and held.end <= today:
        raise PeopleError("role_ended", str(role_id))
    return held
