"""How long what is kept of people stays, and deleting what is past its time a small batch at a time."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, Date, LargeBinary, Table, and_, delete, exists, func, literal, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import INBOX_DONE, INBOX_FAILED, OUTBOX_QUEUED, conversations, inbox, outbox
from storage.tables_cases import case_entries, case_presence, cases
from storage.tables_dialogues import dialogue_questions, dialogues
from storage.tables_files import files
from storage.tables_keeping import consents
from storage.tables_learning import question_log
from storage.tables_linked import household_codes, job_runs, photos
from storage.tables_media import media_fetches
from storage.tables_people import account_channels, account_drafts, invitations, link_codes
from storage.tables_sessions import desk_links, desk_sessions
from storage.tables_zalo import ARRIVAL_FAILED, arrivals

DEFAULTS: Final[Mapping[str, int]] = {
    "conversations": 730,
    "drafts": 180,
    "last_questions": 1,
    "messages": 90,
    "receipts": 730,
    "message_ids": 30,
    "failures": 30,
    "cases": 730,
    "dialogue_questions": 90,
    "question_log": 180,
    "consents": 730,
    "invitations": 90,
    "codes": 30,
    "sessions": 7,
    "files": 1,
    "photos": 1,
    "job_runs": 365,
}
"""Days by name, as the setting `CHUNGTAY_RETENTION` overrides them; docs/privacy.md says what each one means."""
MOST_DAYS: Final = 3650
_LEAST: Final[Mapping[str, int]] = {"message_ids": 7, "messages": 7, "cases": 60}
"""A platform delivers again for days; the web chat shows the talk; a closed case may be asked on for a month."""
_PART: Final = re.compile(r"\s*([a-z_]+)\s*=\s*(\d{1,5})\s*")


@dataclass(frozen=True, slots=True)
class Rule:
    """Rows that are deleted once they are older than the days of `name`."""

    name: str
    table: Table
    past: Callable[[datetime], ColumnElement[bool]]


def periods(text: str) -> dict[str, int]:
    """All periods, with those of a setting like `messages=60, cases=365` in place of the defaults.

    Raises:
        ValueError: an unknown name, or a number of days that cannot be.
    """
    found = dict(DEFAULTS)
    for part in filter(None, (each.strip() for each in text.split(","))):
        matched = _PART.fullmatch(part)
        if matched is None or matched[1] not in DEFAULTS:
            raise ValueError(f"has a part {part!r}; expected name=days with a name of {', '.join(DEFAULTS)}")
        least, days = _LEAST.get(matched[1], 1), int(matched[2])
        if not least <= days <= MOST_DAYS:
            raise ValueError(f"has {part!r}; expected {least} to {MOST_DAYS} days")
        found[matched[1]] = days
    return found


def _unlinked(table: Any) -> ColumnElement[bool]:
    linked = exists().where(
        account_channels.c.channel == table.c.channel, account_channels.c.chat == table.c.chat
    )  # fmt: skip
    return ~linked


def _silent(table: Any) -> ColumnElement[bool]:
    return ~exists().where(conversations.c.channel == table.c.channel, conversations.c.chat == table.c.chat)


def _ended_dialogue(before: datetime) -> ColumnElement[bool]:
    ended = or_(
        and_(dialogues.c.state == "answered", dialogues.c.answered_at < before),
        and_(dialogues.c.state == "cancelled", dialogues.c.moved_at < before),
    )
    return dialogue_questions.c.dialogue_id.in_(select(dialogues.c.id).where(ended))


def _dead_invitation(before: datetime) -> ColumnElement[bool]:
    """Never used, and over for so long. One that was used is the proof of a role."""
    ended = or_(invitations.c.expires_at < before, invitations.c.revoked_at < before)
    return and_(invitations.c.used_at.is_(None), ended)


RULES: Final[tuple[Rule, ...]] = (
    # A chat of an account stays with the account.
    Rule("conversations", conversations, lambda t: and_(conversations.c.last_seen_at < t, _unlinked(conversations))),
    Rule("drafts", account_drafts, lambda t: account_drafts.c.saved_at < t),
    Rule(
        "messages", outbox,
        lambda t: and_(outbox.c.created_at < t, outbox.c.state != OUTBOX_QUEUED, outbox.c.broadcast_id.is_(None)),
    ),
    Rule(
        "receipts", outbox,
        lambda t: and_(outbox.c.created_at < t, outbox.c.state != OUTBOX_QUEUED, outbox.c.broadcast_id.is_not(None)),
    ),
    Rule("message_ids", inbox, lambda t: and_(inbox.c.received_at < t, inbox.c.state == INBOX_DONE)),
    Rule("failures", inbox, lambda t: and_(inbox.c.received_at < t, inbox.c.state == INBOX_FAILED)),
    Rule("failures", arrivals, lambda t: and_(arrivals.c.received_at < t, arrivals.c.state == ARRIVAL_FAILED)),
    Rule("dialogue_questions", dialogue_questions, _ended_dialogue),
    Rule("question_log", question_log, lambda t: question_log.c.day < day_of(t)),
    Rule("consents", consents, lambda t: and_(consents.c.again_at < t, _silent(consents))),
    Rule("invitations", invitations, _dead_invitation),
    Rule("codes", household_codes, lambda t: household_codes.c.expires_at < t),
    Rule("codes", link_codes, lambda t: link_codes.c.expires_at < t),
    Rule("sessions", desk_sessions, lambda t: desk_sessions.c.expires_at < t),
    Rule("sessions", desk_links, lambda t: desk_links.c.expires_at < t),
    Rule("sessions", case_presence, lambda t: case_presence.c.seen_at < t),
    Rule("files", files, lambda t: files.c.expires_at < t),
    Rule("photos", photos, lambda t: and_(photos.c.kept.is_(False), photos.c.created_at < t)),
    Rule("photos", media_fetches, lambda t: media_fetches.c.created_at < t),
    Rule("job_runs", job_runs, lambda t: job_runs.c.started_at < t),
)  # fmt: skip


def day_of(moment: datetime) -> ColumnElement[Any]:
    """The day of a moment, for a column that holds days."""
    return literal(moment.date(), Date())


async def count(connection: AsyncConnection, rule: Rule, before: datetime) -> int:
    """How many rows are past their time."""
    query = select(func.count()).select_from(rule.table).where(rule.past(before))
    return int((await connection.execute(query)).scalar_one())


async def purge(connection: AsyncConnection, *, rule: Rule, before: datetime, at_once: int) -> int:
    """Delete so many rows of a rule at most; how many there were."""
    keys = list(rule.table.primary_key)
    some = select(*keys).where(rule.past(before)).limit(at_once)
    chosen: Any = keys[0].in_(some) if len(keys) == 1 else tuple_(*keys).in_(some)
    # The condition once more: what somebody has changed meanwhile stays.
    gone = await connection.execute(delete(rule.table).where(chosen, rule.past(before)))
    return int(gone.rowcount)


def full_cases(before: datetime) -> ColumnElement[bool]:
    """Cases that were closed long ago and still say something of somebody."""
    words = or_(case_entries.c.text != "", case_entries.c.file != "")
    said = exists().where(case_entries.c.case_id == cases.c.id, words)
    return and_(cases.c.closed_at < before, or_(cases.c.chat != "", cases.c.person != "", said))


def idle_with(connection: AsyncConnection, fields: tuple[str, ...], before: datetime) -> ColumnElement[bool]:
    """Conversations in which nobody has written since, and whose state holds one of some fields."""
    holds = []
    for field in fields:
        wanted = literal(f'"{field}":'.encode(), LargeBinary())
        if connection.dialect.name == "sqlite":
            holds.append(func.instr(conversations.c.state, wanted) > 0)
        else:
            holds.append(func.position(wanted.op("IN")(conversations.c.state)) > 0)
    return and_(conversations.c.last_seen_at < before, or_(*holds))
