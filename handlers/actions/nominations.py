"""Nominations for commendation: sending one, moving it on, correcting and erasing it. Nothing else writes them.

They take the route of reports: the same table of moves (`rules.review`), the same levels of the locality. What differs
is that nobody decides about a nomination of the own hand, and that nothing happens to the register.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.localities import LOWEST_KINDS
from content.nominations import Nominating, load
from handlers.access import VILLAGE_HEAD, AccessDenied, Actor, can, require
from handlers.actions.reports import LEVELS, LONGEST_REASON
from handlers.messages import Attachment
from handlers.nominating.errors import CheckError, MovedFirstError, NominationError
from handlers.nominating.lines import differences
from handlers.nominating.notices import tell
from handlers.nominating.told import before_again, kept_before, name_hashes, one_line, opened, sealed
from handlers.reporting.differences import Difference
from handlers.reporting.frame import Frame
from rules.nominations.model import Consent, Nomination, problem
from rules.review import NEEDS_REASON, OPEN, Move, Part, allowed, following
from rules.time_limits import due_on
from storage import areas, audit, nominations
from storage import photos as kept_photos
from storage.areas import AreaRow
from storage.keys import Keys
from storage.nominations import FileRow, MoveRow, NominationRow
from storage.turns import ChatKey

__all__ = [
    "DESK", "CheckError", "MovedFirstError", "NominationError", "Submitted", "Viewed", "attach", "audited",
    "changed_by", "file_context", "move", "moves_of", "nominating_of", "parts_of", "record", "submit", "view",
]  # fmt: skip

DESK: Final[ChatKey] = ("", "")
"""The chat of a nomination that was written at the desk: its sender is told on their own channels."""
_OWN: Final = frozenset({"approve", "refuse"})
"""What nobody does with a nomination of the own hand."""
_KINDS: Final = frozenset({"village", *LOWEST_KINDS})


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored nomination; or none yet, with those of the same name in this commune and year."""

    row: NominationRow | None = None
    alike: tuple[NominationRow, ...] = ()
    again: bool = False
    """It was there before: confirmed twice."""
    lost: int = 0
    """So many photos were no longer there when it was sent."""


@dataclass(frozen=True, slots=True)
class Viewed:
    """A nomination with all that belongs to it; `said` is None where its content has been erased."""

    row: NominationRow
    said: Nomination | None
    parts: tuple[Part, ...]
    may: tuple[Move, ...]
    moves: tuple[MoveRow, ...]
    files: tuple[FileRow, ...]
    same: tuple[NominationRow, ...] = ()
    """Nominations that were joined to this one."""
    first: NominationRow | None = None
    """The one that this was joined to."""
    reasons: Mapping[int, str] = field(default_factory=dict)
    corrections: Mapping[int, tuple[Difference, ...]] = field(default_factory=dict)


def nominating_of(frame: Frame) -> Nominating:
    """Who nominates in this locality, and by which criteria."""
    return load(frame.locality.about.slug)


async def submit(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    said: Nomination,
    *,
    chat: ChatKey,
    photos: Sequence[tuple[ChatKey, Attachment]] = (),
    now: datetime,
    today: date,
    same_as: int | None = None,
    another: bool = False,
) -> Submitted:
    """Send a nomination. Where the name stands there already this year, nothing is stored until somebody says whether
    it is the same nominee.

    Raises:
        AccessDenied: the place is not the actor's.
        NominationError: what is missing or cannot be.
    """
    await audit.serialise(connection)
    known = await nominations.by_submission(connection, said.submission)
    if known is not None and known.sent_by == actor.account_id:
        return Submitted(known, again=True)
    said = _tidy(said)
    area = await _area(connection, actor, said)
    _check(actor, frame, said, today)
    found = await _alike(connection, keys, said, area, today.year)
    joined = next((row for row in found if row.id == same_as), None)
    if found and joined is None and not another:
        return Submitted(alike=tuple(found))
    state = "joined" if joined is not None else frame.route.beginning
    values = {
        "year": today.year,
        "sent_by": actor.account_id,
        "channel": chat[0],
        "chat": chat[1],
        "created_at": now,
        "state": state,
        "duplicate_of": joined.id if joined is not None else None,
        **_said(keys, said, area),
        **_times(frame, state, now, today, today),
    }
    nomination_id = await nominations.add(connection, said.submission, values)
    row = await nominations.by_submission(connection, said.submission)
    if row is None or nomination_id is None:
        raise NominationError("nominations.error.gone")
    await record(connection, actor, keys, row, "join" if joined is not None else "send", "", state, None, now)
    lost = await attach(connection, actor, keys, row, photos, now)
    return Submitted(row, lost=lost)


async def move(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    nomination_id: int,
    wanted: str,
    *,
    version: int,
    now: datetime,
    today: date,
    reason: str = "",
    said: Nomination | None = None,
) -> NominationRow:
    """Make a move with a nomination as it was at `version`; `said` is what a correction says instead.

    Raises:
        AccessDenied: it lies outside the actor's area.
        MovedFirstError: it has moved on since that version.
        NominationError: this part may not make this move now, or a reason is missing.
    """
    row = await changed_by(connection, actor, frame, nomination_id, version)
    after = following(frame.route, row.state, parts_of(actor, row, frame), wanted)
    if row.erased_at is not None:
        raise NominationError("nominations.error.erased")
    if wanted in _OWN and after is not None and row.sent_by == actor.account_id:
        raise NominationError("nominations.error.own")
    if after is None:
        raise NominationError("nominations.error.not_now")
    reason = " ".join(reason.replace("\x00", "").split())[:LONGEST_REASON]
    if wanted in NEEDS_REASON and not reason:
        raise NominationError("nominations.error.reason")
    values = _times(frame, after, now, today, row.created_at.date())
    changed: tuple[Difference, ...] = ()
    if wanted == "correct":
        more, reason, changed = await _corrected(connection, actor, keys, frame, row, said, today)
        values |= more
    if not await nominations.change(connection, row.id, version, {"state": after, **values}):
        raise MovedFirstError(row, await _last_move(connection, row.id))
    await record(connection, actor, keys, row, wanted, row.state, after, reason or None, now)
    await tell(connection, actor, frame.words, row, wanted, "" if wanted == "correct" else reason, now, changed)
    return await nominations.get(connection, row.id) or row


async def view(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, nomination_id: int, now: datetime
) -> Viewed:
    """A nomination with its way so far; that it was looked at stands in the audit trail.

    Raises:
        AccessDenied: it lies outside the actor's area.
        NominationError: there is none.
    """
    row = await _row(connection, nomination_id)
    require(actor, "see_nomination", row.area_path)
    said = opened(keys, row) if row.told else None
    made = await nominations.moves(connection, row.id)
    parts = parts_of(actor, row, frame)
    await audited(connection, actor, "nomination_seen", row, now)
    return Viewed(
        row,
        said,
        parts,
        moves_of(actor, row, parts),
        tuple(made),
        tuple(await nominations.files(connection, row.id)),
        tuple(await nominations.joined_to(connection, row.id)),
        await nominations.get(connection, row.duplicate_of) if row.duplicate_of is not None else None,
        {each.id: _reason(keys, each) for each in made if each.reason is not None and each.move != "correct"},
        await _corrections(connection, keys, frame, row, said, made) if said is not None else {},
    )


def parts_of(actor: Actor, row: NominationRow, frame: Frame) -> tuple[Part, ...]:
    """The parts that somebody has in the review of a nomination."""
    found: list[Part] = []
    part = frame.route.part(LEVELS.get(actor.role, ""))
    if part is not None and can(actor, f"{'decide' if part == 'decider' else 'check'}_nomination", row.area_path):
        found.append(part)
    # Whoever leads the village now answers for what the village has put forward.
    mine = row.sent_by == actor.account_id or (actor.role == VILLAGE_HEAD and not row.organisation)
    if mine and can(actor, "nominate", row.area_path):
        found.append("sender")
    return tuple(found)


def moves_of(actor: Actor, row: NominationRow, parts: Sequence[Part]) -> tuple[Move, ...]:
    """What somebody may do with a nomination now."""
    if row.erased_at is not None:
        return ()
    own = row.sent_by == actor.account_id
    return tuple(each for each in allowed(row.state, parts) if not (own and each in _OWN))


async def changed_by(
    connection: AsyncConnection, actor: Actor, frame: Frame, nomination_id: int, version: int
) -> NominationRow:
    """The nomination, for somebody who has a part in it and has seen it as it is now.

    Raises:
        AccessDenied, MovedFirstError, NominationError: see `move`.
    """
    await audit.serialise(connection)
    row = await _row(connection, nomination_id)
    if not parts_of(actor, row, frame):
        raise AccessDenied(actor, "see_nomination", row.area_path)
    if row.version != version:
        raise MovedFirstError(row, await _last_move(connection, row.id))
    return row


async def record(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    row: NominationRow,
    made: str,
    before: str,
    after: str,
    reason: str | None,
    now: datetime,
) -> None:
    """A step in the nomination's own history and in the audit trail."""
    await nominations.add_move(
        connection,
        {
            "nomination_id": row.id,
            "at": now,
            "account_id": actor.account_id,
            "role": actor.role,
            "move": made,
            "from_state": before,
            "to_state": after,
            "reason": keys.encrypt(reason.encode(), _reason_context(row.id)) if reason is not None else None,
        },
    )
    await audited(connection, actor, f"nomination_{made}", row, now, {"from": before, "to": after})


async def audited(
    connection: AsyncConnection,
    actor: Actor,
    verb: str,
    row: NominationRow,
    now: datetime,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """A line of the audit trail about a nomination: ids only."""
    event = audit.Event(
        verb, "nomination", str(row.id), actor.account_id or None, actor.role, row.area_path, detail
    )  # fmt: skip
    await audit.append(connection, event, now)


async def attach(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    row: NominationRow,
    photos: Sequence[tuple[ChatKey, Attachment]],
    now: datetime,
) -> int:
    """Keep photos, each with the chat that it came from; how many are no longer there to be kept."""
    lost = 0
    for (channel, chat), photo in photos:
        # The web chat keeps its photos with us, for a day; other channels hold theirs.
        if channel == "web" and await kept_photos.of_chat(connection, photo.ref, (channel, chat)) is None:
            lost += 1
            continue
        values = {
            "nomination_id": row.id,
            "at": now,
            "account_id": actor.account_id,
            "channel": channel,
            "mime": photo.mime[:64],
            "size": photo.size,
            "content": keys.encrypt(photo.ref.encode(), file_context(row.id)),
        }
        await nominations.add_file(connection, values)
        await kept_photos.keep(connection, photo.ref, (channel, chat))
    if len(photos) > lost:
        await audited(connection, actor, "nomination_attached", row, now, {"things": len(photos) - lost})
    return lost


def file_context(nomination_id: int) -> str:
    """What the handle of a photo is bound to."""
    return f"nomination_files.content:{nomination_id}"


def _tidy(said: Nomination) -> Nomination:
    consent = said.consent
    if consent.answer == "yes":
        kept = replace(consent, who=one_line(consent.who), witness=one_line(consent.witness)[:200])
    else:
        kept = Consent(consent.answer)
    deed = said.deed.replace("\x00", "").replace("\r\n", "\n").strip()
    return replace(said, name=one_line(said.name), deed=deed, consent=kept)


async def _area(connection: AsyncConnection, actor: Actor, said: Nomination) -> AreaRow:
    """The village or commune of the nominee, within the actor's area."""
    area = await areas.get(connection, said.area_key)
    if area is None or area.kind not in _KINDS:
        raise NominationError("nominations.check.area")
    require(actor, "nominate", area.path)
    return area


def _check(actor: Actor, frame: Frame, said: Nomination, today: date) -> None:
    nominating = nominating_of(frame)
    found = problem(
        said, today, criteria={each.id for each in nominating.of_kind(said.kind)},
        organisations={each.id for each in nominating.organisations},
    )  # fmt: skip
    if found is not None:
        raise CheckError(found)
    if actor.role != VILLAGE_HEAD and not said.organisation:
        # An officer checks and decides; what is put forward comes from the village or from an organisation.
        raise NominationError("nominations.check.organisation")


async def _alike(
    connection: AsyncConnection, keys: Keys, said: Nomination, area: AreaRow, year: int, beside: int = 0
) -> list[NominationRow]:
    """The nominations of the same name in the same commune and year."""
    path = area.path
    if area.kind not in LOWEST_KINDS:
        path = f"{area.path[:-1].rpartition('/')[0]}/"
    return await nominations.alike(
        connection, year=year, path=path, name_hashes=name_hashes(keys, said.name), beside=beside
    )


def _said(keys: Keys, said: Nomination, area: AreaRow) -> dict[str, Any]:
    return {
        "kind": said.kind,
        "area_key": area.key,
        "area_path": area.path,
        "organisation": said.organisation,
        "name_hash": name_hashes(keys, said.name)[0],
        "told": sealed(keys, said),
        "consent": said.consent.answer,
    }


def _times(frame: Frame, state: str, now: datetime, today: date, sent_on: date) -> dict[str, Any]:
    """When it moved, and by when it should move again: the office's own aim, the law names none."""
    due = due_on(frame.parameters, state, today, reviewed=False, sent_on=sent_on) if state in OPEN else None
    decided = {"decided_at": now if state in ("approved", "refused") else None}
    return {"moved_at": now, "due_on": due, **decided}


async def _corrected(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    row: NominationRow,
    said: Nomination | None,
    today: date,
) -> tuple[dict[str, Any], str, tuple[Difference, ...]]:
    """The columns of what is said instead, what stood there before, and what that changes."""
    if said is None:
        raise NominationError("nominations.error.not_now")
    before = opened(keys, row)
    # Who put it forward stays who put it forward.
    after = _tidy(replace(said, submission=row.submission, organisation=row.organisation))
    if row.news_id is not None and after.consent.answer != "yes":
        # A story stands on it: taking the consent back takes the story back as well, which is a form of its own.
        raise NominationError("nominations.error.consent_form")
    area = await _area(connection, actor, after)
    nominating = nominating_of(frame)
    # A criterion that was there when it was sent may stay, whatever the list says today.
    known = {each.id for each in nominating.of_kind(after.kind)} | {key for key, _ in before.criteria}
    found = problem(
        after, today, criteria=known, organisations={each.id for each in nominating.organisations} | {row.organisation}
    )
    if found is not None:
        raise CheckError(found)
    if name_hashes(keys, after.name) != name_hashes(keys, before.name) or area.key != row.area_key:
        same = await _alike(connection, keys, after, area, row.year, row.id)
        if same:
            raise NominationError("nominations.error.known", receipt=same[0].receipt)
    changed = differences(frame.words, nominating, (before, row.area_name), (after, area.name))
    return _said(keys, after, area), kept_before(before), changed


async def _corrections(
    connection: AsyncConnection,
    keys: Keys,
    frame: Frame,
    row: NominationRow,
    said: Nomination,
    made: Sequence[MoveRow],
) -> dict[int, tuple[Difference, ...]]:
    """Backwards from what is said now: each correction kept what stood there before it."""
    found: dict[int, tuple[Difference, ...]] = {}
    after, area = said, row.area_name
    for each in reversed(made):
        if each.move == "correct" and each.reason is not None:
            before = before_again(_reason(keys, each), row.submission)
            place = await areas.get(connection, before.area_key)
            name = place.name if place is not None else before.area_key
            found[each.id] = differences(frame.words, nominating_of(frame), (before, name), (after, area))
            after, area = before, name
    return found


async def _row(connection: AsyncConnection, nomination_id: int) -> NominationRow:
    row = await nominations.get(connection, nomination_id)
    if row is None:
        raise NominationError("nominations.error.gone")
    return row


async def _last_move(connection: AsyncConnection, nomination_id: int) -> MoveRow | None:
    found = await nominations.moves(connection, nomination_id)
    return found[-1] if found else None


def _reason(keys: Keys, made: MoveRow) -> str:
    return keys.decrypt(made.reason or "", _reason_context(made.nomination_id)).decode()


def _reason_context(nomination_id: int) -> str:
    return f"nomination_moves.reason:{nomination_id}"
