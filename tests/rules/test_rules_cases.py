"""The cases beside each rule: they hold, they walk every path, and they stand on both sides of every change."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from rules import casebook, catalogue, parameters
from rules.assess import Assessor
from rules.catalogue import Benefit
from rules.engine import FIRST_DAY
from rules.household import parse
from rules.tree import Branch, Check, Leaf, Step, Tree, paths
from rules.verdict import Decision

SLUGS = [benefit.slug for benefit in catalogue.load(parameters.load())]


@pytest.mark.parametrize("slug", SLUGS)
def test_every_case_holds(assessor: Assessor, slug: str) -> None:
    """Verdict, amount, figures and missing facts are those of the case."""
    for case in casebook.load(assessor.engine.catalogue.get(slug)):
        (result,) = assessor.assess(case.facts, case.on, slug).results
        got = (result.verdict, result.amount, result.missing)
        assert got == (case.expect, case.amount, case.missing), case.name
        assert {figure.key: float(figure.value) for figure in result.figures} == {
            key: float(value) for key, value in case.figures.items()
        }, case.name


@pytest.mark.parametrize("slug", SLUGS)
def test_every_path_has_a_case(assessor: Assessor, slug: str) -> None:
    """Each way through the rule, in each regime it ever had, is walked by a case."""
    benefit = assessor.engine.catalogue.get(slug)
    walked = {signature for case in casebook.load(benefit) for signature in _walked(assessor, benefit, case)}
    for day in assessor.engine.spans(benefit):
        for steps, leaf in paths(assessor.engine.compiled(benefit, day).tree):
            assert _signature(benefit, day, steps, leaf) in walked, (day, steps)


@pytest.mark.parametrize("slug", SLUGS)
def test_every_change_of_the_law_has_a_case_on_both_sides(assessor: Assessor, slug: str) -> None:
    """Where a figure or condition changes the outcome, one case stands on the last old day and one on the first new."""
    engine = assessor.engine
    benefit = engine.catalogue.get(slug)
    days = {case.on for case in casebook.load(benefit)}
    spans = set(engine.spans(benefit)) | {block.end for block in benefit.blocks if block.end is not None}
    for day in sorted(spans - {FIRST_DAY}):
        before = day - timedelta(days=1)
        if _plain(engine.compiled(benefit, before).tree) != _plain(engine.compiled(benefit, day).tree):
            assert {before, day} <= days, f"{before} and {day}"


@pytest.mark.parametrize("slug", SLUGS)
def test_a_yes_has_a_near_miss(assessor: Assessor, slug: str) -> None:
    """A benefit that some case gets is refused in another."""
    outcomes = {case.expect for case in casebook.load(assessor.engine.catalogue.get(slug))}
    assert outcomes & {"not_eligible", "unknown"}


def _walked(
    assessor: Assessor, benefit: Benefit, case: casebook.BenefitCase
) -> Iterator[tuple[str, tuple[tuple[str, bool], ...], str]]:
    if benefit.block(case.on) is None:
        return
    view = parse(case.facts, assessor.engine.book).view(assessor.engine.book, 0 if benefit.level == "person" else None)
    for steps, leaf in paths(assessor.engine.compiled(benefit, case.on).tree):
        if all(test.fact in view.exact and test.passes(view.exact[test.fact]) == side for test, side in steps):
            yield _signature(benefit, case.on, steps, leaf)


def _signature(
    benefit: Benefit, day: date, steps: tuple[Step, ...], leaf: Leaf
) -> tuple[str, tuple[tuple[str, bool], ...], str]:
    block = benefit.block(day)
    assert block is not None
    return block.regime, tuple((test.fact, side) for test, side in steps), leaf.decision.outcome


def _plain(tree: Tree) -> Decision | tuple[Check, object, object]:
    """The tree without its citations."""
    if isinstance(tree, Branch):
        return tree.test, _plain(tree.passed), _plain(tree.failed)
    return tree.decision
