"""A reply becomes the `message` of a consultation message, and a chat its recipient.

Sources disagree whether buttons beside a text want a template type; both shapes are known here. Where there are too
many choices for buttons, they are the rows of a list template, and the ways on its buttons. As the last way of both the
choices are written as a numbered list, which a person answers by typing.
"""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

from handlers.messages import Choice, Reply
from handlers.rendering import split

PAYLOAD: Final = "#choice:"
"""Before the id of a choice in a button's payload, which comes back as text when the button is pressed."""
ANONYMOUS: Final = "anonymous"
MOST_BUTTONS: Final = 5
MOST_ROWS: Final = 5
"""Of a list; like the titles' length from the source of a typed client, and not confirmed."""
TITLE_LIMIT: Final = 100
TEXT_LIMIT: Final = 2000


class Shape(Enum):
    """How choices are written."""

    LIST = "list template"
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


def messages(reply: Reply, shape: Shape) -> list[dict[str, Any]]:
    """The words, with the choices in the given shape; written out they may be too long for one message."""
    if shape is Shape.WORDS:
        # A row of before an update brings no words along.
        words = reply.in_words or "\n".join(f"{number}. {one.label}" for number, one in enumerate(reply.choices, 1))
        whole = f"{reply.text}\n\n{words}" if words else reply.text
        return [{"text": piece} for piece in split(whole, TEXT_LIMIT)]
    payload: dict[str, Any]
    if shape is Shape.LIST:
        payload = {"template_type": "list", "elements": [_row(choice) for choice in reply.choices]}
        payload["buttons"] = [_button(control) for control in reply.controls]
    else:
        payload = {"buttons": [_button(choice) for choice in reply.choices]}
        if shape is Shape.TYPED:
            payload = {"template_type": "button", **payload}
    return [{"text": reply.text, "attachment": {"type": "template", "payload": payload}}]


def _row(choice: Choice) -> dict[str, Any]:
    return {"title": choice.label, "default_action": _action(choice)}


def _button(choice: Choice) -> dict[str, str]:
    return {"title": choice.label, **_action(choice)}


def _action(choice: Choice) -> dict[str, str]:
    # "hide": the payload does not appear in the talk as if the person had typed it.
    return {"type": "oa.query.hide", "payload": f"{PAYLOAD}{choice.id}"}
