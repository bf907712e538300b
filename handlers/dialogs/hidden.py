"""A message that the channel did not let us read: what the person can do instead, said at once.

Zalo Bot gives nothing but "unsupported" for people whose account is in a protected group (children, people with a
disability, people who cannot read among them). They are the ones this service is for: no silence, and no "I did not
understand".
"""

from __future__ import annotations

from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def hidden(turn: Turn, _: str) -> Replies:
    """Where to go and who can help: the commune, and the village head, who may ask on the person's behalf."""
    locality, words = turn.knowledge.locality, turn.words
    area = locality.areas.get(turn.conversation.commune)
    commune = words.translate(locality.commune_words.commune)
    phone = locality.phone_of(area)
    text = turn.say(
        "hidden.what_to_do",
        commune=commune if area is None else f"{commune} ({words.translate(area.name)})",
        call="" if phone is None else turn.say("hidden.call", commune=commune, phone=phone),
        village_head=words.translate(locality.commune_words.village_head),
    )
    return [Reply(text, controls=(turn.choice("office", "choice.office"), turn.choice("menu", "choice.menu")))]


dialog = Dialog({"hidden": hidden})
