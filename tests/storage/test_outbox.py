"""The outbox: ids in order, who may claim what and when, and what is written down afterwards."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from storage import outbox
from storage.database import Database
from storage.outbox import NewRow, Priority, Result, Row
from storage.tables import OUTBOX_FAILED, OUTBOX_QUEUED, OUTBOX_SENT
from storage.tables import outbox as table

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
LEASE = timedelta(seconds=60)


def _row(chat: str = "a", payload: str = "x", *, due: float = 0, channel: str = "telegram", **more: Any) -> NewRow:
    return NewRow(channel, chat, payload.encode(), NOW + timedelta(seconds=due), **more)


async def _add(database: Database, *rows: NewRow) -> list[int]:
    async with database.write() as connection:
        return await outbox.add(connection, rows, NOW)


async def _claim(database: Database, *, after: float = 0, limit: int = 100, channel: str = "telegram") -> list[Row]:
    async with database.write() as connection:
        at = NOW + timedelta(seconds=after)
        return await outbox.claim(connection, channel, now=at, lease=LEASE, limit=limit)


async def _record(database: Database, *results: Result) -> None:
    async with database.write() as connection:
        await outbox.record(connection, results)


async def _stored(database: Database, row_id: int) -> Any:
    async with database.read() as connection:
        return (await connection.execute(select(table).where(table.c.id == row_id))).one()


async def test_ids_come_back_in_the_order_of_the_rows(database: Database) -> None:
    """Each id belongs to the payload at its place, also over several statements' worth of rows."""
    rows = [_row(f"chat-{number % 7}", str(number)) for number in range(2500)]
    ids = await _add(database, *rows)
    async with database.read() as connection:
        found = dict((await connection.execute(select(table.c.id, table.c.payload))).all())
    assert ids == sorted(ids)
    assert [found[row_id] for row_id in ids] == [row.payload for row in rows]


async def test_adding_nothing_is_nothing(database: Database) -> None:
    """A turn without an answer writes no row."""
    assert await _add(database) == []


async def test_an_id_is_never_given_again(database: Database) -> None:
    """A mailbox reader asks for larger ids than it has seen."""
    first = await _add(database, _row(sent=True), _row(sent=True))
    async with database.write() as connection:
        await outbox.forget_messages(connection, ("telegram", "a"))
    assert (await _add(database, _row()))[0] > max(first)


async def test_answers_go_before_notices_before_broadcasts(database: Database) -> None:
    """The priority counts before the age."""
    ids = await _add(
        database,
        _row("a", priority=Priority.BROADCAST),
        _row("b", priority=Priority.NOTICE),
        _row("c", priority=Priority.ANSWER),
        _row("d", priority=Priority.ANSWER),
    )
    order = [(await _claim(database, limit=1))[0].id for _ in ids]
    assert order == [ids[2], ids[3], ids[1], ids[0]]


async def test_a_claim_carries_everything_for_sending(database: Database) -> None:
    """Payload, number of the attempt, and the end of the lease."""
    [row_id] = await _add(database, _row(payload="Chào bác"))
    [row] = await _claim(database)
    assert row == Row(row_id, "telegram", "a", "Chào bác".encode(), 1, NOW + LEASE)
    [again] = await _claim(database, after=60)
    assert again.attempts == 2


async def test_a_claimed_row_is_left_alone_until_its_lease_ends(database: Database) -> None:
    """To the second: at 59.9 it is somebody's, at 60 it is free."""
    [row_id] = await _add(database, _row())
    await _claim(database)
    assert await _claim(database, after=59.9) == []
    assert [row.id for row in await _claim(database, after=60)] == [row_id]


async def test_only_due_rows_of_the_channel_are_claimed(database: Database) -> None:
    """Not another channel's, not those of later, not those that are done."""
    ids = await _add(
        database, _row("a"), _row("b", due=1), _row("c", channel="zalo"), _row("d", sent=True), _row("e", due=0)
    )
    assert [row.id for row in await _claim(database)] == [ids[0], ids[4]]
    async with database.read() as connection:
        assert not await outbox.has_due(connection, "telegram", NOW)
        assert await outbox.has_due(connection, "telegram", NOW + timedelta(seconds=1))
        assert await outbox.has_due(connection, "zalo", NOW)
        assert not await outbox.has_due(connection, "web", NOW)


async def test_an_earlier_row_that_waits_holds_back_its_chat_only(database: Database) -> None:
    """A chat reads in order; other chats, and the same chat name elsewhere, do not wait for it."""
    ids = await _add(database, _row("a", due=10), _row("a"), _row("b"), _row("a", channel="zalo"))
    assert [row.id for row in await _claim(database)] == [ids[2]]
    assert [row.id for row in await _claim(database, channel="zalo")] == [ids[3]]
    assert [row.id for row in await _claim(database, after=10)] == [ids[0], ids[1]]


async def test_a_failed_row_holds_nobody_back(database: Database) -> None:
    """What is never sent is not waited for."""
    first, later = await _add(database, _row("a"), _row("a"))
    [claimed] = await _claim(database, limit=1)
    await _record(database, Result(first, claimed.leased_until, failure="blocked"))
    assert [row.id for row in await _claim(database)] == [later]


async def test_a_silenced_channel_gives_nothing(database: Database) -> None:
    """Until the very moment the platform named; other channels go on."""
    await _add(database, _row("a"), _row("b", channel="zalo"))
    async with database.write() as connection:
        await outbox.pause_channel(connection, "telegram", NOW + timedelta(seconds=30))
    assert await _claim(database, after=29.9) == []
    assert len(await _claim(database, channel="zalo")) == 1
    assert len(await _claim(database, after=30)) == 1


async def test_the_longer_silence_counts(database: Database) -> None:
    """Two processes are told different times: the shorter one does not cut the longer one."""
    async with database.write() as connection:
        assert await outbox.paused_until(connection, "telegram") is None
        for seconds in (30, 60, 10):
            await outbox.pause_channel(connection, "telegram", NOW + timedelta(seconds=seconds))
    async with database.read() as connection:
        assert await outbox.paused_until(connection, "telegram") == NOW + timedelta(seconds=60)


async def test_two_workers_get_each_row_once(postgres: Database, second_postgres: Database) -> None:
    """And together they get all of them."""
    ids = await _add(postgres, *(_row(f"chat-{number}") for number in range(300)))
    got: list[int] = []
    while claimed := await asyncio.gather(
        *(_claim(database, limit=20) for database in (postgres, second_postgres, postgres, second_postgres))
    ):
        if not any(claimed):
            break
        got += [row.id for rows in claimed for row in rows]
    assert sorted(got) == ids


async def test_a_row_being_written_down_is_passed_over(postgres: Database, second_postgres: Database) -> None:
    """SKIP LOCKED: a claim does not wait for another transaction's row."""
    ids = await _add(postgres, _row("a"), _row("b"))
    async with postgres.write() as connection:
        await connection.execute(select(table).where(table.c.id == ids[0]).with_for_update())
        async with asyncio.timeout(5):
            assert [row.id for row in await _claim(second_postgres)] == [ids[1]]


async def test_a_claim_that_is_not_committed_yet_is_not_overtaken(
    postgres: Database, second_postgres: Database
) -> None:
    """The later row of a chat waits although the earlier one does not look leased to the second worker."""
    first, later = await _add(postgres, _row("a"), _row("a"))
    holding = postgres.write()
    connection = await holding.__aenter__()
    claimed = await outbox.claim(connection, "telegram", now=NOW, lease=LEASE, limit=1)
    assert [row.id for row in claimed] == [first]
    other = asyncio.ensure_future(_claim(second_postgres))
    await asyncio.sleep(0.15)
    await holding.__aexit__(None, None, None)
    assert await other == []
    await _record(postgres, Result(first, NOW + LEASE, sent_at=NOW))
    assert [row.id for row in await _claim(second_postgres)] == [later]


async def test_the_limit_holds_whatever_the_planner_chooses(postgres: Database) -> None:
    """A locking subquery run once per row would take more than it was asked for."""
    await _add(postgres, *(_row(f"chat-{number}") for number in range(50)))
    async with postgres.write() as connection:
        for kind in ("hashjoin", "mergejoin", "hashagg", "sort", "material", "memoize"):
            await connection.execute(text(f"SET LOCAL enable_{kind} = off"))
        claimed = await outbox.claim(connection, "telegram", now=NOW, lease=LEASE, limit=5)
    assert len(claimed) == 5


async def test_what_became_of_rows_is_written_down(database: Database) -> None:
    """Sent with its receipt, due again with the reason, failed with the reason."""
    sent, again, failed = await _add(database, _row("a"), _row("b"), _row("c"))
    await _claim(database)
    later = NOW + timedelta(seconds=5)
    lease = NOW + LEASE
    await _record(
        database,
        Result(sent, lease, sent_at=later, receipt="m" * 200),
        Result(again, lease, due_at=later, failure="too fast"),
        Result(failed, lease, failure="blocked by the person"),
    )
    one = await _stored(database, sent)
    assert (one.state, one.sent_at, one.receipt, one.failure) == (OUTBOX_SENT, later, "m" * 128, None)
    two = await _stored(database, again)
    assert (two.state, two.due_at, two.failure) == (OUTBOX_QUEUED, later, "too fast")
    three = await _stored(database, failed)
    assert (three.state, three.failure) == (OUTBOX_FAILED, "blocked by the person")
    async with database.read() as connection:
        assert await outbox.counts(connection) == {
            ("telegram", OUTBOX_SENT): 1,
            ("telegram", OUTBOX_QUEUED): 1,
            ("telegram", OUTBOX_FAILED): 1,
        }
    await _record(database)


@pytest.mark.parametrize(
    "late",
    [
        pytest.param({"due_at": NOW + timedelta(seconds=61)}, id="again"),
        pytest.param({"failure": "refused"}, id="failed"),
    ],
)
async def test_a_late_verdict_does_not_touch_a_row_of_another_worker(database: Database, late: dict[str, Any]) -> None:
    """The first worker's lease has run out and the second is sending: only the second one's verdict counts."""
    [row_id] = await _add(database, _row())
    await _claim(database)
    [second] = await _claim(database, after=60)
    await _record(database, Result(row_id, NOW + LEASE, **late))
    stored = await _stored(database, row_id)
    assert (stored.state, stored.due_at, stored.failure) == (OUTBOX_QUEUED, second.leased_until, None)
    await _record(database, Result(row_id, second.leased_until, **late))
    changed = await _stored(database, row_id)
    assert (changed.state, changed.due_at) != (OUTBOX_QUEUED, second.leased_until)


async def test_a_late_sent_is_believed(database: Database) -> None:
    """It has arrived: nobody needs to send it again. What comes after does not undo it."""
    [row_id] = await _add(database, _row())
    await _claim(database)
    [second] = await _claim(database, after=60)
    await _record(database, Result(row_id, NOW + LEASE, sent_at=NOW, receipt="first"))
    await _record(database, Result(row_id, second.leased_until, failure="refused"))
    await _record(database, Result(row_id, second.leased_until, sent_at=NOW + LEASE, receipt="second"))
    stored = await _stored(database, row_id)
    assert (stored.state, stored.receipt, stored.failure) == (OUTBOX_SENT, "first", None)


async def test_released_leases_are_free_at_once(database: Database) -> None:
    """After a restart of the only worker: what it had in hand, and what its turns had handed over. What is done stays
    done; what is to be sent later, or was put off by the platform, goes on waiting.
    """
    ids = await _add(
        database,
        _row("a"),
        _row("b", due=60, leased=True),
        _row("c", sent=True),
        _row("d", due=500),
        _row("e"),
    )
    claimed = await _claim(database)
    put_off = next(row for row in claimed if row.chat == "e")
    await _record(database, Result(put_off.id, put_off.leased_until, due_at=NOW + timedelta(seconds=300)))
    async with database.write() as connection:
        await outbox.release_leases(connection, NOW)
    assert [row.id for row in await _claim(database)] == ids[:2]
    assert ids[4] not in {row.id for row in await _claim(database, after=299)}
    assert ids[4] in {row.id for row in await _claim(database, after=300)}
    assert ids[3] not in {row.id for row in await _claim(database, after=499)}
    assert ids[3] in {row.id for row in await _claim(database, after=500)}


async def test_a_mailbox_is_read_in_order_and_page_by_page(database: Database) -> None:
    """Only this chat, only what was delivered, only what is new."""
    mine = [_row("a", str(number), channel="web", sent=True) for number in range(5)]
    others = [_row("b", channel="web", sent=True), _row("a", sent=True), _row("a", channel="web")]
    ids = await _add(database, *mine, *others)
    async with database.read() as connection:
        page = await outbox.mailbox(connection, ("web", "a"), after=0, limit=3)
        rest = await outbox.mailbox(connection, ("web", "a"), after=page[-1].id)
    assert [message.id for message in (*page, *rest)] == ids[:5]
    assert [message.payload for message in page] == [b"0", b"1", b"2"]
    assert page[0].created_at == NOW


async def test_forgetting_deletes_the_chats_messages_and_no_others(database: Database) -> None:
    """What was still to be sent too; everything of other chats stays."""
    ids = await _add(
        database, _row("a", sent=True), _row("a"), _row("b", sent=True), _row("a", channel="web", sent=True)
    )
    async with database.write() as connection:
        await outbox.forget_messages(connection, ("telegram", "a"))
    async with database.read() as connection:
        assert (await connection.execute(select(table.c.id).order_by(table.c.id))).scalars().all() == ids[2:]
