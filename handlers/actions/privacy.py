"""What is kept of a person, over all tables: told, taken along as files, and what stays after a deletion, with why."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.actions.links import chat_hash
from handlers.sealed_columns import SEALED
from handlers.turn import VIETNAM, Turn
from storage import audit, people, personal
from storage.errors import StorageError
from storage.files import StoredFile, add_file, read_file, take_file
from storage.keys import Keys
from storage.personal import DELETED, HOLDINGS, MOST_ROWS, Person
from storage.rotation import SEALED_TEXT

SEALED_MIME: Final = "application/x-chungtay-sealed"
"""A file that is ciphertext until it is handed out."""
TAKEN_KEPT: Final = timedelta(days=1)
READABLE: Final = "du-lieu-cua-toi.txt"
MACHINE: Final = "du-lieu-cua-toi.json"
NAMES: Final = (READABLE, MACHINE)

# Secrets and hashes tell nothing about the person and would open doors; notes of officers are the office's own.
_NEVER: Final = frozenset({"secret", "hash", "previous_hash", "code_hash", "token_hash", "text_hash", "name_hash"})
_NOT_SHOWN: Final = frozenset({"subject_hash", "submission", "data", *_NEVER})
_CONTEXTS: Final = {(each.table.name, each.column.name): each.contexts for each in SEALED}
_KEY: Final = re.compile(r"[A-Za-z0-9_-]{16,32}")
# Told of in the sentences that every chat gets.
_ALWAYS: Final = frozenset({"conversations", "outbox", "inbox", "arrivals", "topic_choices"})


@dataclass(frozen=True, slots=True)
class Summary:
    """How many rows there are beyond the talk itself, by table, and why some stay after a deletion."""

    counts: Mapping[str, int]
    stays: Sequence[str]
    other_chats: int
    """Chats of the same person on other channels: deleting here does not delete there."""


async def person_of(turn: Turn) -> Person:
    """Who writes, with every chat of theirs."""
    connection = await turn.work.connection()
    account = await people.account_of_chat(connection, turn.key, turn.today)
    chats = [turn.key]
    if account is not None:
        chats += [
            (channel, chat)
            for channel, chat, _ in await people.chats_of(connection, account.id)
            if (channel, chat) != turn.key
        ]
    hashes = [each for chat in chats for each in _chat_hashes(turn.knowledge.keys, chat)]
    return Person(chats, account.id if account is not None else 0, hashes)


async def summary(turn: Turn) -> Summary:
    """What there is, in numbers."""
    person = await person_of(turn)
    found = await personal.everything(await turn.work.connection(), person)
    stays = [
        each.why for each in HOLDINGS
        if each.why and each.table.name in found and (each.after != DELETED or _stays(each.why, found))
    ]  # fmt: skip
    counts = {name: len(rows) for name, rows in found.items() if name not in _ALWAYS}
    return Summary(counts, tuple(dict.fromkeys(stays)), len(person.chats) - 1)


async def take_along(turn: Turn) -> str:
    """Make the two files, sealed, for a day; returns the key that both begin with. That it was done is in the trail."""
    connection = await turn.work.connection()
    person = await person_of(turn)
    data = await copy_of(connection, turn.knowledge.keys, person)
    key = turn.new_key()[:32]
    made = {READABLE: _readable(turn, data), MACHINE: _machine(turn, data)}
    for name, content in made.items():
        whole = f"{key}/{name}"
        sealed = turn.knowledge.keys.encrypt(content, f"files.data:{whole}").encode()
        await add_file(connection, StoredFile(whole, *turn.key, SEALED_MIME, sealed), turn.now, turn.now + TAKEN_KEPT)
    subject = ("account", str(person.account_id)) if person.account_id else ("chat", person.hashes[0])
    await audit.append(connection, audit.Event("data_taken", *subject, person.account_id or None), turn.now)
    return key


async def in_words(turn: Turn) -> str:
    """The readable copy as a text, for a channel that can bring no file and where there is no page to fetch it from."""
    person = await person_of(turn)
    data = await copy_of(await turn.work.connection(), turn.knowledge.keys, person)
    return _readable(turn, data).decode("utf-8-sig")


async def copy_of(connection: AsyncConnection, keys: Keys, person: Person) -> dict[str, list[dict[str, Any]]]:
    """Everything about a person in the clear, by table, without secrets and without officers' own notes."""
    found = await personal.everything(connection, person)
    notes = [row for row in found.get("case_entries", []) if row["kind"] != "note"]
    if "case_entries" in found:
        found["case_entries"] = notes
    return {name: [_plain(keys, name, row) for row in rows] for name, rows in found.items()}


def handed_out(keys: Keys, file: StoredFile) -> StoredFile:
    """A file as it leaves: one that was kept sealed is opened."""
    if file.mime != SEALED_MIME:
        return file
    data = keys.decrypt(file.data.decode(), f"files.data:{file.key}")
    mime = "application/json" if file.key.endswith(".json") else "text/plain; charset=utf-8"
    return StoredFile(file.key, file.channel, file.chat, mime, data)


async def waiting_copies(
    connection: AsyncConnection, key: str, now: datetime
) -> tuple[tuple[str, str] | None, list[str]]:
    """The chat and the names of the files that still wait under a key."""
    names, chat = [], None
    for name in NAMES if _KEY.fullmatch(key) else ():
        found = await read_file(connection, f"{key}/{name}", now)
        if found is not None and found.mime == SEALED_MIME:
            names.append(name)
            chat = (found.channel, found.chat)
    return chat, names


async def fetch_copy(
    connection: AsyncConnection, keys: Keys, key: str, name: str, now: datetime
) -> StoredFile | None:  # fmt: skip
    """A file of the copy, handed out once; None where it was fetched before or its day is over."""
    found = await take_file(connection, f"{key}/{name}", now) if _KEY.fullmatch(key) else None
    return handed_out(keys, found) if found is not None else None


def _stays(why: str, found: Mapping[str, Any]) -> bool:
    """What is deleted otherwise stays with a role, and a photo with its report."""
    if why == "role":
        return "roles" in found
    return any(row["kept"] for row in found.get("photos", []))


def _chat_hashes(keys: Keys, chat: tuple[str, str]) -> list[str]:
    first, others = chat_hash(keys, chat), keys.keyed_hashes(f"chat:{chat[0]}:{chat[1]}")
    return [first, *(each for each in others if each != first)]


def _plain(keys: Keys, table: str, row: Mapping[str, Any]) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for name, value in row.items():
        if name in _NEVER or value is None:
            continue
        contexts = _CONTEXTS.get((table, name))
        made[name] = _value(keys, value, contexts(row) if contexts is not None else ())
    return made


def _value(keys: Keys, value: Any, contexts: Sequence[str]) -> Any:
    """A value as JSON knows it, ciphertext opened wherever it stands."""
    if isinstance(value, bytes):
        try:
            return _value(keys, json.loads(value), contexts)
        except ValueError:  # a picture, a file: how large it is
            return {"bytes": len(value)}
    if isinstance(value, dict):
        return {key: _value(keys, each, contexts) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [_value(keys, each, contexts) for each in value]
    if isinstance(value, str) and SEALED_TEXT.fullmatch(value):
        return _opened(keys, value, contexts)
    return value.isoformat() if isinstance(value, date) else value


def _opened(keys: Keys, text: str, contexts: Sequence[str]) -> Any:
    for context in contexts:
        try:
            said = keys.decrypt(text, context).decode()
        except (StorageError, UnicodeDecodeError):
            continue
        try:
            return json.loads(said) if said[:1] in ("{", "[") else said
        except ValueError:
            return said
    return text


def _machine(turn: Turn, data: Mapping[str, Any]) -> bytes:
    whole = {
        "made_at": turn.now.isoformat(),
        "more_than": {name: MOST_ROWS for name, rows in data.items() if len(rows) == MOST_ROWS},
        "data": data,
    }
    return json.dumps(whole, ensure_ascii=False, indent=1).encode()


def _readable(turn: Turn, data: Mapping[str, Sequence[Mapping[str, Any]]]) -> bytes:
    """For people: each kind of data under its heading, a line for each value."""
    lines = [turn.say("privacy.copy_title", day=turn.words.date(turn.today)), ""]
    for table, rows in data.items():
        lines.append(f"{turn.say(f'privacy.table.{table}')} ({len(rows)})")
        for row in rows:
            lines += [f"  • {_line(turn, row)}"]
        lines.append("")
    lines.append(turn.say("privacy.copy_end"))
    # Windows' own editor needs the mark to see that it is UTF-8.
    return "\n".join(lines).encode("utf-8-sig")


def _line(turn: Turn, row: Mapping[str, Any]) -> str:
    return "; ".join(f"{name}: {_said(turn, value)}" for name, value in row.items() if name not in _NOT_SHOWN)


def _said(turn: Turn, value: Any) -> str:
    if isinstance(value, str):
        moment = _moment(value)
        return moment.astimezone(VIETNAM).strftime("%d/%m/%Y %H:%M") if moment is not None else " ".join(value.split())
    if isinstance(value, bool):
        return turn.say("privacy.yes" if value else "privacy.no")
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else str(value)


def _moment(text: str) -> datetime | None:
    if len(text) < 19 or text[10:11] != "T":
        return None
    try:
        return datetime.fromisoformat(text)
    except ValueError:
        return None
