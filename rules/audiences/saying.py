"""An audience in the words of an officer: "Trưởng thôn ở thị trấn Quế, có quan tâm vay vốn"."""

from __future__ import annotations

from typing import Final

from rules.audiences.catalogue import kinds
from rules.audiences.model import AllOf, AnyOf, Leaf, NotOf, Tree
from rules.audiences.tree import Options

_EVERYBODY: Final = "mọi người trong địa bàn"
_NOBODY: Final = "không ai"
_PEOPLE: Final = "mọi người"
_OR: Final = " hoặc "
_MOST_NAMED: Final = 4


def describe(tree: Tree, options: Options) -> str:
    """Who is meant, as one sentence without a full stop."""
    said = _said(tree, options, top=True)
    begin = len(said) - len(said.lstrip("("))
    return said[:begin] + said[begin : begin + 1].upper() + said[begin + 1 :]


def _said(tree: Tree, options: Options, *, top: bool = False) -> str:
    match tree:
        case Leaf():
            words = _leaf(tree, options)
            return words if not top or tree.kind == "role" else f"{_PEOPLE} {words}"
        case NotOf(Leaf() as part):
            words = _leaf(part, options, denied=True)
            return f"{_PEOPLE} {words}" if top else words
        case NotOf(part):
            said = f"không phải ({_said(part, options, top=True)})"
            return f"{_PEOPLE} {said}" if top else said
        case AnyOf(parts):
            if not parts:
                return _NOBODY
            return _OR.join(_part(part, options, top=top) for part in parts)
        case _:
            return _all(tree.parts, options, top=top) if tree.parts else _EVERYBODY


def _all(parts: tuple[Tree, ...], options: Options, *, top: bool) -> str:
    order = list(kinds())
    in_order = sorted(parts, key=lambda part: order.index(part.kind) if isinstance(part, Leaf) else len(order))
    said = [_part(part, options, top=False) for part in in_order]
    first = in_order[0]
    if top and not (isinstance(first, Leaf) and first.kind == "role"):
        said[0] = f"{_PEOPLE} {said[0]}"
    # "trưởng thôn ở xã A, có quan tâm …": the place belongs to whoever is named before it.
    if len(said) > 1 and isinstance(first, Leaf) and first.kind == "role" and said[1].startswith("ở "):
        said[:2] = [f"{said[0]} {said[1]}"]
    return ", ".join(said)


def _part(part: Tree, options: Options, *, top: bool) -> str:
    compound = isinstance(part, AllOf | AnyOf) and len(part.parts) > 1
    said = _said(part, options, top=top)
    return f"({said})" if compound else said


def _leaf(leaf: Leaf, options: Options, *, denied: bool = False) -> str:
    described = kinds()[leaf.kind]
    names = options.get(described.source, {})
    said = [names.get(value, value) for value in leaf.values]
    if len(said) > _MOST_NAMED:
        said = [*said[:_MOST_NAMED], f"{len(said) - _MOST_NAMED} nơi khác" if described.source == "places" else "…"]
    pattern = described.denies if denied else described.says
    return pattern.format(values=_joined(said))


def _joined(names: list[str]) -> str:
    return names[0] if len(names) < 2 else f"{', '.join(names[:-1])}{_OR}{names[-1]}"
