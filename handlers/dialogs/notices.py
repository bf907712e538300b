"""Stopping and resuming notices and announcements, by one word."""

from __future__ import annotations

from handlers.actions.subscriptions import stop_notices
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def notices(turn: Turn, wish: str) -> Replies:
    """`stop` or `start`; both work however often they are said."""
    if wish not in ("stop", "start"):
        return []
    await stop_notices(turn, wish == "stop")
    choose = turn.choice("topics", "topics.choose")
    if wish == "stop":
        return [Reply(turn.say("notices.stopped"), controls=(turn.choice("notices:start", "notices.resume"), choose))]
    return [Reply(turn.say("notices.resumed"), controls=(choose, turn.choice("menu", "choice.menu")))]


dialog = Dialog({"notices": notices})
