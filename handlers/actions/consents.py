"""Noting what a person has agreed to: the version of the text, and when."""

from __future__ import annotations

from content.consents import consents
from handlers.turn import Turn
from storage import consents as stored


async def agreed(turn: Turn, purpose: str) -> None:
    """The person said yes to the text of a purpose (content/consents.yaml) as it stands today."""
    version = consents()[purpose].version
    await stored.add(await turn.work.connection(), turn.key, purpose, version, turn.now)
