"""Which rows of which table belong to a person, and what becomes of them when the person has everything deleted.

The one list for telling what is kept, for taking it along, and for the test that nothing is left: a new table is a line
here, either among those of people or, with the reason, among those of nobody.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Table, and_, false, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.tables import conversations, inbox, outbox
from storage.tables_broadcasts import topic_choices
from storage.tables_cases import case_entries, case_notices, case_presence, cases, saved_replies
from storage.tables_dialogues import dialogue_questions
from storage.tables_files import files
from storage.tables_keeping import consents
from storage.tables_linked import account_households, finding_outcomes, household_codes, household_told, photos
from storage.tables_media import media_fetches
from storage.tables_nominations import nomination_files, nomination_moves, nominations
from storage.tables_people import account_channels, account_drafts, accounts, audit, invitations, link_codes, roles
from storage.tables_reports import report_files, report_moves, reports
from storage.tables_sessions import desk_factors, desk_links, desk_recovery_codes, desk_sessions
from storage.tables_zalo import arrivals, zalo_oa_people
from storage.turns import ChatKey

DELETED: Final = "deleted"
EMPTIED: Final = "emptied"
"""The row stays as a number for the figures; what the person said, and who it was, is taken out."""
KEPT: Final = "kept"
MOST_ROWS: Final = 2_000
"""Of one table in one copy: more is said to be more."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody by their chats and, if there is one, their account; `hashes` stand for the chats in the audit trail."""

    chats: Sequence[ChatKey]
    account_id: int = 0
    hashes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Holding:
    """A table with rows of people. `why` is the end of a phrase key `privacy.stays.…` where something stays."""

    table: Table
    of: Callable[[Person], ColumnElement[bool]]
    after: str
    why: str = ""
    office: bool = False
    """Only people with a role have such rows, and they stay with the office."""


def _chat(table: Table, column: str = "chat") -> Callable[[Person], ColumnElement[bool]]:
    channel, chat = table.c.channel, table.c[column]
    return lambda person: or_(false(), *(and_(channel == one[0], chat == one[1]) for one in person.chats))


def _account(table: Table, column: str = "account_id") -> Callable[[Person], ColumnElement[bool]]:
    return lambda person: table.c[column] == person.account_id if person.account_id else false()


def _either(table: Table, column: str) -> Callable[[Person], ColumnElement[bool]]:
    by_chat, by_account = _chat(table), _account(table, column)
    return lambda person: or_(by_chat(person), by_account(person))


def _below(table: Table, column: str, parent: Table, of: Callable[[Person], ColumnElement[bool]]) -> Any:
    return lambda person: table.c[column].in_(select(parent.c.id).where(of(person)))


def _of_audit(person: Person) -> ColumnElement[bool]:
    by_chat = and_(audit.c.subject_kind == "chat", audit.c.subject_id.in_(list(person.hashes)))
    about = and_(audit.c.subject_kind == "account", audit.c.subject_id == str(person.account_id))
    mine = or_(audit.c.account_id == person.account_id, about) if person.account_id else false()
    return or_(by_chat, mine)


def _of_zalo(person: Person) -> ColumnElement[bool]:
    return zalo_oa_people.c.user_id.in_([chat for channel, chat in person.chats if channel == "zalo_oa"])


_CASES: Final = _chat(cases)
_REPORTS: Final = _either(reports, "sent_by")
_NOMINATIONS: Final = _either(nominations, "sent_by")

HOLDINGS: Final[tuple[Holding, ...]] = (
    Holding(conversations, _chat(conversations), DELETED),
    Holding(outbox, _chat(outbox), DELETED),
    Holding(inbox, _chat(inbox), EMPTIED, "message_ids"),
    Holding(arrivals, _chat(arrivals, "sender"), DELETED),
    Holding(topic_choices, _chat(topic_choices), DELETED),
    Holding(consents, _chat(consents), DELETED),
    Holding(cases, _CASES, EMPTIED, "case_numbers"),
    Holding(case_entries, _below(case_entries, "case_id", cases, _CASES), EMPTIED, "case_numbers"),
    Holding(dialogue_questions, _chat(dialogue_questions), DELETED),
    Holding(files, _chat(files), DELETED),
    Holding(photos, _chat(photos), DELETED, "report_photos"),
    Holding(media_fetches, _chat(media_fetches), DELETED),
    Holding(zalo_oa_people, _of_zalo, DELETED),
    Holding(account_channels, _account(account_channels), DELETED, "role"),
    Holding(account_drafts, _account(account_drafts), DELETED, "role"),
    Holding(link_codes, _account(link_codes), DELETED, "role"),
    Holding(accounts, _account(accounts, "id"), DELETED, "role"),
    Holding(account_households, _account(account_households), KEPT, "link_numbers"),
    Holding(household_told, _account(household_told), DELETED),
    Holding(household_codes, _account(household_codes, "used_by"), KEPT, "link_numbers"),
    Holding(audit, _of_audit, KEPT, "audit"),
    Holding(roles, _account(roles), KEPT, "role", office=True),
    Holding(invitations, _account(invitations, "used_by"), KEPT, "role", office=True),
    Holding(reports, _REPORTS, KEPT, "reports", office=True),
    Holding(report_moves, _account(report_moves), KEPT, "reports", office=True),
    Holding(report_files, _account(report_files), KEPT, "reports", office=True),
    Holding(nominations, _NOMINATIONS, KEPT, "nominations", office=True),
    Holding(nomination_moves, _account(nomination_moves), KEPT, "nominations", office=True),
    Holding(nomination_files, _account(nomination_files), KEPT, "nominations", office=True),
    Holding(finding_outcomes, _account(finding_outcomes), KEPT, "office_work", office=True),
    Holding(saved_replies, _account(saved_replies), KEPT, "office_work", office=True),
    Holding(case_presence, _account(case_presence), KEPT, "office_work", office=True),
    Holding(case_notices, _account(case_notices), KEPT, "office_work", office=True),
    Holding(desk_sessions, _account(desk_sessions), KEPT, "role", office=True),
    Holding(desk_links, _account(desk_links), KEPT, "role", office=True),
    Holding(desk_factors, _account(desk_factors), KEPT, "role", office=True),
    Holding(desk_recovery_codes, _account(desk_recovery_codes), KEPT, "role", office=True),
)

NOBODYS: Final[Mapping[str, str]] = {
    "analytics_weeks": "which weeks have been summed up",
    "areas": "places",
    "audit_anchors": "hashes of the trail",
    "broadcasts": "public announcements; the author stands there as a number",
    "broadcast_moves": "office work; an account's number",
    "channels": "pauses of channels",
    "channel_counts": "numbers without people",
    "channel_shares": "sending rates of processes",
    "changes": "the register, kept by law; see the household's own page",
    "change_households": "the register",
    "dialog_counts": "numbers of dialogs by day, area and step",
    "dialogues": "public events",
    "dialogue_groups": "questions in the office's words, without who asked",
    "dialogue_moves": "office work; an account's number",
    "entitlement_runs": "numbers of a run",
    "entitlement_findings": "derived from the register",
    "handovers": "office work; numbers of roles",
    "households": "the register, kept by law; see the household's own page",
    "household_spans": "the register",
    "imports": "the register",
    "job_runs": "nightly jobs",
    "key_rotations": "numbers of a change of keys",
    "knowledge_changes": "office work on articles; an account's number",
    "media": "public pictures and documents",
    "members": "the register, kept by law; see the household's own page",
    "movements": "figures of the register",
    "name_keys": "the register",
    "news_items": "public news",
    "news_versions": "public news; consent of who is named is kept with the text",
    "news_pictures": "public news",
    "news_moves": "office work; an account's number",
    "periods": "closed figures of the register",
    "question_log": "questions without who asked them",
    "question_weeks": "numbers of questions by week, area and article",
    "zalo_oa_tokens": "secrets of the installation",
}
"""Tables without rows of the people who talk to us, and why."""


async def rows_of(connection: AsyncConnection, holding: Holding, person: Person) -> list[dict[str, Any]]:
    """The person's rows of a table."""
    table = holding.table
    query = select(table).where(holding.of(person)).order_by(*table.primary_key).limit(MOST_ROWS)
    return [dict(row._mapping) for row in await connection.execute(query)]


async def everything(connection: AsyncConnection, person: Person) -> dict[str, list[dict[str, Any]]]:
    """All rows of a person, by table; tables without any are left out."""
    found = {each.table.name: await rows_of(connection, each, person) for each in HOLDINGS}
    return {name: rows for name, rows in found.items() if rows}


async def forget_senders(connection: AsyncConnection, key: ChatKey) -> None:
    """Message ids stay, so that one delivered again is not answered twice; whose they were does not."""
    await connection.execute(
        update(inbox).where(inbox.c.channel == key[0], inbox.c.chat == key[1]).values(chat="", payload=None)
    )


async def forget_consents(connection: AsyncConnection, key: ChatKey) -> None:
    """What a chat has agreed to. The trail keeps that there was a consent, by number or hash."""
    await connection.execute(consents.delete().where(consents.c.channel == key[0], consents.c.chat == key[1]))
