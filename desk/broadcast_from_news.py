"""An announcement that begins with a published item: its topic, words, link and pictures already in the form."""

from __future__ import annotations

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.broadcast_form import Filled
from handlers.actions.news import as_broadcast
from handlers.broadcasting.checking import Text
from storage import news


async def from_news(connection: AsyncConnection, said: object, address: str) -> Filled | None:
    """The form for the item of this number; None where everybody can read no such item."""
    text = str(said)
    if not (text.isascii() and text.isdecimal() and len(text) < 18):
        return None
    row = await news.live_by_id(connection, int(text))
    if row is None:
        return None
    made = as_broadcast(row, await news.pictures(connection, row.id, row.version), address)
    texts = {language: Text(**words) for language, words in made["content"].items()}
    return Filled(topic=made["topic"], texts=texts, pictures=tuple(made["pictures"]))
