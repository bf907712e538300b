"""Handing a role over in chat: the own one, or, for who may give it, somebody else's by its number."""

from __future__ import annotations

import re
from typing import Final

from content.text import plain
from handlers import interview as engine
from handlers.access import Actor
from handlers.actions.handover_role import may_hand_over, role_to_hand_over
from handlers.actions.people import PeopleError
from handlers.interviews import role_handover
from handlers.messages import Choice, Reply
from handlers.turn import Dialog, Replies, Turn
from storage import people
from storage.people import RoleRow

_TYPED: Final = re.compile(r"ban giao (?:vai )?([1-9][0-9]{0,17})")
_MOST_LISTED: Final = 30


async def handover(turn: Turn, argument: str) -> Replies:
    """`handover`: which role; `handover:<role>`: to whom."""
    actor = await turn.actor()
    if argument:
        return await _begin(turn, int(argument)) if argument.isdecimal() and len(argument) < 19 else []
    choices = [Choice(f"handover:{role.id}", _named(turn, role)) for role in actor.roles]
    choices += await _of_others(turn, actor)
    if not choices:
        return [Reply(turn.say("people.citizen"), controls=_ways_on(turn))]
    if len(choices) == 1:
        return await _begin(turn, actor.roles[0].id)
    return [Reply(turn.say("linked.handover_which"), tuple(choices), controls=_ways_on(turn))]


async def text(turn: Turn, said: str) -> Replies | None:
    """ "bàn giao 12": as the request of a holder says it."""
    found = _TYPED.fullmatch(plain(said))
    return await _begin(turn, int(found[1])) if found is not None and turn.conversation.account else None


async def _of_others(turn: Turn, actor: Actor) -> list[Choice]:
    if not actor.area_path:
        return []
    held = await people.holders(await turn.work.connection(), actor.area_path, turn.today, limit=_MOST_LISTED)
    return [
        Choice(f"handover:{one.role.id}", turn.say("people.holder", name=one.name, role=_named(turn, one.role)))
        for one in held
        if one.role.account_id != actor.account_id and one.role.end is None and may_hand_over(actor, one.role)
    ]


async def _begin(turn: Turn, role_id: int) -> Replies:
    actor = await turn.actor()
    try:
        held = await role_to_hand_over(await turn.work.connection(), actor, role_id, turn.today)
    except PeopleError as error:
        return [Reply(turn.say(f"people.error.{error.reason}"), controls=_ways_on(turn))]
    known = {"role": held.id, "label": _named(turn, held), "ask": not may_hand_over(actor, held)}
    return await engine.start(turn, role_handover.interview, known)


def _named(turn: Turn, role: RoleRow) -> str:
    return turn.say("people.role_of", role=turn.say(f"people.role.{role.role}"), area=role.area_name)


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("me", "people.who_am_i"), turn.choice("menu", "choice.menu"))


dialog = Dialog({"handover": handover}, text=text, order=4)
