"""An announcement as one message: the same words on every channel, with how to stop them at the end."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Final

import msgspec

from content.words import Words
from handlers.broadcasting.checking import LANGUAGES, Text, units
from handlers.broadcasting.outlets import Shown
from handlers.messages import Capabilities, Choice, Reply
from handlers.rendering import Hints
from handlers.rendering import render as rendered
from storage.broadcasts import Content, Wording
from storage.media import picture_key

STOP: Final = "notices:stop"
TOPICS: Final = "topics"


def render(content: Content, language: str, capabilities: Capabilities, words: Words) -> Reply:
    """The message for readers of a language on a channel; who reads another one gets the first there is.

    Several pictures go as one sheet: one message is one message on every channel, also in what it may send.
    """
    wording = worded(content, language)
    parts = (wording.title, wording.text, wording.link, words.say("broadcasts.footer"))
    controls = (
        Choice(STOP, words.say("topics.stop_all")),
        Choice(TOPICS, words.say("topics.choose")),
    )
    return Reply(
        "\n\n".join(part for part in parts if part),
        # Where there are no buttons the footer has said already what to type.
        controls=controls if capabilities.buttons >= len(controls) else (),
        picture=picture_key(shown_picture(content.pictures)) if content.pictures else "",
    )


def messages(content: Content, language: str, shown: Shown, words: Words, hints: Hints) -> tuple[Reply, ...]:
    """The messages of the platform that it becomes on a channel, as they are sent and as they are shown before."""
    found: list[Reply] = []
    for message in rendered(render(content, language, shown.capabilities, words), shown.capabilities, hints):
        if message.picture and shown.caption_limit and units(message.text) > shown.caption_limit:
            # The picture goes first: each of the two takes its own place in the channel's rate.
            found.append(Reply("", picture=message.picture))
            found.append(msgspec.structs.replace(message, picture=""))
        else:
            found.append(message)
    return tuple(found)


def hints_of(words: Words) -> Hints:
    """What stands where a channel has no buttons."""
    return Hints(choose=words.say("choice.how"), control=words.say("choice.or_type"))


def worded(content: Content, language: str) -> Wording:
    """The words in a language, or in the first one that there are any in."""
    by_language = content.by_language
    chosen = next((each for each in (language, *LANGUAGES) if each in by_language), None)
    return by_language[chosen] if chosen is not None else Wording("", "")


def footers(languages: Mapping[str, Words]) -> dict[str, str]:
    """What stands below every announcement, by language: it takes its part of the length."""
    return {language: words.say("broadcasts.footer") for language, words in languages.items()}


def shown_picture(pictures: Sequence[str]) -> str:
    """The id of what is sent: the picture, or the sheet that holds all of them."""
    return pictures[0] if len(pictures) == 1 else sheet_id(pictures)


def sheet_id(pictures: Sequence[str]) -> str:
    """The id of the sheet of these pictures: as hard to guess as theirs, and the same whenever it is asked for."""
    return hashlib.sha256("|".join(pictures).encode()).hexdigest()[:43]


def content_of(texts: Mapping[str, Text], pictures: Sequence[str]) -> Content:
    """What is kept of what was typed."""
    by_language = {language: Wording(text.title, text.text, text.link) for language, text in texts.items() if text}
    return Content(by_language, tuple(pictures))


def texts_of(content: Content) -> dict[str, Text]:
    """What is kept, as a form shows it."""
    return {language: Text(each.title, each.text, each.link) for language, each in content.by_language.items()}
