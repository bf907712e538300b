"""What the Official Account's webhook posts, read as far as we need it. Every field is checked where it is read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from bot.channels.zalo_http import clean, number
from bot.channels.zalo_oa.outgoing import ANONYMOUS, PAYLOAD
from handlers.messages import Attachment, Incoming, Location

CHANNEL: Final = "zalo_oa"

_USER: Final = "user_send_"
_ANONYMOUS: Final = "anonymous_send_"
# Said by the account itself, or in a group: nothing a person wants to have answered.
_IGNORED: Final = ("oa_", "user_reacted_message", "user_send_group_")
# That our messages have arrived, or have been read, which is the same for us.
_RECEIPTS: Final = ("user_received_message", "user_seen_message")
_MOST_RECEIPTS: Final = 50
_KINDS: Final = {"audio": "voice", "video": "video", "gif": "video", "sticker": "sticker", "file": "file"}
_LONGEST_ID: Final = 60
_LONGEST_MESSAGE_ID: Final = 110
_MOST_TEXT: Final = 20_000
_LATEST_MS: Final = 4_000_000_000_000


class Event(msgspec.Struct, frozen=True, omit_defaults=True):
    """What an event means for us: a message for a turn, a change of what is known of the person, or both."""

    message_id: str
    person: str
    sent_at: datetime
    incoming: Incoming | None = None
    interaction: bool = False
    """It opens the seven days in which we may write."""
    following: bool | None = None
    withdrawn: bool = False
    """The person has Zalo ask for the deletion of what is kept."""
    receipts: tuple[str, ...] = ()
    """Messages of ours that have arrived, by the ids that Zalo gave them."""
    parties: tuple[str, ...] = ()
    """Between whom: which of the two is the person, the sources do not say."""

    @property
    def sender(self) -> str:
        """Whose events wait for one another; a note of an arrival keeps nobody's answer waiting."""
        return f"receipt:{self.person}" if self.receipts else self.person


def is_ignored(name: str) -> bool:
    return name.startswith(_IGNORED)


def timestamp_ms(body: Mapping[str, Any]) -> int | None:
    """The event's time; text or number, milliseconds."""
    found = number(body.get("timestamp"))
    return found if found is not None and 0 < found < _LATEST_MS else None


def read(body: Mapping[str, Any], sent_at: datetime, raw: bytes) -> Event | None:
    """The event, or None where it is of an unknown kind or lacks what it needs."""
    name = clean(body.get("event_name"))
    if name.startswith((_USER, _ANONYMOUS)):
        return _said(name, body, sent_at, raw)
    if name == "user_submit_info":
        return _info(body, sent_at)
    if name in ("follow", "unfollow"):
        return _follow(name, body, sent_at)
    if name in _RECEIPTS:
        return _receipts(body, sent_at, raw)
    person = _id(body.get("user_id")) or _id(_part(body, "sender").get("id"))
    if not person:
        return None
    if name == "user_click_chatnow":
        begin = Incoming(CHANNEL, person, _own_id("chatnow", person, sent_at), sent_at, choice="start")
        return Event(begin.message_id, person, sent_at, begin, interaction=True)
    if name == "user_withdraw":
        forget = Incoming(CHANNEL, person, _own_id("withdraw", person, sent_at), sent_at, choice="privacy:confirmed")
        return Event(forget.message_id, person, sent_at, forget, withdrawn=True)
    return None


def at(milliseconds: int) -> datetime:
    return datetime.fromtimestamp(milliseconds / 1000, UTC)


def _said(name: str, body: Mapping[str, Any], sent_at: datetime, raw: bytes) -> Event | None:
    anonymous = name.startswith(_ANONYMOUS)
    message, sender = _part(body, "message"), _id(_part(body, "sender").get("id"))
    if not sender:
        return None
    chat = f"{ANONYMOUS}:{_id(message.get('conversation_id'))}:{sender}" if anonymous else sender
    message_id = clean(message.get("msg_id"))
    if not message_id or len(message_id) > _LONGEST_MESSAGE_ID:
        message_id = f"body:{hashlib.sha256(raw).hexdigest()[:40]}"
    text = clean(message.get("text"))[:_MOST_TEXT]
    if text.startswith(PAYLOAD):
        incoming = Incoming(CHANNEL, chat, message_id, sent_at, choice=text.removeprefix(PAYLOAD).strip()[:64])
    else:
        kind = name.removeprefix(_ANONYMOUS if anonymous else _USER)
        incoming = _content(kind, text, _attachments(message), (chat, message_id), sent_at)
    return Event(message_id, chat, sent_at, incoming, interaction=not anonymous)


def _content(
    kind: str, text: str, attachments: list[tuple[str, Mapping[str, Any]]], key: tuple[str, str], sent_at: datetime
) -> Incoming:
    photos = tuple(
        Attachment(url, "image/jpeg")
        for kind_of, payload in attachments
        if kind_of == "image" and (url := clean(payload.get("url"))).startswith(("https://", "http://"))
    )
    location = next((_location(payload) for kind_of, payload in attachments if kind_of == "location"), None)
    unsupported = "" if text or photos or location or kind == "text" else _KINDS.get(kind, kind[:20])
    return Incoming(
        CHANNEL, key[0], key[1], sent_at, text=text, photos=photos, location=location, unsupported=unsupported
    )


def _info(body: Mapping[str, Any], sent_at: datetime) -> Event | None:
    person = _id(_part(body, "sender").get("id"))
    if not person:
        return None
    phone = clean(_part(body, "info").get("phone"))[:32] or str(number(_part(body, "info").get("phone")) or "")
    number_of = _own_id("info", person, sent_at)
    incoming = Incoming(
        CHANNEL, person, number_of, sent_at, contact_phone=phone, unsupported="" if phone else "contact"
    )
    return Event(number_of, person, sent_at, incoming, interaction=True)


def _follow(name: str, body: Mapping[str, Any], sent_at: datetime) -> Event | None:
    person = _id(_part(body, "follower").get("id")) or _id(_part(body, "sender").get("id"))
    if not person:
        return None
    number_of = _own_id(name, person, sent_at)
    if name == "unfollow":
        return Event(number_of, person, sent_at, following=False)
    # Greeted; if Zalo does not let us write before the person has, that is a normal outcome.
    begin = Incoming(CHANNEL, person, number_of, sent_at, choice="start")
    return Event(number_of, person, sent_at, begin, following=True)


def _receipts(body: Mapping[str, Any], sent_at: datetime, raw: bytes) -> Event | None:
    """One id in `msg_id`, or several in `msg_ids`: both are told of."""
    message = _part(body, "message")
    several = message.get("msg_ids")
    found = [clean(one) for one in (several if isinstance(several, list) else [])] + [clean(message.get("msg_id"))]
    ids = tuple(dict.fromkeys(one for one in found if one and len(one) <= _LONGEST_MESSAGE_ID))[:_MOST_RECEIPTS]
    named = (_part(body, "sender").get("id"), _part(body, "recipient").get("id"), body.get("user_id"))
    parties = tuple(dict.fromkeys(person for one in named if (person := _id(one))))
    if not ids or not parties:
        return None
    number_of = f"receipt:{hashlib.sha256(raw).hexdigest()[:40]}"
    return Event(number_of, parties[0], sent_at, receipts=ids, parties=parties)


def _own_id(name: str, person: str, sent_at: datetime) -> str:
    """The id of an event that has none: a repetition carries the same time."""
    return f"{name}:{person}:{int(sent_at.timestamp() * 1000)}"


def _part(body: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    found = body.get(name)
    return found if isinstance(found, dict) else {}


def _attachments(message: Mapping[str, Any]) -> list[tuple[str, Mapping[str, Any]]]:
    found = message.get("attachments")
    if not isinstance(found, list):
        return []
    return [(clean(one.get("type")), _part(one, "payload")) for one in found if isinstance(one, dict)]


def _location(payload: Mapping[str, Any]) -> Location | None:
    point = _part(payload, "coordinates")
    try:  # numbers, or numbers as text
        latitude, longitude = float(point["latitude"]), float(point["longitude"])
    except (KeyError, TypeError, ValueError, OverflowError):  # the last one for hundreds of digits
        return None
    inside = -90 <= latitude <= 90 and -180 <= longitude <= 180
    return Location(latitude, longitude) if inside else None


def _id(value: object) -> str:
    if isinstance(value, int) and not isinstance(value, bool):
        value = str(value)
    usable = isinstance(value, str) and 0 < len(value) <= _LONGEST_ID and value.isprintable() and ":" not in value
    return str(value) if usable else ""
