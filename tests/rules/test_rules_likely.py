"""How likely an answer is where little is known, and that forgetting what was worked out changes no answer."""

from __future__ import annotations

from datetime import date
from random import Random

import pytest

from rules import assess, diagram, engine, simulation
from rules.assess import Assessor
from rules.errors import FactValueError, RulesError
from rules.facts import Value
from rules.population import Population, Share, Table, cut_finely
from rules.questions import Question


def test_a_fact_without_weights_has_all_its_answers_alike(assessor: Assessor) -> None:
    """A new fact needs no entry in `population.yaml`."""
    book = assessor.engine.book
    people = Population({}, book)
    whole = book.get("person.age")
    half = (whole.minimum, (whole.minimum + whole.maximum) // 2)
    assert people.weight("person.age", half, {}) == pytest.approx(0.5, abs=0.01)
    choices = frozenset(book.get("household.status").choices)
    assert people.weight("household.status", frozenset(["poor"]), {}) == pytest.approx(1 / len(choices))


def test_weights_hold_only_where_their_condition_does(assessor: Assessor) -> None:
    """Of a number by its range, of a choice by its list; where nothing is known, the last table counts."""
    shares = {
        name: (Share(frozenset(["yes"]), weight), Share(frozenset(["no"]), 1 - weight))
        for name, weight in (("old", 0.9), ("poor", 0.6), ("all", 0.2))
    }
    tables = (
        Table({"person.age": (80, 120)}, shares["old"]),
        Table({"household.status": frozenset(["poor"])}, shares["poor"]),
        Table({}, shares["all"]),
    )
    people = Population({"household.crisis": tables}, assessor.engine.book)
    yes = frozenset(["yes"])
    told = ({"person.age": 80}, {"person.age": 79}, {"household.status": "poor"}, {"household.status": "none"}, {})
    assert [people.weight("household.crisis", yes, exact) for exact in told] == [0.9, 0.2, 0.6, 0.2, 0.2]


def test_boundaries_beyond_what_is_possible_cut_nothing() -> None:
    """Whoever is under eleven is not asked about twenty and thirty."""
    assert cut_finely((0, 10), [5, 20, 30]) == [(0, 4), (5, 10)]
    assert cut_finely((10, 20), [0, 5]) == [(10, 20)]


def test_a_kind_of_family_that_cannot_be_is_told(assessor: Assessor, monkeypatch: pytest.MonkeyPatch) -> None:
    """A special situation is claimed, and it is none: that is not tried for ever."""
    monkeypatch.setattr(simulation, "TRIES", 20)
    book = assessor.engine.book
    people = {"household.special_situation": _always("yes"), "household.special_kind": _always("none")}
    kind = simulation.Kind("nursery", 1.0, ({"age": [1, 1]},))
    with pytest.raises(RulesError, match="'nursery' fits together"):
        simulation.simulated([kind], Population(people, book), book, Random(1))


def _always(value: Value) -> tuple[Table]:
    return (Table({}, (Share(frozenset([value]), 1.0),)),)


def test_forgetting_what_was_worked_out_changes_no_answer(
    assessor: Assessor, today: date, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A long-running service trims its memory; the thousandth household is answered like the first."""
    told: list[dict[str, object]] = [{"household.status": "poor"}, {"person.age": 82}, {"household.crisis": "yes"}]
    remembered = [assessor.assess(each, today) for each in told]
    monkeypatch.setattr(diagram, "MANY_NODES", 0)
    monkeypatch.setattr(engine, "MANY_REMAINING", 0)
    forgetful = assess.load()
    assert [forgetful.assess(each, today) for each in told] == remembered
    assert len(forgetful.engine._remaining) == 1


def test_where_only_a_number_is_missing_it_is_asked(assessor: Assessor) -> None:
    """The allowance of a single parent is paid per child: entitled already, but for how many?"""
    told = {
        "household.status": "poor",
        "person.age": 35,
        "person.marital": "never",
        "person.children_under_16": 1,
    }
    asked = assessor.assess(told, date(2023, 6, 1), "sa-single-parent")
    assert (asked.results[0].verdict, asked.results[0].amount) == ("eligible", None)
    assert asked.next == Question("person.children_16_to_22_studying", 0)


def test_a_question_about_one_of_several_names_the_person(assessor: Assessor, today: date) -> None:
    """A program that asks on must know whom; about one person alone there is nobody to name."""
    people = [{"person.age": 40}, {"person.age": 80}]
    line = assessor.assess({"persons": people}, today, "social-pension").as_json()
    assert (line["next"], line["next_person"]) == ("person.pension_kind", 1)
    assert "next_person" not in assessor.assess({"person.age": 80}, today, "social-pension").as_json()


def test_what_gives_way_to_a_higher_payment_says_to_which(assessor: Assessor, today: date) -> None:
    """Only the highest monthly payment is paid, and a program is told which one that is."""
    told = {"person.age": 80, "person.pension_kind": "none", "person.disability_degree": "severe"}
    lines = {line["benefit"]: line for line in assessor.assess(told, today).as_json()["results"]}
    assert lines["social-pension"]["instead"] == "sa-disabled"
    assert "instead" not in lines["sa-disabled"]


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ([3], "every person is a mapping"),
        ([{"person.age": 3, "household.status": "poor"}], r"'household\.status': is a fact of the household"),
    ],
)
def test_a_list_of_persons_holds_their_own_facts_only(
    assessor: Assessor, today: date, people: list[object], told: str
) -> None:
    """The status of the house belongs beside the list, not inside it."""
    with pytest.raises(FactValueError, match=told):
        assessor.assess({"persons": people}, today)
