"""Invitations: who may give them, and that a code works once, in time, for one person."""

from __future__ import annotations

import asyncio
from datetime import date, timedelta

import pytest
from sqlalchemy import select

from handlers.access import AccessDenied, Actor
from handlers.actions import people as actions
from handlers.actions.links import WRONG_TRIES, Outcome, Used
from handlers.actions.people import Invited, PeopleError
from storage import audit, people
from storage import invitations as stored
from storage.database import Database
from storage.keys import Keys
from storage.tables_people import invitations
from tests.people.conftest import person, typed
from tests.support.assembly import Clock

WRONG = "ZZ9Z9Z9Z"


async def invited(
    database: Database,
    keys: Keys,
    at: Clock,
    *,
    actor: Actor | None = None,
    role: str = "village_head",
    area: str = "thuy-loi-mau-1",
    seed: str = "1",
    name: str = "Nguyễn Văn Mẫu",
) -> Invited:
    """An invitation, by the operator if nobody is named."""
    async with database.write() as connection:
        return await actions.invite(connection, actor, keys, role=role, area_key=area, name=name, seed=seed, now=at.at)


async def trail(database: Database) -> list[str]:
    async with database.read() as connection:
        return [entry.verb async for entry in audit.walk(connection)]


async def test_a_code_gives_its_role_once(places: Database, keys: Keys, clock: Clock) -> None:
    """The account is made of it; the second who types it is told nothing."""
    invitation = await invited(places, keys, clock)
    used = await typed(places, keys, invitation.code, "a", at=clock)
    assert used.outcome is Outcome.ROLE
    assert (await typed(places, keys, invitation.code, "b", at=clock)).outcome is Outcome.WRONG
    async with places.read() as connection:
        account = await people.account_of_chat(connection, ("plain", "a"), clock.at.date())
        assert await people.account_of_chat(connection, ("plain", "b"), clock.at.date()) is None
    assert account is not None
    assert (account.name, [(role.role, role.area_key) for role in account.roles]) == (
        "Nguyễn Văn Mẫu",
        [("village_head", "thuy-loi-mau-1")],
    )
    assert await trail(places) == ["invited", "invitation_used", "code_refused", "code_refused"]


async def test_the_code_itself_is_nowhere_in_the_database(places: Database, keys: Keys, clock: Clock) -> None:
    """Nor the name once it is used; another key file finds nothing."""
    invitation = await invited(places, keys, clock)
    await typed(places, Keys.fixed(b"other", clock.at), invitation.code, "x", at=clock)
    await typed(places, keys, invitation.code, "a", at=clock)
    async with places.read() as connection:
        row = (await connection.execute(select(invitations))).one()
    assert invitation.code not in str(row)
    assert (row.name, row.used_by is None) == ("", False)


@pytest.mark.parametrize(("after", "outcome"), [(-1, Outcome.ROLE), (0, Outcome.WRONG)])
async def test_a_code_ends_after_seven_days(
    places: Database, keys: Keys, clock: Clock, after: int, outcome: Outcome
) -> None:
    """To the second."""
    invitation = await invited(places, keys, clock)
    clock.advance(7 * 86400 + after)
    assert (await typed(places, keys, invitation.code, "a", at=clock)).outcome is outcome


async def test_a_revoked_code_looks_like_any_wrong_one(places: Database, keys: Keys, clock: Clock) -> None:
    """Revoking works once; what was used cannot be revoked."""
    invitation = await invited(places, keys, clock)
    async with places.write() as connection:
        assert await actions.revoke_invitation(connection, None, invitation.id, clock.at)
        assert not await actions.revoke_invitation(connection, None, invitation.id, clock.at)
        with pytest.raises(PeopleError, match="no_invitation"):
            await actions.revoke_invitation(connection, None, 999, clock.at)
    assert await typed(places, keys, invitation.code, "a", at=clock) == Used(Outcome.WRONG)
    other = await invited(places, keys, clock, seed="2")
    neighbour = await person(places, "commune_officer", "que-2023", at=clock)
    async with places.write() as connection:
        with pytest.raises(AccessDenied):
            await actions.revoke_invitation(connection, neighbour, other.id, clock.at)
    await typed(places, keys, other.code, "b", at=clock)
    async with places.write() as connection:
        assert not await actions.revoke_invitation(connection, None, other.id, clock.at)


async def test_five_wrong_codes_an_hour_and_then_none_is_tried(places: Database, keys: Keys, clock: Clock) -> None:
    """Not even the right one: the answer tells nothing. Another chat is not concerned; after an hour it works."""
    invitation = await invited(places, keys, clock)
    for _ in range(WRONG_TRIES):
        assert (await typed(places, keys, WRONG, "a", at=clock)).outcome is Outcome.WRONG
    for code in (WRONG, invitation.code):
        assert (await typed(places, keys, code, "a", at=clock)).outcome is Outcome.TOO_MANY
    assert (await trail(places)).count("code_refused") == 2 * WRONG_TRIES  # of the chat, and of the channel
    clock.advance(3599)
    assert (await typed(places, keys, invitation.code, "a", at=clock)).outcome is Outcome.TOO_MANY
    other = await invited(places, keys, clock, seed="2")
    assert (await typed(places, keys, other.code, "b", at=clock)).outcome is Outcome.ROLE
    clock.advance(1)
    assert (await typed(places, keys, invitation.code, "a", at=clock)).outcome is Outcome.ROLE


async def test_many_chats_cannot_guess_together(
    places: Database, keys: Keys, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new chat costs nothing on the web; the channel as a whole has a limit."""
    monkeypatch.setattr("handlers.actions.links.WRONG_TRIES_OF_A_CHANNEL", 6)
    invitation = await invited(places, keys, clock)
    for number in range(6):
        assert (await typed(places, keys, WRONG, f"guest {number}", at=clock)).outcome is Outcome.WRONG
    assert (await typed(places, keys, invitation.code, "a", at=clock)).outcome is Outcome.TOO_MANY
    assert (await typed(places, keys, invitation.code, "a", at=clock, channel="other")).outcome is Outcome.ROLE


async def test_of_two_people_with_one_code_one_wins(
    places: Database, second: Database, keys: Keys, clock: Clock
) -> None:
    """At the same moment, from two processes, several times."""
    for number in range(5):
        invitation = await invited(places, keys, clock, seed=str(number))
        used = await asyncio.gather(
            typed(places, keys, invitation.code, f"a{number}", at=clock),
            typed(second, keys, invitation.code, f"b{number}", at=clock),
        )
        assert sorted(one.outcome.value for one in used) == ["role", "wrong"]
    async with places.read() as connection:
        assert (await audit.verify(connection)).broken is None


@pytest.mark.parametrize(
    ("giver", "giver_area", "role", "area", "may"),
    [
        ("commune_officer", "thuy-loi-2023", "village_head", "thuy-loi-mau-1", True),
        ("commune_officer", "thuy-loi-2023", "village_head", "que-mau-1", False),
        ("commune_officer", "thuy-loi-2023", "commune_officer", "thuy-loi-2023", False),
        ("commune_officer", "thuy-loi-2023", "administrator", "thuy-loi-2023", False),
        ("district_officer", "kim-bang-district", "commune_officer", "que-2023", True),
        ("district_officer", "kim-bang-district", "district_officer", "kim-bang-district", False),
        ("administrator", "kim-bang-district", "district_officer", "kim-bang-district", True),
        ("administrator", "kim-bang-district", "district_officer", "ha-nam", False),
        ("village_head", "thuy-loi-mau-1", "village_head", "thuy-loi-mau-1", False),
        ("communications_staff", "kim-bang-district", "village_head", "thuy-loi-mau-1", False),
    ],
)
async def test_who_may_invite_whom_where(
    places: Database, keys: Keys, clock: Clock, giver: str, giver_area: str, role: str, area: str, may: bool
) -> None:
    """Below one's own area, into the roles that the table names."""
    actor = await person(places, giver, giver_area, at=clock)
    if may:
        assert (await invited(places, keys, clock, actor=actor, role=role, area=area)).code
    else:
        with pytest.raises(AccessDenied):
            await invited(places, keys, clock, actor=actor, role=role, area=area)


@pytest.mark.parametrize(
    ("role", "area", "name", "reason"),
    [
        ("village_head", "thuy-loi-2023", "Nguyễn Mẫu", "area_kind"),
        ("commune_officer", "thuy-loi-mau-1", "Nguyễn Mẫu", "area_kind"),
        ("village_head", "nowhere", "Nguyễn Mẫu", "no_area"),
        ("king", "thuy-loi-mau-1", "Nguyễn Mẫu", "no_area"),
        ("village_head", "thuy-loi-mau-1", " \n", "name"),
        ("village_head", "thuy-loi-mau-1", "12 34", "name"),
        ("village_head", "thuy-loi-mau-1", "x" * 81, "name"),
    ],
)
async def test_what_cannot_be_is_said(
    places: Database, keys: Keys, clock: Clock, role: str, area: str, name: str, reason: str
) -> None:
    """Nothing is written."""
    with pytest.raises(PeopleError) as wrong:
        await invited(places, keys, clock, role=role, area=area, name=name)
    assert wrong.value.reason == reason
    assert await trail(places) == []


async def test_a_second_role_joins_the_first_and_the_same_one_is_not_doubled(
    places: Database, keys: Keys, clock: Clock
) -> None:
    """One person, two villages."""
    for seed, area in (("1", "thuy-loi-mau-1"), ("2", "thuy-loi-mau-2"), ("3", "thuy-loi-mau-1")):
        invitation = await invited(places, keys, clock, area=area, seed=seed)
        await typed(places, keys, invitation.code, "a", at=clock)
    async with places.read() as connection:
        account = await people.account_of_chat(connection, ("plain", "a"), clock.at.date())
    assert account is not None
    assert [role.area_key for role in account.roles] == ["thuy-loi-mau-1", "thuy-loi-mau-2"]


async def test_an_ended_role_takes_its_open_invitations_along(
    places: Database, keys: Keys, clock: Clock, today: date
) -> None:
    """Whoever is no longer in office lets nobody in."""
    officer = await person(places, "commune_officer", "thuy-loi-2023", at=clock)
    admin = await person(places, "administrator", "kim-bang-district", at=clock)
    invitation = await invited(places, keys, clock, actor=officer)
    assert officer.acting is not None
    async with places.write() as connection:
        with pytest.raises(AccessDenied):
            await actions.end_role(connection, officer, officer.acting.id, today, clock.at)
        await actions.end_role(connection, admin, officer.acting.id, today, clock.at)
        with pytest.raises(PeopleError, match="role_ended"):
            await actions.end_role(connection, admin, officer.acting.id, today, clock.at)
        with pytest.raises(PeopleError, match="no_role"):
            await actions.end_role(connection, admin, 999, today, clock.at)
        assert await stored.still_open(connection, "/", clock.at) == []
    assert (await typed(places, keys, invitation.code, "a", at=clock)).outcome is Outcome.WRONG


async def test_a_hand_over_leaves_no_day_without_and_none_with_two(places: Database, clock: Clock, today: date) -> None:
    """The predecessor's last day is the one before the successor's first."""
    old = await person(places, "village_head", "thuy-loi-mau-1", at=clock, name="Cũ")
    new = await person(places, "village_head", "thuy-loi-mau-2", at=clock, name="Mới")
    officer = await person(places, "commune_officer", "thuy-loi-2023", at=clock)
    day = today + timedelta(days=30)
    assert old.acting is not None
    async with places.write() as connection:
        with pytest.raises(PeopleError, match="same_person"):
            await actions.hand_over(connection, officer, old.acting.id, old.account_id, day, clock.at)
        with pytest.raises(PeopleError, match="no_account"):
            await actions.hand_over(connection, officer, old.acting.id, 999, day, clock.at)
        with pytest.raises(AccessDenied):
            await actions.hand_over(connection, new, old.acting.id, new.account_id, day, clock.at)
        await actions.hand_over(connection, officer, old.acting.id, new.account_id, day, clock.at)
        heads = {}
        for on in (day - timedelta(days=1), day):
            heads[on] = []
            for account_id in (old.account_id, new.account_id):
                account = await people.account(connection, account_id, on)
                assert account is not None
                heads[on] += [account.name for role in account.roles if role.area_key == "thuy-loi-mau-1"]
        (entry,) = await audit.entries(connection, limit=1)
    assert list(heads.values()) == [["Cũ"], ["Mới"]]
    assert (entry.verb, entry.account_id, entry.role) == ("role_handed_over", officer.account_id, "commune_officer")
    assert "Cũ" not in entry.detail
