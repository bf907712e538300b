"""Keeping pictures and documents that officers hand out, and who may look at them at the desk.

What is kept is meant for everybody, so it is not encrypted; nothing of it is shown to the public before what it belongs
to has been approved.
"""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import PurePath
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.media import MediaError
from content.media import documents as document_files
from content.media import pictures as picture_files
from content.media.model import Picture
from content.text import plain
from handlers.access import Actor, can, scope_filter
from handlers.broadcasting.wording import sheet_id
from storage import audit, broadcasts, media, media_fetches
from storage.keys import Keys
from storage.media import MediaRow, NewMedia
from storage.media_fetches import Fetch
from storage.news import live_media

_LONGEST_NAME: Final = 60


async def keep_picture(
    connection: AsyncConnection,
    actor: Actor,
    data: bytes,
    *,
    media_id: str,
    now: datetime,
    verb: str = "compose_broadcast",
) -> str:
    """Check a picture, draw it anew without what the phone wrote beside it, and keep it; returns its id.

    `media_id` is new and random (24 bytes, url-safe). The key of a message is `storage.media.picture_key(id)`.

    Raises:
        AccessDenied: the actor may not `verb`.
        MediaError: empty, too large, no picture, animated or broken; see `content.media`.
    """
    scope = scope_filter(actor, verb)
    picture = await asyncio.to_thread(picture_files.checked, data)
    await media.add(connection, _picture(media_id, picture, scope, actor.account_id), now)
    await _audited(connection, actor, "media_kept", media_id, scope, now)
    return media_id


async def ask_for(
    connection: AsyncConnection, actor: Actor, keys: Keys, fetches: Sequence[Fetch], now: datetime
) -> None:
    """Have pictures that were sent in a chat fetched and kept: whose they are and where is said by the actor.

    Raises:
        AccessDenied: the actor composes nothing.
    """
    scope = scope_filter(actor, "compose_broadcast")
    own = [replace(each, area_path=scope, account_id=actor.account_id, role=actor.role) for each in fetches]
    await media_fetches.ask(connection, keys, own, now)


async def keep_fetched(connection: AsyncConnection, fetch: Fetch, picture: Picture, now: datetime) -> None:
    """Keep a picture that was fetched and checked; one that is not wanted any more, or is kept, changes nothing."""
    if not await media_fetches.done(connection, fetch.id):
        return
    await media.add(connection, _picture(fetch.id, picture, fetch.area_path, fetch.account_id), now)
    event = audit.Event("media_kept", "media", fetch.id, fetch.account_id, fetch.role, fetch.area_path)
    await audit.append(connection, event, now)


async def missing(connection: AsyncConnection, media_ids: Sequence[str]) -> dict[str, str]:
    """Those of the asked for that are not there: why they cannot be had, or nothing while they are being fetched. The
    former are forgotten.
    """
    there = await media.known(connection, media_ids)
    asked = await media_fetches.unfinished(connection, media_ids)
    found = {each: asked.get(each, "not_fetched") for each in media_ids if each not in there}
    await media_fetches.drop(connection, [each for each, why in found.items() if why])
    return found


def _picture(media_id: str, picture: Picture, area_path: str, account_id: int) -> NewMedia:
    return NewMedia(
        media_id, "picture", picture.mime, picture.data, hashlib.sha256(picture.data).hexdigest(), area_path,
        account_id or None, width=picture.width, height=picture.height,
    )  # fmt: skip


async def keep_document(
    connection: AsyncConnection,
    actor: Actor,
    name: str,
    data: bytes,
    *,
    media_id: str,
    now: datetime,
    verb: str = "compose_broadcast",
) -> str:
    """Check a PDF, DOCX, XLSX or plain text file and keep it as it is, to be saved only, never shown; returns its id.

    Raises:
        AccessDenied: the actor may not `verb`.
        MediaError: empty, too large, another kind, with macros or broken.
    """
    scope = scope_filter(actor, verb)
    document = await asyncio.to_thread(document_files.checked, data, csv=name.lower().endswith(".csv"))
    kept = NewMedia(
        media_id, "document", document.mime, document.data, hashlib.sha256(document.data).hexdigest(), scope,
        actor.account_id or None, name=f"{stem(name)}.{document.ending}",
    )  # fmt: skip
    await media.add(connection, kept, now)
    await _audited(connection, actor, "media_kept", media_id, scope, now)
    return media_id


async def see_media(connection: AsyncConnection, actor: Actor, media_id: str) -> tuple[MediaRow, bytes] | None:
    """A kept file for the desk: of the actor's own, of the area where the actor may see what is sent, or public."""
    row = await media.get(connection, media_id)
    if row is None or not (_may_see(actor, row) or await live_media(connection, [media_id])):
        return None
    data = await media.read(connection, media_id)
    return None if data is None else (row, data)


async def usable(connection: AsyncConnection, actor: Actor, media_ids: list[str]) -> list[str]:
    """Those of the ids, in their order, that the actor may put into something of the own."""
    found = await media.known(connection, media_ids)
    public = await live_media(connection, media_ids)
    return [
        each for each in dict.fromkeys(media_ids) if each in found and (each in public or _may_see(actor, found[each]))
    ]


async def discard_unused(connection: AsyncConnection, before: datetime, now: datetime) -> int:
    """Delete what was kept before then and is in no text and no announcement, whatever their state: the pictures of
    announcements that nobody finished. Returns how many there were.
    """
    # The chain's lock, which a text and an announcement take before they look for their pictures: none is taken from
    # under them.
    await audit.serialise(connection)
    old = await media.without_text(connection, before)
    if not old:
        return 0
    sent = await broadcasts.pictures(connection)
    needed = {each for pictures in sent for each in pictures}
    needed |= {sheet_id(pictures) for pictures in sent if len(pictures) > 1}
    unused = [row for row in old if row.id not in needed]
    for row in unused:
        await media.remove(connection, row.id)
        event = audit.Event("media_discarded", "media", row.id, area_path=row.area_path)
        await audit.append(connection, event, now)
    return len(unused)


def stem(name: str) -> str:
    """What a document is called without its ending: plain letters, as a file's name may be written anywhere."""
    last = PurePath(name.replace("\\", "/")).name
    return "-".join(plain(PurePath(last).stem).split())[:_LONGEST_NAME].strip("-") or "tai-lieu"


def download_headers(row: MediaRow) -> dict[str, str]:
    """A document is saved, never opened in our own pages."""
    return {
        "Content-Disposition": f'attachment; filename="{row.name}"',
        "Content-Security-Policy": "default-src 'none'; sandbox",
        "X-Content-Type-Options": "nosniff",
        "Cache-Control": "private, no-store",
    }


def _own(actor: Actor, row: MediaRow) -> bool:
    return bool(actor.account_id) and actor.account_id == row.created_by


def _may_see(actor: Actor, row: MediaRow) -> bool:
    return _own(actor, row) or can(actor, "see_broadcast", row.area_path)


async def _audited(
    connection: AsyncConnection, actor: Actor, verb: str, media_id: str, area_path: str, now: datetime
) -> None:
    event = audit.Event(verb, "media", media_id, actor.account_id or None, actor.role, area_path)
    await audit.append(connection, event, now)


__all__ = [
    "MediaError", "discard_unused", "download_headers", "keep_document", "keep_picture", "see_media", "stem", "usable",
]  # fmt: skip
