"""From everything that was said to what holds: contradictions apart, and what one fact tells about another."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from content.reading.recognised import Contradiction, Denied, Recognised, RecognisedPerson, Said, Unclear
from content.reading.roster import Entry
from rules.facts import Fact, FactBook, Value


def judged(
    book: FactBook,
    house: Entry,
    persons: Sequence[Entry],
    unclear: tuple[Unclear, ...],
    size: int | None,
    label: Callable[[str, Value], str],
) -> Recognised:
    """The result of a message; a fact that is said twice in different ways is reported and left out."""
    contradictions: list[Contradiction] = []
    household = _settled(house, None, contradictions)
    settled = [_settled(entry, place, contradictions) for place, entry in enumerate(persons)]
    household += _implied(book, household, [household, *settled], label)
    for place, own in enumerate(settled):
        own += [said for said in _implied(book, own, [own], label) if book.get(said.fact).level == "person"]
        settled[place] = _possible(book, own, household, place, contradictions)
    household = _possible(book, household, household, None, contradictions)
    return Recognised(
        household=tuple(household),
        persons=tuple(
            RecognisedPerson(entry.relation, entry.label, entry.words, tuple(own), _open(entry, own))
            for entry, own in zip(persons, settled, strict=True)
        ),
        denied=_open(house, household),
        contradictions=tuple(contradictions),
        unclear=unclear,
        size=size,
    )


def _settled(entry: Entry, place: int | None, contradictions: list[Contradiction]) -> list[Said]:
    kept = []
    for fact in dict.fromkeys(said.fact for said in entry.said):
        values = entry.values(fact)
        denied = [
            each for each in entry.denied if each.fact == fact and any(each.value == said.value for said in values)
        ]
        if len({said.value for said in values}) > 1 or denied:
            contradictions.append(Contradiction(fact, place, (*values, *denied)))
        else:
            kept.append(values[0])
    return kept


def _open(entry: Entry, kept: Iterable[Said]) -> tuple[Denied, ...]:
    """Denials that still tell something: those of facts whose value is not known."""
    known = {said.fact for said in kept}
    stated = {said.fact for said in entry.said}
    found = {(each.fact, each.value): each for each in entry.denied if each.fact not in known | stated}
    return tuple(found.values())


def _implied(
    book: FactBook, own: Iterable[Said], groups: list[list[Said]], label: Callable[[str, Value], str]
) -> list[Said]:
    """What must be true for a fact to exist: somebody with merit means that the house has a special case."""
    known = {said.fact for said in own}
    found: list[Said] = []
    waiting = [said for group in groups for said in group]
    while waiting:
        said = waiting.pop()
        fact = book.get(said.fact)
        condition = fact.only_if
        if condition is None or said.value == fact.otherwise or len(condition.values) != 1 or condition.fact in known:
            continue
        value = next(iter(condition.values))
        needed = Said(condition.fact, value, said.words, label(condition.fact, value), said.about, implied=True)
        known.add(condition.fact)
        waiting.append(needed)
        if book.get(condition.fact).level == "household" or book.get(said.fact).level == "person":
            found.append(needed)
    return [said for said in found if book.get(said.fact).level == "household" or len(groups) == 1]


def _possible(
    book: FactBook, own: list[Said], household: list[Said], place: int | None, contradictions: list[Contradiction]
) -> list[Said]:
    """Without pairs that cannot both be true, such as a pension at three years of age."""
    by_fact = {said.fact: said for said in (*household, *own)}
    wrong: set[str] = set()
    for said in own:
        fact = book.get(said.fact)
        other = by_fact.get(fact.only_if.fact) if fact.only_if else None
        if other is None or said.value == fact.otherwise or _allowed(fact, other):
            continue
        contradictions.append(Contradiction(said.fact, place, (other, said)))
        wrong |= {said.fact, other.fact}
    return [said for said in own if said.fact not in wrong]


def _allowed(fact: Fact, other: Said) -> bool:
    condition = fact.only_if
    if condition is None or other.approximate:
        return True
    values: tuple[Value, ...] = (other.value,) if other.age is None else (other.age.low, other.age.high)
    return any(condition.allows(value) for value in values)
