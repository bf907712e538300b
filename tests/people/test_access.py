"""Role x verb x place, all of them: what is not written here as allowed is refused."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from content import localities
from handlers import access
from handlers.access import ALL_VERBS, VERBS, AccessDenied, Actor, can, require, scope_filter
from storage import audit, people
from storage.areas import below
from storage.database import Database
from storage.people import AccountRow, RoleRow
from storage.tables_people import ROLES, areas
from tests.people.conftest import COMMUNE, DISTRICT, OTHER_COMMUNE, OTHER_VILLAGE, VILLAGE, person
from tests.support.assembly import Clock

# Written out once more by hand: a change of the table in the code has to be meant.
HOUSEHOLD_VERBS = {"see_household", "see_report", "report_change", "see_figures"} | {
    "see_findings",
    "handle_finding",
    "link_household",
}
CHECKING = {"check_report", "correct_report", "export_register", "show_sensitive"}
DECIDING = {"decide_report", "import_register", "merge_households", "undo_change", "lock_period", "decide_nomination"}
WRITING = {"edit_knowledge"}
NOMINATING = {"nominate", "see_nomination"}
ALLOWED = {
    "citizen": set(),
    "village_head": HOUSEHOLD_VERBS | NOMINATING,
    "commune_officer": HOUSEHOLD_VERBS
    | CHECKING
    | NOMINATING
    | {"check_nomination"}
    | {"see_people", "invite_village_head", "compose_broadcast", "see_broadcast", "answer_case", "see_analytics"}
    | WRITING,
    "district_officer": HOUSEHOLD_VERBS
    | CHECKING
    | DECIDING
    | NOMINATING
    | {"check_nomination"}
    | {"see_people", "see_audit", "compose_broadcast", "see_broadcast", "approve_broadcast"}
    | {"answer_case", "see_analytics"}
    | {"invite_village_head", "invite_commune_officer"}
    | WRITING
    | {"approve_knowledge"},
    "communications_staff": {"compose_broadcast", "see_broadcast", "answer_case", "see_analytics"} | WRITING,
    "administrator": {"see_people", "see_audit", "change_settings", "see_broadcast"}
    | {f"invite_{role}" for role in ROLES},
}
HOME = {
    "village_head": VILLAGE,
    "commune_officer": COMMUNE,
    "district_officer": DISTRICT,
    "communications_staff": DISTRICT,
    "administrator": DISTRICT,
}
PLACES = (
    "",
    "/",
    "/ha-nam/",
    DISTRICT,
    COMMUNE,
    OTHER_COMMUNE,
    VILLAGE,
    OTHER_VILLAGE,
    # Begins with the same letters and is another place.
    f"{COMMUNE[:-1]}-2/",
    f"{VILLAGE[:-1]}0/",
    "/elsewhere/kim-bang-district/thuy-loi-2023/thuy-loi-mau-1/",
)
REFUSED_ANYWHERE = [
    (role, verb) for role in ALLOWED for verb in sorted(ALL_VERBS | {"no_such_verb"}) if verb not in ALLOWED[role]
]


def acting(role: str, path: str = "") -> Actor:
    """Somebody in a role of an area."""
    if role == access.CITIZEN:
        return access.NOBODY
    path = path or HOME[role]
    held = RoleRow(1, 7, role, path.rsplit("/", 2)[-2], "nơi", path, Clock().at.date(), None)
    return Actor(7, "Mẫu", held, (held,))


def test_the_table_is_complete() -> None:
    """Every role of the database has its line, and every verb somebody who may."""
    assert set(VERBS) == {*ROLES, access.CITIZEN}
    assert {role: set(verbs) for role, verbs in VERBS.items()} == ALLOWED
    assert set(access.AREA_KINDS) == set(access.STAFF_ROLES) == set(ROLES)


@pytest.mark.parametrize("role", sorted(ALLOWED))
def test_a_role_does_what_the_table_says_within_its_area_only(role: str) -> None:
    """All verbs times all places."""
    actor = acting(role)
    for verb in sorted(ALL_VERBS | {"no_such_verb"}):
        for place in PLACES:
            inside = bool(actor.area_path) and place.startswith(actor.area_path)
            assert can(actor, verb, place) is (verb in ALLOWED[role] and inside), (verb, place)


def test_inside_is_below_and_never_above_or_beside() -> None:
    """The places by name, so that the rule above is not its own witness."""
    officer = acting("commune_officer")
    assert [place for place in PLACES if can(officer, "see_household", place)] == [
        COMMUNE,
        VILLAGE,
        OTHER_VILLAGE,
        f"{VILLAGE[:-1]}0/",
    ]
    head = acting("village_head")
    assert [place for place in PLACES if can(head, "see_household", place)] == [VILLAGE]


@pytest.mark.parametrize(("role", "verb"), REFUSED_ANYWHERE)
def test_what_a_role_may_not_is_refused_and_has_no_scope(role: str, verb: str) -> None:
    """Both doors say the same."""
    actor = acting(role)
    with pytest.raises(AccessDenied):
        require(actor, verb, actor.area_path or DISTRICT)
    with pytest.raises(AccessDenied):
        scope_filter(actor, verb)
    assert not access.can_anywhere(actor, verb)


def test_a_scope_is_the_area_of_the_acting_role() -> None:
    """It is what every query carries."""
    assert scope_filter(acting("village_head")) == VILLAGE
    assert scope_filter(acting("commune_officer")) == COMMUNE
    assert scope_filter(acting("district_officer")) == DISTRICT


def test_where_the_commune_decides_its_officer_does_what_deciding_takes() -> None:
    """The wards of 2026 have no district above them; in 2023 the district decides."""
    deciding = {"decide_report", "import_register", "merge_households", "undo_change", "lock_period"}
    deciding |= {"approve_broadcast", "see_audit", "decide_nomination", "approve_knowledge"}
    before, after = (localities.load(slug).about.review_route for slug in ("kim-bang-2023", "kim-bang-2026"))
    officer = acting("commune_officer")
    assert access.on_route(officer, before).verbs == ALLOWED["commune_officer"]
    assert access.on_route(officer, after).verbs == ALLOWED["commune_officer"] | deciding
    assert can(access.on_route(officer, after), "decide_report", VILLAGE)
    assert not can(access.on_route(officer, after), "decide_report", OTHER_COMMUNE)
    for role in sorted(ALLOWED.keys() - {"commune_officer"}):
        for route in (before, after):
            assert access.on_route(acting(role), route).verbs == ALLOWED[role]


def test_only_the_acting_role_counts() -> None:
    """An administrator who is also a district officer sees households as the latter, under that name."""
    admin, officer = acting("administrator").roles[0], acting("district_officer").roles[0]
    officer = RoleRow(2, 7, officer.role, officer.area_key, officer.area_name, DISTRICT, officer.start, None)
    account = AccountRow(7, "Mẫu", (admin, officer))
    assert can(access.actor_from(account, 2), "see_household", VILLAGE)
    assert not can(access.actor_from(account, 1), "see_household", VILLAGE)
    assert access.actor_from(account, 0).role == access.actor_from(account, 99).role == "district_officer"
    assert access.actor_from(None, 2) is access.NOBODY


async def test_a_role_is_held_from_its_first_day_until_before_its_last(places: Database, clock: Clock) -> None:
    """Half-open dates, a case on both sides of each."""
    first, last = clock.at.date(), clock.at.date() + timedelta(days=10)
    async with places.write() as connection:
        account_id = await people.create_account(connection, "Mẫu", clock.at)
        role_id = await people.grant(
            connection, account_id, "village_head", "thuy-loi-mau-1", start=first, granted_by=None
        )
        assert await people.end_role(connection, role_id, last)
        held = {}
        for day in (first - timedelta(days=1), first, last - timedelta(days=1), last):
            held[day] = (await access.actor_of_account(connection, account_id, 0, day)).is_staff
    assert list(held.values()) == [False, True, True, False]


async def test_a_closed_account_does_nothing(places: Database, clock: Clock) -> None:
    """Its roles may still be in the table."""
    head = await person(places, "village_head", "thuy-loi-mau-1", at=clock)
    async with places.write() as connection:
        await people.close_account(connection, head.account_id, clock.at)
        assert await access.actor_of_account(connection, head.account_id, 0, clock.at.date()) is access.NOBODY


async def test_a_query_with_the_scope_finds_the_subtree_only(places: Database) -> None:
    """The same rule in SQL as in `can`."""
    async with places.read() as connection:
        for path in (DISTRICT, COMMUNE, VILLAGE):
            found = set((await connection.execute(select(areas.c.path).where(below(areas.c.path, path)))).scalars())
            everything = set((await connection.execute(select(areas.c.path))).scalars())
            assert found == {one for one in everything if one.startswith(path)}
            assert found


async def test_a_refusal_stands_in_the_audit_trail(places: Database, clock: Clock) -> None:
    """Who, what, where; of a chat without an account its hash."""
    head = await person(places, "village_head", "thuy-loi-mau-1", at=clock)
    async with places.write() as connection:
        for actor, chat in ((head, ""), (access.NOBODY, "h" * 64)):
            with pytest.raises(AccessDenied) as denied:
                require(actor, "decide_report", OTHER_VILLAGE)
            await access.record_refusal(connection, denied.value, clock.at, chat)
        second, first = await audit.entries(connection, limit=2)
    assert (first.account_id, first.role, first.verb, first.subject_id, first.area_path, first.detail) == (
        head.account_id,
        "village_head",
        "refused",
        "decide_report",
        OTHER_VILLAGE,
        "{}",
    )
    assert (second.account_id, second.role, "h" * 64 in second.detail) == (None, "citizen", True)
