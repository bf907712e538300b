"""What must hold for every household, whatever the rules say."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import date
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.assess import Assessor
from rules.errors import ContradictionError, FactValueError
from rules.facts import Value
from rules.household import parse
from rules.law import Law
from rules.parameters import DatedValue
from rules.tree import Case

DAYS = st.sampled_from(
    [date(2021, 8, 1), date(2024, 6, 30), date(2025, 7, 1), date(2026, 10, 4), date(2026, 11, 24), date(2027, 1, 1)]
)
SEEDS = st.integers(0, 10**9)
few = settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def household(assessor: Assessor, seed: int) -> dict[str, Value]:
    """A household that can exist; every second one has evenly spread answers, so that rare ones come too."""
    random = Random(seed)
    facts = assessor.population.household(random)
    if seed % 2:
        for fact in assessor.engine.book:
            condition = fact.only_if
            if condition is not None and not condition.allows(facts[condition.fact]):
                facts[fact.id] = fact.otherwise if fact.otherwise is not None else facts[fact.id]
            elif not fact.numeric:
                facts[fact.id] = random.choice(sorted(fact.choices))
            elif condition is not None and facts[fact.id] == fact.otherwise:
                facts[fact.id] = random.randint(fact.minimum, min(fact.maximum, 40))
    return facts


def partly(assessor: Assessor, facts: dict[str, Value], seed: int, day: date) -> dict[str, Value]:
    """Some of the facts; what the place or another answer tells unless somebody corrects it is always known."""
    random = Random(seed)
    share = random.choice([0.2, 0.5, 0.8])
    book = assessor.engine.book
    told = {fact.id for fact in book if fact.place is not None} | set(book.known_here(day))
    some = {key: value for key, value in facts.items() if key in told or random.random() < share}
    implied = {fact.id: facts[fact.id] for fact in book if fact.follows is not None and fact.follows.fact in some}
    return {**implied, **some}


@few
@given(SEEDS, DAYS)
def test_a_verdict_never_changes_by_answering_more(assessor: Assessor, seed: int, day: date) -> None:
    """Neither does an amount once it is told; so a skipped fact never gives a yes by accident."""
    facts = household(assessor, seed)
    partial = partly(assessor, facts, seed, day)
    before, after = assessor.assess(partial, day).results, assessor.assess(facts, day).results
    for early, late in zip(before, after, strict=True):
        if early.verdict != "unknown" or not early.missing:
            assert early.verdict == late.verdict, early
            assert early.amount in (None, late.amount), early
        assert late.missing == (), late


@few
@given(SEEDS, DAYS)
def test_the_order_of_answers_never_matters(assessor: Assessor, seed: int, day: date) -> None:
    """The same facts in another order give the same verdicts."""
    facts = household(assessor, seed)
    shuffled = list(facts.items())
    Random(seed).shuffle(shuffled)
    assert assessor.assess(facts, day).results == assessor.assess(dict(shuffled), day).results


@few
@given(SEEDS, DAYS)
def test_the_compiled_tree_says_what_the_rule_says(assessor: Assessor, seed: int, day: date) -> None:
    """Running the plain function on all facts gives the verdict of the walk."""
    engine = assessor.engine
    facts = household(assessor, seed)
    results = {result.benefit: result for result in assessor.assess(facts, day).results}
    view = parse(facts, engine.book).view(engine.book, 0)
    for benefit in engine.catalogue:
        block = benefit.block(day)
        if block is not None:
            decision = benefit.rule(Case(engine.book, view.known), Law(engine.parameters, day, block.regime))
            assert decision.outcome == results[benefit.slug].verdict, benefit.slug


@few
@given(SEEDS, DAYS)
def test_each_missing_fact_can_still_change_a_verdict(assessor: Assessor, seed: int, day: date) -> None:
    """For a missing fact two of its answers, with some completion of the others, end differently."""
    facts = household(assessor, seed)
    partial = partly(assessor, facts, seed, day)
    for result in assessor.assess(partial, day).results:
        if result.verdict == "unknown" and len(result.missing) == 1:
            ends = set(_ends(assessor, partial, day, result.benefit, result.missing[0]))
            assert len(ends) > 1, (result, ends)


def _ends(assessor: Assessor, partial: dict[str, Value], day: date, slug: str, fact_id: str) -> Iterator[str]:
    """The verdicts that the answers to one fact lead to."""
    fact = assessor.engine.book.get(fact_id)
    numbers = [*range(130), *(line.value + step for line in _amounts(assessor, day) for step in (-1, 0, 1))]
    for answer in numbers if fact.numeric else fact.choices:
        with suppress(ContradictionError, FactValueError):
            household = parse({**partial, fact_id: answer}, assessor.engine.book)
            yield assessor.verdicts(household, day, [assessor.engine.catalogue.get(slug)])[0].verdict


def _amounts(assessor: Assessor, day: date) -> list[DatedValue]:
    lines = [parameter.at(day) for parameter in assessor.engine.parameters if parameter.unit.startswith("VND")]
    return [line for line in lines if line is not None and line.value == int(line.value)]


@few
@given(SEEDS, DAYS, st.lists(st.integers(0, 4_000_000), min_size=3, max_size=3))
def test_more_income_never_turns_too_much_into_yes(
    assessor: Assessor, seed: int, day: date, incomes: list[int]
) -> None:
    """Yes at a low income, no at a higher one: then no at every income above."""
    facts = household(assessor, seed)
    for slug in ("poor-household", "near-poor-household", "average-household", "low-income-worker"):
        _never_again(assessor, facts, "household.income_per_head", sorted(incomes), slug, day)


@few
@given(SEEDS, st.lists(st.integers(0, 1_000_000), min_size=3, max_size=3))
def test_a_higher_pension_never_brings_the_social_pension_back(
    assessor: Assessor, seed: int, pensions: list[int]
) -> None:
    """The same for the own pension and the social pension."""
    facts = {**household(assessor, seed), "person.age": 77, "person.pension_kind": "pension"}
    old = {key: value for key, value in facts.items() if assessor.engine.book.get(key).only_if is None}
    old["person.pension_kind"] = "pension"
    _never_again(assessor, old, "person.pension_amount", sorted(pensions), "social-pension", date(2026, 11, 24))


def _never_again(
    assessor: Assessor, facts: dict[str, Value], fact: str, amounts: list[int], slug: str, day: date
) -> None:
    refused = granted = False
    for amount in amounts:
        verdict = assessor.assess({**facts, fact: amount}, day, slug).results[0].verdict
        assert not (refused and verdict == "eligible"), (slug, amount)
        granted = granted or verdict == "eligible"
        refused = granted and verdict == "not_eligible"
