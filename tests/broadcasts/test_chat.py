"""Topics and announcements in whole turns: what is kept, on every channel of a person, and what the trail says."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers.actions import people as actions
from handlers.broadcasting.policy import Policy
from handlers.interviews import broadcast as composing
from handlers.turn import Knowledge
from storage import broadcasts, subscriptions
from storage.broadcasts import BroadcastRow
from storage.database import Database
from storage.keys import Keys
from storage.tables import conversations
from storage.tables_broadcasts import topic_choices
from storage.tables_people import audit
from tests.broadcasts.crowd import crowd
from tests.people.conftest import keys as keys
from tests.people.conftest import places as places
from tests.people.test_turns import Talk
from tests.support.assembly import Clock


@pytest.fixture
async def talk(places: Database, knowledge: Knowledge, keys: Keys, clock: Clock) -> AsyncIterator[Talk]:
    """Two recipients already need a second person."""
    made = Talk(places, replace(knowledge, keys=keys, policy=Policy(approval_above=1)), clock)
    yield made
    await made.engine.close()


async def _invited(talk: Talk, keys: Keys, role: str, area: str, chat: str) -> None:
    async with talk.database.write() as connection:
        made = await actions.invite(
            connection, None, keys, role=role, area_key=area, name="Mẫu", seed=f"{role}{chat}", now=talk.clock.at
        )
    await talk.say(made.code, chat=chat)


async def _choices(talk: Talk, channel: str, chat: str) -> dict[str, bool]:
    async with talk.database.read() as connection:
        return await subscriptions.choices(connection, (channel, chat))


async def _trail(talk: Talk) -> list[tuple[str, str, str]]:
    async with talk.database.read() as connection:
        rows = await connection.execute(select(audit.c.verb, audit.c.subject_kind, audit.c.detail).order_by(audit.c.id))
        return [(row.verb, row.subject_kind, row.detail) for row in rows]


async def _only(talk: Talk) -> BroadcastRow:
    async with talk.database.read() as connection:
        row = await broadcasts.read(connection, 1)
    assert row is not None
    return row


async def test_a_choice_is_kept_with_its_moment_and_told_to_the_trail(talk: Talk) -> None:
    """Without the person's chat in it."""
    await talk.say("chu de")
    await talk.say("5")
    assert await _choices(talk, "plain", "a") == {"credit": True}
    async with talk.database.read() as connection:
        assert (await connection.execute(select(topic_choices.c.chosen_at))).scalar_one() == talk.clock.at
    verb, kind, detail = (await _trail(talk))[-1]
    assert (verb, kind, detail) == ("topic_wanted", "chat", '{"topic":"credit"}')


async def test_what_was_chosen_follows_to_a_linked_channel_and_holds_there(talk: Talk) -> None:
    """Chosen before linking, and chosen afterwards on either side."""
    await talk.say(choice="topic:credit:on")
    await talk.say(choice="topic:notice:off", channel="zalo", chat="b")
    code = (await talk.say("liên kết")).split(": ")[1][:9]
    await talk.say(code, channel="zalo", chat="b")
    assert await _choices(talk, "plain", "a") == await _choices(talk, "zalo", "b") == {"credit": True, "notice": False}
    talk.clock.advance(60)
    await talk.say(choice="topic:credit:off", channel="zalo", chat="b")
    assert (await _choices(talk, "plain", "a"))["credit"] is False
    assert (await _trail(talk))[-1][:2] == ("topic_unwanted", "account")


@pytest.mark.parametrize("said", ["dừng", "thôi", "STOP", "stop", "huy nhan tin", "Dừng nhận tin.", "hủy đăng ký"])
async def test_stopping_always_works_and_is_seen_by_the_sender(talk: Talk, said: str) -> None:
    """By a word, with or without accents, also as the first thing that somebody ever says."""
    assert "dừng gửi thông báo" in await talk.say(said)
    async with talk.database.read() as connection:
        row = (await connection.execute(select(conversations.c.notices_stopped, conversations.c.stopped_at))).one()
    assert tuple(row) == (True, talk.clock.at)
    assert [verb for verb, _, _ in await _trail(talk)] == ["notices_stopped"]


async def test_who_had_stopped_and_chooses_one_topic_gets_that_one_alone(talk: Talk) -> None:
    """Not the defaults beside it."""
    await talk.say("dừng")
    assert "chỉ chủ đề “Vay vốn ưu đãi”" in await talk.say(choice="topic:credit:on")
    chosen = await _choices(talk, "plain", "a")
    assert {topic for topic, wanted in chosen.items() if wanted} == {"credit"}
    assert len(chosen) == 7
    async with talk.database.read() as connection:
        assert (await connection.execute(select(conversations.c.notices_stopped))).scalar_one() is False


async def test_an_unknown_topic_changes_nothing(talk: Talk) -> None:
    """A button of another version of the product."""
    for choice in ("topic:weather:on", "topic:credit:maybe", "topic:credit"):
        assert "không còn dùng" in await talk.say(choice=choice) or await _choices(talk, "plain", "a") == {}
    assert await _choices(talk, "plain", "a") == {}


async def test_having_everything_deleted_takes_the_choices_along(talk: Talk) -> None:
    """They are about the person."""
    await talk.say(choice="topic:credit:on")
    await talk.say("xóa dữ liệu")
    await talk.say(choice="privacy:confirmed")
    assert await _choices(talk, "plain", "a") == {}


async def _composed(talk: Talk, chat: str, when: str = "gửi ngay") -> str:
    said = ""
    words = (
        "soạn thông báo",
        "1",
        "Mời họp thôn",
        "dừng xe ở cổng, họp lúc 19 giờ",
        "không",
        "mọi người",
        "1",
        when,
        "1",
    )
    for text in words:
        said = await talk.say(text, chat=chat)
    return said


async def test_an_announcement_is_composed_by_talking(talk: Talk, keys: Keys) -> None:
    """It is a draft until it is sent off; then it waits for its hour."""
    await _invited(talk, keys, "commune_officer", "thuy-loi-2023", "officer")
    said = await _composed(talk, "officer", "ngày mai 14h30")
    assert "chưa gửi cho ai" in said and "dừng nhận tin" in said
    row = await _only(talk)
    assert (row.state, row.topic, row.content.by_language["vi"].text) == (
        "draft", "notice", "dừng xe ở cổng, họp lúc 19 giờ",
    )  # fmt: skip
    assert row.start_at is not None and row.start_at.isoformat() == "2026-11-25T07:30:00+00:00"
    # The channel of the test is not one that this installation sends on: nobody would get it.
    assert "không có ai nhận được" in await talk.say("xem tin 1", chat="officer")
    async with talk.database.write() as connection:
        await crowd(connection, 1, talk.clock.at)
    await talk.say("xem tin 1", chat="officer")
    assert "Đã gửi đi" in await talk.say("gửi đi", chat="officer")
    assert (await _only(talk)).state == "scheduled"
    assert [verb for verb, _, _ in await _trail(talk)][-2:] == ["broadcast_written", "broadcast_submit"]


async def test_an_approver_of_the_area_is_told_and_nobody_else(talk: Talk, keys: Keys) -> None:
    """Neither the author, nor a village head, nor the communications staff."""
    for role, area, chat in (
        ("commune_officer", "thuy-loi-2023", "officer"),
        ("district_officer", "kim-bang-district", "district"),
        ("communications_staff", "kim-bang-district", "staff"),
        ("village_head", "thuy-loi-mau-1", "head"),
    ):
        await _invited(talk, keys, role, area, chat)
    async with talk.database.write() as connection:
        await crowd(connection, 3, talk.clock.at)
    await _composed(talk, "officer")
    await talk.say("gửi đi", chat="officer")
    assert (await _only(talk)).state == "waiting_approval"
    async with talk.database.read() as connection:
        found = await connection.exec_driver_sql("SELECT chat FROM outbox WHERE priority = 2")
        assert [row[0] for row in found] == ["district"]
    for chat in ("officer", "staff", "head"):
        assert "duyệt được" not in await talk.say("duyệt tin 1", chat=chat)
        await talk.say(choice="broadcast:do:approve:1:2", chat=chat)
        assert (await _only(talk)).state == "waiting_approval", chat
    await talk.say("duyệt tin 1", chat="district")
    await talk.say("Duyệt", chat="district")
    assert (await _only(talk)).state == "scheduled"


async def test_of_two_approvers_the_second_is_told(talk: Talk, keys: Keys) -> None:
    """The button of a version that has moved on does nothing."""
    await _invited(talk, keys, "communications_staff", "kim-bang-district", "staff")
    await _invited(talk, keys, "district_officer", "kim-bang-district", "one")
    await _invited(talk, keys, "district_officer", "kim-bang-district", "two")
    async with talk.database.write() as connection:
        await crowd(connection, 3, talk.clock.at)
    await _composed(talk, "staff")
    await talk.say("gửi đi", chat="staff")
    version = (await _only(talk)).version
    assert "Đã duyệt" in await talk.say(choice=f"broadcast:do:approve:1:{version}", chat="one")
    assert "đã xếp lịch" in await talk.say(choice=f"broadcast:do:approve:1:{version}", chat="two")
    said = await talk.say(choice=f"broadcast:do:cancel:1:{version}", chat="staff")
    assert "Người khác vừa sửa" in said
    assert (await _only(talk)).state == "scheduled"


async def test_what_is_too_late_is_not_approved(talk: Talk, keys: Keys) -> None:
    """Its time was over while it waited."""
    await _invited(talk, keys, "communications_staff", "kim-bang-district", "staff")
    await _invited(talk, keys, "district_officer", "kim-bang-district", "one")
    async with talk.database.write() as connection:
        await crowd(connection, 3, talk.clock.at)
    await _composed(talk, "staff")
    async with talk.database.write() as connection:
        await broadcasts.change(connection, 1, 1, {"not_after": talk.clock.at + timedelta(hours=1)})
    await talk.say("xem tin 1", chat="staff")
    await talk.say("gửi đi", chat="staff")
    talk.clock.advance(7200)
    assert "Hạn gửi đã qua" in await talk.say(choice="broadcast:do:approve:1:3", chat="one")
    assert (await _only(talk)).state == "waiting_approval"


async def test_a_citizen_composes_and_sees_nothing(talk: Talk) -> None:
    """Each way is refused and written down."""
    for said, choice in (
        ("soạn thông báo", ""),
        ("", "broadcast:see:1"),
        ("", "broadcast:do:cancel:1:1"),
        ("", "broadcast"),
    ):
        assert "vai hiện nay của bác không làm được" in await talk.say(said, choice=choice)
    assert {verb for verb, _, _ in await _trail(talk)} == {"refused"}
    assert len(await _trail(talk)) == 4


@pytest.mark.parametrize(
    ("said", "at"),
    [
        ("25/12 14h", "2026-12-25T07:00"),
        ("3/2", "2027-02-03T01:00"),
        ("24/11 20h", "2026-11-24T13:00"),
        ("thứ sáu 9h30", "2026-11-27T02:30"),
        ("chu nhat", "2026-11-29T01:00"),
        ("sáng mai 8 giờ", "2026-11-25T01:00"),
        ("25/12/2025", ""),
        ("hôm qua", ""),
        ("thứ sáu tuần trước", ""),
        ("24/11 8h", ""),
    ],
)
async def test_a_day_without_a_year_is_one_to_come(talk: Talk, keys: Keys, said: str, at: str) -> None:
    """What is announced lies ahead, unlike what is reported; a day that was clearly past is refused."""
    await _invited(talk, keys, "commune_officer", "thuy-loi-2023", "officer")
    heard = await _composed(talk, "officer", said)
    if at:
        row = await _only(talk)
        assert row.start_at is not None and row.start_at.isoformat() == f"{at}:00+00:00", heard
    else:
        async with talk.database.read() as connection:
            assert await broadcasts.read(connection, 1) is None


def test_a_day_that_not_every_year_has_is_waited_for() -> None:
    """Read as of a leap year that has just gone by."""
    assert composing._ahead("29/2", date(2028, 2, 29), date(2028, 3, 1)) == date(2032, 2, 29)
