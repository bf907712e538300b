"""Who gets a broadcast: one statement writes the rows, and the same query says beforehand who is left out and why."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import insert, select, text

from storage import expansion, subscriptions
from storage.database import Database
from storage.expansion import Reach, Terms
from storage.tables import OUTBOX_SENT, conversations
from storage.tables import outbox as table
from storage.tables_broadcasts import broadcasts
from storage.tables_linked import account_households
from storage.tables_people import account_channels, accounts
from storage.tables_register import households, members
from storage.tables_zalo import zalo_oa_people
from tests.broadcasts.engine import compose, loop, place, put, reach, rows, talk, terms
from tests.delivery.conftest import FakeChannel
from tests.support.assembly import Clock


@pytest.fixture
async def people(database: Database, clock: Clock) -> AsyncIterator[Database]:
    """Three people who write on one channel."""
    await place(database, clock)
    await talk(database, clock, "a", "b", "c")
    yield database


def _audience() -> Any:
    linked = account_channels.c
    return select(
        conversations.c.channel,
        conversations.c.chat,
        linked.account_id,
        conversations.c.area_key,
        conversations.c.language,
    ).outerjoin(account_channels, (linked.channel == conversations.c.channel) & (linked.chat == conversations.c.chat))


async def _estimate(database: Database, clock: Clock, given: Terms, allowed: Reach) -> dict[str, int]:
    async with database.read() as connection:
        return (await expansion.estimate(connection, given, _audience(), allowed, clock())).excluded


async def _expand(database: Database, clock: Clock, given: Terms, allowed: Reach) -> list[str]:
    """The chats that get it."""
    async with database.write() as connection:
        written = await expansion.expand(connection, given, _audience(), allowed, clock())
    got = [chat for chat, row in (await rows(database, given.broadcast_id)).items() if row.created_at == clock()]
    assert written == len(got)
    return sorted(got)


async def _set(database: Database, chat: str, **values: Any) -> None:
    async with database.write() as connection:
        await connection.execute(conversations.update().where(conversations.c.chat == chat).values(**values))


async def _account(database: Database, clock: Clock, account_id: int, *chats: str, **values: Any) -> None:
    """The first chat is the preferred one."""
    row = {"name": "", "notices_stopped": False, "created_at": clock(), "demo": True, **values}
    await put(database, accounts, id=account_id, **row)
    for chat in chats:
        await put(
            database, account_channels, channel="fake", chat=chat, account_id=account_id, linked_at=clock(),
            preferred=chat == chats[0],
        )  # fmt: skip


async def test_everybody_gets_one_row_and_nobody_a_second_one(people: Database, clock: Clock) -> None:
    """Queued, without a payload of its own; run again after a crash it adds nothing."""
    given = terms(broadcast_id=await compose(people, clock))
    assert await _expand(people, clock, given, reach()) == ["a", "b", "c"]
    assert {(row.priority, row.state, row.payload, row.leased) for row in (await rows(people, 1)).values()} == {
        (3, 1, b"", False)
    }
    clock.advance(1)
    await talk(people, clock, "d")
    assert await _expand(people, clock, given, reach()) == ["d"]


async def test_on_a_mailbox_writing_is_sending(people: Database, clock: Clock) -> None:
    given = terms(broadcast_id=await compose(people, clock))
    await _expand(people, clock, given, reach(mailboxes=frozenset({"fake"})))
    assert {(row.state, row.sent_at) for row in (await rows(people, 1)).values()} == {(OUTBOX_SENT, clock())}


@pytest.mark.parametrize(
    ("values", "reason"),
    [
        ({"notices_stopped": True}, "stopped"),
        ({"blocked_at": text("created_at")}, "blocked"),
        ({"channel": "sms"}, "no_channel"),
    ],
)
async def test_what_the_chat_says_against_it(people: Database, clock: Clock, values: Any, reason: str) -> None:
    """Counted before, left out when it is sent; also of a disaster warning."""
    await _set(people, "b", **values)
    given = terms(broadcast_id=await compose(people, clock), urgent=True)
    assert await _estimate(people, clock, given, reach()) == {reason: 1}
    assert await _expand(people, clock, given, reach()) == ["a", "c"]


async def test_a_topic_that_is_not_wanted(people: Database, clock: Clock) -> None:
    """A choice counts more than the topic's default, both ways."""
    async with people.write() as connection:
        await subscriptions.choose(connection, ("fake", "a"), {"notice": False, "credit": True}, clock())
    assert await _expand(people, clock, terms(broadcast_id=await compose(people, clock)), reach()) == ["b", "c"]
    credit = Terms("credit", default_wanted=False, weekly_most=3, broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, credit, reach()) == {"unwanted": 2}
    assert await _expand(people, clock, credit, reach()) == ["a"]


async def test_a_person_gets_it_in_one_chat(people: Database, clock: Clock) -> None:
    """In the preferred one; where that one is blocked, in the other."""
    await _account(people, clock, 7, "b", "a")
    given = terms(broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, given, reach()) == {"other_chat": 1}
    assert await _expand(people, clock, given, reach()) == ["b", "c"]
    await _set(people, "b", blocked_at=clock())
    again = terms(broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, again, reach()) == {"blocked": 1}
    assert await _expand(people, clock, again, reach()) == ["a", "c"]


async def test_who_has_stopped_on_one_channel_has_stopped_on_all(people: Database, clock: Clock) -> None:
    """The account's wish; and one that was closed, as one merged into another is, gets nothing."""
    await _account(people, clock, 7, "a", notices_stopped=True)
    await _account(people, clock, 8, "b", closed_at=clock())
    given = terms(broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, given, reach()) == {"closed": 1, "stopped": 1}
    assert await _expand(people, clock, given, reach()) == ["c"]


async def test_nobody_writes_to_a_household_that_has_died_out(people: Database, clock: Clock) -> None:
    """Only where nobody of the linked household lives; who passes news on for others is no member of it."""
    today = clock().date()
    for number, chat, on_behalf in ((7, "a", False), (8, "b", True), (9, "c", False)):
        await _account(people, clock, number, chat)
        await put(
            people, households, id=number, code=str(number), area_key="x", area_path="/x/", address="",
            state="dissolved", status="none", decision_no="", name_search="", version=1, demo=True,
            created_at=clock(), deprivations=[], causes=[], groups=[],
        )  # fmt: skip
        await put(
            people, account_households, account_id=number, household_id=number, consent_version="1",
            consented_at=clock(), linked_by=1, on_behalf=on_behalf,
        )  # fmt: skip
        await _member(people, number, ended_on=today, ended_reason="death")
    await _member(people, 9, ended_reason="")
    given = terms(broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, given, reach()) == {"deceased": 1}
    assert await _expand(people, clock, given, reach()) == ["b", "c"]


async def _member(database: Database, household_id: int, **values: Any) -> None:
    row = {
        "name": "Mẫu", "name_plain": "mau", "relation": "head", "birth_precision": "day", "ethnicity": "",
        "schooling": "", "version": 1, "household_id": household_id,
    }  # fmt: skip
    await put(database, members, **row, **values)


@pytest.mark.parametrize(("urgent", "got"), [(False, ["b", "c"]), (True, ["a", "b", "c"])])
async def test_a_person_has_enough_after_so_many_in_a_week(
    people: Database, clock: Clock, urgent: bool, got: list[str]
) -> None:
    """Of one topic, over all chats of the person; a warning is always sent, and a week later it is forgotten."""
    await _account(people, clock, 7, "a")
    for number in range(2):
        before = await compose(people, clock, state="done", topic="notice" if number else "credit")
        await _sent(people, clock, before, "a")
    given = terms(broadcast_id=await compose(people, clock), weekly_most=1, urgent=urgent)
    assert await _estimate(people, clock, given, reach()) == ({} if urgent else {"weekly": 1})
    assert await _expand(people, clock, given, reach()) == got
    clock.advance(7 * 24 * 3600)
    assert await _estimate(people, clock, terms(weekly_most=1), reach()) == {}


async def _sent(database: Database, clock: Clock, broadcast_id: int, *chats: str, state: int = 2) -> None:
    async with database.write() as connection:
        await connection.execute(broadcasts.update().where(broadcasts.c.id == broadcast_id).values(expanded_at=clock()))
        values = {
            "channel": "fake", "priority": 3, "state": state, "payload": b"", "created_at": clock(), "due_at": clock(),
            "attempts": 1, "broadcast_id": broadcast_id,
        }  # fmt: skip
        await connection.execute(insert(table), [{**values, "chat": chat} for chat in chats])


async def test_a_window_that_has_closed(people: Database, clock: Clock) -> None:
    """To the second; of a person whose last message is unknown the platform decides."""
    await talk(people, clock, "x", "y", "z", channel="zalo_oa")
    for person, seconds in (("x", 0), ("y", 1)):
        at = clock() - timedelta(days=7, seconds=seconds)
        await put(
            people, zalo_oa_people, user_id=person, last_interaction_at=at, following=True, changed_at=clock()
        )  # fmt: skip
    given = terms(broadcast_id=await compose(people, clock))
    allowed = reach("zalo_oa", heard_since={"zalo_oa": clock() - timedelta(days=7)})
    assert await _estimate(people, clock, given, allowed) == {"no_channel": 3, "window": 1}
    assert await _expand(people, clock, given, allowed) == ["x", "z"]


async def test_a_quota_leaves_room_for_answers(people: Database, clock: Clock) -> None:
    """So many and no more on that channel; those who are left out anyway take no place."""
    await _set(people, "a", notices_stopped=True)
    given = terms(broadcast_id=await compose(people, clock))
    assert await _estimate(people, clock, given, reach(room={"fake": 1})) == {"stopped": 1, "quota": 1}
    assert await _expand(people, clock, given, reach(room={"fake": 1})) == ["b"]


async def test_a_correction_goes_to_those_who_got_the_first(
    people: Database, clock: Clock, channel: FakeChannel
) -> None:
    """Not to those who did not, however many were in the audience; what is still unsent of the first is ended."""
    first = await compose(people, clock, "sai", state="running")
    await _sent(people, clock, first, "a")
    await _sent(people, clock, first, "b", state=1)
    second = await compose(people, clock, "đúng", corrects_id=first)
    await loop(people, channel, clock).look()
    assert set(await rows(people, second)) == {"a"}
    assert [(row.state, row.failure) for row in (await rows(people, first)).values()] == [(2, None), (4, "cancelled")]


async def test_choices_hold_in_all_chats_of_a_person(people: Database, clock: Clock) -> None:
    """Also in one that is linked later: the latest choice counts."""
    await _account(people, clock, 7, "a", "b")
    async with people.write() as connection:
        await subscriptions.choose(connection, ("fake", "a"), {"credit": True}, clock())
        assert await subscriptions.choices(connection, ("fake", "b")) == {"credit": True}
        await subscriptions.choose(
            connection, ("fake", "c"), {"credit": False, "notice": False}, clock() + timedelta(1)
        )
    await put(
        people, account_channels, channel="fake", chat="c", account_id=7, linked_at=clock(), preferred=False
    )  # fmt: skip
    async with people.write() as connection:
        await subscriptions.share(connection, 7)
        for chat in "abc":
            assert await subscriptions.choices(connection, ("fake", chat)) == {"credit": False, "notice": False}
        assert not await subscriptions.is_wanted(connection, ("fake", "a"), "notice", default=True)
        assert await subscriptions.is_wanted(connection, ("fake", "z"), "notice", default=True)
