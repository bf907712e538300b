"""What is still open when facts are missing: a rule as an ordered diagram, in which equal parts are one part.

The tree of `rules.tree` asks facts in the order in which the rule reads them. Here the facts stand in the order of the
fact list and equal subdiagrams are merged, so a fact is in the diagram exactly when some answer to it can still change
the end. Narrowing by what is known gives the same for the completions that remain.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final, TypeAlias

from rules.facts import FactBook, Value
from rules.tree import Branch, Check, Known, Leaf, Tree, domain, split
from rules.verdict import Decision


@dataclass(frozen=True, slots=True, eq=False)
class Node:
    """One fact: for each band of its values the diagram that follows. Equal nodes of one table are one object."""

    fact: str
    bands: tuple[Known, ...]
    children: tuple[Diagram, ...]


MANY_NODES: Final = 100_000

End: TypeAlias = Hashable
Diagram: TypeAlias = Node | End


class Table:
    """Makes nodes so that two equal ones are the same object, and leaves out those that decide nothing."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, tuple[Known, ...], tuple[Diagram, ...]], Node] = {}

    def trim(self) -> None:
        """Forget nodes when there are very many; equal nodes are only compared within one narrowing."""
        if len(self._nodes) > MANY_NODES:
            self._nodes.clear()

    def node(self, fact: str, bands: tuple[Known, ...], children: tuple[Diagram, ...]) -> Diagram:
        """The diagram that asks this fact, or its only child where the answer makes no difference."""
        bands, children = _joined(bands, children)
        if len(children) == 1:
            return children[0]
        key = (fact, bands, children)
        return self._nodes.setdefault(key, Node(*key))


def _joined(bands: tuple[Known, ...], children: tuple[Diagram, ...]) -> tuple[tuple[Known, ...], tuple[Diagram, ...]]:
    """Bands with the same child become one band: neighbours for numbers, any for choices."""
    merged: list[tuple[Known, Diagram]] = []
    for band, child in zip(bands, children, strict=True):
        if isinstance(band, tuple):
            previous = merged[-1] if merged else None
            if previous is not None and previous[1] == child and isinstance(previous[0], tuple):
                merged[-1] = ((previous[0][0], band[1]), child)
                continue
        else:
            place = next((i for i, (_, other) in enumerate(merged) if other == child), None)
            if place is not None:
                known = merged[place][0]
                merged[place] = (band | known if not isinstance(known, tuple) else band, child)
                continue
        merged.append((band, child))
    return tuple(band for band, _ in merged), tuple(child for _, child in merged)


def ordered(tree: Tree, book: FactBook, table: Table) -> Diagram:
    """The diagram of a tree; its ends are decisions."""
    order = sorted({test.fact for test in _tests(tree)}, key=lambda fact_id: book.get(fact_id).order)

    def build(position: int, part: Tree) -> Diagram:
        if isinstance(part, Leaf):
            return part.decision
        fact = order[position]
        tests = [test for test in _tests(part) if test.fact == fact]
        if not tests:
            return build(position + 1, part)
        bands = _bands(domain(book.get(fact)), tests)
        return table.node(fact, bands, tuple(build(position + 1, _given(part, fact, band)) for band in bands))

    return build(0, tree)


def _tests(tree: Tree) -> list[Check]:
    if isinstance(tree, Leaf):
        return []
    return [tree.test, *_tests(tree.passed), *_tests(tree.failed)]


def _given(tree: Tree, fact: str, band: Known) -> Tree:
    """The tree with all tests of one fact decided by a band that lies on one side of each of them."""
    if isinstance(tree, Leaf):
        return tree
    if tree.test.fact == fact:
        return _given(tree.passed if split(band, tree.test)[0] else tree.failed, fact, band)
    return Branch(tree.test, _given(tree.passed, fact, band), _given(tree.failed, fact, band))


def _bands(possible: Known, tests: list[Check]) -> tuple[Known, ...]:
    """The values cut so finely that every test has one answer for a whole band."""
    if isinstance(possible, tuple):
        first, last = possible
        cuts = sorted({test.cut for test in tests if test.cut is not None and first < test.cut <= last})
        return tuple((low, high - 1) for low, high in pairwise([first, *cuts, last + 1]))
    groups: dict[tuple[bool, ...], set[Value]] = {}
    for value in sorted(possible, key=str):
        groups.setdefault(tuple(test.passes(value) for test in tests), set()).add(value)
    return tuple(frozenset(group) for group in groups.values())


def narrowed(
    diagram: Diagram, known: Mapping[str, Known], table: Table, view: Callable[[Decision], End] | None = None
) -> Diagram:
    """The diagram over the completions that remain. `view` says what of a decision matters, once, on the first call."""
    done: dict[Diagram, Diagram] = {}

    def narrow(part: Diagram) -> Diagram:
        if not isinstance(part, Node):
            return view(part) if view is not None and isinstance(part, Decision) else part
        found = done.get(part)
        if found is not None:
            return found
        possible = known.get(part.fact)
        kept = [i for i, band in enumerate(part.bands) if possible is None or overlap(possible, band)]
        bands = tuple(part.bands[i] for i in kept)
        done[part] = result = table.node(part.fact, bands, tuple(narrow(part.children[i]) for i in kept))
        return result

    return narrow(diagram)


_MANY: Final = object()


def settles(diagram: Diagram, fact: str, band: Known) -> bool:
    """Whether an answer in that band leaves a single end; told without building the narrowed diagram."""
    done: dict[Node, End] = {}

    def only_end(part: Diagram) -> End:
        if not isinstance(part, Node):
            return part
        found = done.get(part)
        if found is not None:
            return found
        end: End = None
        for place, child in enumerate(part.children):
            if part.fact == fact and not overlap(band, part.bands[place]):
                continue
            other = only_end(child)
            end = other if end is None else end
            if other is _MANY or other != end:
                end = _MANY
                break
        done[part] = end
        return end

    return only_end(diagram) is not _MANY


def overlap(one: Known, other: Known) -> bool:
    """Whether two sets of values of one fact share a value."""
    if isinstance(one, tuple) and isinstance(other, tuple):
        return one[0] <= other[1] and other[0] <= one[1]
    return not isinstance(one, tuple) and not isinstance(other, tuple) and not one.isdisjoint(other)


def cuts_in(diagram: Diagram) -> dict[str, tuple[int, ...]]:
    """The facts of a diagram, each with the boundaries at which it is cut, in order; none for a choice."""
    found: dict[str, set[int]] = {}
    seen: set[Node] = set()

    def visit(part: Diagram) -> None:
        if isinstance(part, Node) and part not in seen:
            seen.add(part)
            boundaries = found.setdefault(part.fact, set())
            boundaries |= {band[0] for band in part.bands if isinstance(band, tuple)}
            for child in part.children:
                visit(child)

    visit(diagram)
    return {fact: tuple(sorted(cuts)) for fact, cuts in found.items()}


def facts_in(diagram: Diagram) -> set[str]:
    """The facts whose answer can still change the end."""
    found: set[str] = set()
    seen: set[Node] = set()

    def visit(part: Diagram) -> None:
        if isinstance(part, Node) and part not in seen:
            seen.add(part)
            found.add(part.fact)
            for child in part.children:
                visit(child)

    visit(diagram)
    return found


def ends_in(diagram: Diagram) -> set[End]:
    """The ends that can still be reached."""
    ends: set[End] = set()
    seen: set[Node] = set()

    def visit(part: Diagram) -> None:
        if not isinstance(part, Node):
            ends.add(part)
        elif part not in seen:
            seen.add(part)
            for child in part.children:
                visit(child)

    visit(diagram)
    return ends
