"""Announcements from the first word to the last recipient: written, checked, approved by a second person, stopped.

Every function is an officer's deed: it asks `handlers.access`, holds only for the version that was looked at, and
stands in the audit trail. Sending itself is the worker's (`bot.broadcasting`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.topics import topics
from handlers.access import Actor, can, require, scope_filter
from handlers.actions.media import usable
from handlers.broadcasting.approving import tell_approvers, tell_author
from handlers.broadcasting.checking import BroadcastError, Problem, Typed, of_times, problems
from handlers.broadcasting.office import Office
from handlers.broadcasting.options import options
from handlers.broadcasting.reaching import reach
from handlers.broadcasting.sheets import keep_sheet
from handlers.broadcasting.trying import try_out
from handlers.broadcasting.wording import content_of, footers, texts_of
from rules.audiences.tree import AudienceError, read, written
from storage import audit, broadcasts, media
from storage.broadcasts import BroadcastRow, NewBroadcast

OPEN: Final = ("draft", "waiting_approval", "scheduled", "running", "paused")
"""States from which an announcement can still be called off."""
SENT: Final = ("running", "paused", "done", "cancelled", "expired")
"""States in which somebody may have received it."""
_WRITTEN: Final = frozenset({"change", "submit"})


async def write(connection: AsyncConnection, actor: Actor, office: Office, typed: Typed) -> BroadcastRow:
    """Keep a first draft, finished or not.

    Raises:
        AccessDenied: the actor composes nothing.
        BroadcastError: what cannot even be kept: an audience that cannot be read, pictures that are not the actor's.
    """
    scope = scope_filter(actor, "compose_broadcast")
    await audit.serialise(connection)
    values = await _kept(connection, actor, office, typed, scope)
    new = NewBroadcast(
        area_key=actor.area_key, area_path=scope, created_by=actor.account_id or None, **values
    )  # fmt: skip
    broadcast_id = await broadcasts.create(connection, new, office.now)
    await _record(connection, actor, "broadcast_written", broadcast_id, scope, office.now)
    return await see(connection, actor, broadcast_id)


async def rewrite(
    connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int, version: int, typed: Typed
) -> BroadcastRow:
    """Change a draft.

    Raises:
        AccessDenied, BroadcastError: see `write`; also where it is no draft, or somebody else was faster.
    """
    await audit.serialise(connection)
    row = await _mine(connection, actor, broadcast_id, "compose_broadcast")
    values = await _kept(connection, actor, office, typed, row.area_path)
    if row.state != "draft":
        raise _wrong_state(office, row)
    if not await broadcasts.change(connection, broadcast_id, version, values):
        raise BroadcastError(Problem("version", "stale"))
    await broadcasts.note(connection, broadcast_id, "change", actor.account_id or None, office.now)
    await _record(connection, actor, "broadcast_changed", broadcast_id, row.area_path, office.now)
    return await see(connection, actor, broadcast_id)


async def check(connection: AsyncConnection, actor: Actor, office: Office, row: BroadcastRow) -> list[Problem]:
    """Everything that stands against sending it now, an audience that reaches nobody included."""
    known = await options(connection, office.words, row.area_path, office.outlets.shown)
    found = problems(typed_of(row), known, office.now, footer=footers(office.languages))
    pictures = row.content.pictures
    if len(await media.known(connection, pictures)) < len(set(pictures)):
        # A story was erased meanwhile, with its pictures.
        found.append(Problem("pictures", "no_such_picture"))
    if any(each.where == "audience" for each in found):
        return found
    if not (await reach(connection, row, office)).total:
        found.append(Problem("audience", "nobody_found"))
    return found


async def submit(
    connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int, version: int
) -> BroadcastRow:
    """Send it off: to the second person where it reaches many, else to the worker.

    Raises:
        AccessDenied: the actor composes nothing there.
        BroadcastError: something is wrong in it, it is no draft, or somebody else was faster.
    """
    await audit.serialise(connection)
    row = await _mine(connection, actor, broadcast_id, "compose_broadcast")
    if row.state != "draft":
        raise _wrong_state(office, row)
    found = await check(connection, actor, office, row)
    if found:
        raise BroadcastError(*found)
    total = (await reach(connection, row, office)).total
    needs_second = total > office.policy.approval_above
    target = "waiting_approval" if needs_second else "scheduled"
    await _moved(
        connection, actor, office, row, version, ("draft",), target, "submit", values={"estimate": total}
    )  # fmt: skip
    if needs_second:
        authors = await _authors(connection, row) | {actor.account_id}
        await tell_approvers(
            connection, office.words, row, total, office.deciding_roles, authors, office.now, office.today
        )  # fmt: skip
    return await see(connection, actor, broadcast_id)


async def approve(
    connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int, version: int
) -> BroadcastRow:
    """The second person agrees; it is sent when its time has come.

    Raises:
        AccessDenied: the actor approves nothing there.
        BroadcastError: whoever wrote any of it cannot approve it; it does not wait; its time is over; somebody was
            faster.
    """
    await audit.serialise(connection)
    row = await _mine(connection, actor, broadcast_id, "approve_broadcast")
    if row.state != "waiting_approval":
        raise _wrong_state(office, row)
    if actor.account_id in await _authors(connection, row):
        raise BroadcastError(Problem("approve", "own"))
    late = of_times(None, row.not_after, office.now)
    if late:
        raise BroadcastError(*late)
    await _moved(
        connection, actor, office, row, version, ("waiting_approval",), "scheduled", "approve",
        values={"approved_by": actor.account_id or None},
    )  # fmt: skip
    await tell_author(connection, office.words, row, "approved", "", office.now)
    return await see(connection, actor, broadcast_id)


async def refuse(
    connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int, version: int, reason: str
) -> BroadcastRow:
    """The second person does not agree, and says why.

    Raises:
        AccessDenied, BroadcastError: see `approve`.
    """
    await audit.serialise(connection)
    row = await _mine(connection, actor, broadcast_id, "approve_broadcast")
    if row.state != "waiting_approval":
        raise _wrong_state(office, row)
    reason = reason.strip()[:1000]
    if not reason:
        raise BroadcastError(Problem("reason", "no_reason"))
    await _moved(
        connection, actor, office, row, version, ("waiting_approval",), "refused", "refuse", reason=reason
    )  # fmt: skip
    await tell_author(connection, office.words, row, "refused", reason, office.now)
    return await see(connection, actor, broadcast_id)


SIMPLE: Final[Mapping[str, tuple[tuple[str, ...], str]]] = {
    "cancel": (OPEN, "cancelled"),
    "pause": (("running",), "paused"),
    "resume": (("paused",), "running"),
    "reopen": (("waiting_approval", "scheduled", "refused"), "draft"),
}
MOVES: Final = ("submit", "approve", "refuse", *SIMPLE)


async def step(
    connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int, version: int, name: str
) -> BroadcastRow:
    """Call it off, pause it, go on, or take it back to be written anew (`name`: see `SIMPLE`).

    Raises:
        AccessDenied: the actor composes nothing there.
        BroadcastError: it is in no such state, or somebody else was faster.
    """
    await audit.serialise(connection)
    row = await _mine(connection, actor, broadcast_id, "compose_broadcast")
    sources, target = SIMPLE[name]
    if row.state not in sources:
        raise _wrong_state(office, row)
    values = {"approved_by": None} if name == "reopen" else None
    await _moved(connection, actor, office, row, version, sources, target, name, values=values)
    return await see(connection, actor, broadcast_id)


async def correct(connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int) -> BroadcastRow:
    """Begin a correction: a draft of its own that goes to those who got the first one.

    Raises:
        AccessDenied: the actor composes nothing there.
        BroadcastError: nothing of it has been sent.
    """
    row = await _mine(connection, actor, broadcast_id, "compose_broadcast")
    if row.state not in SENT or row.expanded_at is None:
        raise BroadcastError(Problem("state", "not_corrected"))
    before = texts_of(row.content)
    texts = {
        language: type(text)(
            f"{office.languages[language].say('broadcasts.correction')}: {text.title}"[:120], text.text, text.link
        )
        for language, text in before.items()
    }
    new = NewBroadcast(
        topic=row.topic, content=content_of(texts, row.content.pictures), audience=row.audience,
        area_key=row.area_key, area_path=row.area_path, created_by=actor.account_id or None, urgent=row.urgent,
        corrects_id=row.id,
    )  # fmt: skip
    new_id = await broadcasts.create(connection, new, office.now)
    await _record(connection, actor, "broadcast_written", new_id, row.area_path, office.now, {"corrects": row.id})
    return await see(connection, actor, new_id)


async def test(connection: AsyncConnection, actor: Actor, office: Office, broadcast_id: int) -> None:
    """Send a copy to the actor's own chat, whatever state it is in.

    Raises:
        AccessDenied: the actor composes nothing there.
        BroadcastError: no chat is linked to the account.
    """
    row = await _mine(connection, actor, broadcast_id, "compose_broadcast")
    await try_out(connection, actor, office, row)
    await _record(connection, actor, "broadcast_tested", row.id, row.area_path, office.now)


def allowed(actor: Actor, row: BroadcastRow, authors: Iterable[int] = ()) -> list[str]:
    """What the actor could do with it now, for showing the buttons; each deed asks again."""
    found = []
    second = row.state == "waiting_approval" and actor.account_id not in authors
    if second and can(actor, "approve_broadcast", row.area_path):
        found += ["approve", "refuse"]
    if can(actor, "compose_broadcast", row.area_path):
        if row.state == "draft":
            found += ["submit"]
        found += [name for name, (sources, _) in SIMPLE.items() if row.state in sources]
        if row.state in SENT and row.expanded_at is not None:
            found.append("correct")
    return found


async def see(connection: AsyncConnection, actor: Actor, broadcast_id: int) -> BroadcastRow:
    """One announcement.

    Raises:
        AccessDenied: it is not of the actor's area.
        BroadcastError: there is none.
    """
    return await _mine(connection, actor, broadcast_id, "see_broadcast")


async def newest(connection: AsyncConnection, actor: Actor, limit: int) -> list[BroadcastRow]:
    """The newest announcements of the actor's area.

    Raises:
        AccessDenied: the actor sees none.
    """
    return await broadcasts.list_(connection, scope_filter(actor, "see_broadcast"), limit=limit)


async def authors_of(connection: AsyncConnection, row: BroadcastRow) -> set[int]:
    """Everybody who wrote a part of it: none of them is the second person."""
    return await _authors(connection, row)


def typed_of(row: BroadcastRow) -> Typed:
    """What is kept, as it was typed."""
    return Typed(
        row.topic, texts_of(row.content), row.content.pictures, row.audience, row.urgent, row.start_at, row.not_after
    )


async def _kept(connection: AsyncConnection, actor: Actor, office: Office, typed: Typed, scope: str) -> dict[str, Any]:
    """The fields of a draft; only what cannot be kept at all is refused here."""
    known = await options(connection, office.words, scope, office.outlets.shown)
    try:
        tree = read(typed.audience, known) if isinstance(typed.audience, str) else typed.audience
    except AudienceError as error:
        values = {"example": '{"role": ["village_head"]}', **error.values}
        raise BroadcastError(Problem("audience", f"audience_{error.key}", values)) from error
    pictures = list(typed.pictures)
    if len(pictures) > 10:
        raise BroadcastError(Problem("pictures", "too_many_pictures", {"most": 10}))
    if await usable(connection, actor, pictures) != pictures:
        raise BroadcastError(Problem("pictures", "no_such_picture"))
    await keep_sheet(connection, actor, pictures, scope, office.now)
    topic = typed.topic if typed.topic in topics() else next(iter(topics()))
    return {
        "topic": topic,
        "urgent": typed.urgent and topics()[topic].urgent,
        "content": content_of(typed.texts, pictures),
        "audience": written(tree),
        "start_at": typed.start_at,
        "not_after": typed.not_after,
    }


async def _mine(connection: AsyncConnection, actor: Actor, broadcast_id: int, verb: str) -> BroadcastRow:
    scope_filter(actor, verb)
    row = await broadcasts.read(connection, broadcast_id)
    if row is None:
        raise BroadcastError(Problem("id", "unknown"))
    require(actor, verb, row.area_path)
    return row


async def _authors(connection: AsyncConnection, row: BroadcastRow) -> set[int]:
    wrote = {move.account_id for move in await broadcasts.moves(connection, row.id) if move.move in _WRITTEN}
    return {each for each in (row.created_by, *wrote) if each is not None}


async def _moved(
    connection: AsyncConnection, actor: Actor, office: Office, row: BroadcastRow, version: int,
    sources: tuple[str, ...], target: str, name: str, *, reason: str = "", values: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    moved = await broadcasts.move(
        connection, row.id, sources=sources, target=target, name=name, account_id=actor.account_id or None,
        now=office.now, reason=reason, version=version, values=values,
    )  # fmt: skip
    if not moved:
        raise BroadcastError(Problem("version", "stale"))
    await _record(connection, actor, f"broadcast_{name}", row.id, row.area_path, office.now, {"to": target})


def _wrong_state(office: Office, row: BroadcastRow) -> BroadcastError:
    return BroadcastError(Problem("state", "wrong_state", {"state": office.words.say(f"broadcasts.state.{row.state}")}))


async def _record(
    connection: AsyncConnection, actor: Actor, verb: str, broadcast_id: int, area_path: str, now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:  # fmt: skip
    event = audit.Event(verb, "broadcast", str(broadcast_id), actor.account_id or None, actor.role, area_path, detail)
    await audit.append(connection, event, now)
