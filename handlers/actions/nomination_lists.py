"""Lists of nominations within the actor's own area: the queue, one's own, what was approved for a year; and photos."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import AccessDenied, Actor, require, scope_filter
from handlers.actions.nominations import NominationError, attach, changed_by, file_context, nominating_of
from handlers.actions.queue import MINE, part_of, path_of, states_of
from handlers.messages import Attachment
from handlers.nominating.told import name_hashes, opened, plain_name
from handlers.reporting.frame import Frame
from rules.nominations.model import ANSWERS, KINDS, MOST_PHOTOS, Nomination
from rules.review import OPEN
from storage import areas, audit, nominations
from storage.areas import AreaRow
from storage.keys import Keys
from storage.nominations import FileRow, Filters, NominationRow
from storage.turns import ChatKey

PAGE: Final = 8
VILLAGES: Final = "-"
"""As an organisation: what the villages themselves put forward."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """The filters as somebody typed or chose them; nothing in here is trusted."""

    state: str = MINE
    kind: str = ""
    year: int = 0
    place: str = ""
    organisation: str = ""
    consent: str = ""
    overdue: bool = False
    text: str = ""


@dataclass(frozen=True, slots=True)
class Listed:
    """A line of a list with the name in the clear, for whoever may see it; empty where it has been erased."""

    row: NominationRow
    name: str


@dataclass(frozen=True, slots=True)
class Queue:
    """A page of the queue with the numbers above it."""

    lines: Sequence[Listed]
    after: int | None
    total: int
    waiting: int
    overdue: int
    most: int = nominations.MOST_COUNTED


@dataclass(frozen=True, slots=True)
class Commended:
    """Somebody on the list of a year."""

    row: NominationRow
    said: Nomination


@dataclass(frozen=True, slots=True)
class YearPage:
    """A page of the list of a year."""

    area: AreaRow
    lines: Sequence[Commended]
    after: int | None
    """The id to go on after; none after the last page."""
    counts: Mapping[str, int]
    """How many stand on the whole list, by kind."""


async def filters_of(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, wanted: Wanted, today: date
) -> Filters:
    """What is asked for, within the actor's area.

    Raises:
        AccessDenied: the role sees no nominations, or the place is not within its area.
    """
    path = await path_of(connection, actor, "see_nomination", wanted.place)
    states = states_of(actor, frame, wanted.state)
    known = {each.id for each in nominating_of(frame).organisations}
    chosen = {VILLAGES: ""}.get(wanted.organisation, wanted.organisation if wanted.organisation in known else None)
    text = wanted.text.strip()[:120]
    number = text.upper().removeprefix("DC").lstrip("- ")
    is_number = number.isascii() and number.isdecimal() and len(number) < 18
    return Filters(
        path,
        states,
        wanted.kind if wanted.kind in KINDS else "",
        wanted.year or None,
        wanted.consent if wanted.consent in ANSWERS else "",
        chosen,
        today if wanted.overdue else None,
        int(number) if is_number else None,
        tuple(name_hashes(keys, text)) if plain_name(text) and not is_number else (),
    )


async def see_queue(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    wanted: Wanted,
    today: date,
    *,
    after: int = 0,
    limit: int = 100,
) -> Queue:
    """A page of the queue, with the numbers of what waits for this role.

    Raises:
        AccessDenied: see `filters_of`.
    """
    filters = await filters_of(connection, actor, keys, frame, wanted, today)
    rows, following = await nominations.queue(connection, filters, after=after, limit=limit)
    everywhere = await filters_of(connection, actor, keys, frame, Wanted(), today)
    return Queue(
        [Listed(row, opened(keys, row).name if row.told else "") for row in rows],
        following,
        await nominations.count(connection, filters),
        await nominations.count(connection, everywhere),
        await nominations.count(connection, replace(everywhere, overdue_on=today)),
    )


async def waiting(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, today: date, *, after: int = 0
) -> tuple[list[NominationRow], int | None, int]:
    """What waits for the actor's move, oldest first: a page, the id to go on after, and how many wait in all.

    Raises:
        AccessDenied: the role sees no nominations.
    """
    filters = await filters_of(connection, actor, keys, frame, Wanted(), today)
    rows, following = await nominations.queue(connection, filters, after=after, limit=PAGE)
    return rows, following, await nominations.count(connection, filters)


async def mine(
    connection: AsyncConnection, actor: Actor, *, before: int | None = None, limit: int = PAGE
) -> tuple[list[NominationRow], bool]:
    """What the actor has put forward, newest first, and whether there is more.

    Raises:
        AccessDenied: the role puts nobody forward.
    """
    scope = scope_filter(actor, "nominate")
    rows = await nominations.of_sender(connection, actor.account_id, scope, before=before, limit=limit + 1)
    return rows[:limit], len(rows) > limit


async def overdue(connection: AsyncConnection, actor: Actor, today: date, *, limit: int = 20) -> list[NominationRow]:
    """What should have moved on before today.

    Raises:
        AccessDenied: the role sees no nominations.
    """
    return await nominations.overdue(connection, today, path=scope_filter(actor, "see_nomination"), limit=limit)


async def commended(
    connection: AsyncConnection, actor: Actor, keys: Keys, area_key: str, year: int, now: datetime, *,
    verb: str = "nominations_listed", detail: str = "",
) -> tuple[AreaRow, list[Commended]]:  # fmt: skip
    """Everybody who was approved for a year in an area, however many; the look stands in the audit trail.

    Raises:
        AccessDenied: the area is not the actor's, there is none, or the role does not see the list.
    """
    area = await _area_of_list(connection, actor, area_key)
    found: list[Commended] = []
    after: NominationRow | None = None
    while True:
        rows = await nominations.commended(connection, area.path, year, after=after)
        found += [Commended(row, opened(keys, row)) for row in rows]
        if len(rows) < nominations.PORTION:
            break
        after = rows[-1]
    await _listed(connection, actor, area, year, len(found), verb, detail, now)
    return area, found


async def see_year(
    connection: AsyncConnection, actor: Actor, keys: Keys, area_key: str, year: int, now: datetime, *,
    after: int = 0, limit: int = nominations.PORTION,
) -> YearPage:  # fmt: skip
    """A page of the same list, with the numbers of the whole; the look stands in the audit trail.

    Raises:
        AccessDenied: see `commended`.
    """
    area = await _area_of_list(connection, actor, area_key)
    last = await nominations.get(connection, after) if after else None
    rows = await nominations.commended(connection, area.path, year, after=last, limit=limit + 1)
    lines = [Commended(row, opened(keys, row)) for row in rows[:limit]]
    await _listed(connection, actor, area, year, len(lines), "nominations_listed", "", now)
    following = lines[-1].row.id if len(rows) > limit else None
    return YearPage(area, lines, following, await nominations.count_commended(connection, area.path, year))


async def _area_of_list(connection: AsyncConnection, actor: Actor, area_key: str) -> AreaRow:
    scope_filter(actor, "check_nomination")
    area = await areas.get(connection, area_key)
    if area is None:
        raise AccessDenied(actor, "check_nomination", "/")
    require(actor, "check_nomination", area.path)
    return area


async def _listed(
    connection: AsyncConnection, actor: Actor, area: AreaRow, year: int, rows: int, verb: str, detail: str,
    now: datetime,
) -> None:  # fmt: skip
    said = {"year": year, "rows": rows, **({"as": detail} if detail else {})}
    event = audit.Event(verb, "area", area.key, actor.account_id or None, actor.role, area.path, said)
    await audit.append(connection, event, now)


async def see_file(
    connection: AsyncConnection, actor: Actor, keys: Keys, nomination_id: int, file_id: int
) -> tuple[FileRow, str] | None:
    """A photo with the channel's handle in the clear.

    Raises:
        AccessDenied: the nomination lies outside the actor's area.
    """
    row = await nominations.get(connection, nomination_id)
    if row is None:
        return None
    require(actor, "see_nomination", row.area_path)
    found = next((each for each in await nominations.files(connection, row.id) if each.id == file_id), None)
    return None if found is None else (found, ref_of(keys, found))


def ref_of(keys: Keys, file: FileRow) -> str:
    """The channel's own handle of a photo."""
    return keys.decrypt(file.content, file_context(file.nomination_id)).decode()


async def attach_later(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    nomination_id: int,
    photos: Sequence[tuple[ChatKey, Attachment]],
    now: datetime,
) -> NominationRow:
    """Photos for a nomination that has been sent, while it is still open.

    Raises:
        AccessDenied: it lies outside the actor's area.
        NominationError: there is none, it is over, or there would be too many.
    """
    row = await nominations.get(connection, nomination_id)
    if row is None:
        raise NominationError("nominations.error.gone")
    require(actor, "nominate", row.area_path)
    row = await changed_by(connection, actor, frame, nomination_id, row.version)
    if row.erased_at is not None or row.state not in OPEN:
        raise NominationError("nominations.error.not_now")
    if len(await nominations.files(connection, row.id)) + len(photos) > MOST_PHOTOS:
        raise NominationError("nominations.error.photos", most=MOST_PHOTOS)
    await attach(connection, actor, keys, row, photos, now)
    return row


__all__ = [
    "MINE", "PAGE", "VILLAGES", "Commended", "Listed", "Queue", "Wanted", "YearPage", "attach_later", "commended",
    "filters_of", "mine", "overdue", "part_of", "ref_of", "see_file", "see_queue", "see_year", "waiting",
]  # fmt: skip
