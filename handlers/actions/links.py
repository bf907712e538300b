"""Codes that a person types, channels that belong to one person, and what follows the person from one to the other."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers import codes
from handlers.access import Actor
from handlers.actions.people import invitation_hashes
from handlers.conversation import Running
from handlers.turn import Turn
from storage import audit, handovers, invitations, linked, people, subscriptions
from storage.invitations import InvitationRow
from storage.keys import Keys
from storage.turns import ChatKey

LINK_VALID_FOR: Final = timedelta(minutes=10)
WRONG_TRIES: Final = 5
"""Wrong codes of one chat within an hour; after them nothing is tried any more, right or wrong."""
WRONG_TRIES_OF_A_CHANNEL: Final = 1000
"""The same for all chats of a channel together: new chats cost nothing on the web."""
_PER: Final = timedelta(hours=1)
_REFUSED: Final = "code_refused"
_DRAFT: Final = msgspec.json.Decoder(Running)


class Outcome(Enum):
    """What became of a code. Expired, used, revoked and never given look the same: WRONG."""

    ROLE = "role"
    LINKED = "linked"
    ALREADY_LINKED = "already_linked"
    HAS_ROLES = "has_roles"
    """A chat whose person holds a role joins nobody else's account: it would hand the role over."""
    WRONG = "wrong"
    TOO_MANY = "too_many"


@dataclass(frozen=True, slots=True)
class Used:
    """The result of typing a code: the account the chat belongs to now, and the new role, if any."""

    outcome: Outcome
    account_id: int = 0
    role_id: int = 0


async def use_code(
    connection: AsyncConnection, keys: Keys, key: ChatKey, code: str, *, stopped: bool, now: datetime, today: date
) -> Used:
    """Try a code: an invitation gives its role, a link code joins this chat to the account that asked for it.

    `stopped` is the chat's own wish about notices, for an account that begins with it or is joined by it.
    """
    await audit.serialise(connection)
    chat = chat_hash(keys, key)
    if await too_many_codes(connection, key[0], chat, now):
        return Used(Outcome.TOO_MANY)
    invitation = await invitations.use(connection, invitation_hashes(keys, code), now)
    if invitation is not None:
        return await _accept(connection, key, invitation, stopped, now, today)
    target = await people.use_link_code(connection, keys.keyed_hashes(f"link:{code}"), now)
    if target is not None:
        return await _join(connection, key, target, stopped, now, today)
    await note_wrong_code(connection, key[0], chat, now)
    return Used(Outcome.WRONG)


async def new_link_code(
    connection: AsyncConnection, keys: Keys, key: ChatKey, actor: Actor, *, seed: str, stopped: bool, now: datetime
) -> tuple[int, str]:
    """A one-time code for another channel; the person gets an account if there is none. Returns (account, code)."""
    await audit.serialise(connection)
    account_id = actor.account_id
    if not account_id:
        account_id = await people.create_account(connection, "", now, notices_stopped=stopped)
        await people.link(connection, key, account_id, now)
    code = codes.new_code(keys, f"link:{seed}")
    hashed = keys.keyed_hash(f"link:{code}")
    await people.create_link_code(connection, hashed, account_id, now + LINK_VALID_FOR)
    event = audit.Event("link_code_given", "account", str(account_id), account_id, actor.role)
    await audit.append(connection, event, now)
    return account_id, code


async def unlink(connection: AsyncConnection, key: ChatKey, actor: Actor, now: datetime) -> None:
    """This chat no longer belongs to the person: a phone that was lost or given away."""
    await audit.serialise(connection)
    await people.unlink(connection, key)
    left = await people.chats_of(connection, actor.account_id)
    if not left and not await people.ever_had_roles(connection, actor.account_id):
        await linked.end_all(connection, actor.account_id, "account", now)
        await people.forget_account(connection, actor.account_id)
    elif left and not left[0][2]:
        await people.prefer(connection, left[0][:2], actor.account_id)
    event = audit.Event("channel_unlinked", "account", str(actor.account_id), actor.account_id, actor.role)
    await audit.append(connection, event, now)


async def set_notices(connection: AsyncConnection, key: ChatKey, stopped: bool) -> None:
    """The wish for or against notices holds on every channel of the person."""
    await people.set_notices(connection, key, stopped)


async def forget_person(connection: AsyncConnection, key: ChatKey, today: date) -> None:
    """With the chat's data goes what hangs on it: the account of a citizen when it was the last chat.

    Whoever holds or held a role keeps the account: what they did in office stays answerable.
    """
    account = await people.account_of_chat(connection, key, today)
    if account is None or await people.ever_had_roles(connection, account.id):
        return
    if len(await people.chats_of(connection, account.id)) > 1:
        await people.unlink(connection, key)
    else:
        await people.forget_account(connection, account.id)


async def fetch_drafts(turn: Turn) -> None:
    """Before something is taken up again: what the person put aside on any channel."""
    conversation = turn.conversation
    stored = await people.drafts(await turn.work.connection(), conversation.account)
    conversation.put_aside = [_DRAFT.decode(draft) for draft in stored.values()]


def drafts_of(turn: Turn) -> dict[str, bytes]:
    """What is put aside in this chat, by kind, as it is stored."""
    return {one.kind: msgspec.json.encode(one) for one in turn.conversation.put_aside}


async def keep_drafts(turn: Turn, before: dict[str, bytes]) -> None:
    """After the turn: drafts that changed go to the account. One statement where something changed, none otherwise."""
    now = drafts_of(turn)
    changed = {kind: draft for kind, draft in now.items() if before.get(kind) != draft}
    gone = before.keys() - now.keys()
    if changed or gone:
        connection = await turn.work.connection()
        await people.save_drafts(connection, turn.conversation.account, changed, sorted(gone), turn.now)


def chat_hash(keys: Keys, key: ChatKey) -> str:
    """Stands for a chat in the audit trail, where no platform id belongs."""
    return keys.keyed_hash(f"chat:{key[0]}:{key[1]}")


async def note_wrong_code(connection: AsyncConnection, channel: str, chat: str, now: datetime) -> None:
    """Count a wrong code of a chat, by its hash."""
    for kind, subject in (("chat", chat), ("channel", channel)):
        await audit.append(connection, audit.Event(_REFUSED, kind, subject), now)


async def too_many_codes(connection: AsyncConnection, channel: str, chat: str, now: datetime) -> bool:
    """Whether nothing is tried any more for now, right or wrong."""
    for kind, subject, most in (("chat", chat, WRONG_TRIES), ("channel", channel, WRONG_TRIES_OF_A_CHANNEL)):
        tries = await audit.count(
            connection, verb=_REFUSED, since=now - _PER, subject_kind=kind, subject_id=subject, most=most
        )
        if tries >= most:
            return True
    return False


async def _accept(
    connection: AsyncConnection, key: ChatKey, invitation: InvitationRow, stopped: bool, now: datetime, today: date
) -> Used:
    account = await people.account_of_chat(connection, key, today)
    if account is None:
        account_id = await people.create_account(connection, invitation.name, now, notices_stopped=stopped)
        await people.link(connection, key, account_id, now)
    else:
        account_id = account.id
        await people.name_account(connection, account_id, invitation.name)
    held = account.roles if account is not None else ()
    same = [one for one in held if (one.role, one.area_key) == (invitation.role, invitation.area_key)]
    role_id = (
        same[0].id
        if same
        else await people.grant(
            connection,
            account_id,
            invitation.role,
            invitation.area_key,
            start=today,
            granted_by=invitation.created_by,
            invitation_id=invitation.id,
        )
    )
    await invitations.used_by(connection, invitation.id, account_id)
    await _end_handed_over(connection, invitation, account_id, today, now)
    granted = await people.role(connection, role_id)
    event = audit.Event(
        "invitation_used",
        "invitation",
        str(invitation.id),
        account_id,
        invitation.role,
        granted.area_path if granted is not None else "",
        {"role_id": role_id},
    )
    await audit.append(connection, event, now)
    return Used(Outcome.ROLE, account_id, role_id)


async def _end_handed_over(
    connection: AsyncConnection, invitation: InvitationRow, account_id: int, today: date, now: datetime
) -> None:
    """Where the invitation hands a role over, the one before no longer holds it, unless it is the same person."""
    before = await handovers.role_of(connection, invitation.id)
    held = await people.role(connection, before) if before is not None else None
    if held is None or held.account_id == account_id:
        return
    ended = await people.end_role(connection, held.id, today)
    await handovers.done(connection, invitation.id, now)
    if not ended:
        return
    revoked = 0
    if not await people.has_roles(connection, held.account_id, today):
        revoked = await invitations.revoke_given_by(connection, held.account_id, now)
    event = audit.Event(
        "role_handed_over", "role", str(held.id), invitation.created_by, "", held.area_path,
        {"role": held.role, "of": held.account_id, "to": account_id, "invitations_revoked": revoked},
    )  # fmt: skip
    await audit.append(connection, event, now)


async def _join(
    connection: AsyncConnection, key: ChatKey, target: int, stopped: bool, now: datetime, today: date
) -> Used:
    present = await people.account_of_chat(connection, key, today)
    if present is not None and present.id == target:
        return Used(Outcome.ALREADY_LINKED, target)
    if present is not None and await people.has_roles(connection, present.id, today):
        return Used(Outcome.HAS_ROLES, present.id)
    if present is None:
        await people.link(connection, key, target, now)
    else:
        mine, theirs = await people.drafts(connection, target), await people.drafts(connection, present.id)
        await people.move_chats(connection, present.id, target)
        await linked.move(connection, present.id, target, now)
        await people.save_drafts(
            connection, target, {kind: one for kind, one in theirs.items() if kind not in mine}, (), now
        )
        await people.save_drafts(connection, present.id, {}, theirs, now)
        await people.close_account(connection, present.id, now)
    if stopped:
        await people.set_notices(connection, key, True)
    await subscriptions.share(connection, target)
    event = audit.Event("channel_linked", "account", str(target), target, detail={"channel": key[0]})
    await audit.append(connection, event, now)
    return Used(Outcome.LINKED, target)
