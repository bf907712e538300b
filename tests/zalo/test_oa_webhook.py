"""The Official Account's webhook over real HTTP: signature, age, every event, and one effect each."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from bot.channels.zalo_counts import month_of
from bot.channels.zalo_oa import events
from handlers.messages import Location
from handlers.respond import Responder
from storage import zalo
from storage.database import Database
from storage.tables import inbox
from storage.tables_zalo import arrivals, zalo_oa_people
from tests.support.zalo_oa_server import headers
from tests.zalo.drivers import OaParts, oa_parts

DAY_MS = 86_400_000


@pytest.fixture
async def oa(sqlite_url: str, responder: Responder, few_words: Any) -> AsyncIterator[OaParts]:
    async with oa_parts(Database(sqlite_url), responder, few_words) as parts:
        yield parts


async def counted(oa: OaParts) -> dict[str, int]:
    await oa.counts.write()
    async with oa.database.read() as connection:
        return await zalo.counted(connection, "zalo_oa", month_of(oa.clock()))


def text_of(oa: OaParts, text: str = "chào", **more: Any) -> dict[str, Any]:
    return oa.server.event("user_send_text", "5", oa.now_ms(), text=text, **more)


async def test_a_text_is_answered(oa: OaParts) -> None:
    """200 first, the answer by the API afterwards; nothing of the text stays behind."""
    assert await oa.say("5", "chào") == 200
    assert oa.server.texts("5") == ["Tin thứ 1"]
    async with oa.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(arrivals))).scalar_one() == 0


async def test_the_empty_probe_is_answered(oa: OaParts) -> None:
    """The developer console posts nothing, unsigned."""
    assert await oa.server.post(None) == 200


async def test_a_repetition_has_one_effect(oa: OaParts) -> None:
    """Before and after the turn, with and without num_retry."""
    body = text_of(oa)
    for retry in range(3):
        assert await oa.server.post(body, retry=retry) == 200
    await oa.settle()
    assert await oa.server.post(body, retry=3) == 200
    await oa.settle()
    assert oa.server.texts("5") == ["Tin thứ 1"]
    assert (await counted(oa))["repeated"] == 3


async def test_the_signature_may_use_the_time_of_a_header(oa: OaParts) -> None:
    """Sources name both; either is right."""
    assert await oa.server.post(text_of(oa), header_time="1795500000123") == 200


@pytest.mark.parametrize("how", [{"key": "wrong"}, {"signed": False}])
async def test_a_wrong_signature_is_refused(oa: OaParts, how: dict[str, Any]) -> None:
    """403, counted, nothing stored."""
    assert await oa.server.post(text_of(oa), **how) == 403
    await oa.settle()
    assert oa.server.sent == [] and (await counted(oa))["wrong_signature"] == 1
    assert oa.measures.webhook_refusals.value("zalo_oa", "wrong_signature") == 1


async def test_the_signature_is_over_the_raw_bytes(oa: OaParts) -> None:
    """One blank more and it no longer fits; blanks and escapes of Zalo's own do."""
    raw = json.dumps(text_of(oa), indent=1).encode()
    webhook = await _status(oa, raw, headers(raw))
    changed = await _status(oa, raw.replace(b"\n", b"", 1), headers(raw))
    assert (webhook, changed) == (200, 403)


async def test_a_changed_word_is_refused(oa: OaParts) -> None:
    """A captured body cannot be made to say something else."""
    raw = json.dumps(text_of(oa, "một")).encode()
    assert await _status(oa, raw.replace(b"m\\u1ed9t", b"hai"), headers(raw)) == 403


@pytest.mark.parametrize("days", [-3, 3, -400])
async def test_an_old_body_played_again_is_refused(oa: OaParts, days: int) -> None:
    """Zalo's own repetitions end after two hours; two days is the end."""
    body = oa.server.event("user_send_text", "5", oa.now_ms() + days * DAY_MS, text="cũ")
    assert await oa.server.post(body) == 403
    assert (await counted(oa))["too_old"] == 1
    assert oa.measures.webhook_refusals.value("zalo_oa", "too_old") == 1


@pytest.mark.parametrize("days", [-1, 1])
async def test_a_clock_off_by_a_day_is_noted_and_the_message_taken(oa: OaParts, days: int) -> None:
    """The person must not suffer for it; the seven days count from when we got it."""
    body = oa.server.event("user_send_text", "5", oa.now_ms() + days * DAY_MS, text="chào")
    assert await oa.server.post(body) == 200
    await oa.settle()
    assert oa.server.texts("5") == ["Tin thứ 1"] and (await counted(oa))["clock_off"] == 1
    assert oa.measures.webhook_notes.value("zalo_oa", "clock_off") == 1
    async with oa.database.read() as connection:
        person = await zalo.person(connection, "5")
    assert person is not None and person.last_interaction_at == oa.clock()


async def test_a_picture_that_cannot_be_fetched_is_noted(oa: OaParts) -> None:
    """The person's words are handled all the same; the metrics say that something is wrong with pictures."""
    assert await oa.channel.fetch(f"{oa.server.url}/gone.jpg") is None
    assert oa.measures.webhook_notes.value("zalo_oa", "attachment_not_fetched") == 1


async def test_an_unknown_event_is_noted(oa: OaParts) -> None:
    """200: a repetition would not help."""
    assert await oa.server.post(oa.server.event("user_teleported", "5", oa.now_ms())) == 200
    assert oa.measures.webhook_notes.value("zalo_oa", "unknown_event") == 1


@pytest.mark.parametrize("raw", [b"{", b"[]", b"\xff\xfe", b"[" * 20_000, b'"x"'])
async def test_garbage_is_refused(oa: OaParts, raw: bytes) -> None:
    """Without a body's time no signature fits; with a header's it is 400. Never an exception."""
    assert await _status(oa, raw, headers(raw)) == 403
    assert await _status(oa, raw, headers(raw, header_time="1795500000123")) == 400


async def test_what_is_too_large_is_refused(oa: OaParts) -> None:
    """413 before anything is computed."""
    raw = json.dumps(text_of(oa, "x" * 1_000_001)).encode()
    assert await _status(oa, raw, headers(raw)) == 413


@pytest.mark.parametrize("name", ["hologram", "create_group", "", "update_user_info"])
async def test_an_unknown_event_is_taken_and_counted(oa: OaParts, name: str) -> None:
    """200: sending it again would not help."""
    assert await oa.give(name, "5") == 200
    assert oa.server.sent == [] and (await counted(oa))["unknown_event"] == 1


@pytest.mark.parametrize(
    "name", ["oa_send_text", "oa_send_image", "oa_send_anonymous_text", "user_seen_message", "user_received_message"]
)
async def test_what_the_account_itself_says_is_ignored(oa: OaParts, name: str) -> None:
    """Else it would answer itself for ever."""
    assert await oa.give(name, "5", text="của mình") == 200
    async with oa.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(inbox))).scalar_one() == 0


async def test_following_greets_and_leaving_says_nothing(oa: OaParts) -> None:
    """A second delivery of the same event greets no second time."""
    body = oa.server.event("follow", "5", oa.now_ms())
    for _ in range(2):
        await oa.server.post(body)
        await oa.settle()
    assert oa.server.texts("5") == ["Chào bác"]
    await oa.give("unfollow", "5")
    async with oa.database.read() as connection:
        person = await zalo.person(connection, "5")
    assert person is not None and not person.following and len(oa.server.sent) == 1


async def test_a_person_who_withdraws_consent_is_forgotten(oa: OaParts) -> None:
    """Zalo passes the wish on; the real dialog deletes, here only what this channel keeps is looked at."""
    await oa.say("5", "chào")
    await oa.give("user_withdraw", "5", user_id="5")
    async with oa.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(zalo_oa_people))).scalar_one() == 0


def _read(oa: OaParts, name: str, **content: Any) -> Any:
    body = oa.server.event(name, "5", oa.now_ms(), **content)
    return events.read(body, oa.clock(), b"raw")


def test_attachments_become_what_the_core_knows(oa: OaParts) -> None:
    """Pictures, a place given as numbers or as text, and the kinds that cannot be read."""
    picture = {"type": "image", "payload": {"url": "https://a.example/1", "thumbnail": "https://a.example/t"}}
    assert _read(oa, "user_send_image", attachments=[picture], text="đơn").incoming.photos[0].ref.endswith("/1")
    for point in ({"latitude": "20.5", "longitude": "105.9"}, {"latitude": 20.5, "longitude": 105.9}):
        place = {"type": "location", "payload": {"coordinates": point}}
        assert _read(oa, "user_send_location", attachments=[place]).incoming.location == Location(20.5, 105.9)
    kinds = {"audio": "voice", "sticker": "sticker", "video": "video", "file": "file", "business_card": "business_card"}
    for name, kind in kinds.items():
        assert _read(oa, f"user_send_{name}").incoming.unsupported == kind
    assert _read(oa, "user_submit_info", info={"phone": "84900000000"}).incoming.contact_phone == "84900000000"


@pytest.mark.parametrize("attachments", [None, "x", [None], [{"type": 1}], [{"type": "location", "payload": {}}]])
def test_broken_attachments_are_no_exception(oa: OaParts, attachments: Any) -> None:
    """They are answered as something that cannot be read."""
    assert _read(oa, "user_send_image", attachments=attachments).incoming.unsupported == "image"


def test_anonymous_people_have_a_conversation_of_their_own(oa: OaParts) -> None:
    """And open no window: Zalo decides whether they may be answered."""
    event = _read(oa, "anonymous_send_text", text="chào", conversation_id="c1")
    assert event.incoming.chat == "anonymous:c1:5" and not event.interaction


async def test_a_button_comes_back_as_text_with_its_choice(oa: OaParts) -> None:
    """Our prefix tells it from what a person types."""
    await oa.say("5", "chọn 2")
    await oa.say("5", "#choice:pick:2")
    assert oa.server.texts("5")[-1] == "Đã chọn 2"


async def test_people_of_whom_nothing_is_heard_are_not_kept(oa: OaParts) -> None:
    """After eight days the row says nothing that Zalo would not say."""
    await oa.say("5", "chào")
    oa.clock.at += timedelta(days=9)
    await oa.say("6", "chào")
    async with oa.database.read() as connection:
        assert (await connection.execute(select(zalo_oa_people.c.user_id))).scalars().all() == ["6"]


async def _status(oa: OaParts, raw: bytes, given: dict[str, str]) -> int:
    client = oa.server._client
    assert client is not None
    async with client.post(oa.server.hook_url, data=raw, headers=given) as response:
        return response.status
