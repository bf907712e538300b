"""The way from the chat to the desk: a link that opens it once."""

from __future__ import annotations

from handlers.actions.desk import new_link, token_from
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn


async def desk(turn: Turn, _argument: str) -> Replies:
    """For those who hold a role: a link that is good for ten minutes."""
    actor = await turn.actor()
    ways_on = (turn.choice("me", "people.who_am_i"), turn.choice("menu", "choice.menu"))
    if not actor.roles:
        return [Reply(turn.say("desk.no_role"), controls=ways_on)]
    # Foretold by the key file only, and the same when the turn runs again.
    token = token_from(turn.knowledge.keys.stream(f"desk:{turn.seed}"))
    await new_link(await turn.work.connection(), turn.knowledge.keys, actor, token, turn.now)
    link = f"{turn.knowledge.address}/can-bo/vao/{token}"
    return [Reply(turn.say("desk.link", link=link), controls=ways_on)]


dialog = Dialog({"desk": desk})
