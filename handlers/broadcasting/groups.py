"""An audience as the desk's form shows it: groups of conditions, one of which must apply as a whole.

Any tree can be read, kept and counted; the form shows those that are a list of such groups, the others as JSON.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from rules.audiences.catalogue import kinds
from rules.audiences.model import EVERYBODY, AllOf, AnyOf, Leaf, NotOf, Tree

MOST_GROUPS = 6


@dataclass(frozen=True, slots=True)
class Line:
    """One condition of a group, or its opposite."""

    values: tuple[str, ...]
    denied: bool = False


Group = Mapping[str, Line]
"""The conditions of a group by kind; without any, everybody."""


def groups_of(tree: Tree) -> list[Group] | None:
    """The groups of a tree; None where the form has no room for its shape."""
    found = []
    for part in tree.parts if isinstance(tree, AnyOf) else (tree,):
        group = _group(part)
        if group is None:
            return None
        found.append(group)
    return found if 0 < len(found) <= MOST_GROUPS else None


def _group(tree: Tree) -> Group | None:
    lines: dict[str, Line] = {}
    for part in tree.parts if isinstance(tree, AllOf) else (tree,):
        inner, denied = (part.part, True) if isinstance(part, NotOf) else (part, False)
        if not isinstance(inner, Leaf) or inner.kind in lines:
            return None
        lines[inner.kind] = Line(inner.values, denied)
    return lines


def tree_of(groups: Sequence[Group]) -> Tree:
    """The tree of what a form says."""
    parts = [_tree(group) for group in groups]
    if any(part == EVERYBODY for part in parts):
        return EVERYBODY
    return parts[0] if len(parts) == 1 else AnyOf(tuple(parts)) if parts else EVERYBODY


def _tree(group: Group) -> Tree:
    parts = []
    for kind in kinds():
        line = group.get(kind)
        if line is not None and line.values:
            leaf = Leaf(kind, line.values)
            parts.append(NotOf(leaf) if line.denied else leaf)
    return AllOf(tuple(parts)) if len(parts) != 1 else parts[0]
