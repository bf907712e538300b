"""Verdicts: rules compiled once for each span of unchanged law, then a walk for every household."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

from rules.catalogue import Benefit, Block, Catalogue
from rules.diagram import Diagram, End, Node, Table, cuts_in, ends_in, facts_in, narrowed, ordered
from rules.errors import DateOutsideLawError, RulesError, UnknownFactError
from rules.facts import FactBook, Value
from rules.household import View
from rules.law import Law
from rules.parameters import Confidence, Number, Parameters
from rules.tree import Check, Known, Leaf, Tree, grow, split
from rules.verdict import Decision, Outcome, Result

FIRST_DAY = date(2021, 1, 1)  # the programme's period begins
LAST_DAY = date(2030, 12, 31)  # the last poverty standard we know (NĐ 351/2025) ends
MANY_REMAINING = 20_000  # narrowed rules that are kept: about what 2,000 different households need

_NOTHING: tuple[str, ...] = ()
_NOT_IN_FORCE = "Ngày ấy không có quy định này."
_UNCONFIRMED = "Chưa được xác nhận, cần hỏi lại UBND xã, phường."


@dataclass(frozen=True, slots=True)
class _Stop:
    """The end of a walk, with everything a result needs that does not depend on the household."""

    decision: Decision
    reads: tuple[str, ...]
    confidence: Confidence


@dataclass(frozen=True, slots=True)
class _Turn:
    """One test of a walk; `cut` for numbers, `values` for choices."""

    fact: str
    cut: int | None
    values: frozenset[Value]
    passed: _Walk
    failed: _Walk


_Walk: TypeAlias = _Turn | _Stop


@dataclass(frozen=True, slots=True)
class Compiled:
    """One benefit in one span of unchanged law."""

    benefit: Benefit
    block: Block | None
    tree: Tree
    walk: _Walk
    diagram: Diagram
    cuts: tuple[tuple[str, tuple[int, ...]], ...]
    """The facts of the diagram, with the boundaries of a number."""


@dataclass(frozen=True, slots=True)
class _Remaining:
    """What is left of a rule: all of it, what can still change the verdict, what can still change the amount."""

    all: Diagram
    by_verdict: Diagram
    by_amount: Diagram


class Engine:
    """Holds the law and what was compiled from it."""

    def __init__(self, book: FactBook, parameters: Parameters, catalogue: Catalogue) -> None:
        self.book = book
        self.parameters = parameters
        self.catalogue = catalogue
        self._table = Table()
        days = {day for parameter in parameters for day in parameters.starts(parameter.id)}
        days |= {day for benefit in catalogue for b in benefit.blocks for day in (b.start, b.end) if day is not None}
        self._days = sorted(days)
        self._compiled: dict[tuple[str, int], Compiled] = {}
        self._remaining: dict[tuple[int, tuple[Known | None, ...]], _Remaining] = {}

    def compiled(self, benefit: Benefit, on: date) -> Compiled:
        """The benefit as it stands on that day; raises `DateOutsideLawError`."""
        if not FIRST_DAY <= on <= LAST_DAY:
            raise DateOutsideLawError(f"{on} lies outside the known law, {FIRST_DAY} to {LAST_DAY}")
        span = bisect_right(self._days, on)
        found = self._compiled.get((benefit.slug, span))
        if found is None:
            found = self._compiled[benefit.slug, span] = self._compile(benefit, on)
        return found

    def spans(self, benefit: Benefit) -> tuple[date, ...]:
        """The first day of each span of unchanged law in which the benefit is in force."""
        days = [FIRST_DAY, *(day for day in self._days if FIRST_DAY < day <= LAST_DAY)]
        return tuple(day for day in days if benefit.block(day) is not None)

    def _compile(self, benefit: Benefit, on: date) -> Compiled:
        block = benefit.block(on)
        if block is None:
            outcome = benefit.outside(on)
            end = Leaf(Decision(outcome), ())
            confidence: Confidence = "unconfirmed" if outcome == "unknown" else "confirmed"
            return Compiled(benefit, None, end, _Stop(end.decision, (), confidence), end.decision, ())
        try:
            tree = grow(benefit.rule, self.book, lambda: Law(self.parameters, on, block.regime))
        except (UnknownFactError, RulesError) as error:
            raise RulesError(f"benefit {benefit.slug!r} on {on}: {error}", file=benefit.folder / "rule.py") from error
        diagram = ordered(tree, self.book, self._table)
        return Compiled(benefit, block, tree, _walk(tree, (), block), diagram, tuple(cuts_in(diagram).items()))

    def result(self, compiled: Compiled, view: View, person: int | None) -> Result:
        """The verdict for one household or one person of it."""
        exact, reasons = view.exact, view.reasons
        step = compiled.walk
        while isinstance(step, _Turn):
            value = exact.get(step.fact)
            if value is None:
                return self._open(compiled, view, person)
            if step.cut is None:
                step = step.passed if value in step.values else step.failed
            else:
                step = step.passed if int(value) >= step.cut else step.failed
        decision = step.decision
        amount, missing = decision.amount, _NOTHING
        if decision.per:
            amount, missing = self._multiplied(decision, exact)
        return Result(
            compiled.benefit.slug, person, decision.outcome, amount, compiled.benefit.unit, compiled.benefit.period,
            missing, tuple([reasons[fact] for fact in step.reads]),
            compiled.block.law if compiled.block else (), step.confidence, decision.figures, None,
            _note(compiled, step.confidence),
        )  # fmt: skip

    def open_questions(self, compiled: Compiled, known: Mapping[str, Known]) -> Diagram:
        """What can still change the verdict, or where that is settled, the amount; an end where nothing can."""
        remaining = self._narrowed(compiled, known)
        return remaining.by_verdict if isinstance(remaining.by_verdict, Node) else remaining.by_amount

    def _narrowed(self, compiled: Compiled, known: Mapping[str, Known]) -> _Remaining:
        """Kept for the next household that is the same as far as the rule can tell."""
        key = (id(compiled), tuple([_band(known.get(fact), cuts) for fact, cuts in compiled.cuts]))
        found = self._remaining.get(key)
        if found is None:
            self._table.trim()
            if len(self._remaining) > MANY_REMAINING:
                self._remaining.clear()
            left = narrowed(compiled.diagram, known, self._table)
            by_verdict = narrowed(left, {}, self._table, _outcome_view)
            found = _Remaining(left, by_verdict, narrowed(left, {}, self._table, _amount_view))
            self._remaining[key] = found
        return found

    def _open(self, compiled: Compiled, view: View, person: int | None) -> Result:
        """The verdict where the rule reads a fact that nobody gave: exact over all completions that remain."""
        exact = view.exact
        remaining = self._narrowed(compiled, view.known)
        decisions = [end for end in ends_in(remaining.all) if isinstance(end, Decision)]
        outcomes: set[Outcome] = {decision.outcome for decision in decisions}
        figures = {decision.figures for decision in decisions}
        amount: Number | None = None
        if isinstance(remaining.by_verdict, Node):
            verdict: Outcome = "unknown"
            missing = facts_in(remaining.by_verdict)
        else:
            verdict = next(iter(outcomes))
            missing = facts_in(remaining.by_amount)
            if len({(decision.amount, decision.per) for decision in decisions}) == 1:
                amount, lacking = self._multiplied(decisions[0], exact)
                missing |= set(lacking)
        confidence: Confidence = "unconfirmed" if _any_unconfirmed(compiled.walk, view.known) else "confirmed"
        return Result(
            compiled.benefit.slug, person, verdict, amount, compiled.benefit.unit, compiled.benefit.period,
            tuple(sorted(missing, key=lambda fact: self.book.get(fact).order)),
            tuple(view.reasons[fact] for fact in _visited(compiled.walk, exact, view.known)),
            compiled.block.law if compiled.block else (), confidence,
            next(iter(figures)) if len(figures) == 1 else (), None, _note(compiled, confidence),
        )  # fmt: skip

    def _multiplied(self, decision: Decision, exact: Mapping[str, Value]) -> tuple[Number | None, tuple[str, ...]]:
        """The amount times the number facts of `per`, or those of them that are still missing."""
        if decision.amount is None or not decision.per:
            return decision.amount, ()
        values = {fact: self._stated(fact, exact) for fact in decision.per}
        lacking = tuple(fact for fact, value in values.items() if value is None)
        if lacking:
            return None, lacking
        return decision.amount * sum(int(value) for value in values.values() if value is not None), ()

    def _stated(self, fact_id: str, exact: Mapping[str, Value]) -> Value | None:
        """The value that was given, or the `otherwise` value where the fact cannot exist."""
        fact = self.book.get(fact_id)
        if fact_id not in exact and fact.only_if is not None:
            parent = self._stated(fact.only_if.fact, exact)
            return fact.otherwise if parent is not None and not fact.only_if.allows(parent) else None
        return exact.get(fact_id)


def _band(known: Known | None, cuts: tuple[int, ...]) -> Known | None:
    """What is known, as exactly as the rule can tell it: a number by the boundaries between which it lies."""
    if isinstance(known, tuple):
        return bisect_right(cuts, known[0]), bisect_right(cuts, known[1])
    return known


def _outcome_view(decision: Decision) -> End:
    return decision.outcome


def _amount_view(decision: Decision) -> End:
    return (decision.outcome, decision.amount, decision.per)


def _walk(tree: Tree, reads: tuple[str, ...], block: Block) -> _Walk:
    if isinstance(tree, Leaf):
        unsure = block.confidence == "unconfirmed" or not tree.decision.sure
        unsure = unsure or any(line.confidence == "unconfirmed" for _, line in tree.lines)
        return _Stop(tree.decision, reads, "unconfirmed" if unsure else "confirmed")
    test = tree.test
    reads = reads if test.fact in reads else (*reads, test.fact)
    return _Turn(test.fact, test.cut, test.values, _walk(tree.passed, reads, block), _walk(tree.failed, reads, block))


def _branches(step: _Turn, known: Mapping[str, Known]) -> tuple[_Walk, ...]:
    """The ways that are still possible."""
    possible = known.get(step.fact)
    if possible is None:
        return step.passed, step.failed
    passing, failing = split(possible, Check(step.fact, step.cut, step.values))
    return (*((step.passed,) if passing else ()), *((step.failed,) if failing else ()))


def _any_unconfirmed(step: _Walk, known: Mapping[str, Known]) -> bool:
    if isinstance(step, _Stop):
        return step.confidence == "unconfirmed"
    return any(_any_unconfirmed(each, known) for each in _branches(step, known))


def _visited(step: _Walk, exact: Mapping[str, Value], known: Mapping[str, Known]) -> list[str]:
    """The given facts that the rule still reads on some way, in reading order."""
    if isinstance(step, _Stop):
        return []
    found = [step.fact] if step.fact in exact else []
    for each in _branches(step, known):
        found += [fact for fact in _visited(each, exact, known) if fact not in found]
    return found


def _note(compiled: Compiled, confidence: Confidence) -> str | None:
    if compiled.block is None:
        return _NOT_IN_FORCE if confidence == "confirmed" else _UNCONFIRMED
    return compiled.block.note or (_UNCONFIRMED if confidence == "unconfirmed" else None)
