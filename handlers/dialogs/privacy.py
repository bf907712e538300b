"""What is kept of a person's talk, and having it deleted."""

from __future__ import annotations

from handlers.actions.conversations import forget_chat
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def privacy(turn: Turn, step: str) -> Replies:
    """Shows what is kept; deletes it after the person has confirmed."""
    if step == "forget":
        choices = (turn.choice("privacy:confirmed", "privacy.yes_delete"), turn.choice("menu", "choice.menu"))
        return [Reply(turn.say("privacy.ask_delete"), choices)]
    if step == "confirmed":
        await forget_chat(turn)
        return [Reply(turn.say("privacy.deleted"))]
    if step == "kept":
        ways_on = (turn.choice("privacy:forget", "privacy.delete"), turn.choice("menu", "choice.menu"))
        return [Reply(_kept(turn), controls=ways_on)]
    return []


def _kept(turn: Turn) -> str:
    conversation = turn.conversation
    nothing = turn.say("privacy.nothing")
    topic = turn.knowledge.library.get(conversation.topic)
    area = turn.knowledge.locality.areas.get(conversation.commune)
    kept = turn.say(
        "privacy.kept",
        topic=turn.words.translate(topic.title) if topic else nothing,
        commune=turn.words.translate(area.name) if area else nothing,
        notices=turn.say("privacy.notices_off" if conversation.notices_stopped else "privacy.notices_on"),
    )
    begun = (*conversation.put_aside, *filter(None, (conversation.interview,)))
    told = sum(len(one.answers) for one in begun) + len(conversation.noticed)
    return "\n".join((kept, turn.say("privacy.household", count=told))) if told else kept


dialog = Dialog({"privacy": privacy})
