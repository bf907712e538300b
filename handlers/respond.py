"""From a message to its replies: which dialog it belongs to. The same for every channel."""

from __future__ import annotations

import importlib
import pkgutil
import re
from collections.abc import Mapping
from typing import Final

from content.text import plain
from handlers import codes, dialogs, interview
from handlers.access import AccessDenied, record_refusal
from handlers.actions.links import chat_hash, drafts_of, fetch_drafts, keep_drafts
from handlers.messages import Choice, Incoming, Reply
from handlers.turn import ChoiceHandler, Dialog, Replies, Turn, merged

_LONGEST_CHOICE: Final = 64
_MOST_OFFERED: Final = 40
_CHOICE_NUMBER: Final = re.compile(r"[0-9]{1,2}")
# "/start", "/start@bot_name", "/start payload-of-a-link"
_COMMAND: Final = re.compile(r"/(\w+)")


class Responder:
    """Finds the dialog for a message. Dialogs are discovered: a module of `handlers/dialogs/` with a `dialog`."""

    def __init__(self, found: Mapping[str, Dialog] | None = None) -> None:
        modules = found if found is not None else discover()
        self._choices: Final[dict[str, ChoiceHandler]] = merged(modules)
        in_order = sorted(modules.values(), key=lambda each: each.order)
        self._texts: Final = [dialog.text for dialog in in_order if dialog.text is not None]
        self._media: Final = [dialog.media for dialog in in_order if dialog.media is not None]

    async def respond(self, turn: Turn) -> Replies:
        """The replies to a message; the turn's conversation is changed in place."""
        # What was put aside belongs to the person, not to the chat, once there is an account.
        before = drafts_of(turn) if turn.conversation.account else {}
        try:
            replies = await self._route(turn)
        except AccessDenied as denied:
            replies = [await _refused(turn, denied)]
        if turn.conversation.account:
            await keep_drafts(turn, before)
        for reply in replies:
            if reply.choices or reply.controls:
                turn.conversation.offered = list(reply.choices[:_MOST_OFFERED])
                turn.conversation.controls = list(reply.controls)
        turn.conversation.greeted = True
        return replies

    async def _route(self, turn: Turn) -> Replies:
        incoming = turn.incoming
        if incoming.choice:
            return await self._choose(turn, incoming.choice)
        text = incoming.text
        if not plain(text):
            return await self._wordless(turn)
        typed = self._typed_choice(turn, text)
        if typed is not None:
            return await self._choose(turn, typed)
        if text.lstrip().startswith("/"):
            return [Reply(turn.say("choice.unknown_command"), controls=_ways_on(turn))]
        if plain(text).isdecimal() and turn.conversation.offered and turn.conversation.interview is None:
            return [_no_such_number(turn, text)]
        for handle in self._texts:
            replies = await handle(turn, text)
            if replies is not None:
                return replies
        raise RuntimeError("no dialog took the text")

    async def _wordless(self, turn: Turn) -> Replies:
        """A message without a word: a photo or a place may belong to something, everything else cannot be read."""
        if turn.incoming.photos or turn.incoming.location is not None:
            for handle in self._media:
                replies = await handle(turn)
                if replies is not None:
                    return replies
        return [_cannot_read(turn, turn.incoming)]

    async def _choose(self, turn: Turn, choice_id: str) -> Replies:
        word, _, argument = choice_id[:_LONGEST_CHOICE].partition(":")
        handler = self._choices.get(word)
        if handler is None:
            return [_outdated(turn)]
        if turn.conversation.account and choice_id.startswith(("aside", "iv:resume")):
            await fetch_drafts(turn)
        return await handler(turn, argument) or [_outdated(turn)]

    def _typed_choice(self, turn: Turn, text: str) -> str | None:
        """The choice that a typed number, label or command means."""
        said = plain(text).strip("/ .,!?()")
        offered = turn.conversation.offered
        number = said.removeprefix("so ").removeprefix("chon ").strip()
        # Two digits at most: a longer number is an amount, a year or an identity number, zeros before it or not.
        if _CHOICE_NUMBER.fullmatch(number) and 1 <= int(number) <= len(offered):
            return offered[int(number) - 1].id
        for choice in (*offered, *turn.conversation.controls):
            if said == plain(choice.label).strip(" .,!?()"):
                return choice.id
        running = turn.conversation.interview
        if running is not None and running.current and (way_on := interview.control(said)) is not None:
            return way_on  # "dừng" stops the questions here, not the notices
        command = _COMMAND.match(text.strip())
        if command and command[1] == "start":
            # A link of the channel with a code in it ("/start AB2D2C45"): as if the code had been typed.
            linked = codes.read(text.strip()[command.end() :])
            if linked is not None:
                return f"code:{linked.code}"
        return turn.knowledge.commands.find(command[1] if command else text.strip("/ .,!?()"))


def discover() -> dict[str, Dialog]:
    """The dialogs below `handlers/dialogs/` by module name."""
    names = sorted(module.name for module in pkgutil.iter_modules(dialogs.__path__))
    return {name: importlib.import_module(f"{dialogs.__name__}.{name}").dialog for name in names}


def _ways_on(turn: Turn) -> tuple[Choice, ...]:
    return (turn.choice("menu", "choice.menu"), turn.choice("office", "choice.office"))


def _cannot_read(turn: Turn, incoming: Incoming) -> Reply:
    if incoming.photos:
        key = "unreadable.photo"
    elif incoming.location is not None:
        key = "unreadable.location"
    elif incoming.contact_phone:
        key = "unreadable.contact"
    elif incoming.unsupported == "voice":
        key = "unreadable.voice"
    elif incoming.unsupported:
        key = "unreadable.other"
    else:
        key = "unreadable.empty"
    return Reply(turn.say(key), controls=_ways_on(turn))


def _no_such_number(turn: Turn, text: str) -> Reply:
    """A number that stands beside no choice: say which do, and offer them again."""
    offered = tuple(turn.conversation.offered)
    return Reply(turn.say("choice.no_such_number", number=text.strip()[:9], most=len(offered)), offered)


async def _refused(turn: Turn, denied: AccessDenied) -> Reply:
    """The one answer to what a person may not do; it stands in the audit trail."""
    chat = "" if denied.actor.account_id else chat_hash(turn.knowledge.keys, turn.key)
    await record_refusal(await turn.work.connection(), denied, turn.now, chat)
    return Reply(turn.say("people.refused"), controls=(turn.choice("me", "people.who_am_i"), *_ways_on(turn)))


def _outdated(turn: Turn) -> Reply:
    return Reply(turn.say("choice.outdated"), controls=_ways_on(turn))
