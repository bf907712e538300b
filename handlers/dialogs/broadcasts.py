"""Announcements in chat for those who send them: composing, looking at one, and every deed on it."""

from __future__ import annotations

import re
from typing import Final

from content.text import plain
from handlers import interview as engine
from handlers.actions import broadcasts as actions
from handlers.broadcasting import pictures
from handlers.broadcasting.checking import BroadcastError
from handlers.broadcasting.office import office_of
from handlers.broadcasting.showing import failed, listed, shown
from handlers.interviews import broadcast as composing
from handlers.interviews import broadcast_reason
from handlers.turn import Dialog, Replies, Turn

_NAMED: Final = re.compile(r"(?:xem|duyet|mo) (?:tin|thong bao)(?: so)? #?([1-9][0-9]{0,17})")

_WORDS: Final = ("title", "text")
"""What is written under a photo answers these."""


async def broadcast(turn: Turn, argument: str) -> Replies:
    """`broadcast[:new | :see:<id> | :do:<deed>:<id>:<version>]`; without anything the list."""
    verb, _, rest = argument.partition(":")
    if verb == "new":
        return await engine.start(turn, composing.interview, await composing.begin(turn))
    try:
        if verb == "see" and rest.isdecimal() and len(rest) < 19:
            return await shown(turn, int(rest))
        if verb == "do":
            return await _deed(turn, rest)
    except BroadcastError as error:
        return [failed(turn, error)]
    return await listed(turn) if not verb else []


async def text(turn: Turn, said: str) -> Replies | None:
    """The answers while one is composed, and "xem tin 12"."""
    running = turn.conversation.interview
    if running is not None and running.kind == composing.KIND and turn.incoming.photos:
        opening = await pictures.take(turn)
        if running.current not in _WORDS:
            return await engine.ask_again(turn, composing.interview, opening)
    if running is not None and running.kind == composing.KIND and running.current:
        if running.current == "where":
            await composing.look_up(turn, running.answers, said)
        return await engine.typed(turn, composing.interview, said) or None
    if running is not None and running.kind == broadcast_reason.KIND:
        return await engine.typed(turn, broadcast_reason.interview, said) or None
    named = _NAMED.fullmatch(plain(said).strip(" .!?")) if turn.conversation.account else None
    return None if named is None else await broadcast(turn, f"see:{named[1]}")


async def media(turn: Turn) -> Replies | None:
    """Photos without a word while one is composed belong to it, whatever is being asked: an album comes one by one."""
    running = turn.conversation.interview
    if running is None or running.kind != composing.KIND or not turn.incoming.photos:
        return None
    return await engine.ask_again(turn, composing.interview, await pictures.take(turn))


async def _deed(turn: Turn, rest: str) -> Replies:
    """`<deed>:<id>:<version>`."""
    name, _, further = rest.partition(":")
    number, _, version = further.partition(":")
    if not (number.isdecimal() and version.isdecimal() and len(further) < 38):
        return []
    broadcast_id, seen = int(number), int(version)
    connection, actor, office = await turn.work.connection(), await turn.actor(), office_of(turn.knowledge, turn.now)
    if name == "refuse":
        return await engine.start(turn, broadcast_reason.interview, {"id": broadcast_id, "version": seen})
    if name == "test":
        await actions.test(connection, actor, office, broadcast_id)
    elif name == "submit":
        await actions.submit(connection, actor, office, broadcast_id, seen)
    elif name == "approve":
        await actions.approve(connection, actor, office, broadcast_id, seen)
    elif name == "correct":
        broadcast_id = (await actions.correct(connection, actor, office, broadcast_id)).id
    elif name in actions.SIMPLE:
        await actions.step(connection, actor, office, broadcast_id, seen, name)
    else:
        return []
    return await shown(turn, broadcast_id, turn.say(f"broadcasts.did.{name}"), message=name == "correct")


dialog = Dialog({"broadcast": broadcast}, text=text, media=media, order=1)
"""Before all others: "Bão số 9" typed while composing is the announcement's title, no report and no cry for help."""
