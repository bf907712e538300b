"""Chats, links and roles at their edges: given up, ended on the way, and held twice."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import date

import pytest

from handlers.access import VILLAGE_HEAD, actor_of_account, actor_of_chat
from handlers.actions import desk, links
from handlers.actions.desk import SignInError, new_link, session_of, sign_in, token_from
from handlers.actions.people import sync_areas
from storage import audit, people
from storage.database import Database
from storage.keys import Keys
from tests.people.conftest import LOCALITY, person
from tests.support.assembly import Clock

HERE, THERE = ("plain", "here"), ("zalo", "there")


@pytest.fixture
async def places(sqlite_url: str) -> AsyncIterator[Database]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    async with database.write() as connection:
        await sync_areas(connection, LOCALITY)
    yield database
    await database.close()


async def test_giving_up_the_second_phone_leaves_the_first_as_it_was(
    places: Database, clock: Clock, today: date
) -> None:
    """The notices still go where they went; an officer without any chat keeps the account."""
    head = await person(places, VILLAGE_HEAD, "thuy-loi-mau-1", at=clock)
    async with places.write() as connection:
        for number, chat in enumerate((HERE, THERE)):
            clock.advance(number)
            await people.link(connection, chat, head.account_id, clock.at)
        await links.unlink(connection, THERE, await actor_of_chat(connection, THERE, 0, today), clock.at)
        assert await people.chats_of(connection, head.account_id) == [(*HERE, True)]
        await links.unlink(connection, HERE, await actor_of_chat(connection, HERE, 0, today), clock.at)
        assert await people.chats_of(connection, head.account_id) == []
        assert (await actor_of_account(connection, head.account_id, 0, today)).role == VILLAGE_HEAD


async def test_a_link_opens_nothing_for_a_role_that_ended_on_the_way(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """Asked for in the morning, opened after the handover."""
    head = await person(places, VILLAGE_HEAD, "thuy-loi-mau-1", at=clock)
    token = token_from(b"l" * 32)
    async with places.write() as connection:
        await new_link(connection, keys, head, token, clock.at)
        assert head.acting is not None
        await people.end_role(connection, head.acting.id, today)
        with pytest.raises(SignInError) as refused:
            await sign_in(connection, keys, token, token_from(b"s" * 32), "203.0.113.7", clock.at, today)
        assert refused.value.reason == "no_role"
        assert await session_of(connection, keys, token_from(b"s" * 32), clock.at) is None
        assert "desk_signed_in" not in [entry.verb for entry in await audit.entries(connection)]


@pytest.mark.parametrize("token", ["", "short", "x" * 101])
async def test_a_cookie_that_is_no_token_is_nobody(
    places: Database, keys: Keys, clock: Clock, token: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is not even hashed: a cookie of a megabyte costs nothing."""
    monkeypatch.setattr(desk, "_hashes", None)
    async with places.read() as connection:
        assert await session_of(connection, keys, token, clock.at) is None
