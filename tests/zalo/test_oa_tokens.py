"""The single-use refresh token: one process at a time, stored before used, and an alarm when a person must consent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from typing import Any

import pytest
from sqlalchemy import select

from bot.channels.zalo_http import Http
from bot.channels.zalo_oa.tokens import NoTokenError, Tokens
from storage import zalo
from storage.database import Database
from storage.tables_zalo import zalo_oa_tokens
from storage.zalo import TokenPair
from tests.support.assembly import Clock
from tests.support.zalo_oa_server import APP_ID, ZaloOaServer, zalo_oa_server
from tests.zalo.drivers import KEYS, oa_tokens


@dataclass
class Parts:
    """A server, a database with consent given, and processes made of it."""

    server: ZaloOaServer
    database: Database
    clock: Clock
    http: Http

    def process(self, database: Database | None = None, **more: Any) -> Tokens:
        return oa_tokens(self.server, database or self.database, self.http, self.clock, **more)

    async def pair(self) -> TokenPair:
        async with self.database.read() as connection:
            found = await zalo.tokens(connection, KEYS, APP_ID)
        assert found is not None
        return found

    async def consent(self, token: str) -> None:
        async with self.database.write() as connection:
            await zalo.consented(connection, KEYS, APP_ID, token, self.clock())


@pytest.fixture
async def parts(database: Database, clock: Clock) -> AsyncIterator[Parts]:
    async with zalo_oa_server() as server:
        made = Parts(server, database, clock, Http())
        await made.consent(server.refresh_token)
        yield made
        await made.http.close()


async def test_the_first_token_comes_from_the_consent(parts: Parts) -> None:
    """Stored, encrypted, before it is used."""
    token, generation = await parts.process().access()
    assert token == parts.server.access_token and generation == 2
    assert (await parts.pair()).refresh_token == parts.server.refresh_token
    async with parts.database.read() as connection:
        row = (await connection.execute(select(zalo_oa_tokens))).one()
    assert token not in row.access_token and parts.server.refresh_token not in row.refresh_token


@pytest.mark.parametrize("expires_in", ["90000", 90000])
async def test_the_life_of_a_token_may_be_text_or_number(parts: Parts, expires_in: Any) -> None:
    """25 hours, documented as a string."""
    parts.server.expires_in = expires_in
    await parts.process().access()
    assert ((await parts.pair()).expires_at - parts.clock()).total_seconds() == 90_000


async def test_a_token_is_kept_until_its_end(parts: Parts) -> None:
    """One renewal for many calls; the next hours before the end, from the background."""
    tokens = parts.process()
    for _ in range(5):
        await tokens.access()
    parts.clock.advance(19 * 3600)
    await tokens.renew_if_near()
    assert len(parts.server.refreshes) == 1
    parts.clock.advance(2 * 3600)
    await tokens.renew_if_near()
    assert len(parts.server.refreshes) == 2


async def test_many_processes_renew_once(parts: Parts, second: Database) -> None:
    """The lease is in the database; the others wait for the result and use it."""
    processes = [parts.process(parts.database if n % 2 else second) for n in range(8)]
    got = await asyncio.gather(*(each.access() for each in processes))
    assert len(parts.server.refreshes) == 1
    assert {token for token, _ in got} == {parts.server.access_token}


async def test_a_process_whose_copy_is_old_reads_before_it_renews(parts: Parts) -> None:
    """Another one has renewed meanwhile: the refusal of the old token costs no refresh token."""
    old, other = parts.process(), parts.process()
    _, generation = await old.access()
    await other.access(other_than=generation)
    token, _ = await old.access(other_than=generation)
    assert token == parts.server.access_token and len(parts.server.refreshes) == 2


@pytest.mark.parametrize("fault", ["down", "-32"])
async def test_a_failure_without_effect_is_tried_again(parts: Parts, fault: str) -> None:
    """No alarm: the refresh token still works."""
    parts.server.refresh_faults.append(fault)
    tokens = parts.process()
    with pytest.raises(NoTokenError) as caught:
        await tokens.access()
    assert not caught.value.consent and (await parts.pair()).trouble == ""
    token, _ = await tokens.access()
    assert token == parts.server.access_token


async def test_a_lost_answer_is_found_out_and_raises_the_alarm(parts: Parts) -> None:
    """The token was used up and the new one never came: only a person can help, and is told how."""
    parts.server.refresh_faults.append("cut")
    tokens = parts.process()
    with pytest.raises(NoTokenError):
        await tokens.access()
    with pytest.raises(NoTokenError, match=r"cut off.*chungtay zalo consent") as caught:
        await tokens.access()
    assert caught.value.consent and "cut off" in (await parts.pair()).trouble
    parts.server.refresh_token = "new-consent"
    await parts.consent("new-consent")
    token, _ = await tokens.access()
    assert token == parts.server.access_token and (await parts.pair()).trouble == ""


async def test_a_refused_refresh_token_raises_the_alarm(parts: Parts) -> None:
    """For instance after three months of silence, or an administrator who took the consent back."""
    parts.server.refresh_token = "other"
    with pytest.raises(NoTokenError, match="no longer works") as caught:
        await parts.process().access()
    assert caught.value.consent and (await parts.pair()).refusals == 1


async def test_messages_still_go_out_while_consent_is_asked_for(parts: Parts) -> None:
    """The pair is renewed hours before its end: a refusal then leaves time to act."""
    tokens = parts.process()
    token, _ = await tokens.access()
    parts.server.refresh_token = "other"
    parts.clock.advance(21 * 3600)
    with pytest.raises(NoTokenError):
        await tokens.renew_if_near()
    assert (await tokens.access())[0] == token


async def test_before_the_first_consent_it_is_said_what_to_do(database: Database, clock: Clock) -> None:
    """Not an exception that nobody understands."""
    async with zalo_oa_server() as server:
        with pytest.raises(NoTokenError, match="chungtay zalo consent"):
            await oa_tokens(server, database, Http(), clock).access()


async def test_errors_hold_no_token(parts: Parts) -> None:
    """They are logged and kept as the reason of a message."""
    parts.server.refresh_token = "other"
    with pytest.raises(NoTokenError) as caught:
        await parts.process().access()
    assert "refresh-0" not in str(caught.value)


async def test_keeping_begins_and_ends_with_the_channel(parts: Parts) -> None:
    """The background renews at the start, and its end waits for what it has begun."""
    tokens = parts.process()
    await tokens.start()
    await asyncio.wait_for(parts.server.refresh_reached.wait(), 5)
    await tokens.close()
    assert (await parts.pair()).access_token == parts.server.access_token
