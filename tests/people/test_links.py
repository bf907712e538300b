"""One person, several channels: roles, the wish about notices and drafts follow; nobody takes over another's."""

from __future__ import annotations

from datetime import date

import pytest

from handlers.access import NOBODY, actor_of_chat
from handlers.actions import links
from handlers.actions.links import Outcome
from storage import audit, people
from storage.database import Database
from storage.keys import Keys
from tests.people.conftest import person, typed
from tests.support.assembly import Clock

HERE = ("plain", "here")
THERE = ("zalo", "there")


async def code_from(
    database: Database, keys: Keys, at: Clock, today: date, key: tuple[str, str] = HERE, *, stopped: bool = False
) -> tuple[int, str]:
    """A link code asked for in a chat."""
    async with database.write() as connection:
        actor = await actor_of_chat(connection, key, 0, today)
        return await links.new_link_code(connection, keys, key, actor, seed=f"{key}{at.at}", stopped=stopped, now=at.at)


async def staff_chat(database: Database, at: Clock, key: tuple[str, str] = HERE) -> int:
    """A village head who writes in a chat."""
    head = await person(database, "village_head", "thuy-loi-mau-1", at=at)
    async with database.write() as connection:
        await people.link(connection, key, head.account_id, at.at)
    return head.account_id


async def test_a_role_works_on_both_channels(places: Database, keys: Keys, clock: Clock, today: date) -> None:
    """The code is typed in the other one; the first stays the preferred."""
    account_id = await staff_chat(places, clock)
    assert await code_from(places, keys, clock, today) == (account_id, (await code_from(places, keys, clock, today))[1])
    _, code = await code_from(places, keys, clock, today)
    assert (await typed(places, keys, code, "there", at=clock, channel="zalo")).outcome is Outcome.LINKED
    async with places.read() as connection:
        there = await actor_of_chat(connection, THERE, 0, today)
        assert (there.account_id, there.role) == (account_id, "village_head")
        assert await people.chats_of(connection, account_id) == [(*HERE, True), (*THERE, False)]
    assert (await typed(places, keys, code, "x", at=clock)).outcome is Outcome.WRONG


@pytest.mark.parametrize(("after", "outcome"), [(599, Outcome.LINKED), (600, Outcome.WRONG)])
async def test_a_link_code_lives_ten_minutes(
    places: Database, keys: Keys, clock: Clock, today: date, after: int, outcome: Outcome
) -> None:
    """To the second."""
    _, code = await code_from(places, keys, clock, today)
    clock.advance(after)
    assert (await typed(places, keys, code, "there", at=clock, channel="zalo")).outcome is outcome


async def test_a_newer_code_replaces_the_older(places: Database, keys: Keys, clock: Clock, today: date) -> None:
    """Only what is on the screen works."""
    _, old = await code_from(places, keys, clock, today)
    clock.advance(60)
    _, new = await code_from(places, keys, clock, today)
    assert (await typed(places, keys, old, "x", at=clock)).outcome is Outcome.WRONG
    assert (await typed(places, keys, new, "x", at=clock)).outcome is Outcome.LINKED


async def test_typing_it_where_it_came_from_changes_nothing(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """A common mistake."""
    account_id, code = await code_from(places, keys, clock, today)
    used = await typed(places, keys, code, "here", at=clock)
    assert (used.outcome, used.account_id) == (Outcome.ALREADY_LINKED, account_id)


async def test_nobody_gets_an_officers_role_by_having_him_type_a_code(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """The chat of a person with a role joins no other account."""
    officer = await staff_chat(places, clock, THERE)
    stranger, code = await code_from(places, keys, clock, today)
    assert (await typed(places, keys, code, "there", at=clock, channel="zalo")).outcome is Outcome.HAS_ROLES
    async with places.read() as connection:
        assert (await actor_of_chat(connection, THERE, 0, today)).account_id == officer
        assert (await actor_of_chat(connection, HERE, 0, today)).account_id == stranger
        assert not (await actor_of_chat(connection, HERE, 0, today)).is_staff


async def test_two_accounts_of_one_citizen_become_one(places: Database, keys: Keys, clock: Clock, today: date) -> None:
    """Drafts are kept, those of the remaining account first; a wish for silence holds."""
    remaining, code = await code_from(places, keys, clock, today)
    joining, _ = await code_from(places, keys, clock, today, THERE, stopped=True)
    async with places.write() as connection:
        await people.save_drafts(connection, remaining, {"both": b"mine"}, (), clock.at)
        await people.save_drafts(connection, joining, {"both": b"theirs", "one": b"1"}, (), clock.at)
        used = await links.use_code(connection, keys, THERE, code, stopped=True, now=clock.at, today=today)
        assert used == links.Used(Outcome.LINKED, remaining)
        assert await people.drafts(connection, remaining) == {"both": b"mine", "one": b"1"}
        assert await people.drafts(connection, joining) == {}
        assert await people.notices_stopped(connection, remaining)
        assert await people.account(connection, joining, today) is None
        assert (await actor_of_chat(connection, THERE, 0, today)).account_id == remaining


async def test_a_channel_that_goes_hands_on_the_preference(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """A lost phone; the last chat of a citizen takes the account along."""
    account_id, code = await code_from(places, keys, clock, today)
    await typed(places, keys, code, "there", at=clock, channel="zalo")
    async with places.write() as connection:
        await links.unlink(connection, HERE, await actor_of_chat(connection, HERE, 0, today), clock.at)
        assert await people.chats_of(connection, account_id) == [(*THERE, True)]
        assert await actor_of_chat(connection, HERE, 0, today) is NOBODY
        await links.unlink(connection, THERE, await actor_of_chat(connection, THERE, 0, today), clock.at)
        assert await people.account(connection, account_id, today) is None


async def test_forgetting_a_citizen_forgets_the_account_and_keeps_an_officers(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """What somebody did in office stays answerable."""
    officer = await staff_chat(places, clock, ("plain", "office"))
    account_id, code = await code_from(places, keys, clock, today)
    await typed(places, keys, code, "there", at=clock, channel="zalo")
    async with places.write() as connection:
        await people.save_drafts(connection, account_id, {"x": b"1"}, (), clock.at)
        await links.forget_person(connection, HERE, today)
        assert await people.chats_of(connection, account_id) == [(*THERE, False)]
        await links.forget_person(connection, THERE, today)
        assert await people.account(connection, account_id, today) is None
        assert await people.drafts(connection, account_id) == {}
        await links.forget_person(connection, ("plain", "office"), today)
        await links.forget_person(connection, ("plain", "unknown"), today)
        assert (await actor_of_chat(connection, ("plain", "office"), 0, today)).account_id == officer
        assert (await audit.verify(connection)).broken is None
