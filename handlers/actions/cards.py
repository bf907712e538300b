"""Keeping a drawn card for the message that brings it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Final

from content.cards import Card, draw
from handlers.turn import Turn
from storage.files import StoredFile, add_file

KEPT: Final = timedelta(days=30)


async def keep_card(turn: Turn, card: Card) -> str:
    """Draw the card and keep the picture for this chat; the key goes with the reply."""
    picture = await asyncio.to_thread(draw, card)
    key = turn.new_key()
    file = StoredFile(key, turn.incoming.channel, turn.incoming.chat, "image/png", picture)
    await add_file(await turn.work.connection(), file, turn.now, turn.now + KEPT)
    return key
