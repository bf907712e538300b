"""How many questions the talk needs, over simulated households: `python -m benchmarks.questions [households]`.

Each household is asked about twice: about one member of it (drawn evenly), and about everybody. The questions are those
of the engine itself, answered with the household's true facts until no verdict and no amount is open.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import mean, median, quantiles

from rules import assess, simulation
from rules.assess import Assessor
from rules.facts import Fact, Value
from rules.simulation import Simulated
from rules.verdict import Result

DAY = date(2026, 11, 24)
SEED = 2026
PERSONS = "persons"


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk: its length, the question after which the first useful verdict stood, the length of a fixed form."""

    asked: int
    first: int | None
    fixed: int


def households(assessor: Assessor, size: int) -> list[Simulated]:
    """The same households for every measurement."""
    random, kinds = Random(SEED), simulation.load()
    return [simulation.simulated(kinds, assessor.population, assessor.engine.book, random) for _ in range(size)]


def useful(assessor: Assessor, result: Result) -> bool:
    """A yes with an amount that is confirmed and follows from an answer, not from the place alone."""
    book = assessor.engine.book
    here = book.known_here(DAY)
    told = any(reason.fact not in here and book.get(reason.fact).place is None for reason in result.because)
    return result.verdict == "eligible" and result.amount is not None and result.confidence == "confirmed" and told


def talk_about_one(assessor: Assessor, true: Mapping[str, Value], counter: Counter[str]) -> Talk:
    """The talk about one person and the house."""
    known: dict[str, object] = {}
    first: int | None = None
    while True:
        state = assessor.assess(known, DAY)
        if first is None and any(useful(assessor, result) for result in state.results):
            first = len(known)
        if state.next is None:
            return Talk(len(known), first, fixed_form(assessor, [true]))
        counter[state.next.fact] += 1
        known[state.next.fact] = true[state.next.fact]


def talk_about_all(assessor: Assessor, house: Simulated) -> Talk:
    """The talk about the house and everybody in it; that so many people live there is told beforehand."""
    told: dict[str, object] = {}
    persons: list[dict[str, object]] = [{} for _ in house.persons]
    asked, first = 0, None
    while True:
        state = assessor.assess({**told, PERSONS: persons}, DAY)
        if first is None and any(useful(assessor, result) for result in state.results):
            first = asked
        if state.next is None:
            return Talk(asked, first, fixed_form(assessor, [house.told(i) for i in range(len(persons))]))
        fact, person = state.next.fact, state.next.person
        if person is None:
            told[fact] = house.household[fact]
        else:
            persons[person][fact] = house.persons[person][fact]
        asked += 1


def fixed_form(assessor: Assessor, persons: Sequence[Mapping[str, Value]]) -> int:
    """The questions of a form that leaves out only what cannot exist for this household."""

    def exists(fact: Fact, true: Mapping[str, Value]) -> bool:
        condition = fact.only_if
        return (
            fact.id not in here and fact.place is None and (condition is None or condition.allows(true[condition.fact]))
        )

    book = assessor.engine.book
    here = book.known_here(DAY)
    house = sum(exists(fact, persons[0]) for fact in book if fact.level == "household")
    return house + sum(exists(fact, true) for true in persons for fact in book if fact.level == "person")


def table(name: str, talks: Sequence[Talk]) -> str:
    """One line of the table."""
    lengths, fixed = [talk.asked for talk in talks], [talk.fixed for talk in talks]
    firsts = [talk.first for talk in talks if talk.first is not None]
    ninth = quantiles(lengths, n=10)[8]
    return (
        f"| {name} | {len(talks)} | {median(lengths):.0f} | {mean(lengths):.1f} | {ninth:.0f} | {max(lengths)} "
        f"| {median(fixed):.0f} | {mean(fixed):.1f} | {median(firsts):.0f} | {max(firsts)} |"
        f" {len(firsts) / len(talks):.0%} |"
    )


def main(size: int) -> None:
    """Print the table and how often each fact is asked."""
    assessor = assess.load()
    people, random = households(assessor, size), Random(SEED)
    counter: Counter[str] = Counter()
    single = [talk_about_one(assessor, house.told(random.randrange(len(house.persons))), counter) for house in people]
    print("| asked about | talks | median | mean | 90% | longest | form | mean | first | longest | with one |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    print(table("one person", single))
    whole = [talk_about_all(assessor, house) for house in people[: max(1, size // 10)]]
    for count in range(1, 7):
        talks = [talk for talk, house in zip(whole, people, strict=False) if len(house.persons) == count]
        if len(talks) > 1:
            print(table(f"{count} person{'s' if count > 1 else ''}, all", talks))
    print(table("everybody", whole))
    for fact, count in counter.most_common(30):
        print(f"  {count / size:6.1%} {fact}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
