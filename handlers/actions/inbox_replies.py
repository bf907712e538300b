"""Answering a case: once, on the person's own channel, and never over a colleague's head."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from content.media import MediaError
from content.media import documents as document_files
from content.media import pictures as picture_files
from content.media.model import Picture
from handlers.access import Actor, require
from handlers.actions.inbox import LONGEST, case_changed, case_to_change
from handlers.actions.media import stem
from handlers.cases import routing, saying, sealing, telling
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.saved import SavedError, checked
from handlers.cases.windows import FILES, PICTURES, window_of
from handlers.turn import Knowledge
from storage import audit, cases, media_fetches, saved_replies
from storage.cases import CaseRow, NewEntry
from storage.files import StoredFile, add_file, read_file
from storage.keys import Keys
from storage.media_fetches import Fetch
from storage.saved_replies import SavedRow

KEPT: Final = timedelta(days=30)
SENT_IN_CHAT: Final = "reply:"
"""How the id of a picture begins that an officer sent in the chat for an answer: fetched, it is the officer's alone."""
_LONGEST_KEY: Final = 64
_SAVED_ONLY: Final = "application/octet-stream"
_DESK: Final = "desk"
_DRAFT: Final = "draft of an answer"
_DRAFT_KEPT: Final = timedelta(hours=1)
_MOST_TITLE: Final = 80


class File(msgspec.Struct, frozen=True):
    """A picture or document, checked; a picture has no name."""

    mime: str
    data: bytes
    name: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """What an officer wants to send. `seen` is the newest line that the page showed; `submission` names the
    form it came from: sent twice, it is still one reply. `key` is new and random where a file goes along.
    """

    text: str
    seen: int
    submission: str
    file: File | None = None
    key: str = ""


async def check_file(name: str, data: bytes) -> File:
    """A picture drawn anew, or a document of a kind that we hand out.

    Raises:
        MediaError: neither, too large, or broken.
    """
    if name.lower().endswith((".png", ".jpg", ".jpeg", ".webp", ".gif", ".heic")):
        picture = await asyncio.to_thread(picture_files.checked, data)
        return File(picture.mime, picture.data)
    document = await asyncio.to_thread(document_files.checked, data, csv=name.lower().endswith(".csv"))
    return File(document.mime, document.data, f"{stem(name)}.{document.ending}")


async def reply(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, answer: Answer, now: datetime
) -> CaseRow:
    """Send an answer to the person and take the case, if nobody has it.

    Raises:
        CaseError: closed, deleted, blocked, outside the channel's window, or nothing that could be sent.
        AnsweredFirstError: a colleague has answered since; sent again with the newest line as `seen`, it goes out.
    """
    row = await case_to_change(connection, actor, case_id)
    if await cases.submitted(connection, answer.submission) is not None:
        return row
    text = _text(answer)
    others = [one for one in await cases.replies_after(connection, case_id, answer.seen) if one.kind == "staff"]
    if others:
        raise AnsweredFirstError(others)
    await _reachable(connection, row, answer, now)
    words = knowledge.languages.get(row.language) or knowledge.languages["vi"]
    said = words.say(
        "case.reply", receipt=row.receipt, name=actor.name, office=saying.office_name(knowledge, words, row.office),
        text=text or words.say("case.file_comes"),
    )  # fmt: skip
    if row.first_reply_at is None or row.left_at is not None:
        said = f"{said}\n\n{words.say('case.write_back')}"
    picture, document = await _kept(connection, row, answer, now)
    outbox_id = await telling.to_person(connection, row.key, said, now, picture=picture, document=document)
    entry = NewEntry(
        "staff", actor.account_id, text=sealing.seal(knowledge.keys, row.id, text), file=picture or document,
        outbox_id=outbox_id, submission=answer.submission,
    )  # fmt: skip
    values = {
        "state": "waiting", "last_staff_at": now, "first_reply_at": row.first_reply_at or now,
        "taken_at": row.taken_at or now, "assignee": row.assignee or actor.account_id, "left_at": None,
    }  # fmt: skip
    return await case_changed(connection, actor, row, values, entry, "case_answered", now)


async def keep_draft(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, key: str, file: File, now: datetime
) -> None:
    """Keep a file of an answer that could not be sent yet, sealed, for the officer alone and for an hour."""
    await _keep_draft(connection, actor.account_id, knowledge.keys, key, file, now)


async def ask_for_picture(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, case_id: int, fetch: Fetch, now: datetime
) -> None:
    """Have a picture fetched that was sent in the chat for an answer; its id begins with `SENT_IN_CHAT`.

    Raises:
        AccessDenied: the actor does not answer this case.
        CaseError: it is closed, or the person's channel shows no pictures.
    """
    row = await case_to_change(connection, actor, case_id)
    if row.channel not in PICTURES:
        raise CaseError("inbox.error_no_pictures")
    own = replace(fetch, area_path=actor.area_path, account_id=actor.account_id, role=actor.role)
    await media_fetches.ask(connection, knowledge.keys, [own], now)


async def keep_fetched(connection: AsyncConnection, keys: Keys, fetch: Fetch, picture: Picture, now: datetime) -> None:
    """Keep such a picture once it is fetched and checked; one that is not wanted any more changes nothing."""
    if await media_fetches.done(connection, fetch.id):
        file = File(picture.mime, picture.data)
        await _keep_draft(connection, fetch.account_id, keys, fetch.id, file, now)


async def missing(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, key: str, now: datetime
) -> str | None:
    """Whether such a picture is still to come (nothing), or why it cannot be had any more; None where it is there."""
    waiting = await media_fetches.unfinished(connection, [key])
    if key in waiting:
        if waiting[key]:
            await media_fetches.drop(connection, [key])
        return waiting[key]
    return None if await draft(connection, actor, knowledge, key, now) is not None else "not_fetched"


async def draft(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, key: str, now: datetime
) -> File | None:
    """The file again; None once it has gone, or where it is somebody else's."""
    found = await read_file(connection, key, now) if key else None
    if found is None or (found.channel, found.chat, found.mime) != (_DESK, str(actor.account_id), _DRAFT):
        return None
    return msgspec.msgpack.decode(knowledge.keys.decrypt(found.data.decode(), f"files.data:{key}"), type=File)


async def save_reply(
    connection: AsyncConnection, actor: Actor, title: str, text: str, *, shared: bool, now: datetime, reply_id: int = 0
) -> int:
    """Keep a reply for the next time, or change it.

    Raises:
        AccessDenied: the role answers no cases, or it is somebody else's.
        SavedError: empty, too long, a title that is taken, or a placeholder that is none.
    """
    require(actor, routing.ANSWER, actor.area_path)
    title, text = " ".join(title.split()), text.strip()
    if not title or not text:
        raise SavedError("inbox.saved_empty")
    if len(title) > _MOST_TITLE or len(text) > LONGEST:
        raise SavedError("inbox.saved_long", title=_MOST_TITLE, text=LONGEST)
    checked(text)
    await audit.serialise(connection)
    known = await _own(connection, actor, reply_id) if reply_id else None
    owner = known.account_id if known is not None else None if shared else actor.account_id
    path = known.area_path if known is not None else actor.area_path
    taken = await saved_replies.taken(connection, owner, path, title)
    if taken is not None and taken != reply_id:
        raise SavedError("inbox.saved_taken", title=title)
    if known is not None:
        await saved_replies.change(connection, known.id, title, text, now)
        reply_id = known.id
    else:
        reply_id = await saved_replies.add(
            connection, account_id=owner, area_path=path, title=title, text=text, created_by=actor.account_id, now=now
        )
    await _audited(connection, actor, "reply_saved", reply_id, now)
    return reply_id


async def drop_reply(connection: AsyncConnection, actor: Actor, reply_id: int, now: datetime) -> None:
    """Delete a saved reply.

    Raises:
        AccessDenied, SavedError: see `save_reply`.
    """
    known = await _own(connection, actor, reply_id)
    await saved_replies.remove(connection, known.id)
    await _audited(connection, actor, "reply_dropped", known.id, now)


async def _keep_draft(
    connection: AsyncConnection, account_id: int, keys: Keys, key: str, file: File, now: datetime
) -> None:
    sealed = keys.encrypt(msgspec.msgpack.encode(file), f"files.data:{key}").encode()
    await add_file(connection, StoredFile(key, _DESK, str(account_id), _DRAFT, sealed), now, now + _DRAFT_KEPT)


async def _own(connection: AsyncConnection, actor: Actor, reply_id: int) -> SavedRow:
    """A reply of the actor's own, or of the whole office at the actor's place."""
    known = await saved_replies.get(connection, reply_id)
    if known is None or (known.account_id is not None and known.account_id != actor.account_id):
        require(actor, routing.ANSWER, actor.area_path)
        raise SavedError("inbox.saved_gone")
    if known.account_id is None:
        require(actor, routing.ANSWER, known.area_path)
    return known


def _text(answer: Answer) -> str:
    text = answer.text.strip()
    if not text and answer.file is None:
        raise CaseError("inbox.error_empty")
    if len(text) > LONGEST:
        raise CaseError("inbox.error_long", most=LONGEST)
    if "{" in text or "}" in text:
        # A placeholder that was not filled in must not reach the person.
        raise CaseError("inbox.error_placeholder")
    return text


async def _reachable(connection: AsyncConnection, row: CaseRow, answer: Answer, now: datetime) -> None:
    window = await window_of(connection, row.key, now)
    if not window.reachable:
        raise CaseError(f"inbox.error_window_{window.state}")
    if answer.file is not None:
        brings = FILES if answer.file.name else PICTURES
        if row.channel not in brings:
            raise CaseError("inbox.error_no_files" if answer.file.name else "inbox.error_no_pictures")


async def _kept(connection: AsyncConnection, row: CaseRow, answer: Answer, now: datetime) -> tuple[str, str]:
    """The key of the picture or the document. It belongs to the chat: deleted with it, and after a month."""
    if answer.file is None:
        return "", ""
    if not answer.file.name:
        await add_file(
            connection, StoredFile(answer.key, *row.key, answer.file.mime, answer.file.data), now, now + KEPT
        )
        return answer.key, ""
    # Channels show the last part of a key as the file's name.
    key = f"{answer.key[:32]}/{answer.file.name[-(_LONGEST_KEY - 33) :]}"
    await add_file(connection, StoredFile(key, *row.key, _SAVED_ONLY, answer.file.data), now, now + KEPT)
    return "", key


async def _audited(connection: AsyncConnection, actor: Actor, verb: str, reply_id: int, now: datetime) -> None:
    event = audit.Event(verb, "saved_reply", str(reply_id), actor.account_id or None, actor.role, actor.area_path)
    await audit.append(connection, event, now)


__all__ = [
    "SENT_IN_CHAT", "Answer", "File", "MediaError", "SavedError", "ask_for_picture", "check_file", "draft",
    "drop_reply", "keep_draft", "keep_fetched", "missing", "reply", "save_reply",
]  # fmt: skip
