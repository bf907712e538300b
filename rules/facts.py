"""Facts about a household and its persons: what a rule may read and a person may be asked.

The list is `facts.yaml`. A fact has a finite domain for every rule: a list of choices, or whole numbers that the rules
cut at the law's boundaries. A fact with `only_if` exists only where another fact allows it (nobody of three years has a
pension): elsewhere it has its `otherwise` value, is never asked, and another stated value is a contradiction.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any, Final, Literal, get_args

import yaml

from rules.errors import FactValueError, RulesError, UnknownFactError

FactType = Literal["yes_no", "choice", "integer", "money"]
Level = Literal["household", "person"]
Value = str | int

FILE: Final = Path(__file__).with_name("facts.yaml")
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_YES_NO: Final = {"yes": "có", "no": "không"}


@dataclass(frozen=True, slots=True)
class Condition:
    """Where a fact exists: the other fact lies in `[start, end)`, or is one of `values`."""

    fact: str
    values: frozenset[Value] = frozenset()
    start: int | None = None
    end: int | None = None

    def allows(self, value: Value) -> bool:
        """Whether the other fact's value lets the fact exist."""
        if self.values:
            return value in self.values
        number = int(value)
        return (self.start is None or number >= self.start) and (self.end is None or number < self.end)


@dataclass(frozen=True, slots=True)
class Fact:
    """One entry of `facts.yaml`; `order` is its place in the list, earlier facts are asked about first."""

    id: str
    order: int
    type: FactType
    level: Level
    short: str
    question: str
    unit: str
    choices: Mapping[str, str]
    minimum: int
    maximum: int
    only_if: Condition | None
    otherwise: Value | None
    place: Value | None
    sensitive: bool
    place_from: tuple[tuple[date, Value], ...] = ()
    follows: Condition | None = None
    implied: Value | None = None

    @property
    def numeric(self) -> bool:
        return self.type in ("integer", "money")

    def checked(self, value: object) -> Value:
        """The value in the engine's form: "yes"/"no", a choice's id, or a whole number.

        Raises:
            FactValueError: a wrong type, a number out of range, or no choice of the list.
        """
        if self.numeric:
            return self._checked_number(value)
        if self.type == "yes_no" and isinstance(value, bool):
            return "yes" if value else "no"
        if isinstance(value, str) and value in self.choices:
            return value
        raise FactValueError(self.id, f"{value!r} is none of {sorted(self.choices)}")

    def _checked_number(self, value: object) -> int:
        if isinstance(value, bool) or not isinstance(value, int | float) or value != int(value):
            raise FactValueError(self.id, f"{value!r} is no whole number")
        if not self.minimum <= value <= self.maximum:
            raise FactValueError(self.id, f"{value} lies outside {self.minimum} to {self.maximum} {self.unit}".rstrip())
        return int(value)


class FactBook:
    """All facts by id, in the order of the file."""

    def __init__(self, facts: Iterable[Fact]) -> None:
        self._by_id: dict[str, Fact] = {}
        for fact in facts:
            if fact.id in self._by_id:
                raise RulesError(f"fact {fact.id!r} is defined twice")
            if fact.only_if and fact.only_if.fact not in self._by_id:
                raise RulesError(f"fact {fact.id!r}: only_if must name a fact that stands before it")
            self._by_id[fact.id] = fact
        self._dated_places = tuple(fact for fact in self._by_id.values() if fact.place_from)
        self._following = tuple(
            (fact.id, fact.follows, fact.implied)
            for fact in self._by_id.values()
            if fact.follows is not None and fact.implied is not None
        )

    def __iter__(self) -> Iterator[Fact]:
        return iter(self._by_id.values())

    def __contains__(self, fact_id: str) -> bool:
        return fact_id in self._by_id

    def get(self, fact_id: str) -> Fact:
        """The fact with this id.

        Raises:
            UnknownFactError: there is none; names the nearest valid id.
        """
        try:
            return self._by_id[fact_id]
        except KeyError:
            close = difflib.get_close_matches(fact_id, self._by_id, n=1, cutoff=0.5)
            raise UnknownFactError(fact_id, close[0] if close else None) from None

    def implied_by(self, facts: Mapping[str, Value]) -> dict[str, Value]:
        """What other answers already imply, for the facts that nobody stated."""
        implied: dict[str, Value] = {}
        for fact_id, condition, value in self._following:
            source = facts.get(condition.fact)
            if source is not None and fact_id not in facts and condition.allows(source):
                implied[fact_id] = value
        return implied

    def known_here(self, on: date) -> dict[str, Value]:
        """What follows from where Kim Bảng stands in the map of that day: since 2025-07-01 it has wards only."""
        return {fact.id: value for fact in self._dated_places for day, value in fact.place_from if day <= on}

    def place_facts_of(self, level: Level) -> dict[str, Value]:
        """What the place itself answers, unless somebody says otherwise: no commune here is in special difficulty."""
        return {fact.id: fact.place for fact in self if fact.place is not None and fact.level == level}


def load(file: Path = FILE) -> FactBook:
    """Read the fact list.

    Raises:
        RulesError: an entry that is incomplete or contradicts itself; names the entry.
    """
    entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    facts = []
    for order, entry in enumerate(entries):
        try:
            facts.append(_fact(order, entry))
        except (KeyError, TypeError, ValueError) as error:
            raise RulesError(f"fact {entry.get('id')!r}: {error!r}", file=file) from error
    return FactBook(facts)


def _fact(order: int, entry: Mapping[str, Any]) -> Fact:
    kind = entry["type"]
    if kind not in get_args(FactType):
        raise ValueError(f"type {kind!r} is none of {get_args(FactType)}")
    level = str(entry["id"]).split(".", 1)[0]
    if level not in get_args(Level):
        raise ValueError("an id begins with 'household.' or 'person.'")
    fact = Fact(
        id=entry["id"],
        order=order,
        type=kind,
        level="household" if level == "household" else "person",
        short=entry["short"],
        question=entry["question"],
        unit=entry.get("unit", ""),
        choices=_YES_NO if kind == "yes_no" else dict(entry.get("choices", {})),
        minimum=entry.get("min", 0),
        maximum=entry.get("max", 0),
        only_if=_condition(entry["only_if"]) if "only_if" in entry else None,
        otherwise=_plain(entry.get("otherwise")),
        place=_plain(entry.get("place")),
        sensitive=entry.get("sensitive", False),
        place_from=tuple((day, str(value)) for day, value in entry.get("place_from", {}).items()),
        follows=_condition(entry["follows"]) if "follows" in entry else None,
        implied=_plain(entry["follows"]["value"]) if "follows" in entry else None,
    )
    if fact.numeric != ("max" in entry) or (not fact.numeric and not fact.choices):
        raise ValueError("a number needs min and max, a choice needs choices")
    for value in (fact.otherwise, fact.place, fact.implied, *(value for _, value in fact.place_from)):
        if value is not None:
            fact.checked(value)
    if fact.place_from and level != "household":
        raise ValueError("place_from belongs to facts of the household")
    if fact.follows is not None and fact.follows.fact.split(".", 1)[0] != level:
        raise ValueError("an answer follows only from one of the same level")
    if (fact.only_if is None) != (fact.otherwise is None):
        raise ValueError("only_if and otherwise belong together")
    return fact


def _condition(entry: Mapping[str, Any]) -> Condition:
    values = frozenset(value for value in map(_plain, entry.get("in", ())) if value is not None)
    return Condition(entry["fact"], values, entry.get("from"), entry.get("below"))


def _plain(value: Value | bool | None) -> Value | None:
    """YAML reads a bare yes or no as a truth value; the engine has them as words."""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return value
