"""A turn that raises: nothing of it stays but its message, its neighbours do not notice, the person is answered."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest
from sqlalchemy import insert, select, text
from sqlalchemy.exc import DBAPIError, OperationalError, SQLAlchemyError

from bot.turns import Outcome, TurnEngine
from handlers.messages import Incoming, Reply
from handlers.turn import Replies, Turn
from storage import turns
from storage.database import Database
from storage.tables import channels
from tests.turns.conftest import Engines, Outlet, rows_of, said

SECRET = "Nguyễn Thị Bí Mật 0912345678"


class Switch:
    """A responder that writes a row and raises where the text says so, until it is mended."""

    def __init__(self) -> None:
        self.mended = False
        self.ran: list[str] = []

    async def __call__(self, turn: Turn) -> Replies:
        words = turn.incoming.text
        self.ran.append(words)
        turn.conversation.misses += 1
        connection = await turn.work.connection()
        await connection.execute(insert(channels).values(channel=turn.incoming.message_id))
        if "hỏng" in words and not self.mended:
            raise ValueError(f"cannot do {words}")
        if "trùng" in words and not self.mended:
            await connection.execute(insert(channels).values(channel=turn.incoming.message_id))
        if "nuốt" in words and not self.mended:
            try:
                await connection.execute(text("SELECT * FROM no_such_table"))
            except DBAPIError:
                return [Reply("all is well")]
        return [Reply(f"{turn.conversation.misses} {words}")]


async def _written(database: Database) -> set[str]:
    """What the turns' actions have written."""
    async with database.read() as connection:
        return set((await connection.execute(select(channels.c.channel))).scalars())


async def _failed(database: Database) -> list[turns.FailedTurn]:
    async with database.read() as connection:
        return await turns.failed_turns(connection)


@pytest.mark.parametrize("how", ["hỏng", "trùng"])
async def test_a_turn_that_raises_leaves_nothing_and_disturbs_nobody(
    database: Database, engines: Engines, outlet: Outlet, how: str
) -> None:
    """By an error of ours or by one of the database: before and after it, the same chat and others go on."""
    engine = engines(database, Switch())
    batch = [said("một", 1), said(how, 2), said("ba", 3), said("bốn", 4, "b")]
    outcomes = await engine.run(batch)
    assert outcomes == [Outcome.DONE, Outcome.FAILED, Outcome.DONE, Outcome.DONE]
    assert await _written(database) == {"a:1", "a:3", "b:4"}
    kind = outlet.said("a")[1]
    assert outlet.said("a") == ["1 một", kind, "2 ba"]
    assert "xin lỗi" in kind.lower()
    assert outlet.said("b") == ["1 bốn"]


async def test_a_swallowed_database_error_fails_its_turn_only(
    database: Database, engines: Engines, outlet: Outlet
) -> None:
    """PostgreSQL refuses everything after an error until the savepoint is rolled back; the batch must survive that."""
    engine = engines(database, Switch())
    outcomes = await engine.run([said("một", 1), said("nuốt", 2), said("ba", 3)])
    assert outcomes[0] is outcomes[2] is Outcome.DONE
    assert {"a:1", "a:3"} <= await _written(database)
    if not database.is_sqlite:
        assert outcomes[1] is Outcome.FAILED
        assert await _written(database) == {"a:1", "a:3"}


async def test_the_answer_offers_a_person(database: Database, engines: Engines, outlet: Outlet) -> None:
    """Where the machine fails, somebody else answers."""
    await engines(database, Switch()).handle(said("hỏng", 1))
    [written] = outlet.taken
    assert "cán bộ" in written.reply.text.lower()


async def test_what_is_kept_of_a_failure_says_where_and_not_what(database: Database, engines: Engines) -> None:
    """The place and kind of the error; the person's words only in the payload that the replay needs."""
    await engines(database, Switch()).handle(said(f"hỏng {SECRET}", 1))
    [failed] = await _failed(database)
    assert failed.failure.startswith("ValueError at ")
    assert "test_failures.py:" in failed.failure
    assert not any(word in failed.failure for word in SECRET.split())
    assert SECRET in failed.payload.decode()


async def test_nothing_is_kept_of_what_went_well(database: Database, engines: Engines) -> None:
    """A message that was answered leaves its id only."""
    await engines(database, Switch()).handle(said(SECRET, 1))
    async with database.read() as connection:
        rows = (await connection.execute(text("SELECT * FROM inbox"))).all()
    assert SECRET not in repr(rows)


async def test_a_failed_turn_is_not_run_again_by_a_redelivery(database: Database, engines: Engines) -> None:
    """The platform was told that we have it; running it again is the operator's decision."""
    switch = Switch()
    engine = engines(database, switch)
    await engine.handle(said("hỏng", 1))
    assert await engine.handle(said("hỏng", 1)) is Outcome.DUPLICATE
    assert switch.ran == ["hỏng"]


async def test_a_failed_turn_is_replayed_once(
    database: Database, second: Database, engines: Engines, outlet: Outlet
) -> None:
    """Against the conversation as it is now; a second replay, also at the same moment, finds nothing to do."""
    switch = Switch()
    engine, other = engines(database, switch), engines(second, switch)
    await engine.run([said("hỏng", 1), said("hai", 2)])
    switch.mended = True
    outcomes = await asyncio.gather(engine.replay(("plain", "a:1")), other.replay(("plain", "a:1")))
    assert sorted(outcomes, key=str) == [None, Outcome.DONE]
    assert outlet.said("a")[1:] == ["1 hai", "2 hỏng"]
    assert await _written(database) == {"a:1", "a:2"}
    assert await _failed(database) == []
    assert await engine.handle(said("hỏng", 1)) is Outcome.DUPLICATE


async def test_a_replay_that_fails_again_stays_on_the_list(database: Database, engines: Engines) -> None:
    """With its message, to be tried once more."""
    switch = Switch()
    engine = engines(database, switch)
    await engine.handle(said("hỏng", 1))
    assert await engine.replay(("plain", "a:1")) is Outcome.FAILED
    [failed] = await _failed(database)
    assert failed.message_id == "a:1"
    switch.mended = True
    assert await engine.replay(("plain", "a:1")) is Outcome.DONE
    assert await engine.replay(("plain", "never")) is None


class Broken(TurnEngine):
    """An engine whose transactions fail where the test says so."""

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.tries: list[int] = []
        self.error: Exception | None = None
        self.poison = ""
        self.failures = 10**6

    async def run(self, batch: Sequence[Incoming]) -> list[Outcome]:
        self.tries.append(len(batch))
        broken = self.error if not self.poison or any(each.text == self.poison for each in batch) else None
        if broken is not None and self.failures > 0:
            self.failures -= 1
            raise broken
        return await super().run(batch)


@pytest.fixture
def broken(
    sqlite_url: str, few_words: Any, outlet: Outlet, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> tuple[Broken, Database]:
    """Retries do not wait in these tests."""
    from tests.turns.conftest import Plain, Scripted

    pause = asyncio.sleep
    monkeypatch.setattr("bot.turns.asyncio.sleep", lambda _seconds: pause(0))
    database = Database(sqlite_url)
    engine = Broken(database, few_words, Scripted(Switch()), {"plain": Plain()}, outlet, clock)
    return engine, database


def _locked() -> OperationalError:
    return OperationalError("BEGIN", {}, Exception("database is locked"))


async def test_a_commit_that_fails_for_a_moment_is_tried_again(broken: tuple[Broken, Database]) -> None:
    """Nothing was committed, so running the batch again does nothing twice."""
    engine, database = broken
    engine.error, engine.failures = _locked(), 2
    assert await engine.handle(said("một", 1)) is Outcome.DONE
    assert engine.tries == [1, 1, 1]
    assert len(await rows_of(database)) == 1
    await engine.close()
    await database.close()


async def test_a_message_that_the_database_refuses_does_not_take_its_neighbours_along(
    broken: tuple[Broken, Database],
) -> None:
    """After the retries each message of the batch gets a transaction of its own; only the bad one fails."""
    engine, database = broken
    engine.error, engine.poison = _locked(), "độc"
    outcomes = await asyncio.gather(
        *(engine.handle(said(words, number)) for number, words in enumerate(("một", "độc", "ba"))),
        return_exceptions=True,
    )
    assert outcomes[0] is outcomes[2] is Outcome.DONE
    assert isinstance(outcomes[1], SQLAlchemyError)
    assert await _written(database) == {"a:0", "a:2"}
    assert await engine.handle(said("sau", 9)) is Outcome.DONE
    await engine.close()
    await database.close()


async def test_without_a_database_nobody_waits_for_each_message_in_turn(broken: tuple[Broken, Database]) -> None:
    """All are refused together, so that the platforms deliver them again."""
    engine, database = broken
    engine.error = ConnectionRefusedError()
    outcomes = await asyncio.gather(*(engine.handle(said("x", n)) for n in range(20)), return_exceptions=True)
    assert {type(outcome) for outcome in outcomes} == {ConnectionRefusedError}
    assert len(engine.tries) == 4
    engine.error = None
    assert await engine.handle(said("x", 1)) is Outcome.DONE
    await engine.close()
    await database.close()
