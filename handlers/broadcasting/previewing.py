"""An announcement in chat as each channel that will be used shows it: one message for each, wherever it is read."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from handlers.broadcasting.checking import LANGUAGES
from handlers.broadcasting.office import Office
from handlers.broadcasting.options import channel_name
from handlers.broadcasting.outlets import Shown
from handlers.broadcasting.wording import hints_of, messages
from handlers.messages import Reply
from handlers.turn import Turn
from storage.broadcasts import Content

_OWN: Final = "vi"


def plainly(turn: Turn, content: Content, office: Office) -> list[Reply]:
    """As this chat would show it: for one that nobody gets, or that has gone out already."""
    parts = messages(content, _OWN, Shown(turn.capabilities), office.words, hints_of(office.words))
    return [Reply(part.text, picture=part.picture) for part in parts]


def previews(turn: Turn, content: Content, office: Office, by_channel: Mapping[str, int]) -> list[Reply]:
    """One message for each channel that has recipients, and for each language that it is written in. Where it is cut
    and what a channel leaves out, buttons or pictures, is said.
    """
    languages = [each for each in LANGUAGES if each in content.by_language and each in office.languages]
    found = []
    for channel, count in by_channel.items():
        shown = office.outlets.shown.get(channel) or _unlisted(turn, channel)
        for language in languages:
            parts = messages(content, language, shown, office.languages[language], hints_of(office.words))
            named = turn.say(f"broadcasts.language.{language}") if len(languages) > 1 else ""
            name = " – ".join(filter(None, (channel_name(turn.words, channel), named)))
            head = turn.say("broadcasts.preview.head", channel=name, count=turn.words.number(count))
            found.append(_one(turn, head, parts, pictures=bool(content.pictures)))
    return found


def _one(turn: Turn, head: str, parts: tuple[Reply, ...], *, pictures: bool) -> Reply:
    """The messages of a channel as one of this chat."""
    lines = [head]
    for number, part in enumerate(parts, start=1):
        if len(parts) > 1:
            lines.append(turn.say("broadcasts.preview.cut", number=number, total=len(parts)))
        if part.picture and not turn.capabilities.pictures_out:
            lines.append(turn.say("broadcasts.preview.picture"))
        lines.append(part.text)
    picture = next((part.picture for part in parts if part.picture), "")
    pressed = [choice.label for choice in (*parts[-1].choices, *parts[-1].controls)]
    if pressed:
        lines.append(turn.say("broadcasts.preview.buttons", labels=" ".join(f"[{label}]" for label in pressed)))
    else:
        lines.append(turn.say("broadcasts.preview.no_buttons"))
    if pictures and not picture:
        lines.append(turn.say("broadcasts.preview.no_picture"))
    return Reply("\n".join(line for line in lines if line), picture=picture)


def _unlisted(turn: Turn, channel: str) -> Shown:
    """A channel that this process does not serve: the plainest there is, unless it is the one of this chat."""
    return Shown(turn.capabilities) if channel == turn.incoming.channel else Shown()
