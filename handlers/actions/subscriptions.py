"""What a person wants to be told: topics on and off, everything stopped and begun again.

Each wish is a consent given or taken back, so it stands in the audit trail; a person without an account is a keyed hash
there.
"""

from __future__ import annotations

from collections.abc import Mapping

from content.topics import topics
from handlers.actions.consents import agreed
from handlers.actions.links import chat_hash, set_notices
from handlers.turn import Turn
from storage import audit, subscriptions
from storage.audit import Event


async def wanted_topics(turn: Turn) -> dict[str, bool]:
    """Every topic with whether it is sent to this person: the own choice, or the default."""
    chosen = await subscriptions.choices(await turn.work.connection(), turn.key)
    return {topic.id: chosen.get(topic.id, topic.default) for topic in topics().values()}


async def choose_topic(turn: Turn, topic: str, wanted: bool) -> None:
    """Switch a topic on or off, in every chat of the person.

    Whoever had stopped everything and now switches one topic on gets that topic and no other.
    """
    connection = await turn.work.connection()
    choice: Mapping[str, bool] = {topic: wanted}
    if wanted and turn.conversation.notices_stopped:
        choice = {each: each == topic for each in topics()}
        await stop_notices(turn, False)
    await subscriptions.choose(connection, turn.key, choice, turn.now)
    if wanted:
        await agreed(turn, "topics")
    await _record(turn, "topic_wanted" if wanted else "topic_unwanted", {"topic": topic})


async def stop_notices(turn: Turn, stopped: bool) -> None:
    """Stop everything, or begin again, on every channel of the person."""
    turn.conversation.notices_stopped = stopped
    if turn.conversation.account:
        await set_notices(await turn.work.connection(), turn.key, stopped)
    await _record(turn, "notices_stopped" if stopped else "notices_resumed", {})


async def _record(turn: Turn, verb: str, detail: Mapping[str, str]) -> None:
    actor = await turn.actor()
    subject = (
        ("account", str(actor.account_id)) if actor.account_id else ("chat", chat_hash(turn.knowledge.keys, turn.key))
    )
    event = Event(verb, *subject, actor.account_id or None, actor.role, detail=detail)
    await audit.append(await turn.work.connection(), event, turn.now)
