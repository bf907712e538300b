"""A Zalo Bot update becomes an `Incoming`. Every field is checked where it is read: nothing else does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from bot.channels.zalo_http import clean
from handlers.messages import Attachment, Incoming

CHANNEL: Final = "zalo_bot"
HIDDEN: Final = "hidden"
"""The choice, and the kind of content, of a message that Zalo did not let us read."""

_TEXT: Final = "message.text.received"
_IMAGE: Final = "message.image.received"
_UNSUPPORTED: Final = {
    "message.sticker.received": "sticker",
    "message.voice.received": "voice",
    "message.unsupported.received": HIDDEN,
}
_LONGEST_ID: Final = 100
_MOST_TEXT: Final = 20_000


def unwrapped(body: object) -> Mapping[str, Any] | None:
    """The update within a body: documented as `{ok, result: {…}}`, posted as the bare `{event_name, message}`."""
    if not isinstance(body, dict):
        return None
    inner = body.get("result")
    if isinstance(inner, dict) and "event_name" in inner:
        return inner
    return body if "event_name" in body else None


def message_id(update: Mapping[str, Any]) -> str:
    """The platform's id of the message, or an empty string where there is none that can be used."""
    message = update.get("message")
    found = message.get("message_id") if isinstance(message, dict) else None
    return _id(found)


def event_name(update: Mapping[str, Any]) -> str:
    return clean(update.get("event_name"))[:64]


def to_incoming(update: Mapping[str, Any], now: datetime) -> Incoming | None:
    """The update as a message, or None where it is ignored on purpose: a group, a bot, an event of another kind."""
    event, message = event_name(update), update.get("message")
    if not isinstance(message, dict) or not event.startswith("message."):
        return None
    chat, number = _private_chat(message), message_id(update)
    if not chat or not number:
        return None
    sent_at = _time(message.get("date"), now)
    text = (clean(message.get("text")) or clean(message.get("caption")))[:_MOST_TEXT]
    if event == _TEXT:
        return Incoming(CHANNEL, chat, number, sent_at, text=text)
    if event == _IMAGE:
        # "photo" in the documentation, "photo_url" on the wire.
        url = clean(message.get("photo_url")) or clean(message.get("photo"))
        photos = (Attachment(url, "image/jpeg"),) if url.startswith(("https://", "http://")) else ()
        return Incoming(
            CHANNEL, chat, number, sent_at, text=text, photos=photos, unsupported="" if photos or text else "photo"
        )
    kind = _UNSUPPORTED.get(event, "other")
    if kind == HIDDEN:
        # Answered by a dialog of its own, at once: there will never be anything to read here.
        return Incoming(CHANNEL, chat, number, sent_at, choice=HIDDEN, unsupported=kind)
    return Incoming(CHANNEL, chat, number, sent_at, text=text, unsupported="" if text else kind)


def _private_chat(message: Mapping[str, Any]) -> str:
    chat, sender = message.get("chat"), message.get("from")
    if not isinstance(chat, dict) or str(chat.get("chat_type") or "PRIVATE").upper() != "PRIVATE":
        return ""
    if isinstance(sender, dict) and sender.get("is_bot") is True:
        return ""
    return _id(chat.get("id"))


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    return value if isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable() else ""


def _time(value: object, now: datetime) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        return now
    try:
        return datetime.fromtimestamp(value / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return now
