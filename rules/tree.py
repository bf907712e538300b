"""From a plain rule to a decision tree: run it, and where it reads an undecided fact, run it again on either side.

A rule asks a `Case` three kinds of questions: is a yes/no fact true, is a choice one of some values, is a number at
least some boundary. Each is a test with two sides, so bands of ages and incomes come from the comparisons that the rule
makes, never from a second list.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from math import ceil
from typing import TypeAlias

from rules.facts import Condition, Fact, FactBook, Value
from rules.law import Law
from rules.parameters import DatedValue, Number
from rules.verdict import Decision

Range: TypeAlias = tuple[int, int]  # first and last whole number
Known: TypeAlias = frozenset[Value] | Range
Rule: TypeAlias = Callable[["Case", Law], Decision]


@dataclass(frozen=True, slots=True)
class Check:
    """`fact >= cut` for a number, `fact in values` for a choice."""

    fact: str
    cut: int | None
    values: frozenset[Value]

    def passes(self, value: Value) -> bool:
        return int(value) >= self.cut if self.cut is not None else value in self.values


class MissingFact(Exception):  # noqa: N818  # it names what is missing, it is no error of anybody
    """A rule read a fact that is not decided yet: what of it is possible passes the test in part, and fails in part."""

    def __init__(self, test: Check, passing: Known, failing: Known) -> None:
        self.test = test
        self.passing = passing
        self.failing = failing
        super().__init__(test.fact)


class Quantity:
    """A number fact inside a rule: it can only be compared with a boundary."""

    __slots__ = ("_case", "_fact")

    def __init__(self, case: Case, fact: Fact) -> None:
        self._case = case
        self._fact = fact

    def __ge__(self, boundary: Number) -> bool:
        return self._case.test(self._fact, Check(self._fact.id, ceil(boundary), frozenset()))

    def __gt__(self, boundary: Number) -> bool:
        return self >= int(boundary) + 1

    def __lt__(self, boundary: Number) -> bool:
        return not self >= boundary

    def __le__(self, boundary: Number) -> bool:
        return not self > boundary


class Case:
    """What a rule may ask. `known` holds what is still possible for each fact that was narrowed down."""

    def __init__(self, book: FactBook, known: Mapping[str, Known]) -> None:
        self._book = book
        self._known = known

    def yes(self, fact_id: str) -> bool:
        """Whether a yes/no fact is true."""
        return self.one_of(fact_id, "yes")

    def one_of(self, fact_id: str, *values: str) -> bool:
        """Whether a choice is one of these values."""
        fact = self._book.get(fact_id)
        for value in values:
            fact.checked(value)
        return self.test(fact, Check(fact_id, None, frozenset(values)))

    def number(self, fact_id: str) -> Quantity:
        """A number, to be compared with boundaries of the law."""
        return Quantity(self, self._book.get(fact_id))

    def test(self, fact: Fact, test: Check) -> bool:
        """Decide one test or stop the rule, naming the test; a fact that cannot exist has its `otherwise` value."""
        if fact.only_if is not None and fact.otherwise is not None and not self._exists(fact.only_if):
            return test.passes(fact.otherwise)
        possible = self._known.get(fact.id) or domain(fact)
        inside, outside = split(possible, test)
        if inside and outside:
            raise MissingFact(test, inside, outside)
        return bool(inside)

    def _exists(self, condition: Condition) -> bool:
        parent = self._book.get(condition.fact)
        if condition.values:
            return self.test(parent, Check(parent.id, None, condition.values))
        if condition.start is not None and not self.test(parent, Check(parent.id, condition.start, frozenset())):
            return False
        return condition.end is None or not self.test(parent, Check(parent.id, condition.end, frozenset()))


def domain(fact: Fact) -> Known:
    """All values a fact can have."""
    return (fact.minimum, fact.maximum) if fact.numeric else frozenset[Value](fact.choices)


def split(possible: Known, test: Check) -> tuple[Known | None, Known | None]:
    """The part of what is possible that passes the test, and the part that does not; None where that part is empty."""
    if isinstance(possible, tuple):
        first, last = possible
        cut = test.cut if test.cut is not None else first
        passing: Range | None = (max(first, cut), last) if last >= cut else None
        failing: Range | None = (first, min(last, cut - 1)) if first < cut else None
        return passing, failing
    return possible & test.values or None, possible - test.values or None


@dataclass(frozen=True, slots=True)
class Leaf:
    """The end of a path: the decision and the figures of the law that were read on the way."""

    decision: Decision
    lines: tuple[tuple[str, DatedValue], ...]


@dataclass(frozen=True, slots=True)
class Branch:
    """A test with the tree for either answer."""

    test: Check
    passed: Tree
    failed: Tree


Tree: TypeAlias = Leaf | Branch


def grow(rule: Rule, book: FactBook, law: Callable[[], Law]) -> Tree:
    """The whole tree of a rule for one law; `law` gives a fresh record for each run."""

    def explore(known: Mapping[str, Known]) -> Tree:
        record = law()
        try:
            decision = rule(Case(book, known), record)
        except MissingFact as missing:
            test, passing, failing = missing.test, missing.passing, missing.failing
            return Branch(test, explore({**known, test.fact: passing}), explore({**known, test.fact: failing}))
        return Leaf(decision, tuple(record.lines.items()))

    return explore({})


Step: TypeAlias = tuple[Check, bool]


def paths(tree: Tree, steps: tuple[Step, ...] = ()) -> Iterator[tuple[tuple[Step, ...], Leaf]]:
    """Every path of the tree with its end."""
    if isinstance(tree, Leaf):
        yield steps, tree
        return
    yield from paths(tree.passed, (*steps, (tree.test, True)))
    yield from paths(tree.failed, (*steps, (tree.test, False)))
