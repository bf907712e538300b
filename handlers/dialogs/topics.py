"""What a person wants to be told of: the topics, each switched on or off by a number, a tap or its name."""

from __future__ import annotations

from collections.abc import Mapping

from content.topics import topics as known
from handlers.actions.subscriptions import choose_topic, wanted_topics
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn

_STOP = "notices:stop"


async def topics(turn: Turn, _argument: str) -> Replies:
    """The topics with what is chosen, and how many messages that can be."""
    wanted, stopped = await wanted_topics(turn), turn.conversation.notices_stopped
    lines = [
        turn.say(
            "topics.line_on" if wanted[name] and not stopped else "topics.line_off",
            name=turn.say(f"topics.name.{name}"),
            about=turn.say(f"topics.about.{name}"),
        )
        for name in known()
    ]
    parts = [turn.say("topics.title"), "\n".join(lines)]
    if stopped:
        parts.insert(0, turn.say("topics.stopped"))
    parts.append(turn.say("topics.most", most=turn.knowledge.policy.weekly_most))
    return [_offered(turn, "\n\n".join(parts), wanted)]


async def topic(turn: Turn, argument: str) -> Replies:
    """`topic:<id>:on` or `:off`; said twice it stays so."""
    name, _, wish = argument.partition(":")
    if name not in known() or wish not in ("on", "off"):
        return []
    alone = wish == "on" and turn.conversation.notices_stopped
    await choose_topic(turn, name, wish == "on")
    key = "topics.only" if alone else f"topics.now_{wish}"
    wanted = await wanted_topics(turn)
    names = ", ".join(turn.say(f"topics.name.{each}") for each in known() if wanted[each])
    parts = [turn.say(key, name=turn.say(f"topics.name.{name}"))]
    if not turn.conversation.notices_stopped:
        parts.append(turn.say("topics.wanted", names=names) if names else turn.say("topics.nothing_wanted"))
    return [_offered(turn, "\n\n".join(parts), wanted)]


def _offered(turn: Turn, text: str, wanted: Mapping[str, bool]) -> Reply:
    """Every topic to be switched the other way."""
    stopped = turn.conversation.notices_stopped
    choices = []
    for name in known():
        on = wanted[name] and not stopped
        label = turn.say("topics.turn_off" if on else "topics.turn_on", name=turn.say(f"topics.name.{name}"))
        choices.append(Choice(f"topic:{name}:{'off' if on else 'on'}", label))
    stop = () if stopped else (turn.choice(_STOP, "topics.stop_all"),)
    return Reply(text, tuple(choices), controls=(*stop, turn.choice("menu", "choice.menu")))


dialog = Dialog({"topics": topics, "topic": topic})
