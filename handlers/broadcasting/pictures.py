"""Pictures of an announcement that were sent in a chat: noted in the turn, fetched by a worker, shown when there."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from content.media.pictures import LARGEST, MOST_PIXELS
from handlers.actions import media
from handlers.broadcasting.checking import MOST_PICTURES
from handlers.turn import Turn
from storage.media_fetches import Fetch

_MEGA: Final = 1_000_000
_MOST: Final = {"picture_too_large": LARGEST // _MEGA, "too_many_pixels": MOST_PIXELS // _MEGA}


async def take(turn: Turn) -> str:
    """The photos of this message belong to the announcement that is being written; what is said about them."""
    running = turn.conversation.interview
    if running is None:
        return ""
    kept = list(running.answers.get("files", ()))
    fresh = turn.incoming.photos[: max(0, MOST_PICTURES - len(kept))]
    fetches = [Fetch(turn.new_key(), *turn.key, photo.ref) for photo in fresh]
    actor = await turn.actor()
    await media.ask_for(await turn.work.connection(), actor, turn.knowledge.keys, fetches, turn.now)
    running.answers["files"] = [*kept, *(each.id for each in fetches)]
    if len(fresh) < len(turn.incoming.photos):
        return turn.say("broadcasts.problem.too_many_pictures", most=MOST_PICTURES)
    # Where pictures are asked for, the question itself says how many there are.
    if running.current == "pictures":
        return ""
    return turn.say("broadcasts.pictures_taken", count=len(running.answers["files"]))


async def unready(turn: Turn, files: Sequence[str]) -> str:
    """Why it cannot be shown yet: pictures on their way, or such that cannot be used, which are left out from now on.
    Nothing where all are there.
    """
    running = turn.conversation.interview
    if running is None or not files:
        return ""
    missing = await media.missing(await turn.work.connection(), files)
    failed = {each: why for each, why in missing.items() if why}
    if failed:
        running.answers["files"] = [each for each in files if each not in failed]
        return "\n".join(
            turn.say("broadcasts.picture_failed", number=files.index(each) + 1, why=_why(turn, why))
            for each, why in failed.items()
        )
    if not missing:
        return ""
    # Another answer: an interview whose answers stayed the same would end here.
    running.answers["asked_at"] = turn.now.isoformat()
    return turn.say("broadcasts.pictures_on_the_way", count=len(missing))


def _why(turn: Turn, reason: str) -> str:
    return turn.say(f"media.error.{reason}", most=_MOST.get(reason, 0))
