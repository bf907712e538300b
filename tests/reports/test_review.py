"""The table of moves, the routes, and the time limits."""

from __future__ import annotations

from datetime import date
from itertools import product

import pytest

from content import localities
from rules import parameters
from rules.review import MOVES, OPEN, STATES, WAITING_FOR, Route, allowed, following, route_of
from rules.time_limits import due_on, posting_end, review_end
from rules.working_days import after_working_days, is_working_day, next_working_day
from storage import tables_reports

FULL = Route("district", "commune")
SHORT = Route("commune")
PARTS = ("sender", "checker", "decider")
EVERY_MOVE = sorted({move for moves in MOVES.values() for move in moves})


def test_the_table_leads_to_known_states_only() -> None:
    """Each state that follows is a state or the beginning, and each part is one of three."""
    assert {part for _, part in MOVES} == set(PARTS)
    for (state, _), moves in MOVES.items():
        assert state in STATES
        assert set(moves.values()) <= {*STATES, "*"}


def test_the_database_knows_the_same_states() -> None:
    """The check of the table and the table of moves."""
    assert tables_reports.STATES == STATES


@pytest.mark.parametrize(("state", "part", "move"), list(product(STATES, PARTS, EVERY_MOVE)))
def test_what_the_table_does_not_name_is_refused(state: str, part: str, move: str) -> None:
    """Every state with every part and every move."""
    after = following(FULL, state, [part], move)  # type: ignore[list-item]  # a part of the table
    assert (after is not None) == (move in allowed(state, [part]))  # type: ignore[list-item]


@pytest.mark.parametrize("route", [FULL, SHORT])
def test_every_open_report_can_still_be_decided_or_withdrawn(route: Route) -> None:
    """No state is a dead end: from each open one a way leads to "approved"."""
    parts = [part for part in PARTS if part != "checker" or route.checks]
    reached = {"approved"}
    while True:
        more = {
            state
            for state in STATES
            for part in parts
            for move in allowed(state, [part])  # type: ignore[list-item]
            if following(route, state, [part], move) in reached  # type: ignore[list-item]
        } - reached
        if not more:
            break
        reached |= more
    open_here = OPEN - ({"sent", "checking"} if not route.checks else set())
    assert open_here <= reached


def test_only_the_decider_approves_and_reopens() -> None:
    """Nobody checks and decides in one step where the route has two."""
    for state, move in product(STATES, ("approve", "reopen")):
        assert following(FULL, state, ["sender", "checker"], move) is None


def test_routes_are_data_of_the_localities() -> None:
    """The district of the plan, and the ward without a district."""
    steps = {slug: localities.load(slug).about.review_route for slug in ("kim-bang-2023", "kim-bang-2026")}
    routes = {slug: route_of((step.level, step.does) for step in each) for slug, each in steps.items()}
    assert routes == {"kim-bang-2023": FULL, "kim-bang-2026": SHORT}
    assert (FULL.beginning, SHORT.beginning) == ("sent", "checked")
    with pytest.raises(ValueError, match="decides"):
        route_of([("village", "report")])


def test_somebody_waits_in_every_open_state() -> None:
    """A report that waits for nobody is forgotten."""
    assert {state for states in WAITING_FOR.values() for state in states} == OPEN


@pytest.mark.parametrize(
    ("day", "open_"),
    [
        (date(2023, 9, 1), False),  # the day beside the National Day
        (date(2023, 9, 5), True),
        (date(2023, 1, 23), False),  # Tết
        (date(2023, 4, 29), False),  # a Saturday
        (date(2023, 5, 1), False),
        (date(2023, 11, 20), True),
    ],
)
def test_holidays_and_weekends_do_not_count(day: date, open_: bool) -> None:
    """Vietnamese holidays as the library has them."""
    assert is_working_day(day) is open_


def test_a_time_limit_skips_closed_days() -> None:
    """Three working days from a Thursday end on the next Tuesday; the first day does not count."""
    assert after_working_days(date(2023, 11, 16), 3) == date(2023, 11, 21)
    assert after_working_days(date(2023, 4, 28), 1) == date(2023, 5, 4)
    assert next_working_day(date(2023, 11, 18)) == date(2023, 11, 20)


def test_the_regular_review_begins_on_its_day_and_lasts_its_days() -> None:
    """A request of the 15th falls into this month's review, one of the 16th into the next."""
    figures = parameters.load()
    assert review_end(figures, date(2023, 11, 15)) == date(2023, 11, 30)
    assert review_end(figures, date(2023, 11, 16)) == date(2023, 12, 30)
    assert posting_end(figures, date(2023, 11, 16)) == date(2023, 11, 21)
    assert posting_end(figures, date(2020, 1, 1)) is None


def test_the_decision_on_a_list_may_wait_for_the_review() -> None:
    """A birth has the office's own limit; who becomes poor has the review's."""
    figures = parameters.load()
    sent = date(2023, 11, 10)
    assert due_on(figures, "checked", sent, reviewed=True, sent_on=sent) == date(2023, 11, 30)
    assert due_on(figures, "checked", sent, reviewed=False, sent_on=sent) == date(2023, 11, 15)
    assert due_on(figures, "asked", sent, reviewed=True, sent_on=sent) == date(2023, 11, 17)
