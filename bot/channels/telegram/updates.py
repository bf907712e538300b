"""A Telegram update becomes an `Incoming`.

The few fields that we need are read straight from the JSON, not through `aiogram.types.Update`: it takes a few
microseconds instead of tens, and an update with unknown fields or of a newer API is still read as far as we understand
it, where a model of last year's API could refuse it. Every field is checked where it is read, since nothing else does.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

from handlers.messages import Attachment, Incoming, Location

CHANNEL: Final = "telegram"

# What we ask Telegram for. Edited messages are left out on purpose: what was said has been answered, and a report must
# not change under the hand of who reads it. Channel posts, reactions and membership say nothing to a bot of offices.
ALLOWED_UPDATES: Final = ("message", "callback_query")

# Content that cannot be read here, and its name in `Incoming.unsupported`. The first one found counts.
_UNSUPPORTED: Final = {
    "sticker": "sticker",
    "voice": "voice",
    "audio": "voice",
    "video_note": "video",
    "video": "video",
    "animation": "video",
    "document": "file",
}
# Larger ones are no size of anything, and could not be stored.
_LARGEST_NUMBER: Final = 2**53
# Notices of Telegram itself in a private chat: not said by the person, so not answered.
_SERVICE: Final = (
    "pinned_message",
    "message_auto_delete_timer_changed",
    "chat_background_set",
    "write_access_allowed",
    "proximity_alert_triggered",
    "connected_website",
    "boost_added",
    "successful_payment",
    "refunded_payment",
    "users_shared",
    "chat_shared",
)


def to_incoming(update: Mapping[str, Any], now: datetime) -> Incoming | None:
    """The update as a message, or None where it is ignored on purpose: no private chat, or no words of a person."""
    number = update.get("update_id")
    if not _is_id(number):
        return None
    message_id = f"update:{number}"
    message = update.get("message")
    if isinstance(message, dict):
        return _said(message, message_id, now)
    press = update.get("callback_query")
    if isinstance(press, dict):
        return _pressed(press, message_id, now)
    return None


def press_id(update: Mapping[str, Any]) -> str:
    """The id by which a button press is answered, or an empty string if the update is none."""
    press = update.get("callback_query")
    found = press.get("id") if isinstance(press, dict) else None
    return found if isinstance(found, str) else ""


def _said(message: dict[str, Any], message_id: str, now: datetime) -> Incoming | None:
    chat = _private_chat(message)
    if chat is None or any(key in message for key in _SERVICE):
        return None
    photos, location, phone = _photos(message), _location(message), _phone(message)
    text = _text(message.get("text")) or _text(message.get("caption"))
    unsupported = next((kind for key, kind in _UNSUPPORTED.items() if key in message), "")
    if not (text or photos or location or phone or unsupported):
        unsupported = "other"
    return Incoming(
        CHANNEL,
        chat,
        message_id,
        _time(message.get("date"), now),
        text=text,
        photos=photos,
        location=location,
        contact_phone=phone,
        unsupported="" if photos else unsupported,
        language=_language(message.get("from")),
    )


def _pressed(press: dict[str, Any], message_id: str, now: datetime) -> Incoming | None:
    message = press.get("message")
    if not isinstance(message, dict):
        return None
    chat = _private_chat(message)
    if chat is None:
        return None
    data = _text(press.get("data"))
    carrier = message.get("message_id")
    return Incoming(
        CHANNEL,
        chat,
        message_id,
        now,  # Telegram gives the time of the message that carries the button, not of the press
        choice=data,
        pressed_message=str(carrier) if _is_id(carrier) else "",
        unsupported="" if data else "other",
        language=_language(press.get("from")),
    )


def _private_chat(message: dict[str, Any]) -> str | None:
    chat = message.get("chat")
    if not isinstance(chat, dict) or chat.get("type") != "private" or not _is_id(chat.get("id")):
        return None
    return str(chat["id"])


def _is_id(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool)


def _text(value: object) -> str:
    if not isinstance(value, str):
        return ""
    if value.isascii():
        return value
    # Half of a surrogate pair is valid in JSON, but can be stored nowhere.
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")


def _time(value: object, now: datetime) -> datetime:
    if not isinstance(value, int) or isinstance(value, bool):
        return now
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, OSError, ValueError):
        return now


def _language(person: object) -> str:
    return _text(person.get("language_code"))[:16] if isinstance(person, dict) else ""


def _photos(message: dict[str, Any]) -> tuple[Attachment, ...]:
    """The largest size of a photo, or a picture that was sent as a file."""
    sizes = message.get("photo")
    if isinstance(sizes, list):
        known = [size for size in sizes if isinstance(size, dict) and isinstance(size.get("file_id"), str)]
        if known:
            largest = max(known, key=lambda size: _number(size.get("width")) * _number(size.get("height")))
            return (Attachment(largest["file_id"], "image/jpeg", _number(largest.get("file_size"))),)
    document = message.get("document")
    if isinstance(document, dict) and isinstance(document.get("file_id"), str):
        mime = _text(document.get("mime_type"))
        if mime.startswith("image/"):
            return (Attachment(document["file_id"], mime, _number(document.get("file_size"))),)
    return ()


def _number(value: object) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 < value < _LARGEST_NUMBER else 0


def _location(message: dict[str, Any]) -> Location | None:
    point = message.get("location")
    if not isinstance(point, dict):
        return None
    latitude, longitude = point.get("latitude"), point.get("longitude")
    if not isinstance(latitude, int | float) or not isinstance(longitude, int | float):
        return None
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return Location(float(latitude), float(longitude)) if inside else None


def _phone(message: dict[str, Any]) -> str:
    contact = message.get("contact")
    return _text(contact.get("phone_number")) if isinstance(contact, dict) else ""
