"""Reports: sending one, moving it on, and letting an approved one happen to the register.

Every move stands in the report's own history and in the audit trail, in one transaction with what it does.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import Words
from handlers.access import COMMUNE_OFFICER, DISTRICT_OFFICER, VILLAGE_HEAD, AccessDenied, Actor, can, require
from handlers.reporting import told as telling
from handlers.reporting.differences import Difference, before_of, differences, kept_of
from handlers.reporting.errors import ReportError, SeenFirstError, problem_error
from handlers.reporting.frame import Frame
from handlers.reporting.happening import happen, unhappen
from handlers.reporting.notices import tell
from handlers.reporting.told import Told, case_of
from rules.reports.catalogue import forms
from rules.reports.model import Case
from rules.review import NEEDS_REASON, Part, following
from rules.time_limits import due_on
from storage import areas, audit, reports
from storage.keys import Keys
from storage.register.names import folded
from storage.reports import MoveRow, ReportRow
from storage.turns import ChatKey

__all__ = [
    "LEVELS",
    "ReportError",
    "SeenFirstError",
    "Submitted",
    "Viewed",
    "move",
    "parts_of",
    "submit",
    "view",
]

LEVELS: Final[Mapping[str, str]] = {
    VILLAGE_HEAD: "village",
    COMMUNE_OFFICER: "commune",
    DISTRICT_OFFICER: "district",
}
"""The level of the review route that a role stands for."""
LONGEST_REASON: Final = 1000
_MOST_CHANGES: Final = 12
_TOLD: Final = frozenset({"take", "ask", "correct", "forward", "back", "approve", "refuse", "reopen"})


@dataclass(frozen=True, slots=True)
class Submitted:
    """The stored report; or none yet, with the reports that look like the same thing."""

    row: ReportRow | None = None
    alike: tuple[ReportRow, ...] = ()
    again: bool = False
    """It was there before: confirmed twice."""


@dataclass(frozen=True, slots=True)
class Viewed:
    """A report with all that belongs to it, for somebody who may see it."""

    row: ReportRow
    told: Told
    case: Case
    parts: tuple[Part, ...]
    moves: tuple[MoveRow, ...]
    reasons: Mapping[int, str] = field(default_factory=dict)
    """What was said with a move, by the id of the move."""
    corrections: Mapping[int, tuple[Difference, ...]] = field(default_factory=dict)
    """What a correction changed, by the id of the move."""


async def submit(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    told: Told,
    *,
    chat: ChatKey,
    now: datetime,
    today: date,
    same_as: int | None = None,
    another: bool = False,
) -> Submitted:
    """Send a report. Where others look like the same thing, nothing is stored until somebody says which it is.

    Raises:
        AccessDenied: the village is not the actor's.
        ReportError: it cannot be so, by the register as it is now.
    """
    await audit.serialise(connection)
    case, area = await case_of(connection, frame, told, today)
    if area is None:
        raise ReportError("reports.error_no_area")
    require(actor, "report_change", area.path)
    await _require_other(connection, actor, case)
    known = await reports.by_submission(connection, told.submission)
    if known is not None:
        return Submitted(known, again=True)
    hashes = _subject_hashes(keys, told)
    found = await _alike(connection, told, hashes)
    if found and same_as is None and not another:
        return Submitted(alike=tuple(found))
    joined = next((row for row in found if row.id == same_as), None)
    if joined is None:
        problem = forms().get(told.form).problem(case)
        if problem is not None:
            raise problem_error(problem)
    state = "joined" if joined is not None else frame.route.beginning
    values = {
        "sent_by": actor.account_id,
        "channel": chat[0],
        "chat": chat[1],
        "created_at": now,
        "state": state,
        "area_key": area.key,
        "area_path": area.path,
        "duplicate_of": joined.id if joined is not None else None,
        **_said(keys, told, hashes),
        **_times(frame, told, state, now, today, today),
    }
    report_id = await reports.add(connection, told.submission, values)
    row = await reports.by_submission(connection, told.submission)
    if row is None or report_id is None:  # another process has stored it since the look above
        return Submitted(row, again=True)
    await _record(connection, actor, keys, row, "join" if joined is not None else "send", "", state, None, now)
    return Submitted(row)


async def move(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    frame: Frame,
    report_id: int,
    wanted: str,
    *,
    version: int,
    now: datetime,
    today: date,
    reason: str = "",
    told: Told | None = None,
) -> ReportRow:
    """Make a move with a report as it was at `version`; `told` is what a correction says instead.

    Raises:
        AccessDenied: the report lies outside the actor's area.
        SeenFirstError: the report has moved on since that version.
        ReportError: this part may not make this move now, a reason is missing, or the register does not take it.
    """
    await audit.serialise(connection)
    row = await reports.get(connection, report_id)
    if row is None:
        raise ReportError("reports.error_gone")
    parts = parts_of(actor, row, frame)
    if not parts:
        raise AccessDenied(actor, "see_report", row.area_path)
    if row.version != version:
        raise SeenFirstError(row, await _last_move(connection, row.id))
    after = following(frame.route, row.state, parts, wanted)
    if after is None:
        raise ReportError("reports.error_not_now")
    reason = " ".join(reason.split())[:LONGEST_REASON]
    if wanted in NEEDS_REASON and not reason:
        raise ReportError("reports.error_reason")
    # A register that refuses leaves nothing of the move behind, not even where the caller answers the error.
    async with connection.begin_nested():
        before = telling.opened(keys, row)
        values: dict[str, Any] = _times(frame, before, after, now, today, row.created_at.date())
        if wanted == "correct":
            values |= await _corrected(connection, actor, keys, frame, row, told, today)
            reason = json.dumps(kept_of(before), ensure_ascii=False)
        if wanted == "approve":
            values |= await happen(connection, actor, keys, frame, row, now, today)
        if wanted == "reopen" and row.change_id is not None:
            values |= await unhappen(connection, actor, keys, row, now)
        if not await reports.change(connection, row.id, version, {"state": after, **values}):
            raise SeenFirstError(row, await _last_move(connection, row.id))
        await _record(connection, actor, keys, row, wanted, row.state, after, reason or None, now)
        changed = await differences(connection, frame.words, before, told) if told is not None else ()
        await _tell(connection, actor, frame, row, wanted, reason, now, changed)
    return await reports.get(connection, row.id) or row


async def view(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, report_id: int, today: date
) -> Viewed:
    """A report with its way so far.

    Raises:
        AccessDenied: it lies outside the actor's area.
        ReportError: there is none.
    """
    row = await reports.get(connection, report_id)
    if row is None:
        raise ReportError("reports.error_gone")
    require(actor, "see_report", row.area_path)
    told = telling.opened(keys, row)
    case, _ = await case_of(connection, frame, told, today)
    moves = await reports.moves(connection, row.id)
    reasons = {
        each.id: keys.decrypt(each.reason, _reason_context(row.id)).decode()
        for each in moves
        if each.reason is not None and each.move != "correct"
    }
    corrections = await _corrections(connection, keys, frame, row, told, moves)
    return Viewed(row, told, case, parts_of(actor, row, frame), tuple(moves), reasons, corrections)


async def _corrections(
    connection: AsyncConnection, keys: Keys, frame: Frame, row: ReportRow, told: Told, moves: Sequence[MoveRow]
) -> dict[int, tuple[Difference, ...]]:
    """Backwards from what is told now: each correction kept what stood there before it."""
    found: dict[int, tuple[Difference, ...]] = {}
    after = told
    for made in reversed(moves):
        if made.move == "correct" and made.reason is not None:
            before = before_of(after, json.loads(keys.decrypt(made.reason, _reason_context(row.id))))
            found[made.id] = await differences(connection, frame.words, before, after)
            after = before
    return found


def parts_of(actor: Actor, row: ReportRow, frame: Frame) -> tuple[Part, ...]:
    """The parts that somebody has in the review of a report."""
    found: list[Part] = []
    level = LEVELS.get(actor.role, "")
    part = frame.route.part(level)
    # Where the commune decides there is no district, and the verb of checking is its own.
    verb = "decide_report" if part == "decider" and level == "district" else "check_report"
    if part is not None and can(actor, verb, row.area_path):
        found.append(part)
    mine = row.sent_by == actor.account_id or actor.role == VILLAGE_HEAD
    if mine and can(actor, "report_change", row.area_path):
        found.append("sender")
    return tuple(found)


async def _corrected(
    connection: AsyncConnection, actor: Actor, keys: Keys, frame: Frame, row: ReportRow, told: Told | None, today: date
) -> dict[str, Any]:
    """The columns of what is said instead; it must hold like a new report, and stay the same kind."""
    if told is None or told.form != row.form or told.submission != row.submission:
        raise ReportError("reports.error_not_now")
    case, area = await case_of(connection, frame, told, today)
    if area is None:
        raise ReportError("reports.error_no_area")
    require(actor, "report_change", area.path)
    await _require_other(connection, actor, case)
    problem = forms().get(told.form).problem(case)
    if problem is not None:
        raise problem_error(problem)
    return {**_said(keys, told, _subject_hashes(keys, told)), "area_key": area.key, "area_path": area.path}


async def _require_other(connection: AsyncConnection, actor: Actor, case: Case) -> None:
    """The second household lies within the actor's area as well."""
    if case.other is not None:
        area = await areas.get(connection, case.other.area_key)
        require(actor, "see_household", area.path if area is not None else "")


def _said(keys: Keys, told: Told, hashes: Sequence[str]) -> dict[str, Any]:
    return {
        "form": told.form,
        "household_id": told.household_id,
        "member_id": told.member_id,
        "other_household_id": told.other_id,
        "subject_hash": hashes[0] if hashes else None,
        "fields": telling.sealed(keys, told),
        "event_date": told.on,
    }


def _times(frame: Frame, told: Told, state: str, now: datetime, today: date, sent_on: date) -> dict[str, Any]:
    """When it moved, and by when it should move again."""
    reviewed = forms().get(told.form).form.reviewed
    is_open = state in ("sent", "checking", "asked", "checked", "deciding")
    due = due_on(frame.parameters, state, today, reviewed=reviewed, sent_on=sent_on) if is_open else None
    decided = {"decided_at": now} if state == "refused" else {}
    return {"moved_at": now, "due_on": due, "reminded_on": None, **decided}


def _subject_hashes(keys: Keys, told: Told) -> list[str]:
    """Stands for a household that is not in the register: its village and its head's name without accents."""
    if not told.is_new:
        return []
    return keys.keyed_hashes(f"report:{told.area_key}:{folded(str(told.fields.get('head_name', '')))}")


async def _alike(connection: AsyncConnection, told: Told, hashes: Sequence[str]) -> list[ReportRow]:
    return await reports.alike(
        connection,
        form=told.form,
        household_id=told.household_id,
        member_id=told.member_id,
        subject_hashes=hashes,
        on=told.on,
        within=timedelta(days=forms().get(told.form).form.same_within_days),
    )


async def _last_move(connection: AsyncConnection, report_id: int) -> MoveRow | None:
    found = await reports.moves(connection, report_id)
    return found[-1] if found else None


async def _record(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    row: ReportRow,
    made: str,
    before: str,
    after: str,
    reason: str | None,
    now: datetime,
) -> None:
    await reports.add_move(
        connection,
        {
            "report_id": row.id,
            "at": now,
            "account_id": actor.account_id,
            "role": actor.role,
            "move": made,
            "from_state": before,
            "to_state": after,
            "reason": keys.encrypt(reason.encode(), _reason_context(row.id)) if reason is not None else None,
        },
    )
    event = audit.Event(
        f"report_{made}",
        "report",
        str(row.id),
        actor.account_id or None,
        actor.role,
        row.area_path,
        {"form": row.form, "from": before, "to": after},
    )
    await audit.append(connection, event, now)


async def _tell(
    connection: AsyncConnection,
    actor: Actor,
    frame: Frame,
    row: ReportRow,
    made: str,
    reason: str,
    now: datetime,
    changed: Sequence[Difference] = (),
) -> None:
    """The sender, and whoever reported the same, on the channel used; nobody is told of what they did themselves."""
    if made not in _TOLD:
        return
    said = "" if made == "correct" else reason
    values = {"receipt": row.receipt, "title": forms().get(row.form).title}
    text = frame.words.say(f"reports.told.{made}", **values)
    if said:
        text += "\n" + frame.words.say("reports.told.reason", reason=said)
    for each in changed[:_MOST_CHANGES]:
        text += "\n" + correction_said(frame.words, each)
    if row.sent_by != actor.account_id:
        await tell(connection, [(row.channel, row.chat)], text, now)
    if made in ("approve", "refuse"):
        same = await reports.joined_to(connection, row.id)
        await tell(connection, [(each.channel, each.chat) for each in same], text, now)


def correction_said(words: Words, changed: Difference) -> str:
    """One line of what a correction changed."""
    empty = words.say("linked.empty")
    return words.say(
        "linked.corrected", label=changed.label, before=changed.before or empty, after=changed.after or empty
    )


def _reason_context(report_id: int) -> str:
    return f"report_moves.reason:{report_id}"
