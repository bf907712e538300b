"""An audience as JSON holds it, read with clear errors, and what it comes down to.

The form is short on purpose: `{"all": [{"role": ["village_head"]}, {"area": ["que-2023"]}, {"not": {"seen": 30}}]}`.
Without any condition, `{"all": []}` is everybody in the sender's own area.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from difflib import get_close_matches
from typing import Any, Final

from rules.audiences.catalogue import Described, kinds
from rules.audiences.condition import Condition, Either, Every, Never
from rules.audiences.model import AllOf, AnyOf, Frame, Leaf, NotOf, Tree
from rules.errors import RulesError

Options = Mapping[str, Mapping[str, str]]
"""The values that exist, by list (places and those of `catalogue.SOURCES`) and id, with their names."""
_DEEPEST: Final = 4
_MOST_PARTS: Final = 40
_MOST_VALUES: Final = 200
MOST_DAYS: Final = 3650


class AudienceError(RulesError):
    """An audience that cannot be read: `key` is the end of a phrase, `values` what it is filled with."""

    def __init__(self, key: str, **values: str) -> None:
        super().__init__(f"{key} {values}" if values else key)
        self.key: Final = key
        self.values: Final = values


def read(data: object, options: Options | None = None) -> Tree:
    """The tree of a JSON text or of what such a text held. Without `options` the values are not looked up.

    Raises:
        AudienceError: it is no audience; the error names the condition or value and the nearest one that exists.
    """
    if isinstance(data, str | bytes):
        try:
            data = json.loads(data)
        except ValueError as error:
            raise AudienceError("not_readable") from error
    left = [_MOST_PARTS]
    return _read(data, options, _DEEPEST, left)


def _read(data: object, options: Options | None, depth: int, left: list[int]) -> Tree:
    left[0] -= 1
    if depth < 0 or left[0] < 0:
        raise AudienceError("too_large", most=str(_MOST_PARTS))
    if not isinstance(data, Mapping) or len(data) != 1:
        raise AudienceError("not_one_condition")
    name, value = next(iter(data.items()))
    if name in ("all", "any"):
        if not isinstance(value, list):
            raise AudienceError("not_a_list", condition=str(name))
        parts = tuple(_read(each, options, depth - 1, left) for each in value)
        return AllOf(parts) if name == "all" else AnyOf(parts)
    if name == "not":
        return NotOf(_read(value, options, depth - 1, left))
    described = kinds().get(str(name))
    if described is None:
        raise AudienceError("unknown_condition", condition=str(name)[:40], near=_near(str(name), [*kinds()]))
    return Leaf(described.slug, _values(described, value, options))


def _values(described: Described, value: object, options: Options | None) -> tuple[str, ...]:
    if described.kind.takes == "days":
        said = str(value).strip()
        if isinstance(value, bool) or not (said.isascii() and said.isdecimal() and 1 <= int(said[:6]) <= MOST_DAYS):
            raise AudienceError("not_days", most=str(MOST_DAYS), value=said[:20])
        return (str(int(said)),)
    given = [value] if isinstance(value, str) else value
    if not isinstance(given, list) or not all(isinstance(each, str) for each in given):
        raise AudienceError("not_a_list", condition=described.label)
    if not given:
        raise AudienceError("no_values", condition=described.label)
    if len(given) > _MOST_VALUES:
        raise AudienceError("too_large", most=str(_MOST_VALUES))
    values = tuple(dict.fromkeys(given))
    known = None if options is None else options.get(described.source, {})
    for each in values if known is not None else ():
        if each not in known:  # type: ignore[operator]  # the loop runs only where there is a list
            near = _near(each, [*known])  # type: ignore[misc]  # as above
            raise AudienceError("unknown_value", condition=described.label, value=each[:40], near=near)
    return values


def _near(said: str, known: list[str]) -> str:
    found = get_close_matches(said, known, n=1, cutoff=0.0)
    return found[0] if found else "–"


def plain(tree: Tree) -> dict[str, Any]:
    """The tree as plain data, for JSON: `read(plain(tree)) == tree`."""
    match tree:
        case Leaf(kind, values):
            return {kind: int(values[0]) if kinds()[kind].kind.takes == "days" else list(values)}
        case AllOf(parts):
            return {"all": [plain(part) for part in parts]}
        case AnyOf(parts):
            return {"any": [plain(part) for part in parts]}
        case _:
            return {"not": plain(tree.part)}


def written(tree: Tree) -> str:
    """The tree as it is stored."""
    return json.dumps(plain(tree), ensure_ascii=False, separators=(",", ":"))


def condition_of(tree: Tree, frame: Frame) -> Condition:
    """What the tree comes down to within a frame."""
    match tree:
        case Leaf(kind, values):
            return kinds()[kind].kind.condition(values, frame)
        case AllOf(parts):
            return Every(tuple(condition_of(part, frame) for part in parts))
        case AnyOf(parts):
            return Either(tuple(condition_of(part, frame) for part in parts))
        case _:
            return Never(condition_of(tree.part, frame))


def leaves(tree: Tree) -> list[Leaf]:
    """Every condition of the tree, from left to right."""
    match tree:
        case Leaf():
            return [tree]
        case NotOf(part):
            return leaves(part)
        case _:
            return [leaf for part in tree.parts for leaf in leaves(part)]


def nobody(tree: Tree) -> bool:
    """Whether the tree fits nobody whatever is known of them: a list of alternatives without any."""
    match tree:
        case AnyOf(parts):
            return all(nobody(part) for part in parts)
        case AllOf(parts):
            return any(nobody(part) for part in parts)
        case NotOf(part):
            return _everybody(part)
        case _:
            return False


def _everybody(tree: Tree) -> bool:
    match tree:
        case AllOf(parts):
            return all(_everybody(part) for part in parts)
        case AnyOf(parts):
            return any(_everybody(part) for part in parts)
        case NotOf(part):
            return nobody(part)
        case _:
            return False
