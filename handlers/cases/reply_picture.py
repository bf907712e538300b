"""The picture of an officer's answer, sent in the chat: noted in the turn, fetched by a worker, sent when there."""

from __future__ import annotations

from content.media.pictures import LARGEST, MOST_PIXELS
from handlers.actions import inbox_replies as actions
from handlers.cases.errors import CaseError
from handlers.turn import Turn
from storage.media_fetches import Fetch

_MEGA = 1_000_000
_MOST = {"picture_too_large": LARGEST // _MEGA, "too_many_pixels": MOST_PIXELS // _MEGA}


async def take(turn: Turn) -> str:
    """The photo of this message goes along with the answer that is being written; what is said about it."""
    running = turn.conversation.interview
    if running is None or running.answers.get("verb") != "reply":
        return turn.say("inbox.picture_with_reply_only")
    fetch = Fetch(f"{actions.SENT_IN_CHAT}{turn.new_key()}", *turn.key, turn.incoming.photos[0].ref)
    connection, actor = await turn.work.connection(), await turn.actor()
    try:
        await actions.ask_for_picture(connection, actor, turn.knowledge, int(running.answers["id"]), fetch, turn.now)
    except CaseError as error:
        return turn.say(error.key, **error.values)
    again = "file" in running.answers or len(turn.incoming.photos) > 1
    running.answers["file"] = fetch.id
    if running.current == "file":
        running.current, running.correcting = "", False
    return turn.say("inbox.picture_one" if again else "inbox.picture_taken")


async def unready(turn: Turn) -> str:
    """Why the answer cannot go out yet: its picture is on its way, or cannot be used and is left out from now on.
    Nothing where it is there, or there is none.
    """
    running = turn.conversation.interview
    key = str(running.answers.get("file", "")) if running is not None else ""
    if running is None or not key:
        return ""
    connection, actor = await turn.work.connection(), await turn.actor()
    why = await actions.missing(connection, actor, turn.knowledge, key, turn.now)
    if why is None:
        return ""
    if not why:
        # Another answer: an interview whose answers stayed the same would end here.
        running.answers["tries"] = int(running.answers.get("tries", 0)) + 1
        return turn.say("inbox.picture_on_the_way")
    del running.answers["file"]
    return turn.say("inbox.picture_failed", why=turn.say(f"media.error.{why}", most=_MOST.get(why, 0)))
