"""A reply becomes the `message` of a consultation message, and a chat its recipient.

Sources disagree whether buttons beside a text want a template type. Both shapes are known here, and as the last way the
choices are written as a numbered list, which a person answers by typing.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from handlers.messages import Choice, Reply

PAYLOAD: Final = "#choice:"
"""Before the id of a choice in a button's payload, which comes back as text when the button is pressed."""
ANONYMOUS: Final = "anonymous"
MOST_BUTTONS: Final = 5
TITLE_LIMIT: Final = 100
_TEXT_LIMIT: Final = 2000


class Shape(Enum):
    """How buttons are written; tried in this order."""

    BARE = "buttons"
    TYPED = "buttons with a template type"
    WORDS = "numbered list"


def recipient(chat: str) -> dict[str, str]:
    """A person, or the conversation of somebody who has not signed in to Zalo."""
    kind, _, rest = chat.partition(":")
    if kind == ANONYMOUS and ":" in rest:
        conversation, _, sender = rest.partition(":")
        return {"anonymous_id": sender, "conversation_id": conversation}
    return {"user_id": chat}


def picture(text: str, attachment_id: str) -> dict[str, Any]:
    """A picture that has been uploaded, with words or alone."""
    element = {"media_type": "image", "attachment_id": attachment_id}
    payload = {"template_type": "media", "elements": [element]}
    attached = {"attachment": {"type": "template", "payload": payload}}
    return {"text": text, **attached} if text else attached


def message(reply: Reply, shape: Shape) -> dict[str, Any]:
    """The words, with the choices in the given shape."""
    if not reply.choices:
        return {"text": reply.text}
    if shape is Shape.WORDS:
        return {"text": in_words(reply)}
    payload: dict[str, Any] = {"buttons": [_button(choice) for choice in reply.choices[:MOST_BUTTONS]]}
    if shape is Shape.TYPED:
        payload = {"template_type": "button", **payload}
    return {"text": reply.text, "attachment": {"type": "template", "payload": payload}}


def in_words(reply: Reply) -> str:
    """The text with its choices numbered as a person may type them, within the limit."""
    lines = "\n".join(f"{number}. {choice.label}" for number, choice in enumerate(reply.choices, start=1))
    room = _TEXT_LIMIT - len(lines.encode("utf-16-le")) // 2 - 2
    text = reply.text.encode("utf-16-le")[: room * 2].decode("utf-16-le", "ignore")
    return f"{text}\n\n{lines}"


def _button(choice: Choice) -> dict[str, str]:
    # "hide": the payload does not appear in the talk as if the person had typed it.
    return {"title": choice.label, "type": "oa.query.hide", "payload": f"{PAYLOAD}{choice.id}"}
