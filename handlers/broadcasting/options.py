"""The values that conditions of an audience can have, with their names: what is offered, read and told in words."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange.layout import load as layout
from content.topics import topics
from content.words import Words
from handlers.access import STAFF_ROLES
from handlers.broadcasting.checking import LANGUAGES
from rules.audiences.tree import Options
from storage import areas
from storage.areas import AreaRow

_VILLAGE: Final = "village"


async def options(connection: AsyncConnection, words: Words, scope: str, channels: Iterable[str]) -> Options:
    """What can be chosen within an area; a place outside it does not exist here."""
    places = await areas.subtree(connection, scope)
    names = {place.key: place.name for place in places}
    for place in places:
        if place.kind == _VILLAGE and place.parent_key in names:
            # Many villages have one name.
            names[place.key] = f"{place.name}, {names[place.parent_key]}"
    return {"places": names, **fixed(words, channels)}


async def full_name(connection: AsyncConnection, place: AreaRow) -> str:
    """A village with its commune."""
    above = await areas.get(connection, place.parent_key) if place.kind == _VILLAGE and place.parent_key else None
    return place.name if above is None else f"{place.name}, {above.name}"


def fixed(words: Words, channels: Iterable[str]) -> dict[str, dict[str, str]]:
    """All lists but the places."""
    return {
        "roles": {role: _small(words.say(f"people.role.{role}")) for role in STAFF_ROLES},
        "topics": {topic: _small(words.say(f"topics.name.{topic}")) for topic in topics()},
        "statuses": {status: _small(names[0]) for status, names in layout().statuses.items()},
        "channels": {channel: channel_name(words, channel) for channel in channels},
        "languages": {language: words.say(f"broadcasts.language.{language}") for language in LANGUAGES},
    }


def channel_name(words: Words, channel: str) -> str:
    """What a channel is called."""
    key = f"people.channel.{channel}"
    return words.say(key) if key in words.phrases else channel


def _small(name: str) -> str:
    """Within a sentence; "UBND" stays what it is."""
    return name[:1].lower() + name[1:] if name[1:2].islower() else name
