"""Whole assessments: several persons, highest only, local figures, what-if, the next question, the words."""

from __future__ import annotations

import json
from collections import Counter
from datetime import date
from random import Random
from statistics import median

import pytest

from benchmarks import questions
from rules import assess, parameters, simulation
from rules.assess import Assessor
from rules.errors import RulesError
from rules.household import parse
from rules.local import LocalFigure, with_overrides


def verdicts(assessor: Assessor, given: dict[str, object], day: date) -> dict[str, str]:
    """Each benefit's verdict."""
    return {result.benefit: result.verdict for result in assessor.assess(given, day).results}


def test_the_line_for_scripts_has_the_agreed_shape(assessor: Assessor, today: date) -> None:
    """The keys of ARCHITECTURE's command line, as plain JSON."""
    line = assessor.assess({"person.age": 80, "person.pension_kind": "none"}, today, "social-pension").as_json()
    (result,) = json.loads(json.dumps(line))["results"]
    assert result == {
        "benefit": "social-pension",
        "verdict": "eligible",
        "amount": 540000,
        "unit": "VND",
        "period": "month",
        "missing": [],
        "because": [
            {"fact": "person.age", "value": 80},
            {"fact": "person.citizen", "value": "yes"},
            {"fact": "person.pension_kind", "value": "none"},
        ],
        "law": [
            {"text": "Luật Bảo hiểm xã hội 41/2024/QH15, Điều 21, 22", "from": "2026-10-05", "to": None},
            {"text": "NĐ 176/2025/NĐ-CP, Điều 2–4", "from": "2026-10-05", "to": None},
            {"text": "NĐ 335/2026/NĐ-CP, Điều 31", "from": "2026-10-05", "to": None},
        ],
        "confidence": "confirmed",
    }
    assert line["next"] is None


def test_several_persons_each_have_their_verdicts(assessor: Assessor, today: date) -> None:
    """A grandmother of 82 and a child in class 7 of a poor household."""
    given = {
        "household.status": "poor",
        "persons": [
            {"person.age": 82, "person.pension_kind": "none"},
            {"person.age": 12, "person.study": "lower_secondary"},
        ],
    }
    found = {(r.benefit, r.person): r.verdict for r in assessor.assess(given, today).results}
    assert found["social-pension", 0] == "eligible"
    assert found["social-pension", 1] == "not_eligible"
    assert found["learning-cost-support", 1] == "eligible"
    assert found["poor-household", None] == "eligible"


def test_only_the_highest_monthly_payment_is_paid(assessor: Assessor, today: date) -> None:
    """A severely disabled person of 80 keeps the allowance; the social pension gives way."""
    given = {"person.age": 80, "person.pension_kind": "none", "person.disability_degree": "severe"}
    results = {result.benefit: result for result in assessor.assess(given, today).results}
    assert results["sa-disabled"].instead is None
    assert results["social-pension"].verdict == "eligible"
    assert results["social-pension"].instead == "sa-disabled"


def test_a_disabled_single_parent_gets_both(assessor: Assessor, today: date) -> None:
    """The exception of the highest-only rule."""
    given = {
        "household.status": "poor",
        "person.age": 35,
        "person.disability_degree": "severe",
        "person.marital": "never",
        "person.children_under_16": 1,
        "person.children_16_to_22_studying": 0,
        "person.receives_single_parent": "no",
    }
    results = {result.benefit: result for result in assessor.assess(given, today).results}
    assert (results["sa-disabled"].amount, results["sa-disabled"].instead) == (810000, None)
    assert (results["sa-single-parent"].amount, results["sa-single-parent"].instead) == (540000, None)


def test_a_locality_may_give_more_by_a_numbered_document(today: date) -> None:
    """Near-poor people pay nothing while the province's resolution holds, and their part again afterwards."""
    figure = LocalFigure(
        "health_insurance.support.near_poor", date(2026, 1, 1), date(2027, 1, 1), 100, "NQ 12/2026/NQ-HĐND"
    )
    local = assess.load(with_overrides(parameters.load(), [figure]))
    own = {
        day: {f.key: f.value for f in local.assess({"household.status": "near_poor"}, day, SLUG).results[0].figures}
        for day in (date(2025, 12, 31), today, date(2027, 1, 1))
    }
    assert [int(own[day]["own_payment"]) for day in sorted(own)] == [379080, 0, 409860]


SLUG = "health-insurance-near-poor"


@pytest.mark.parametrize(
    "figure",
    [
        LocalFigure("health_insurance.support.near_poor", date(2026, 1, 1), None, 100, "lời hứa của xã"),
        LocalFigure("health_insurance.support.near_poor", date(2026, 1, 1), date(2026, 1, 1), 100, "NQ 1/2026"),
        LocalFigure("health_insurance.support.nobody", date(2026, 1, 1), None, 100, "NQ 1/2026"),
    ],
)
def test_a_local_figure_without_a_document_is_refused(figure: LocalFigure) -> None:
    """Nor one without days, nor one that no law knows."""
    with pytest.raises(RulesError):
        with_overrides(parameters.load(), [figure])


def test_what_would_change_when_the_household_leaves_poverty(assessor: Assessor, today: date) -> None:
    """The free card and the electricity support go, the loan for newly exited households comes."""
    given = {"household.status": "poor", "household.has_worker": "yes", "household.months_since_exit": None}
    change = {"household.status": "newly_exited", "household.months_since_exit": 0}
    changes = {old.benefit: (old.verdict, new.verdict) for old, new in assessor.what_if(given, change, today)}
    assert changes["health-insurance-poor"] == ("eligible", "not_eligible")
    assert changes["electricity-poor"] == ("eligible", "not_eligible")
    assert changes["credit-newly-exited"] == ("not_eligible", "eligible")


def test_what_is_unconfirmed_says_so(assessor: Assessor, today: date) -> None:
    """A figure nobody could confirm makes the whole result unconfirmed; a confirmed one next to it does not."""
    results = {result.benefit: result for result in assessor.assess({"household.status": "poor"}, today).results}
    assert results["electricity-poor"].confidence == "unconfirmed"
    assert results["electricity-poor"].note
    assert results["health-insurance-poor"].confidence == "confirmed"


def test_each_benefit_has_its_words_on_every_day_it_is_in_force(assessor: Assessor) -> None:
    """Conditions, papers, place, time and law, with no figure left open."""
    for benefit in assessor.engine.catalogue:
        for day in assessor.engine.spans(benefit):
            told = assessor.describe_benefit(benefit, day)
            assert told["in_force"]
            assert told["conditions"] and told["papers"] and told["place"] and told["law"], (benefit.slug, day)
            assert "…" not in " ".join([*told["conditions"], told["time"]]), (benefit.slug, day)


def test_every_fact_has_a_question_and_is_read(assessor: Assessor) -> None:
    """No fact is asked that no rule reads; the list for scripts has them all."""
    listed = {fact["id"]: fact for fact in assessor.describe_facts()}
    engine = assessor.engine
    read = {
        fact
        for benefit in engine.catalogue
        for day in engine.spans(benefit)
        for fact in _facts_of(assessor, benefit.slug, day)
    }
    assert set(listed) == read
    assert all(fact["question"].endswith(("?", ".")) for fact in listed.values())


def _facts_of(assessor: Assessor, slug: str, day: date) -> set[str]:
    from rules.tree import paths

    tree = assessor.engine.compiled(assessor.engine.catalogue.get(slug), day).tree
    found = {check.fact for steps, _ in paths(tree) for check, _ in steps}
    return found | {fact for _, leaf in paths(tree) for fact in leaf.decision.per}


def test_the_talk_is_short_and_ends_with_every_verdict(assessor: Assessor) -> None:
    """Over simulated households, about one person and about everybody: at most 9 questions for the middle one.

    The first useful verdict stands within 3. The measurement itself refuses a verdict that all facts do not give.
    """
    people = questions.households(assessor, 60)
    for members in ([0], None):
        talks = [questions.talk(assessor, house, members or range(len(house.persons)), Counter()) for house in people]
        assert median(talk.asked for talk in talks) <= 9
        assert median(talk.first for talk in talks if talk.first is not None) <= 3
        assert all(talk.asked < talk.fixed for talk in talks)


def test_a_simulated_household_can_exist(assessor: Assessor) -> None:
    """No contradiction among its facts, and whoever names a need or a special situation has one."""
    random, kinds, book = Random(5), simulation.load(), assessor.engine.book
    for _ in range(40):
        house = simulation.simulated(kinds, assessor.population, book, random)
        assert 1 <= len(house.persons) <= 6
        parse(house.whole(), book)
        if house.household["household.need"] == "card":
            assert any(person["person.lacks_card"] == "yes" for person in house.persons)


def test_the_place_answers_from_the_day_it_became_a_ward(assessor: Assessor) -> None:
    """Since 2025-07-01 all of the area is wards; whoever lives elsewhere or says otherwise is believed."""
    given = {"household.status": "none", "household.income_per_head": 1_900_000, "household.deprivations": 3}
    found = [
        verdicts(assessor, {**given, **more}, day)["poor-household"]
        for more, day in (
            ({}, date(2025, 6, 30)),
            ({}, date(2025, 7, 1)),
            ({"household.area": "rural"}, date(2025, 7, 1)),
            ({"household.resident": "no"}, date(2025, 7, 1)),
        )
    ]
    assert found == ["unknown", "eligible", "not_eligible", "unknown"]


def test_what_one_answer_implies_is_not_asked_again(assessor: Assessor, today: date) -> None:
    """Who needs to mend the water works has broken ones; a stated answer outweighs it."""
    given: dict[str, object] = {"household.area": "rural", "household.need": "water"}
    assert verdicts(assessor, given, today)["credit-water"] == "eligible"
    assert verdicts(assessor, {**given, "household.lacks_water_works": "no"}, today)["credit-water"] == "not_eligible"


def test_nothing_is_asked_that_cannot_matter(assessor: Assessor, today: date) -> None:
    """A child is not asked about pensions, a pensioner not about school."""
    child = assessor.assess({"person.age": 8}, today)
    old = assessor.assess({"person.age": 82}, today)
    assert not any("person.pension_kind" in result.missing for result in child.results)
    assert not any("person.study" in result.missing for result in old.results)
