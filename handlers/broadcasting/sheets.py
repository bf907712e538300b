"""Keeping the sheet that shows several pictures as one."""

from __future__ import annotations

import asyncio
import hashlib
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncConnection

from content.media import sheet as drawing
from handlers.access import Actor
from handlers.broadcasting.wording import sheet_id
from storage import media
from storage.media import NewMedia


async def keep_sheet(
    connection: AsyncConnection, actor: Actor, pictures: Sequence[str], scope: str, now: datetime
) -> None:
    """Draw and keep the sheet of these pictures, if there is none yet; one picture needs none."""
    if len(pictures) < 2 or await media.get(connection, sheet_id(pictures)) is not None:
        return
    found = [await media.read(connection, each) for each in pictures]
    drawn = await asyncio.to_thread(drawing.sheet, [data for data in found if data is not None])
    kept = NewMedia(
        sheet_id(pictures), "picture", drawn.mime, drawn.data, hashlib.sha256(drawn.data).hexdigest(), scope,
        actor.account_id or None, width=drawn.width, height=drawn.height,
    )  # fmt: skip
    await media.add(connection, kept, now)
