"""What a person does with a case of their own: opens it, adds to it, talks to the bot again, takes it back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from content import office_hours
from handlers.actions.consents import agreed
from handlers.cases import routing, saying, sealing, telling
from handlers.cases.routing import Route
from handlers.turn import VIETNAM, Turn
from storage import areas, audit, cases
from storage.areas import AreaRow
from storage.audit import Event
from storage.cases import CaseRow, NewEntry
from storage.turns import ChatKey

AGAIN_WITHIN: Final = timedelta(days=30)
"""How long after it was closed a person may ask on in the same case."""
_LONGEST: Final = 2_000
_ANSWERS_SINCE: Final = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a person has agreed to pass on."""

    cause: str
    topic: str
    said: tuple[tuple[str, str], ...]
    """(question, article that answered it), oldest first."""
    area_key: str = ""
    name: str = ""
    village_ok: bool = False


@dataclass(frozen=True, slots=True)
class Opened:
    """The case and its way; no case where there is nobody who could get it."""

    row: CaseRow | None
    route: Route
    told: int = 0
    times: tuple[float, ...] = ()
    already: bool = False
    """The chat had an open case, and what was said went there."""


async def open_case(turn: Turn, wish: Wish) -> Opened:
    """Hand the talk to the office in charge. A chat has one open case: a second wish goes into it."""
    connection = await turn.work.connection()
    await audit.serialise(connection)
    locality = turn.knowledge.locality
    way = await routing.route(connection, locality, wish.topic, wish.area_key, turn.today)
    present = await cases.open_of(connection, turn.key)
    if present is not None:
        kept = await _added(turn, connection, present, wish.said, urgent=wish.cause == "urgent")
        turn.conversation.case = kept.id
        return Opened(kept, way, already=True)
    if way.desk is None:
        return Opened(None, way)
    times = await cases.answer_times(connection, way.office.role, way.desk.key, turn.now - _ANSWERS_SINCE)
    case_id = await cases.open_case(connection, _values(turn, wish, way.office.role, way.desk))
    await agreed(turn, "case")
    lines = [
        NewEntry("person", text=sealing.seal(turn.knowledge.keys, case_id, text[:_LONGEST]), detail=answer)
        for text, answer in wish.said
    ]
    await cases.add_entries(connection, case_id, turn.now, lines)
    event = Event("case_opened", "case", str(case_id), area_path=way.desk.path, detail={"cause": wish.cause})
    await audit.append(connection, event, turn.now)
    row = await cases.written(connection, case_id)
    told = await _announce(turn, connection, row, way.officers)
    await telling.tell_held_back(connection, turn.knowledge.languages["vi"], turn.knowledge.address, turn.now)
    turn.conversation.case, turn.conversation.case_told, turn.conversation.recent = case_id, False, []
    return Opened(row, way, told, tuple(times))


async def add_message(turn: Turn, case_id: int, *, urgent: bool = False) -> CaseRow | None:
    """What the person wrote goes into the case: words, photos, a place. None where it is closed; where the person talks
    to the bot again, nothing goes along.
    """
    connection = await turn.work.connection()
    row = await _still_open(connection, case_id)
    if row is None or row.left_at is not None:
        return row
    return await _added(turn, connection, row, ((turn.incoming.text, ""),), urgent=urgent)


async def talk_to_bot(turn: Turn, case_id: int) -> CaseRow | None:
    """The person wants the bot back; the case stays open and its answer still comes."""
    connection = await turn.work.connection()
    row = await _still_open(connection, case_id)
    if row is None:
        return None
    await cases.add_entries(connection, row.id, turn.now, [NewEntry("left")])
    return await cases.change(connection, row.id, {"left_at": turn.now})


async def talk_to_officer(turn: Turn, case_id: int) -> CaseRow | None:
    """What is typed from now on goes to the officer again."""
    connection = await turn.work.connection()
    row = await _still_open(connection, case_id)
    if row is None:
        return None
    turn.conversation.case = row.id
    return await cases.change(connection, row.id, {"left_at": None})


async def withdraw(turn: Turn, case_id: int) -> None:
    """The person takes the question back; one that has been closed meanwhile stays as it is."""
    connection = await turn.work.connection()
    turn.conversation.case, turn.conversation.case_told = 0, False
    row = await _still_open(connection, case_id)
    if row is None:
        return
    values = {"state": cases.CLOSED, "closed_at": turn.now, "outcome": "withdrawn"}
    await cases.change(connection, row.id, values)
    await cases.add_entries(connection, row.id, turn.now, [NewEntry("closed", detail="withdrawn")])
    await audit.append(connection, Event("case_withdrawn", "case", str(row.id), area_path=row.desk_path), turn.now)


async def ask_again(turn: Turn) -> CaseRow | None:
    """Open the last case again, as if it had never been closed; None where there is none to be opened."""
    connection = await turn.work.connection()
    await audit.serialise(connection)
    row = await cases.last_of(connection, turn.key)
    if row is None or (row.closed_at is not None and turn.now - row.closed_at > AGAIN_WITHIN):
        return None
    if row.is_closed:
        values = {
            "state": "open", "closed_at": None, "closed_by": None, "outcome": None, "left_at": None,
            "last_person_at": turn.now, "due_at": _due(turn, urgent=row.urgent),
        }  # fmt: skip
        row = await cases.change(connection, row.id, values)
        await cases.add_entries(connection, row.id, turn.now, [NewEntry("reopened")])
        event = Event("case_reopened", "case", str(row.id), area_path=row.desk_path)
        await audit.append(connection, event, turn.now)
        await _announce(turn, connection, row, await _officers_of(turn, connection, row))
    turn.conversation.case, turn.conversation.case_told = row.id, False
    return row


async def forget_cases(connection: AsyncConnection, key: ChatKey, now: datetime) -> None:
    """With a chat's data go the texts, the name and the chat itself; officers see that the person had it deleted."""
    await audit.serialise(connection)
    for row in await cases.of_chat(connection, key):
        await cases.empty(connection, row.id)
        values: dict[str, Any] = {"channel": "", "chat": "", "person": "", "village_ok": False}
        if not row.is_closed:
            values |= {"state": cases.CLOSED, "closed_at": now, "outcome": "deleted"}
        await cases.change(connection, row.id, values)
        await cases.add_entries(connection, row.id, now, [NewEntry("closed", detail="deleted")])
        await audit.append(connection, Event("case_emptied", "case", str(row.id), area_path=row.desk_path), now)


def _values(turn: Turn, wish: Wish, office: str, desk: AreaRow) -> dict[str, Any]:
    urgent = wish.cause == "urgent"
    return {
        "channel": turn.incoming.channel,
        "chat": turn.incoming.chat,
        "language": turn.words.language,
        "person": sealing.seal_name(turn.knowledge.keys, turn.key, wish.name),
        "cause": wish.cause,
        "rank": 0 if urgent else 1,
        "topic": wish.topic,
        "area_key": wish.area_key,
        "office": office,
        "desk_key": desk.key,
        "desk_path": desk.path,
        "state": "open",
        "village_ok": wish.village_ok,
        "opened_at": turn.now,
        "due_at": _due(turn, urgent=urgent),
        "last_person_at": turn.now,
    }


def _due(turn: Turn, *, urgent: bool) -> datetime:
    aims = office_hours.load(turn.knowledge.locality.about.slug)
    return aims.due(turn.now.astimezone(VIETNAM), urgent=urgent)


async def _still_open(connection: AsyncConnection, case_id: int) -> CaseRow | None:
    """The case as it is now that nobody else changes it."""
    await audit.serialise(connection)
    row = await cases.get(connection, case_id)
    return None if row is None or row.is_closed else row


async def _added(
    turn: Turn, connection: AsyncConnection, row: CaseRow, said: tuple[tuple[str, str], ...], *, urgent: bool
) -> CaseRow:
    keys = turn.knowledge.keys
    lines = [
        NewEntry("person", text=sealing.seal(keys, row.id, text[:_LONGEST]), detail=answer)
        for text, answer in said
        if text.strip()
    ]
    for photo in turn.incoming.photos:
        ref = msgspec.json.encode({"ref": photo.ref, "mime": photo.mime}).decode()
        lines.append(NewEntry("person", file=sealing.seal(keys, row.id, ref), detail="photo"))
    place = turn.incoming.location
    if place is not None:
        point = f"{place.latitude:.6f}, {place.longitude:.6f}"
        lines.append(NewEntry("person", text=sealing.seal(keys, row.id, point)))
    await cases.add_entries(connection, row.id, turn.now, lines)
    values: dict[str, Any] = {"last_person_at": turn.now}
    alarm = urgent and not row.urgent
    if row.state == "waiting" or alarm:
        values |= {"state": "open", "due_at": _due(turn, urgent=urgent or row.urgent)}
    if alarm:
        values["rank"] = 0
    changed = await cases.change(connection, row.id, values)
    if urgent:
        await _announce(turn, connection, changed, await _officers_of(turn, connection, changed))
    elif row.assignee is not None and (row.state == "waiting" or turn.now - row.last_person_at > telling.QUIET):
        await _announce(turn, connection, changed, (row.assignee,), "inbox.notice_wrote")
    return changed


async def _officers_of(turn: Turn, connection: AsyncConnection, row: CaseRow) -> tuple[int, ...]:
    desk = await areas.get(connection, row.desk_key)
    found = await routing.officers(connection, desk, row.office, turn.today) if desk is not None else ()
    return tuple(dict.fromkeys((*((row.assignee,) if row.assignee else ()), *found)))


async def _announce(
    turn: Turn, connection: AsyncConnection, row: CaseRow, accounts: tuple[int, ...], key: str = ""
) -> int:
    words = turn.knowledge.languages["vi"]
    address = turn.knowledge.address
    if key:
        said = words.say(key, receipt=row.receipt, link=f"{address}/can-bo/hop-thu/{row.id}")
    else:
        area = turn.knowledge.locality.areas.get(row.area_key)
        topic = saying.topic_title(turn.knowledge, words, row.topic)
        said = telling.notice(words, row, topic, area.name if area is not None else "", address)
    return await telling.announce(connection, words, accounts, said, turn.now, urgent=row.urgent and not key)
