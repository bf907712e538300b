"""Stopping and resuming notices and announcements, by one word."""

from __future__ import annotations

from handlers.actions.links import set_notices
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def notices(turn: Turn, wish: str) -> Replies:
    """`stop` or `start`; both work however often they are said."""
    if wish not in ("stop", "start"):
        return []
    turn.conversation.notices_stopped = wish == "stop"
    if turn.conversation.account:
        await set_notices(await turn.work.connection(), turn.key, wish == "stop")
    if wish == "stop":
        return [Reply(turn.say("notices.stopped"), controls=(turn.choice("notices:start", "notices.resume"),))]
    return [Reply(turn.say("notices.resumed"), controls=(turn.choice("menu", "choice.menu"),))]


dialog = Dialog({"notices": notices})
