"""Whole households for tests and measurements: members of a kind of family, with facts that fit together.

`households.yaml` has the kinds of families, `population.yaml` the shares of everything else. What is rare in a house
belongs mostly to one member; the answer that opens a group of questions is "yes" exactly where one of them has
something to tell; children are counted once and for whoever raises them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any, Final

import yaml

from rules.errors import RulesError
from rules.facts import Fact, FactBook, Value
from rules.population import Population

FILE: Final = Path(__file__).with_name("households.yaml")
TRIES: Final = 2000
LEADING: Final = ("household.status", "household.special_situation", "household.need")
SHARED: Final = 0.1  # how often something rare belongs to a second member too
_LOADER: Final = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of household with its share."""

    name: str
    weight: float
    members: tuple[Mapping[str, Any], ...]


@dataclass(frozen=True, slots=True)
class Simulated:
    """The true facts of one household; `told` is one member as a person would be asked about alone."""

    kind: str
    household: Mapping[str, Value]
    persons: tuple[Mapping[str, Value], ...]

    def told(self, person: int) -> dict[str, Value]:
        """The facts of the house and of one member."""
        return {**self.household, **self.persons[person]}

    def whole(self) -> dict[str, object]:
        """The household as `rules.household.parse` reads it."""
        return {**self.household, "persons": list(self.persons)}


def load(file: Path = FILE) -> tuple[Kind, ...]:
    """Read the kinds of households.

    Raises:
        RulesError: a kind that lacks something.
    """
    entries = yaml.load(file.read_text(encoding="utf-8"), Loader=_LOADER)  # noqa: S506  # a safe loader, see above
    try:
        return tuple(Kind(each["kind"], float(each["weight"]), tuple(each["members"])) for each in entries)
    except (KeyError, TypeError, ValueError) as error:
        raise RulesError(f"a kind of household lacks {error}", file=file) from error


def simulated(kinds: Sequence[Kind], population: Population, book: FactBook, random: Random) -> Simulated:
    """One household; the kind and the leading answers are drawn once, the rest until it fits together."""
    kind = random.choices(kinds, [each.weight for each in kinds])[0]
    leading: dict[str, Value] = {}
    for fact_id in LEADING:
        leading[fact_id] = population.draw(book.get(fact_id), leading, random)
    for _ in range(TRIES):
        drawn = _drawn(kind, leading, population, book, random)
        if all(_fits(gate, drawn, book) for gate in book if gate.level == "household"):
            return drawn
    raise RulesError(f"no household of the kind {kind.name!r} fits together")


def _drawn(
    kind: Kind, leading: Mapping[str, Value], population: Population, book: FactBook, random: Random
) -> Simulated:
    ages = [random.randint(*member["age"]) for member in kind.members]
    house: dict[str, Value] = {**leading, "household.has_worker": _worker(ages, random)}
    for fact in book:
        if fact.level == "household" and fact.id not in house:
            house[fact.id] = population.draw(fact, house, random)
    carriers = {fact.id: random.randrange(len(ages)) for fact in book if fact.level == "household"}
    persons = []
    for place, (member, age) in enumerate(zip(kind.members, ages, strict=True)):
        own = _own(member, age, ages)
        exact = {**house, **own}
        for fact in book:
            if fact.level == "household" or fact.id in own:
                continue
            gate = fact.only_if.fact if fact.only_if else None
            rare = gate in carriers and place != carriers[str(gate)] and random.random() > SHARED
            exact[fact.id] = (
                fact.otherwise if rare and fact.otherwise is not None else population.draw(fact, exact, random)
            )
        persons.append({key: value for key, value in exact.items() if book.get(key).level == "person"})
    return Simulated(kind.name, house, tuple(persons))


def _worker(ages: Sequence[int], random: Random) -> Value:
    share = 0.93 if any(18 <= age <= 60 for age in ages) else 0.15
    return "yes" if random.random() < share else "no"


def _own(member: Mapping[str, Any], age: int, ages: Sequence[int]) -> dict[str, Value]:
    """What follows from the place in the family."""
    own: dict[str, Value] = {"person.age": age}
    raises = bool(member.get("raises"))
    if age >= 12:
        own["person.children_under_16"] = sum(each < 16 for each in ages) if raises else 0
        own["person.children_under_36_months"] = sum(each < 3 for each in ages) if raises else 0
    if age >= 28:
        own["person.children_16_to_22_studying"] = sum(16 <= each <= 22 for each in ages) if raises else 0
    if age >= 12:
        own["person.marital"] = member.get("marital", ["never"])[age % len(member.get("marital", ["never"]))]
    return own


def _fits(gate: Fact, drawn: Simulated, book: FactBook) -> bool:
    """Whether an answer that opens questions has something behind it, and `several` at least two things."""
    opened = [fact for fact in book if fact.only_if and fact.only_if.fact == gate.id and len(fact.only_if.values)]
    opened = [fact for fact in opened if fact.only_if and fact.only_if.allows(drawn.household[gate.id])]
    if not opened or gate.id == "household.status":
        return True
    found = sum(
        any(_value(fact, each) != fact.otherwise for each in (drawn.household, *drawn.persons)) for fact in opened
    )
    return found >= (2 if drawn.household[gate.id] == "several" else 1)


def _value(fact: Fact, facts: Mapping[str, Value]) -> Value | None:
    return facts.get(fact.id, fact.otherwise)
