"""Questions that settle several facts at once: they tell nothing that single questions would not have told."""

from __future__ import annotations

from collections import Counter
from datetime import date
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks import questions as measured
from rules import groups, simulation
from rules.assess import Assessor
from rules.errors import DateOutsideLawError, RulesError
from rules.facts import Value
from rules.groups import Step, answers, group_step, waiting_for
from rules.questions import PEOPLE, Question, opened

few = settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
TWO = {"persons": [{"person.age": 45}, {"person.age": 82}]}


def situation(assessor: Assessor, *keys: str, people: int = 2) -> Step:
    """The question about the house's situation with these lines, or with all."""
    group = assessor.groups.group("situation")
    assert group is not None
    waiting = {line.fact: (0, 1) for line in group.lines if not keys or line.key in keys}
    return group_step(group, Question("household.special_situation", None), waiting, people)


@few
@given(st.integers(0, 10**6))
def test_a_talk_in_groups_ends_with_the_verdicts_of_all_facts(assessor: Assessor, seed: int) -> None:
    """For any household and any number of its members; `talk` raises where one verdict or amount differs."""
    random = Random(seed)
    house = simulation.simulated(simulation.load(), assessor.population, assessor.engine.book, random)
    members = sorted(random.sample(range(len(house.persons)), random.randint(1, len(house.persons))))
    measured.talk(assessor, house, members, Counter())


@few
@given(st.integers(0, 10**6))
def test_no_question_is_asked_twice_and_none_without_need(assessor: Assessor, seed: int) -> None:
    """Every line and every person offered can still change a verdict when the question is put."""
    random, book = Random(seed), assessor.engine.book
    house = simulation.simulated(simulation.load(), assessor.population, book, random)
    interview = measured.Interview(assessor, house, range(len(house.persons)))
    put: list[Step] = []
    original = assessor.groups.step

    def watched(question: Question, waiting: groups.Waiting, people: int, done: set[str]) -> Step:
        step = original(question, waiting, people, done)
        assert all(line.fact in waiting for line in step.lines)
        assert all(place in waiting[step.question.fact] for place in step.persons if step.among is not None)
        put.append(step)
        return step

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(assessor.groups, "step", watched)
        interview.run()
    several = [step.id for step in put if step.group is not None or step.among is not None]
    assert len(several) == len(set(several))


@pytest.mark.parametrize(
    ("picked", "told"),
    [
        ((), {"household.special_situation": "no", "household.special_kind": "none"}),
        (("crisis",), {"household.special_situation": "yes", "household.special_kind": "crisis"}),
        (
            ("disability", "allowance"),
            {"household.special_kind": "disability", "household.has_allowance_member": "yes"},
        ),
        (("orphan", "crisis"), {"household.special_kind": "several", "household.crisis": "yes"}),
    ],
)
def test_the_lines_are_summed_up(assessor: Assessor, picked: tuple[str, ...], told: dict[str, Value]) -> None:
    """What is not picked is told as well; who it is stays open."""
    found = {each.fact: value for each, value in answers(situation(assessor), picked, {}).items()}
    assert told.items() <= found.items()
    assert ("person.disability_degree" in found) == ("disability" not in picked)


def test_what_was_not_offered_stays_unknown(assessor: Assessor) -> None:
    """Nobody said anything of orphans; where a line was picked the kind leaves room for more."""
    step = situation(assessor, "disability", "crisis")
    nothing = answers(step, (), {})
    assert {each.fact for each in nothing} == {"person.disability_degree", "household.crisis"}
    one = answers(step, ("crisis",), {})
    assert one[Question("household.special_kind", None)] == "several"
    assert Question("person.parents", 0) not in one


def test_a_fact_told_before_is_never_overwritten(assessor: Assessor) -> None:
    """Whoever said that the mother has a disability, and then picks nothing, still has said it."""
    known: dict[Question, Value] = {Question("person.disability_degree", 1): "severe"}
    found = answers(situation(assessor), (), known)
    assert Question("person.disability_degree", 1) not in found
    assert found[Question("household.special_situation", None)] == "no"  # the talk notices the contradiction


def test_two_lines_of_one_fact_leave_it_to_be_asked(assessor: Assessor) -> None:
    """Short of rice for the new year and because of a disaster: one of the two, or which, nobody guesses."""
    group = assessor.groups.group("crisis")
    assert group is not None
    step = group_step(group, Question("household.crisis_kind", None), {"household.hunger": ()}, 1)
    assert Question("household.hunger", None) not in answers(step, ("hunger_new_year", "hunger_disaster"), {})
    only = answers(step, ("hunger_disaster",), {})
    assert only[Question("household.hunger", None)] == "disaster"


def test_whoever_is_not_named_among_several_has_the_other_value(assessor: Assessor) -> None:
    """Named: how exactly is asked next. Not named: told."""
    among = assessor.groups.among("person.pension_kind")
    step = Step(Question("person.pension_kind", 0), among=among, persons=(0, 2))
    assert answers(step, ("2",), {}) == {Question("person.pension_kind", 0): "none"}
    assert len(answers(step, (), {})) == 2
    with pytest.raises(ValueError, match="single question"):
        answers(Step(Question("person.age", 0)), (), {})


def test_one_person_is_asked_the_fact_itself_where_that_is_plainer(assessor: Assessor, today: date) -> None:
    """ "Đang học lớp nào?" rather than a list about schools; from two persons on the list is shorter."""
    for persons, grouped in (([{"person.age": 30}], False), (TWO["persons"], False), ([{"person.age": 30}] * 2, True)):
        state = assessor.assess({"household.status": "poor", "persons": persons}, today)
        waiting = waiting_for([each for each in state.results if each.missing], assessor.engine.book)
        step = assessor.groups.step(Question("person.study", 0), waiting, len(persons))
        assert (step.group is not None) == grouped, persons


def test_what_the_person_does_not_know_is_not_offered(assessor: Assessor, today: date) -> None:
    """A skipped fact is in no list."""
    state = assessor.assess(TWO, today)
    still_open = [each for each in state.results if each.missing]
    waiting = waiting_for(still_open, assessor.engine.book, {"household.crisis"})
    step = assessor.groups.step(Question("household.special_situation", None), waiting, 2)
    assert "crisis" not in {line.key for line in step.lines}
    assert len(step.lines) == 4


def test_the_status_comes_first_and_then_the_people(assessor: Assessor, today: date) -> None:
    """Unless they are told, or nothing about a person is open."""
    chosen = Question("household.need", None)
    results = assessor.assess({}, today).results
    status = Question("household.status", None)
    assert opened(chosen, results, set(), named=False) == status
    assert opened(chosen, results, {"household.status"}, named=False) == PEOPLE
    assert opened(chosen, results, {"household.status"}, named=True) == chosen
    house = assessor.assess({}, today, "credit-water").results
    assert opened(chosen, house, {"household.status"}, named=False) == chosen


def test_every_entry_names_facts_and_values_that_exist(assessor: Assessor, tmp_path: Path) -> None:
    """A wrong one stops the start and names itself."""
    file = tmp_path / "groups.yaml"
    file.write_text(
        "- {id: odd, short: a, level: household, question: b, kind: household.need, lines: [{key: x, fact: person.hiv, "
        "label: c, kind: no_such}]}\n",
        encoding="utf-8",
    )
    with pytest.raises(RulesError, match="odd"):
        groups.load(assessor.engine.book, file)


def test_a_day_outside_the_law_is_refused_also_when_its_neighbour_was_asked(assessor: Assessor) -> None:
    """The days after the last change of the law share its rules, but not without end."""
    benefit = assessor.engine.catalogue.get("social-pension")
    assessor.engine.compiled(benefit, date(2030, 12, 31))
    with pytest.raises(DateOutsideLawError):
        assessor.engine.compiled(benefit, date(2031, 1, 1))
