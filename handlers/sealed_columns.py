"""Every column that holds ciphertext, hashes made with a key, or codes: the one place for `keys rotate`.

A new encrypted column is one more line here; tests/privacy/test_sealed_columns.py scans the schema and real rows and
names what is missing.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, exists

from content.text import plain
from handlers.nominating.told import plain_name
from storage.keys import Keys
from storage.register.names import folded
from storage.rotation import Code, Contexts, Sealed
from storage.tables import conversations
from storage.tables_cases import case_entries, cases
from storage.tables_dialogues import dialogue_questions
from storage.tables_files import files
from storage.tables_learning import question_log
from storage.tables_linked import finding_outcomes, household_codes, photos
from storage.tables_media import media_fetches
from storage.tables_news import news_versions
from storage.tables_nominations import nomination_files, nomination_moves, nominations
from storage.tables_people import account_drafts, invitations, link_codes
from storage.tables_register import changes, households, members
from storage.tables_reports import report_files, report_moves, reports
from storage.tables_sessions import desk_factors, desk_links, desk_recovery_codes, desk_sessions
from storage.tables_zalo import zalo_oa_tokens

_SHORT: Final = timedelta(minutes=10)
"""How long a code for another channel and a sign-in link live."""


def _bound(pattern: str) -> Contexts:
    """The context of a row: names of its columns in braces."""
    return lambda row: (pattern.format_map(row),)


def _digits(text: str) -> str:
    return "".join(char for char in text if char.isdigit())


def _register(field: str) -> Callable[[Keys, Mapping[str, Any], str], Mapping[str, str | None]]:
    return lambda keys, row, said: {f"{field}_hash": keys.keyed_hash(f"{field}:{_digits(said)}")}


def _of_changes(keys: Keys, row: Mapping[str, Any], said: str) -> Mapping[str, str | None]:
    """Beside a number in what was before and after stands its hash."""
    return _register(str(row["field"]).removesuffix("_encrypted"))(keys, row, said)


def _of_report(keys: Keys, row: Mapping[str, Any], said: str) -> Mapping[str, str | None]:
    if row["subject_hash"] is None:
        return {}
    name = str(json.loads(said)["fields"].get("head_name", ""))
    return {"subject_hash": keys.keyed_hash(f"report:{row['area_key']}:{folded(name)}")}


def _of_nomination(keys: Keys, row: Mapping[str, Any], said: str) -> Mapping[str, str | None]:
    return {"name_hash": keys.keyed_hash(f"nomination:{plain_name(json.loads(said)['name'])}")}


def _of_question(keys: Keys, row: Mapping[str, Any], said: str) -> Mapping[str, str | None]:
    return {"text_hash": keys.keyed_hash(f"dialogue:{row['dialogue_id']}:{plain(said)}")}


# What an interview holds back until it is sent, and the questions of the last day.
_TALK: Final[Contexts] = lambda row: ("cases.told",)  # noqa: E731  # one of many small contexts
_ITEMS: Final[Contexts] = lambda row: (  # noqa: E731
    "household.phone", "member.id_number", "member.disability",
)  # fmt: skip

SEALED: Final[tuple[Sealed, ...]] = (
    Sealed(
        households.c.phone_encrypted,
        _bound("household.phone"),
        _register("phone"),
        ("phone_hash",),
    ),
    Sealed(members.c.id_number_encrypted, _bound("member.id_number"), _register("id_number"), ("id_number_hash",)),
    Sealed(members.c.disability_encrypted, _bound("member.disability")),
    Sealed(changes.c["items"], _ITEMS, _of_changes, nested=True),
    Sealed(question_log.c.text, _bound("question_log.text")),
    Sealed(reports.c.fields, _bound("reports.fields:{submission}"), _of_report, ("subject_hash",)),
    Sealed(report_moves.c.reason, _bound("report_moves.reason:{report_id}")),
    Sealed(report_files.c.content, _bound("report_files.content:{report_id}")),
    Sealed(nominations.c.told, _bound("nominations.told:{submission}"), _of_nomination, ("name_hash",)),
    Sealed(nomination_moves.c.reason, _bound("nomination_moves.reason:{nomination_id}")),
    Sealed(nomination_files.c.content, _bound("nomination_files.content:{nomination_id}")),
    Sealed(news_versions.c.consent, _bound("news_versions.consent:{news_id}:{version}")),
    Sealed(dialogue_questions.c.text, _bound("dialogue_questions.text:{dialogue_id}"), _of_question, ("text_hash",)),
    Sealed(cases.c.person, _bound("cases.person:{channel}:{chat}")),
    Sealed(case_entries.c.text, _bound("case_entries:{case_id}")),
    Sealed(case_entries.c.file, _bound("case_entries:{case_id}")),
    Sealed(finding_outcomes.c.note, _bound("finding_outcomes.note:{household_id}")),
    Sealed(photos.c.data, _bound("photos.data:{key}")),
    Sealed(media_fetches.c.ref, _bound("media_fetches.ref:{id}")),
    Sealed(files.c.data, _bound("files.data:{key}")),
    Sealed(desk_factors.c.secret, _bound("desk_factors.secret:{account_id}")),
    Sealed(zalo_oa_tokens.c.access_token, _bound("zalo_oa_tokens {app_id}")),
    Sealed(zalo_oa_tokens.c.refresh_token, _bound("zalo_oa_tokens {app_id}")),
    Sealed(conversations.c.state, _TALK, nested=True),
    Sealed(account_drafts.c.draft, _TALK, nested=True),
)


def _open_code(table: Any) -> Callable[[datetime, datetime], ColumnElement[bool]]:
    return lambda before, now: and_(
        table.c.used_at.is_(None), table.c.revoked_at.is_(None), table.c.expires_at > now, table.c.created_at < before
    )


def _recovery(before: datetime, now: datetime) -> ColumnElement[bool]:
    codes, factors = desk_recovery_codes.c, desk_factors.c
    of_then = exists().where(factors.account_id == codes.account_id, factors.confirmed_at < before)
    return and_(codes.used_at.is_(None), of_then)


CODES: Final[tuple[Code, ...]] = (
    Code(invitations.c.code_hash, _open_code(invitations)),
    Code(household_codes.c.code_hash, _open_code(household_codes)),
    Code(
        link_codes.c.code_hash,
        lambda before, now: and_(
            link_codes.c.used_at.is_(None), link_codes.c.expires_at > now, link_codes.c.expires_at < before + _SHORT
        ),
    ),
    Code(
        desk_links.c.token_hash,
        lambda before, now: and_(
            desk_links.c.used_at.is_(None), desk_links.c.expires_at > now, desk_links.c.expires_at < before + _SHORT
        ),
    ),
    Code(
        desk_sessions.c.token_hash,
        lambda before, now: and_(desk_sessions.c.expires_at > now, desk_sessions.c.created_at < before),
    ),
    Code(desk_recovery_codes.c.code_hash, _recovery),
)

NOT_KEYED: Final[Mapping[str, str]] = {
    "audit.hash": "chains the trail; made without a key",
    "audit.previous_hash": "chains the trail; made without a key",
    "imports.file_hash": "the same file twice; made without a key",
    "media.sha256": "the same picture twice; made without a key",
}
"""Columns that look like a keyed hash and are none."""


def hash_columns() -> Sequence[str]:
    """`table.column` of every hash that a rotation makes anew."""
    return [f"{each.table.name}.{name}" for each in SEALED for name in each.hash_columns]
