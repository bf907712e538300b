"""The way to the desk: asked for in the chat, or printed by the command line."""

from __future__ import annotations

import asyncio
import re
from datetime import date

import pytest
from click.testing import CliRunner

from bot.cli import cli
from desk.parts import Parts
from handlers.actions.desk import session_of, sign_in
from handlers.actions.people import sync_areas
from handlers.turn import Knowledge
from storage import people
from storage.database import Database
from tests.people.conftest import LOCALITY
from tests.people.test_turns import Talk
from tests.support.assembly import Clock

_TODAY = date(2026, 11, 24)


async def test_an_officer_asks_for_the_desk_in_the_chat(database: Database, knowledge: Knowledge, clock: Clock) -> None:
    """Typed with or without accents; the link opens a session once, on both engines."""
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
        account = await people.create_account(connection, "Mẫu", clock.at)
        await people.grant(connection, account, "commune_officer", "que-2023", start=_TODAY, granted_by=None)
        await people.link(connection, ("plain", "a"), account, clock.at)
    talk = Talk(database, knowledge, clock)
    said = await talk.say("ban lam viec")
    token = re.search(r"/can-bo/vao/([A-Za-z0-9_-]{43})", said)
    assert token is not None
    async with database.write() as connection:
        assert await sign_in(connection, knowledge.keys, token[1], "n" * 43, "here", clock.at, _TODAY) == account
        session = await session_of(connection, knowledge.keys, "n" * 43, clock.at)
    assert session is not None and session.account_id == account


async def test_a_citizen_gets_no_link(database: Database, knowledge: Knowledge, clock: Clock) -> None:
    """A sentence instead."""
    talk = Talk(database, knowledge, clock)
    assert "/vao/" not in await talk.say("bàn làm việc")


async def test_of_two_who_come_with_one_link_one_gets_in(
    database: Database, second: Database, knowledge: Knowledge, clock: Clock
) -> None:
    """At the same moment, in two processes."""
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
        account = await people.create_account(connection, "Mẫu", clock.at)
        await people.grant(connection, account, "commune_officer", "que-2023", start=_TODAY, granted_by=None)
        await people.link(connection, ("plain", "a"), account, clock.at)
    said = await Talk(database, knowledge, clock).say("bàn làm việc")
    token = said.partition("/vao/")[2].split()[0]

    async def come(at: Database, name: str) -> bool:
        try:
            async with at.write() as connection:
                await sign_in(connection, knowledge.keys, token, name * 43, "here", clock.at, _TODAY)
        except Exception as error:
            assert str(error) == "wrong"
            return False
        return True

    assert sorted(await asyncio.gather(come(database, "a"), come(second, "b"))) == [False, True]


def test_the_command_line_prints_a_link(monkeypatch: pytest.MonkeyPatch, sqlite_url: str) -> None:
    """For an account with a role; else one line says what is wrong."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)

    async def officer() -> int:
        database = Database(sqlite_url)
        async with database.write() as connection:
            await sync_areas(connection, LOCALITY)
            account = await people.create_account(connection, "Mẫu", Clock().at)
            start = date(2020, 1, 1)
            await people.grant(
                connection, account, "district_officer", "kim-bang-district", start=start, granted_by=None
            )
        await database.close()
        return account

    account = asyncio.run(officer())
    run = CliRunner()
    result = run.invoke(cli, ["desk-link", "--account", str(account), "--lost-phone"])
    assert result.exit_code == 0, result.output
    assert re.match(r"http://127\.0\.0\.1:8080/can-bo/vao/[A-Za-z0-9_-]{43}\nFor Mẫu", result.output)
    wrong = run.invoke(cli, ["desk-link", "--account", "999"])
    assert wrong.exit_code == 1
    assert "holds no role" in wrong.output


def test_the_parts_know_the_day_in_viet_nam(knowledge: Knowledge, sqlite_url: str) -> None:
    """Late in the evening in UTC it is the next day there."""

    async def fetch(channel: str, ref: str) -> bytes | None:
        return None

    clock = Clock()
    parts = Parts(Database(sqlite_url), knowledge, clock, lambda size: b"r" * size, fetch, True)
    clock.advance(10 * 3600)
    assert parts.today == date(2026, 11, 25)
