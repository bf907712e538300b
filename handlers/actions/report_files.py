"""Photos and places that go with a report."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor, require
from handlers.actions.reports import ReportError
from handlers.messages import Attachment, Location
from storage import audit, reports
from storage import photos as kept_photos
from storage.keys import Keys

MOST_FILES: Final = 10
LARGEST: Final = 20_000_000
"""Bytes. What a channel will not hand out again is refused at once, not when an officer wants to look."""


async def attach(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    report_id: int,
    *,
    channel: str,
    chat: str,
    photos: Sequence[Attachment],
    location: Location | None,
    now: datetime,
) -> int:
    """Keep photos and a place; returns how many things were kept.

    Raises:
        AccessDenied: the report lies outside the actor's area.
        ReportError: no such report, a photo that is too large, or too many of them.
    """
    await audit.serialise(connection)
    row = await reports.get(connection, report_id)
    if row is None:
        raise ReportError("reports.error_gone")
    require(actor, "report_change", row.area_path)
    if any(photo.size > LARGEST for photo in photos):
        raise ReportError("reports.photo_too_large", most=LARGEST // 1_000_000)
    things: list[tuple[str, str, int, dict[str, str | float]]] = [
        ("photo", photo.mime, photo.size, {"ref": photo.ref}) for photo in photos
    ]
    if location is not None:
        things.append(("location", "", 0, {"latitude": location.latitude, "longitude": location.longitude}))
    if len(await reports.files(connection, report_id)) + len(things) > MOST_FILES:
        raise ReportError("reports.too_many_files", most=MOST_FILES)
    for kind, mime, size, content in things:
        values = {
            "report_id": report_id,
            "at": now,
            "account_id": actor.account_id,
            "kind": kind,
            "channel": channel,
            "mime": mime[:64],
            "size": size,
            "content": keys.encrypt(json.dumps(content).encode(), f"report_files.content:{report_id}"),
        }
        await reports.add_file(connection, values)
    for photo in photos:
        # Where the channel does not keep it, we do; elsewhere there is nothing of this key.
        await kept_photos.keep(connection, photo.ref, (channel, chat))
    event = audit.Event(
        "report_attached", "report", str(report_id), actor.account_id or None, actor.role, row.area_path,
        {"things": len(things)},
    )  # fmt: skip
    await audit.append(connection, event, now)
    return len(things)
