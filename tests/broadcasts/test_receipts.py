"""The receipts of a broadcast as numbers, the same on both engines."""

from __future__ import annotations

from datetime import timedelta

import pytest

from storage import broadcast_receipts, broadcasts, expansion, subscriptions
from storage.broadcasts import Content, NewBroadcast, Wording
from storage.database import Database
from storage.tables import OUTBOX_QUEUED, conversations
from tests.broadcasts.crowd import COMMUNE, OTHER, crowd, sent
from tests.support.assembly import Clock

PLACE = "/ha-nam/kim-bang-district/"


@pytest.fixture
async def broadcast(database: Database, clock: Clock) -> int:
    """A broadcast that went to four people of two communes."""
    async with database.write() as connection:
        content = Content({"vi": Wording("Họp dân", "Mời bà con.")})
        new = NewBroadcast("credit", content, '{"all":[]}', "kim-bang-district", PLACE, None, state="running")
        broadcast_id = await broadcasts.create(connection, new, clock.at)
        await expansion.note_expanded(connection, broadcast_id, 6, {}, clock.at)
        at_home = await crowd(connection, 4, clock.at)
        other = await crowd(connection, 2, clock.at, area=OTHER, name="other", channel="telegram")
        await sent(connection, broadcast_id, at_home[:3], clock.at)
        await sent(connection, broadcast_id, at_home[3:], clock.at, state=OUTBOX_QUEUED, sent_at=None)
        await sent(connection, broadcast_id, other[:1], clock.at, channel="telegram", delivered_at=clock.at)
        await sent(connection, broadcast_id, other[1:], clock.at, channel="telegram", failure="gone")
    return broadcast_id


async def test_rows_are_counted_by_channel_place_state_and_reason(database: Database, broadcast: int) -> None:
    """Everything a page or a file shows comes from these groups."""
    async with database.read() as connection:
        assert await broadcast_receipts.counts(connection, broadcast) == {
            "waiting": 1, "sent": 4, "failed": 1, "ended": 0,
        }  # fmt: skip
        found = await broadcast_receipts.receipts(connection, broadcast)
    assert {(each.channel, each.area_key, each.state, each.reason, each.count, each.delivered) for each in found} == {
        ("web", COMMUNE, "sent", "", 3, 0),
        ("web", COMMUNE, "waiting", "", 1, 0),
        ("telegram", OTHER, "sent", "", 1, 1),
        ("telegram", OTHER, "failed", "gone", 1, 0),
    }


@pytest.mark.parametrize(
    ("after", "answered"),
    [(timedelta(seconds=-1), 0), (timedelta(minutes=1), 1), (timedelta(hours=47), 1), (timedelta(hours=49), 0)],
)
async def test_an_answer_is_a_message_within_two_days(
    database: Database, clock: Clock, broadcast: int, after: timedelta, answered: int
) -> None:
    """Not before it was sent, and not later."""
    async with database.write() as connection:
        await sent(connection, None, ["citizen-0"], clock.at + after, priority=1, payload=b"{}")
        # A notice is none: nobody wrote.
        await sent(connection, None, ["citizen-1"], clock.at + timedelta(hours=1), priority=2, payload=b"{}")
        found = await broadcast_receipts.receipts(connection, broadcast)
    assert sum(each.answered for each in found) == answered


@pytest.mark.parametrize("days", [-1, 1, 8])
async def test_opting_out_of_everything_or_of_the_topic_counts_within_a_week(
    database: Database, clock: Clock, broadcast: int, days: int
) -> None:
    """The wish against another topic says nothing about this one."""
    at = clock.at + timedelta(days=days)
    async with database.write() as connection:
        for chat, topic in (("citizen-0", "credit"), ("citizen-1", "notice")):
            await subscriptions.choose(connection, ("web", chat), {topic: False}, at)
        stopped = conversations.update().where(conversations.c.chat == "citizen-2")
        await connection.execute(stopped.values(notices_stopped=True, stopped_at=at))
        found = await broadcast_receipts.receipts(connection, broadcast)
        sums = await broadcast_receipts.by_topic(
            connection, PLACE, clock.at, clock.at + timedelta(seconds=1), ["credit", "notice"]
        )
    assert sum(each.opted_out for each in found) == (2 if days == 1 else 0)
    assert [(one.topic, one.broadcasts, one.sent, one.failed, one.opted_out) for one in sums] == [
        ("credit", 1, 4, 1, 2 if days == 1 else 0),
        ("notice", 0, 0, 0, 0),
    ]


@pytest.mark.usefixtures("broadcast")
async def test_a_period_and_a_place_limit_the_sums(database: Database, clock: Clock) -> None:
    """The first moment of the period is in it, its end is not; another district's are not ours."""
    async with database.read() as connection:
        for start, end, place, number in (
            (clock.at - timedelta(days=1), clock.at, PLACE, 0),
            (clock.at, clock.at + timedelta(days=1), PLACE, 1),
            (clock.at, clock.at + timedelta(days=1), "/ha-nam/other/", 0),
        ):
            sums = await broadcast_receipts.by_topic(connection, place, start, end, ["credit"])
            assert [one.broadcasts for one in sums] == [number]
