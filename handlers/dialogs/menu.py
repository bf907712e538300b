"""The beginning and the menu: what a person can ask about."""

from __future__ import annotations

from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn


async def start(turn: Turn, _argument: str) -> Replies:
    """Greets, says what is kept of the talk, and shows the menu."""
    place = turn.words.translate(turn.knowledge.locality.about.name)
    return [Reply(turn.say("start.greeting", place=place), _groups(turn))]


async def menu(turn: Turn, _argument: str) -> Replies:
    """The groups of articles."""
    return [Reply(turn.say("menu.title"), _groups(turn), edit_of=turn.incoming.pressed_message)]


async def group(turn: Turn, key: str) -> Replies:
    """The articles of one group."""
    library = turn.knowledge.library
    label = next((one.label for one in library.groups if one.key == key), None)
    if label is None:
        return []
    choices = [
        Choice(f"article:{article.id}", turn.words.translate(article.short)) for article in library.in_group(key)
    ]
    text = turn.say("menu.group", group=turn.words.translate(label))
    back = turn.choice("menu", "choice.menu")
    return [Reply(text, tuple(choices), controls=(back,), edit_of=turn.incoming.pressed_message)]


def _groups(turn: Turn) -> tuple[Choice, ...]:
    library = turn.knowledge.library
    groups = (
        Choice(f"group:{one.key}", turn.words.translate(one.label))
        for one in library.groups
        if library.in_group(one.key)
    )
    return (turn.choice("begin:eligibility", "eligibility.begin"), *groups)


dialog = Dialog({"start": start, "menu": menu, "group": group})
