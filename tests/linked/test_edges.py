"""Links and handovers at their edges: too many, not one's own, ended meanwhile, and nobody there to be asked."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import delete

from handlers.access import NOBODY, AccessDenied, Actor, actor_of_account, actor_of_chat
from handlers.actions import findings, handover_role, linked
from handlers.actions.findings import Filters
from handlers.actions.handover_role import ask_for_handover, role_to_hand_over
from handlers.actions.linked import LinkError
from handlers.actions.people import PeopleError
from handlers.turn import Knowledge
from storage import linked as stored
from storage import people
from storage.database import Database
from storage.tables_linked import handovers
from storage.tables_people import account_channels, roles
from tests.linked.conftest import BORN, Commune
from tests.linked.test_handover_role import code_for
from tests.linked.test_telling import finding, keep
from tests.register.building import START, found_household, set_fields
from tests.reports.conftest import NOW, TODAY, VILLAGE, settled
from tests.reports.talking import Phone, phones


@pytest.fixture
async def commune(sqlite_url: str, knowledge: Knowledge) -> AsyncIterator[Commune]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    place = await settled(database)
    async with database.write() as connection:
        home, members, _ = await found_household(
            connection, "MAU-9", "Hoàng Văn Mẫu Chín", "Hoàng Thị Mẫu Mười", area=VILLAGE, status="poor"
        )
        await set_fields(connection, "correction", START, ("member", members[0], {"birth_date": BORN}))
    async with phones(place, knowledge) as found:
        citizen = found["citizen"]
        found["stranger"] = Phone(citizen._engine, citizen._outlet, "stranger")
        yield Commune(place, found, home)
    await database.close()


async def _citizen(commune: Commune) -> Actor:
    async with commune.database.read() as connection:
        return await actor_of_chat(connection, ("terminal", "citizen"), 0, TODAY)


async def test_nobody_collects_households(commune: Commune) -> None:
    """Three are enough for a family; a fourth needs the office. One's own may be linked anew."""
    async with commune.database.write() as connection:
        homes = [(await found_household(connection, f"MAU-2{n}", f"Mẫu {n}", area=VILLAGE))[0] for n in range(4)]
        account = await people.create_account(connection, "", NOW)
        actor = replace(NOBODY, account_id=account)
        for home in homes:
            await linked.give_code(connection, commune.place.head, commune.place.keys, home, str(home), NOW)
            (open_one,) = await stored.open_codes_of(connection, home, NOW)
            key = ("terminal", "citizen")
            if home == homes[-1]:
                with pytest.raises(LinkError, match="too_many_homes"):
                    await linked.attach(connection, key, actor, open_one.id, home, stopped=False, now=NOW)
            else:
                await linked.attach(connection, key, actor, open_one.id, home, stopped=False, now=NOW)
        assert len(await linked.homes_of(connection, actor)) == 3


async def test_an_officer_of_another_place_ends_no_link_and_sees_no_house(commune: Commune) -> None:
    """The officer of the household's own commune does; whoever is not linked sees nothing through a link."""
    await commune.linked()
    citizen = await _citizen(commune)
    async with commune.database.write() as connection:
        (link,) = await linked.homes_of(connection, citizen)
        with pytest.raises(AccessDenied):
            await linked.detach(connection, commune.place.far, link.id, commune.home, NOW)
        with pytest.raises(AccessDenied):
            await linked.see_own_household(connection, commune.place.head, commune.home, NOW)
        assert await linked.see_own_household(connection, citizen, commune.home, NOW) is not None
        assert await linked.detach(connection, commune.place.commune, link.id, commune.home, NOW)
        with pytest.raises(AccessDenied):
            await linked.see_own_household(connection, citizen, commune.home, NOW)
    assert "household_unlinked" in await commune.verbs()


async def test_a_household_that_went_away_gets_no_code(commune: Commune) -> None:
    """Neither for its people nor on their behalf."""
    head = commune.place.head
    async with commune.database.write() as connection:
        await set_fields(connection, "move_out", TODAY, ("household", commune.home, {"state": "moved_out"}))
        with pytest.raises(LinkError, match="no_household"):
            await linked.give_code(connection, head, commune.place.keys, commune.home, "s", NOW)
        with pytest.raises(LinkError, match="no_household"):
            await linked.link_on_behalf(connection, head, commune.home, NOW)


async def test_a_role_is_handed_over_by_its_holder_only(commune: Commune, knowledge: Knowledge) -> None:
    """A neighbour does not ask for it; one that has ended is nobody's to give."""
    place, words = commune.place, knowledge.languages["vi"]
    assert place.head.acting is not None
    role = place.head.acting.id
    async with commune.database.write() as connection:
        with pytest.raises(AccessDenied):
            await ask_for_handover(connection, place.neighbour, role, "Mẫu", words, "Trưởng thôn", NOW, TODAY)
        await people.end_role(connection, role, TODAY)
        with pytest.raises(PeopleError) as ended:
            await role_to_hand_over(connection, place.commune, role, TODAY)
        assert ended.value.reason == "role_ended"
        with pytest.raises(PeopleError):
            await ask_for_handover(connection, place.head, role, "Mẫu", words, "Trưởng thôn", NOW, TODAY)
    assert await commune.notices() == []


async def test_where_nobody_can_be_asked_nobody_is_said_to_be(commune: Commune, knowledge: Knowledge) -> None:
    """An officer without a chat is told nothing; without any officer above, none is counted."""
    place, words = commune.place, knowledge.languages["vi"]
    assert place.head.acting is not None
    async with commune.database.write() as connection:
        ask = (connection, place.head, place.head.acting.id, "Mẫu", words, "Trưởng thôn", NOW, TODAY)
        await connection.execute(delete(account_channels).where(account_channels.c.chat == "commune"))
        assert await ask_for_handover(*ask) == 0
        await connection.execute(delete(roles).where(roles.c.role != "village_head"))
        assert await ask_for_handover(*ask) == 0
    assert await commune.notices() == []


async def test_a_code_for_a_role_that_ended_meanwhile_ends_it_once(commune: Commune) -> None:
    """The successor begins; nothing is ended a second time."""
    code = await code_for(commune, "bàn giao", "2", "Trần Thị Mẫu Mới", "1")
    assert commune.place.head.acting is not None
    async with commune.database.write() as connection:
        await people.end_role(connection, commune.place.head.acting.id, TODAY)
    assert "Trần Thị Mẫu Mới" in await commune.phones["stranger"].say(f"mã {code}")
    verbs = await commune.verbs()
    assert "invitation_used" in verbs and "role_handed_over" not in verbs
    (row,) = await commune.rows(handovers)
    assert row.done_at is not None


async def test_who_hands_one_role_over_keeps_the_invitations_of_the_other(commune: Commune) -> None:
    """A village head who is an officer as well goes on inviting."""
    place = commune.place
    async with commune.database.write() as connection:
        await people.grant(
            connection, place.head.account_id, "commune_officer", "thuy-loi-2023", start=START, granted_by=None
        )
    code = await code_for(commune, "bàn giao", "2", "Trần Thị Mẫu Mới", "1")
    await commune.phones["stranger"].say(f"mã {code}")
    async with commune.database.read() as connection:
        assert (await actor_of_account(connection, place.head.account_id, 0, TODAY)).role == "commune_officer"
    assert "role_handed_over" in await commune.verbs()


async def test_what_tells_of_health_is_settled_by_whoever_may_see_it(commune: Commune) -> None:
    """A village head is not shown it, and cannot tick it off by its number either."""
    place = commune.place
    await keep(commune, finding(commune.home, sensitive=True), finding(commune.home, benefit="social-pension"))
    async with commune.database.write() as connection:
        told = {"seen": 0, "note": "", "now": NOW + timedelta(hours=1)}
        with pytest.raises(AccessDenied):
            await findings.mark(connection, place.head, place.keys, 1, "granted", **told)
        line = await findings.mark(connection, place.commune, place.keys, 1, "granted", **told)
        assert line.row.finding.sensitive
        listed = await findings.take_along(connection, place.commune, place.keys, Filters(handled="all"), TODAY, NOW)
        assert len(listed.lines) == 2
    assert handover_role.may_hand_over(place.commune, place.head.acting)  # type: ignore[arg-type]  # a head has one
