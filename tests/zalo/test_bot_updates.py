"""What a Zalo Bot update becomes."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from bot.channels.zalo_bot.updates import to_incoming, unwrapped
from tests.support.zalo_bot_server import NOW_MS, ZaloBotServer

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
UPDATE = ZaloBotServer().update


def test_both_body_shapes_are_read() -> None:
    """Documented in a wrapper, measured without it."""
    update = UPDATE("5", text="chào")
    assert unwrapped({"ok": True, "result": update}) == unwrapped(update) == update


@pytest.mark.parametrize("body", [None, [], "x", 1, {}, {"ok": True}, {"ok": True, "result": [1]}, {"result": {}}])
def test_what_is_no_update_is_none(body: Any) -> None:
    """Not an exception."""
    assert unwrapped(body) is None


def test_a_text_keeps_its_id_and_time() -> None:
    """The time is in milliseconds."""
    incoming = to_incoming(UPDATE("00f5", text="chào"), NOW)
    assert incoming is not None
    assert (incoming.chat, incoming.text, len(incoming.message_id)) == ("00f5", "chào", 20)
    assert incoming.sent_at == datetime.fromtimestamp(NOW_MS / 1000, UTC)


@pytest.mark.parametrize("key", ["photo_url", "photo"])
def test_a_picture_comes_under_either_name(key: str) -> None:
    """ "photo" in the documentation, "photo_url" on the wire; with its caption."""
    incoming = to_incoming(UPDATE("5", "message.image.received", caption="đơn", **{key: "https://a.example/1"}), NOW)
    assert incoming is not None and incoming.photos[0].ref == "https://a.example/1" and incoming.text == "đơn"


@pytest.mark.parametrize("ref", ["file:///etc/passwd", "javascript:x", "", 7, None])
def test_a_picture_without_an_address_is_said_to_be_unreadable(ref: Any) -> None:
    """It is answered, and nothing is fetched."""
    incoming = to_incoming(UPDATE("5", "message.image.received", photo_url=ref), NOW)
    assert incoming is not None and incoming.photos == () and incoming.unsupported == "photo"


@pytest.mark.parametrize(
    ("event", "kind"),
    [("message.sticker.received", "sticker"), ("message.voice.received", "voice"), ("message.new.received", "other")],
)
def test_other_kinds_are_named(event: str, kind: str) -> None:
    """A kind that comes one day is answered too."""
    incoming = to_incoming(UPDATE("5", event, voice_url="https://a.example/v"), NOW)
    assert incoming is not None and incoming.unsupported == kind


def test_a_hidden_message_has_its_own_answer() -> None:
    """Zalo tells no content for people in a protected group: never "I did not understand"."""
    incoming = to_incoming(UPDATE("5", "message.unsupported.received"), NOW)
    assert incoming is not None and (incoming.choice, incoming.unsupported) == ("hidden", "hidden")


@pytest.mark.parametrize(
    "broken",
    [
        {"event_name": "message.text.received"},
        {"event_name": "message.text.received", "message": "x"},
        {"event_name": "message.text.received", "message": {"message_id": "1"}},
        {"event_name": "message.text.received", "message": {"message_id": "", "chat": {"id": "5"}}},
        {"event_name": "message.text.received", "message": {"message_id": "x" * 101, "chat": {"id": "5"}}},
        {"event_name": ["x"], "message": {"message_id": "1", "chat": {"id": "5"}}},
        {"event_name": "user.unfollow", "message": {"message_id": "1", "chat": {"id": "5"}}},
    ],
)
def test_what_lacks_its_parts_is_passed_over(broken: dict[str, Any]) -> None:
    """Not an exception."""
    assert to_incoming(broken, NOW) is None


@pytest.mark.parametrize("date", ["x", None, True, 10**30, -(10**30)])
def test_a_time_that_is_none_becomes_now(date: Any) -> None:
    """The message counts, its time does not."""
    incoming = to_incoming(UPDATE("5", text="x", date=date), NOW)
    assert incoming is not None and incoming.sent_at == NOW
