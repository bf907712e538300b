"""The language of the talk."""

from __future__ import annotations

from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def language(turn: Turn, tag: str) -> Replies:
    """Switch to a language there is a catalogue for."""
    if tag not in turn.knowledge.languages:
        return []
    turn.conversation.language = tag
    return [Reply(turn.say("language.changed"), controls=(turn.choice("menu", "choice.menu"),))]


dialog = Dialog({"language": language})
