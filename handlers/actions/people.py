"""Areas, invitations and roles: what changes who may do what. Each change stands in the audit trail.

`actor` is who does it; None is the operator at the command line, who needs no role: the first administrator has to
come from somewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import Locality, villages
from content.text import plain
from handlers import codes
from handlers.access import AREA_KINDS, Actor, invite_verb, require
from storage import areas, audit, invitations, people
from storage.areas import AreaRow
from storage.keys import Keys
from storage.people import RoleRow

VALID_FOR: Final = timedelta(days=7)
LONGEST_NAME: Final = 80


class PeopleError(Exception):
    """Something about roles and areas that cannot be; `reason` names it: the end of a phrase key `people.error.…`."""

    def __init__(self, reason: str, what: str = "") -> None:
        super().__init__(f"{reason}: {what}" if what else reason)
        self.reason: Final = reason


@dataclass(frozen=True, slots=True)
class Invited:
    """A new invitation; the code is told once and stored nowhere."""

    id: int
    code: str
    expires_at: datetime


async def sync_areas(connection: AsyncConnection, locality: Locality) -> int:
    """Bring the area tree of the locality's files into the database; doing it again changes nothing."""
    rows: dict[str, AreaRow] = {}
    waiting = list(locality.areas.values())
    while waiting:
        ready = [area for area in waiting if area.parent is None or area.parent in rows]
        if not ready:
            raise PeopleError("area_circle", waiting[0].key)
        for area in ready:
            above = rows[area.parent].path if area.parent is not None else ""
            rows[area.key] = AreaRow(
                key=area.key,
                code=area.code,
                name=area.name,
                plain_name=_plain_names(area.name, area.aliases),
                kind=area.kind,
                rural=area.rural,
                parent_key=area.parent,
                path=areas.path_of(above, area.key),
                start=area.start,
                end=area.end,
                successors=area.successors,
                demo=locality.about.demo,
            )
        waiting = [area for area in waiting if area.key not in rows]
    for village in villages.load(locality):
        commune = rows[village.parent]
        rows[village.key] = AreaRow(
            key=village.key,
            code=village.code,
            name=village.name,
            # With its commune: "mẫu 1 thụy lôi" is how people tell villages of one name apart.
            plain_name=_plain_names(village.name, (*village.aliases, commune.name)),
            kind="village",
            rural=commune.rural,
            parent_key=commune.key,
            path=areas.path_of(commune.path, village.key),
            start=village.start or commune.start,
            end=village.end or commune.end,
            successors=(),
            demo=village.demo,
        )
    return await areas.sync(connection, rows.values())


async def sync_areas_if_missing(connection: AsyncConnection, locality: Locality) -> None:
    """At the start: only where the database does not know all areas of the locality yet."""
    keys = [*locality.areas, *(village.key for village in villages.load(locality))]
    if len(await areas.known(connection, keys)) < len(keys):
        await sync_areas(connection, locality)


async def invite(
    connection: AsyncConnection,
    actor: Actor | None,
    keys: Keys,
    *,
    role: str,
    area_key: str,
    name: str,
    seed: str,
    now: datetime,
    valid_for: timedelta = VALID_FOR,
) -> Invited:
    """Make a one-time code that gives a role in an area. `seed` is what makes this invitation another than any other.

    Raises:
        AccessDenied: the actor may not give this role there.
        PeopleError: no such area, an area of another kind, or no usable name.
    """
    area = await areas.get(connection, area_key)
    if area is None or role not in AREA_KINDS:
        raise PeopleError("no_area", area_key)
    if actor is not None:
        require(actor, invite_verb(role), area.path)
    if area.kind not in AREA_KINDS[role]:
        raise PeopleError("area_kind", f"{role} in {area.kind} {area_key}")
    name = clean_name(name)
    code = codes.new_code(keys, f"invitation:{seed}")
    expires_at = now + valid_for
    invitation_id = await invitations.create(
        connection,
        invitation_hashes(keys, code)[0],
        role,
        area_key,
        name,
        created_by=_account(actor),
        now=now,
        expires_at=expires_at,
    )
    detail = {"role": role, "expires": expires_at.isoformat()}
    await _record(connection, actor, "invited", "invitation", invitation_id, area.path, now, detail)
    return Invited(invitation_id, code, expires_at)


async def revoke_invitation(
    connection: AsyncConnection, actor: Actor | None, invitation_id: int, now: datetime
) -> bool:
    """Make an open invitation worthless; False when it was used, expired or revoked before.

    Raises:
        AccessDenied: the actor could not have given it either.
        PeopleError: there is no such invitation.
    """
    await audit.serialise(connection)
    found = await invitations.path_of(connection, invitation_id)
    if found is None:
        raise PeopleError("no_invitation", str(invitation_id))
    role, path = found
    if actor is not None:
        require(actor, invite_verb(role), path)
    if not await invitations.revoke(connection, invitation_id, now):
        return False
    await _record(connection, actor, "invitation_revoked", "invitation", invitation_id, path, now, {"role": role})
    return True


async def end_role(connection: AsyncConnection, actor: Actor | None, role_id: int, on: date, now: datetime) -> RoleRow:
    """Somebody no longer holds a role from a day on. Whoever has none left leaves no open invitation behind.

    Raises:
        AccessDenied: the actor may not give this role there, so not take it either.
        PeopleError: no such role, or it has ended.
    """
    held = await _role_to_end(connection, actor, role_id)
    await _end(connection, held, on)
    revoked = 0
    if not await people.has_roles(connection, held.account_id, on):
        revoked = await invitations.revoke_given_by(connection, held.account_id, now)
    detail = {"role": held.role, "on": on.isoformat(), "of": held.account_id, "invitations_revoked": revoked}
    await _record(connection, actor, "role_ended", "role", role_id, held.area_path, now, detail)
    return held


async def hand_over(
    connection: AsyncConnection, actor: Actor | None, role_id: int, successor: int, on: date, now: datetime
) -> int:
    """One person's role ends and the successor's begins on the same day; returns the new role's id.

    Raises:
        AccessDenied: the actor may not give this role there.
        PeopleError: no such role or account, or the successor is the holder.
    """
    following = await people.account(connection, successor, on)
    if following is None:
        raise PeopleError("no_account", str(successor))
    held = await _role_to_end(connection, actor, role_id)
    if held.account_id == successor:
        raise PeopleError("same_person", str(successor))
    await _end(connection, held, on)
    begun = await people.grant(connection, successor, held.role, held.area_key, start=on, granted_by=_account(actor))
    detail = {"role": held.role, "on": on.isoformat(), "of": held.account_id, "to": successor, "new_role": begun}
    await _record(connection, actor, "role_handed_over", "role", role_id, held.area_path, now, detail)
    return begun


async def _role_to_end(connection: AsyncConnection, actor: Actor | None, role_id: int) -> RoleRow:
    await audit.serialise(connection)
    held = await people.role(connection, role_id)
    if held is None:
        raise PeopleError("no_role", str(role_id))
    if actor is not None:
        require(actor, invite_verb(held.role), held.area_path)
    return held


async def _end(connection: AsyncConnection, held: RoleRow, on: date) -> None:
    if not await people.end_role(connection, held.id, on):
        raise PeopleError("role_ended", str(held.id))


def invitation_hashes(keys: Keys, code: str) -> list[str]:
    """How an invitation's code is looked for: under every key."""
    return keys.keyed_hashes(f"invitation:{code}")


def clean_name(name: str) -> str:
    """A person's name in one line.

    Raises:
        PeopleError: nothing that could be a name.
    """
    one_line = " ".join("".join(char if char.isprintable() else " " for char in name).split())
    if not 2 <= len(one_line) <= LONGEST_NAME or not any(char.isalpha() for char in one_line):
        raise PeopleError("name")
    return one_line


def _plain_names(name: str, aliases: tuple[str, ...]) -> str:
    return " ".join(dict.fromkeys(plain(one) for one in (name, *aliases)))


def _account(actor: Actor | None) -> int | None:
    return actor.account_id if actor is not None else None


async def _record(
    connection: AsyncConnection,
    actor: Actor | None,
    verb: str,
    kind: str,
    subject: int,
    path: str,
    now: datetime,
    detail: Mapping[str, object],
) -> None:
    role = actor.role if actor is not None else "operator"
    event = audit.Event(verb, kind, str(subject), _account(actor), role, path, detail)
    await audit.append(connection, event, now)
