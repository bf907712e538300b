"""Carries on whatever interview is going on, and lets questions be asked in between."""

from __future__ import annotations

from handlers import interview as engine
from handlers.interviews import discover
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn

_LONG_ENOUGH_FOR_A_QUESTION = 3


async def choice(turn: Turn, argument: str) -> Replies:
    """A choice of the interview engine."""
    if argument.startswith("resume:"):
        kind = discover().get(argument.removeprefix("resume:"))
        return [] if kind is None else await engine.resume(turn, kind)
    running = turn.conversation.interview
    kind = discover().get(running.kind) if running is not None else None
    return [] if kind is None else await engine.choose(turn, kind, f"iv:{argument}")


async def begin(turn: Turn, argument: str) -> Replies:
    """Begin an interview: `begin:<kind>`. Only what says so (`begins_empty`) may be begun with nothing known: the
    others need what their own dialog finds out first, whose it is and whether the person may.
    """
    kind = discover().get(argument)
    return await engine.start(turn, kind) if kind is not None and getattr(kind, "begins_empty", False) else []


async def answer(turn: Turn, text: str) -> Replies | None:
    """Free text while an interview is going on; an emergency goes before any question."""
    running = turn.conversation.interview
    kind = discover().get(running.kind) if running is not None else None
    if kind is None:
        return None
    found = turn.knowledge.search.find(text, today=turn.today, topic=turn.conversation.topic or None)
    if found.kind == "urgent" and any(char.isalpha() for char in text):
        return None  # a bare figure is an answer, never a cry for help
    replies = await engine.typed(turn, kind, text)
    if replies:
        return replies
    if found.kind in ("article", "choices") and len(text.split()) >= _LONG_ENOUGH_FOR_A_QUESTION:
        return None  # a question of its own: it is answered, and the interview waits
    if not running or not running.current:
        return None
    return await engine.ask_again(turn, kind, turn.say("interview.not_understood"))


async def aside(turn: Turn, _argument: str) -> Replies:
    """Goes on with what is being asked; else what was put aside and can be taken up again."""
    running = turn.conversation.interview
    if running is not None and running.current and running.kind in discover():
        return await engine.ask_again(turn, discover()[running.kind])
    kinds = [discover()[one.kind] for one in turn.conversation.put_aside if one.kind in discover()]
    if not kinds:
        return [Reply(turn.say("interview.nothing_aside"), controls=(turn.choice("menu", "choice.menu"),))]
    from_there = tuple(
        turn.choice(f"{engine.RESUME}{kind.kind}", "interview.resume_one", title=kind.title(turn)) for kind in kinds
    )
    return [Reply(turn.say("interview.aside_list"), from_there, controls=(turn.choice("menu", "choice.menu"),))]


dialog = Dialog({"iv": choice, "begin": begin, "aside": aside}, text=answer, order=10)
