"""A household as somebody describes it: checked facts of the house and of each person in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from rules.errors import ContradictionError, FactValueError
from rules.facts import Fact, FactBook, Value
from rules.tree import Known, domain
from rules.verdict import Reason

PERSONS = "persons"


class _Reasons(dict[str, Reason]):
    """One reason for each fact that is read; many benefits read the same few."""

    def __init__(self, exact: Mapping[str, Value]) -> None:
        self._exact = exact

    def __missing__(self, fact: str) -> Reason:
        reason = self[fact] = Reason(fact, self._exact[fact])
        return reason


class View:
    """What the rules see of the household and one person: exact values, and what is still possible for each fact."""

    __slots__ = ("_book", "_known", "exact", "reasons")

    def __init__(self, book: FactBook, exact: dict[str, Value]) -> None:
        self._book = book
        self._known: dict[str, Known] | None = None
        self.exact: Mapping[str, Value] = exact
        if any(_tells_of_parent(book.get(key), value, exact) for key, value in exact.items()):
            told = {
                key: next(iter(possible))
                for key, possible in self.known.items()
                if key not in exact and not isinstance(possible, tuple) and len(possible) == 1
            }
            self.exact = {**exact, **told}
        self.reasons = _Reasons(self.exact)

    @property
    def known(self) -> Mapping[str, Known]:
        """Made only when it is needed: whoever told everything is answered from the exact values."""
        if self._known is None:
            known: dict[str, Known] = {}
            for key, value in self.exact.items():
                known[key] = (value, value) if isinstance(value, int) else frozenset([value])
            for key, value in self.exact.items():
                _narrow_parent(self._book, self._book.get(key), value, known)
            self._known = known
        return self._known


def _tells_of_parent(fact: Fact, value: Value, exact: Mapping[str, Value]) -> bool:
    return fact.only_if is not None and value != fact.otherwise and fact.only_if.fact not in exact


@dataclass(frozen=True, slots=True)
class Household:
    """The checked facts. `named_persons` says whether the persons were given as a list of their own."""

    household: Mapping[str, Value]
    persons: tuple[Mapping[str, Value], ...]
    named_persons: bool

    def here(self, book: FactBook, on: date) -> Household:
        """The household with what its place answers on that day, for whoever lives here and said nothing else."""
        if self.household.get("household.resident") == "no":
            return self
        told = {fact: value for fact, value in book.known_here(on).items() if fact not in self.household}
        return replace(self, household={**told, **self.household}) if told else self

    def view(self, book: FactBook, person: int | None) -> View:
        """The facts of the house, and of one person where one is named."""
        return View(book, {**self.household, **(self.persons[person] if person is not None else {})})


def parse(facts: Mapping[str, object], book: FactBook) -> Household:
    """Check facts as they come from a file or a talk.

    Facts of one person stand beside those of the house; several persons stand in a list under "persons".

    Raises:
        UnknownFactError: an id that does not exist; names the nearest one.
        FactValueError: a wrong type or an impossible value.
        ContradictionError: two facts that cannot both be true.
    """
    plain = {key: value for key, value in facts.items() if key != PERSONS}
    household = _checked({key: value for key, value in plain.items() if book.get(key).level == "household"}, book)
    household = {**book.place_facts_of("household"), **book.implied_by(household), **household}
    single = {key: value for key, value in plain.items() if book.get(key).level == "person"}
    listed = facts.get(PERSONS)
    if listed is None:
        entries: Sequence[object] = [single]
    elif single or not isinstance(listed, list | tuple):
        raise FactValueError(PERSONS, "must be a list, and then every person's facts stand in it")
    else:
        entries = listed
    persons = tuple(_person(entry, book) for entry in entries)
    for person in persons or ({},):
        _refuse_contradictions({**household, **person}, book)
    return Household(household, persons, listed is not None)


def _person(entry: object, book: FactBook) -> Mapping[str, Value]:
    if not isinstance(entry, Mapping):
        raise FactValueError(PERSONS, "every person is a mapping of facts")
    for key in entry:
        if book.get(str(key)).level != "person":
            raise FactValueError(str(key), "is a fact of the household, not of a person")
    return {**book.place_facts_of("person"), **_checked({str(key): value for key, value in entry.items()}, book)}


def _checked(facts: Mapping[str, object], book: FactBook) -> dict[str, Value]:
    """The facts in the engine's form; None means "not known" and is left out."""
    return {key: book.get(key).checked(value) for key, value in facts.items() if value is not None}


def _refuse_contradictions(facts: Mapping[str, Value], book: FactBook) -> None:
    for fact_id, value in facts.items():
        fact = book.get(fact_id)
        condition = fact.only_if
        if condition is None or value == fact.otherwise:
            continue
        other = facts.get(condition.fact)
        if other is not None and not condition.allows(other):
            raise ContradictionError(fact_id, condition.fact, f"{value!r} is impossible where it is {other!r}")


def _narrow_parent(book: FactBook, fact: Fact, value: Value, known: dict[str, Known]) -> None:
    """A stated pension tells that the person is no small child: what the fact needs is known with it."""
    condition = fact.only_if
    if condition is None or value == fact.otherwise:
        return
    parent = book.get(condition.fact)
    possible = known.get(parent.id) or domain(parent)
    if isinstance(possible, tuple):
        low = possible[0] if condition.start is None else max(possible[0], condition.start)
        high = possible[1] if condition.end is None else min(possible[1], condition.end - 1)
        known[parent.id] = (low, high)
        impossible = low > high
    else:
        known[parent.id] = possible & condition.values
        impossible = not known[parent.id]
    if impossible:
        raise ContradictionError(fact.id, parent.id, f"{value!r} leaves nothing that {parent.id!r} could be")
    if parent.only_if is not None and parent.otherwise is not None and not condition.allows(parent.otherwise):
        _narrow_parent(book, parent, "", known)
