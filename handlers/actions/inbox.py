"""What officers do with cases: look, take, pass on, note, close. Every look and every change is in the trail."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import VILLAGE_HEAD, Actor, scope_filter
from handlers.cases import routing, saying, sealing, telling
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.windows import Window, window_of
from handlers.learning.masking import numbers_hidden
from handlers.turn import VIETNAM, Knowledge
from storage import areas, audit, case_inbox, case_notices, cases, people
from storage.audit import Event
from storage.cases import CaseRow, EntryRow, NewEntry, PresentRow

OUTCOMES: Final = ("answered", "passed_on", "not_ours", "no_word", "abuse")
"""How an officer can close a case."""
LONGEST: Final = 4_000
PRESENT_FOR: Final = timedelta(seconds=25)


@dataclass(frozen=True, slots=True)
class Inbox:
    """A page of the inbox with the numbers above it; questions in the clear, shortened."""

    lines: tuple[case_inbox.Line, ...]
    questions: Mapping[int, str]
    after: case_inbox.Place | None
    counts: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Said:
    """A line of the talk in the clear; `mime` and `name` of what came with it."""

    entry: EntryRow
    text: str
    has_photo: bool
    file: str = ""
    hidden: bool = False
    """Numbers in it are not shown."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A case as its page shows it."""

    row: CaseRow
    talk: tuple[Said, ...]
    person: str
    area_name: str
    desk_name: str
    holder: str
    window: Window
    failure: str
    """Why the last answer did not arrive."""
    others: tuple[PresentRow, ...]
    next: int | None

    @property
    def hidden(self) -> bool:
        """Whether there are numbers to be asked for."""
        return any(one.hidden for one in self.talk)

    @property
    def newest(self) -> int:
        """The last line shown: what a reply says it has seen."""
        return max((one.entry.id for one in self.talk), default=0)

    @property
    def question(self) -> str:
        """What the person wrote last: where the search for a fitting article begins."""
        return next((one.text for one in reversed(self.talk) if one.entry.kind == "person" and one.text), "")


async def see_inbox(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, filters: case_inbox.Filters,
    *, after: case_inbox.Place | None = None, limit: int = 50,
) -> Inbox:  # fmt: skip
    """A page of the inbox, within the actor's area.

    Raises:
        AccessDenied: the role answers no cases.
    """
    lines, following = await case_inbox.page(connection, filters, after=after, limit=limit)
    questions = {
        line.id: saying.shortened(numbers_hidden(sealing.opened(knowledge.keys, line.id, line.question)), 110)
        for line in lines
    }
    return Inbox(tuple(lines), questions, following, await case_inbox.counts(connection, filters))


def filters_for(actor: Actor, box: str, now: datetime, **more: Any) -> case_inbox.Filters:
    """What an actor sees of a box.

    Raises:
        AccessDenied: the role answers no cases.
    """
    path = scope_filter(actor, routing.ANSWER)
    known = box if box in case_inbox.BOXES else "unassigned"
    return case_inbox.Filters(known, path, actor.account_id, now, offices=routing.offices_of(actor), **more)


async def see_case(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, now: datetime, *,
    numbers: bool = False,
) -> Seen:  # fmt: skip
    """A case with its talk; the look stands in the audit trail. Telephone and identity numbers that the person wrote
    are hidden until they are asked for (`numbers`), and that stands there too.

    Raises:
        AccessDenied: it lies outside the actor's area, or is not of the actor's offices.
        CaseError: there is none.
    """
    row = await _case(connection, actor, case_id)
    lines = await cases.entries(connection, case_id)
    names = await cases.area_names(connection, (row.area_key, row.desk_key))
    holder = await people.account(connection, row.assignee, now.astimezone(VIETNAM).date()) if row.assignee else None
    others = await cases.seen_by(connection, case_id, actor.account_id, writing=False, now=now, gone=now - PRESENT_FOR)
    seen = Seen(
        row,
        tuple(_said(knowledge, line, numbers=numbers) for line in lines),
        sealing.masked(sealing.name_of(knowledge.keys, row.key, row.person)),
        names.get(row.area_key, ""),
        names.get(row.desk_key, ""),
        holder.name if holder is not None else "",
        await window_of(connection, row.key, now),
        await cases.last_failure(connection, case_id),
        tuple(others),
        await case_inbox.next_case(connection, filters_for(actor, "unassigned", now), case_id),
    )
    # The trail's lock comes after what is only read, so that nobody waits for that, and before what is written: whoever
    # notes a notice has it already.
    await audit.append(connection, _event("see_case", actor, row), now)
    if numbers:
        await audit.append(connection, _event("case_numbers_shown", actor, row), now)
    await case_notices.looked(connection, actor.account_id)
    return seen


async def be_present(
    connection: AsyncConnection, actor: Actor, case_id: int, *, writing: bool, now: datetime
) -> tuple[CaseRow, list[PresentRow]]:
    """Say that the actor has the case open; who else has."""
    row = await _case(connection, actor, case_id)
    return row, await cases.seen_by(
        connection, case_id, actor.account_id, writing=writing, now=now, gone=now - PRESENT_FOR
    )


async def see_talk(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, now: datetime
) -> tuple[CaseRow, tuple[Said, ...]]:
    """The talk once more for an officer who has the case open: that look is in the trail already.

    Raises:
        AccessDenied, CaseError: see `see_case`; or the page has not been open for a while.
    """
    row = await _case(connection, actor, case_id)
    if not await cases.is_present(connection, case_id, actor.account_id, now - PRESENT_FOR):
        raise CaseError("inbox.error_gone")
    lines = await cases.entries(connection, case_id)
    return row, tuple(_said(knowledge, line, numbers=False) for line in lines)


async def take(connection: AsyncConnection, actor: Actor, case_id: int, version: int, now: datetime) -> CaseRow:
    """The actor looks after the case from now on.

    Raises:
        CaseError: closed, or a colleague has it or changed it first.
    """
    row = await _to_change(connection, actor, case_id)
    if row.assignee == actor.account_id:
        return row
    if row.assignee is not None and row.version != version:
        raise CaseError("inbox.error_taken", name=await _name(connection, row.assignee, now))
    values = {"assignee": actor.account_id, "taken_at": row.taken_at or now}
    return await _changed(connection, actor, row, values, NewEntry("taken", actor.account_id), "case_taken", now)


async def assign(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, account_id: int, now: datetime,
    *, holder: int | None = None,
) -> CaseRow:  # fmt: skip
    """Give the case to a colleague who answers for it, and tell them. `holder` is who had it when the list of
    colleagues was shown (0: nobody), where that is known.

    Raises:
        CaseError: closed, the account does not answer for it, or somebody else has it meanwhile.
    """
    row = await _to_change(connection, actor, case_id)
    if holder is not None and row.assignee is not None and row.assignee not in (holder, account_id):
        raise CaseError("inbox.error_assigned", name=await _name(connection, row.assignee, now))
    if account_id not in {one.role.account_id for one in await colleagues(connection, row, now)}:
        raise CaseError("inbox.error_no_colleague")
    values = {"assignee": account_id, "taken_at": row.taken_at or now}
    entry = NewEntry("assigned", actor.account_id, detail=str(account_id))
    changed = await _changed(connection, actor, row, values, entry, "case_assigned", now)
    if account_id != actor.account_id:
        words = knowledge.languages["vi"]
        text = words.say("inbox.notice_assigned", receipt=row.receipt, name=actor.name, link=_link(knowledge, row))
        await telling.tell_officer(connection, account_id, text, now)
    return changed


async def colleagues(connection: AsyncConnection, row: CaseRow, now: datetime) -> list[people.HolderRow]:
    """Who can be given a case: those who answer at its desk."""
    today = now.astimezone(VIETNAM).date()
    desk = await areas.get(connection, row.desk_key)
    if desk is None:
        return []
    wanted = await routing.officers(connection, desk, row.office, today)
    held = await people.holders(connection, desk.path, today, limit=500)
    named: dict[int, people.HolderRow] = {}
    for one in held:
        if one.role.account_id in wanted and one.role.area_key == desk.key:
            named.setdefault(one.role.account_id, one)
    return list(named.values())


async def move(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, office: str, level: str, why: str,
    now: datetime,
) -> CaseRow:  # fmt: skip
    """Pass the case on to another office or level, and tell whoever answers there.

    Raises:
        CaseError: closed, no such office or level, nobody there, or it would stay where it is.
    """
    row = await _to_change(connection, actor, case_id)
    if office not in {one.role for one in knowledge.locality.offices}:
        raise CaseError("inbox.error_no_office")
    desk = (await routing.levels(connection, knowledge.locality, row.area_key)).get(level)
    if desk is None:
        raise CaseError("inbox.error_no_level")
    if (office, desk.key) == (row.office, row.desk_key):
        raise CaseError("inbox.error_same_desk")
    found = await routing.officers(connection, desk, office, now.astimezone(VIETNAM).date())
    if not found:
        raise CaseError("inbox.error_nobody", area=desk.name)
    values = {"office": office, "desk_key": desk.key, "desk_path": desk.path, "assignee": None}
    text = sealing.seal(knowledge.keys, row.id, why.strip()[:LONGEST])
    entry = NewEntry("moved", actor.account_id, text=text, detail=f"{desk.key}:{office}"[:64])
    # Whoever passes it on has the area it leaves: the trail of both places shows it.
    changed = await _changed(connection, actor, row, values, entry, "case_moved", now)
    words = knowledge.languages["vi"]
    area = knowledge.locality.areas.get(row.area_key)
    said = telling.notice(
        words, changed, saying.topic_title(knowledge, words, row.topic), area.name if area is not None else "",
        knowledge.address,
    )  # fmt: skip
    await telling.announce(connection, words, found, said, now, urgent=changed.urgent)
    return changed


async def note(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, text: str, submission: str,
    now: datetime,
) -> CaseRow:  # fmt: skip
    """Write something for colleagues; the person never sees it."""
    row = await _to_change(connection, actor, case_id, closed_too=True)
    if await cases.submitted(connection, submission) is not None:
        return row
    said = _checked(text)
    entry = NewEntry(
        "note", actor.account_id, text=sealing.seal(knowledge.keys, row.id, said), submission=submission or None
    )
    return await _changed(connection, actor, row, {}, entry, "case_noted", now)


async def close(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, outcome: str, now: datetime
) -> CaseRow:
    """Close the case; the person is told that the bot is back, where that still reaches them.

    Raises:
        CaseError: closed already, or no such outcome.
    """
    row = await _to_change(connection, actor, case_id)
    if outcome not in OUTCOMES:
        raise CaseError("inbox.error_no_outcome")
    values = {"state": cases.CLOSED, "closed_at": now, "closed_by": actor.account_id, "outcome": outcome}
    entry = NewEntry("closed", actor.account_id, detail=outcome)
    changed = await _changed(connection, actor, row, values, entry, "case_closed", now)
    window = await window_of(connection, row.key, now)
    if window.reachable and outcome != "abuse":
        words = knowledge.languages.get(row.language) or knowledge.languages["vi"]
        office = saying.office_name(knowledge, words, row.office)
        text = words.say(f"case.closed.{outcome}", receipt=row.receipt, office=office)
        await telling.to_person(connection, row.key, f"{text}\n{words.say('case.bot_is_back')}", now)
    return changed


async def reopen(connection: AsyncConnection, actor: Actor, case_id: int, due_at: datetime, now: datetime) -> CaseRow:
    """Open a closed case again; one that the person took back or had deleted stays closed.

    Raises:
        CaseError: it is open, the person's own end, or the person has another case by now.
    """
    row = await _to_change(connection, actor, case_id, closed_too=True)
    if not row.is_closed:
        return row
    if row.outcome in ("withdrawn", "deleted") or not row.channel:
        raise CaseError("inbox.error_deleted")
    other = await cases.open_of(connection, row.key)
    if other is not None:
        raise CaseError("inbox.error_other_case", receipt=other.receipt)
    values = {
        "state": "open", "closed_at": None, "closed_by": None, "outcome": None, "assignee": actor.account_id,
        "due_at": due_at,
    }  # fmt: skip
    entry = NewEntry("reopened", actor.account_id)
    return await _changed(connection, actor, row, values, entry, "case_reopened", now)


async def village_heads(connection: AsyncConnection, row: CaseRow, today: date) -> list[people.HolderRow]:
    """The heads of the villages of the person's commune, who can bring an answer."""
    place = await areas.get(connection, row.area_key) if row.area_key else None
    if place is None:
        return []
    held = await people.holders(connection, place.path, today, kinds=[VILLAGE_HEAD], limit=200)
    return [one for one in held if one.role.start <= today]


async def relay(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, account_id: int, text: str,
    submission: str, now: datetime,
) -> CaseRow:  # fmt: skip
    """Ask a village head to bring the answer: only where the person agreed to that, and told a name.

    Raises:
        CaseError: no consent, no name, not a head of that commune, or nothing to bring.
    """
    row = await _to_change(connection, actor, case_id)
    if await cases.submitted(connection, submission) is not None:
        return row
    name = sealing.name_of(knowledge.keys, row.key, row.person)
    if not row.village_ok or not name:
        raise CaseError("inbox.error_no_consent")
    heads = await village_heads(connection, row, now.astimezone(VIETNAM).date())
    if account_id not in {one.role.account_id for one in heads}:
        raise CaseError("inbox.error_no_head")
    said = _checked(text)
    words = knowledge.languages["vi"]
    told = words.say(
        "inbox.relay", receipt=row.receipt, person=name, text=said,
        office=saying.office_name(knowledge, words, row.office),
    )  # fmt: skip
    chats = [(channel, chat) for channel, chat, preferred in await people.chats_of(connection, account_id) if preferred]
    if not chats:
        raise CaseError("inbox.error_no_head")
    outbox_id = await telling.to_person(connection, chats[0], told, now)
    entry = NewEntry(
        "relayed", actor.account_id, text=sealing.seal(knowledge.keys, row.id, said), detail=str(account_id),
        outbox_id=outbox_id, submission=submission or None,
    )  # fmt: skip
    values = {"state": "waiting", "last_staff_at": now, "first_reply_at": row.first_reply_at or now}
    return await _changed(connection, actor, row, values, entry, "case_relayed", now)


async def photo_of(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, entry_id: int
) -> tuple[str, str] | None:
    """Channel and handle of a photo that the person sent."""
    row = await _case(connection, actor, case_id)
    line = await cases.entry(connection, case_id, entry_id)
    if line is None or line.kind != "person" or not line.file:
        return None
    said = msgspec.json.decode(sealing.opened(knowledge.keys, case_id, line.file).encode())
    return row.channel, str(said.get("ref", ""))


async def case_to_change(connection: AsyncConnection, actor: Actor, case_id: int) -> CaseRow:
    """A case that is not closed, and that nobody else changes until the transaction ends.

    Raises:
        AccessDenied, CaseError: see `see_case`; or it is closed.
    """
    return await _to_change(connection, actor, case_id)


async def case_changed(
    connection: AsyncConnection, actor: Actor, row: CaseRow, values: Mapping[str, Any], entry: NewEntry, verb: str,
    now: datetime,
) -> CaseRow:  # fmt: skip
    """Write a change with its line and its place in the trail."""
    return await _changed(connection, actor, row, values, entry, verb, now)


def _said(knowledge: Knowledge, line: EntryRow, *, numbers: bool) -> Said:
    text = sealing.opened(knowledge.keys, line.case_id, line.text)
    shown = text if numbers or line.kind != "person" else numbers_hidden(text)
    return Said(
        line, shown, line.kind == "person" and bool(line.file), line.file if line.kind == "staff" else "", shown != text
    )


async def _case(connection: AsyncConnection, actor: Actor, case_id: int, *, lock: bool = False) -> CaseRow:
    row = await cases.get(connection, case_id, lock=lock)
    if row is None:
        scope_filter(actor, routing.ANSWER)
        raise CaseError("inbox.error_gone")
    routing.require_case(actor, row)
    return row


async def _to_change(connection: AsyncConnection, actor: Actor, case_id: int, *, closed_too: bool = False) -> CaseRow:
    await audit.serialise(connection)
    row = await _case(connection, actor, case_id, lock=True)
    if row.is_closed and not closed_too:
        raise CaseError("inbox.error_deleted" if row.outcome == "deleted" else "inbox.error_closed")
    return row


async def _changed(
    connection: AsyncConnection, actor: Actor, row: CaseRow, values: Mapping[str, Any], entry: NewEntry, verb: str,
    now: datetime,
) -> CaseRow:  # fmt: skip
    changed = await cases.change(connection, row.id, values)
    await cases.add_entries(connection, row.id, now, [entry])
    await audit.append(connection, _event(verb, actor, row), now)
    return changed


def _event(verb: str, actor: Actor, row: CaseRow) -> Event:
    return Event(verb, "case", str(row.id), actor.account_id or None, actor.role, row.desk_path)


def _checked(text: str) -> str:
    said = text.strip()
    if not said:
        raise CaseError("inbox.error_empty")
    if len(said) > LONGEST:
        raise CaseError("inbox.error_long", most=LONGEST)
    return said


def _link(knowledge: Knowledge, row: CaseRow) -> str:
    return f"{knowledge.address}/can-bo/hop-thu/{row.id}"


async def _name(connection: AsyncConnection, account_id: int, now: datetime) -> str:
    found = await people.account(connection, account_id, now.astimezone(VIETNAM).date())
    return found.name if found is not None else "?"


__all__ = [
    "LONGEST", "OUTCOMES", "AnsweredFirstError", "CaseError", "Inbox", "Said", "Seen", "assign", "be_present",
    "case_changed", "case_to_change", "close", "colleagues", "filters_for", "move", "note", "photo_of", "relay",
    "reopen", "see_case", "see_inbox", "see_talk", "take", "village_heads",
]  # fmt: skip
