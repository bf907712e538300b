"""Typing a one-time code: an invitation or the link to another channel."""

from __future__ import annotations

from typing import Final

from handlers import codes
from handlers.actions.consents import agreed
from handlers.actions.links import Outcome, Used, use_code
from handlers.messages import Reply
from handlers.turn import Dialog, Replies, Turn
from storage import people

_LONGEST: Final = 40


async def typed(turn: Turn, text: str) -> Replies | None:
    """A message that is a code and nothing else. While questions are being asked it needs the word "mã"."""
    if len(text) > _LONGEST:
        return None
    written = codes.read(text, with_word=turn.conversation.interview is not None)
    return None if written is None else await _use(turn, written)


async def code(turn: Turn, argument: str) -> Replies:
    """A code that came with a link of the channel; empty where it cannot be one."""
    written = codes.read(argument) if argument else codes.Written("")
    return [] if written is None else await _use(turn, written)


async def _use(turn: Turn, written: codes.Written) -> Replies:
    if not written.code:
        return [Reply(turn.say("people.code.letters"))]
    connection = await turn.work.connection()
    used = await use_code(
        connection,
        turn.knowledge.keys,
        turn.key,
        written.code,
        stopped=turn.conversation.notices_stopped,
        now=turn.now,
        today=turn.today,
    )
    if used.outcome in (Outcome.ROLE, Outcome.LINKED, Outcome.ALREADY_LINKED):
        turn.conversation.account = used.account_id
        turn.conversation.notices_stopped = await people.notices_stopped(connection, used.account_id)
        turn.forget_actor()
    if used.outcome in (Outcome.ROLE, Outcome.LINKED):
        await agreed(turn, "account")
    if used.outcome is Outcome.ROLE:
        turn.conversation.acting_role = used.role_id
        return [await _welcome(turn)]
    return [_told(turn, used)]


async def _welcome(turn: Turn) -> Reply:
    actor = await turn.actor()
    acting = actor.acting
    if acting is None:
        return Reply(turn.say("people.code.wrong"))
    text = turn.say(
        "people.welcome", name=actor.name, role=turn.say(f"people.role.{acting.role}"), area=acting.area_name
    )
    ways_on = (
        turn.choice("me", "people.who_am_i"),
        turn.choice("link", "people.link"),
        turn.choice("menu", "choice.menu"),
    )
    return Reply(text, controls=ways_on)


def _told(turn: Turn, used: Used) -> Reply:
    ways_on = (turn.choice("office", "choice.office"), turn.choice("menu", "choice.menu"))
    if used.outcome in (Outcome.LINKED, Outcome.ALREADY_LINKED):
        ways_on = (turn.choice("me", "people.who_am_i"), turn.choice("link:off", "people.unlink"))
    return Reply(turn.say(f"people.code.{used.outcome.value}"), controls=ways_on)


dialog = Dialog({"code": code}, text=typed, order=5)
