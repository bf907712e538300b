"""How many questions the talk needs, over simulated households: `python -m benchmarks.questions [households]`.

Each household is asked about twice: about one member of it (drawn evenly), and about everybody. The questions are
those of the talk itself, in its order and in its form, answered with the household's true facts until no verdict and no
amount is open; at the end every verdict must be the one that all true facts give. A question is one message of the bot
with one answer:

- "who lives in the house" is answered in one line, with everybody's age and the school of whoever goes to one (that
  nobody else goes to school is not told by it);
- a question that offers several lines, or several persons, is answered with all that are true.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from random import Random
from statistics import mean, median, quantiles
from typing import Final

from rules import assess, simulation
from rules.assess import Assessment, Assessor
from rules.facts import Fact, FactBook, Value
from rules.groups import Line, Step, answers, waiting_for
from rules.questions import PEOPLE, Question, opened
from rules.simulation import Simulated
from rules.verdict import Result

DAY: Final = date(2026, 11, 24)
SEED: Final = 2026
PERSONS: Final = "persons"


@dataclass(frozen=True, slots=True)
class Talk:
    """One talk: its length, the question after which the first useful verdict stood, the length of a fixed form."""

    asked: int
    first: int | None
    fixed: int


class Interview:
    """One talk about some members of a household, with what has been told so far."""

    def __init__(self, assessor: Assessor, house: Simulated, members: Sequence[int]) -> None:
        self.assessor, self.house, self.members = assessor, house, members
        self.book: FactBook = assessor.engine.book
        self.told: dict[str, Value] = {}
        self.persons: list[dict[str, Value]] | None = None
        self.together: set[str] = set()
        self.asked: list[str] = []
        self.first: int | None = None

    def run(self) -> Assessment:
        """Ask until nothing is open."""
        while True:
            facts = self.told if self.persons is None else {**self.told, PERSONS: self.persons}
            state = self.assessor.assess(facts, DAY)
            if self.first is None and any(useful(self.assessor, result) for result in state.results):
                self.first = len(self.asked)
            if state.next is None:
                return state
            self._ask(state.next, [result for result in state.results if result.missing])

    def _ask(self, chosen: Question, still_open: Sequence[Result]) -> None:
        question = opened(chosen, still_open, self.told, self.persons is not None)
        if question == PEOPLE:
            self.asked.append(question.fact)
            self.persons = [self._introduced(member) for member in self.members]
            return
        waiting = waiting_for(still_open, self.book)
        step = self.assessor.groups.step(question, waiting, len(self.persons or ()), self.together)
        if step.group is None and step.among is None:
            self.asked.append(question.fact)
            self._put(question, self._true(question.fact, question.person))
            return
        self.asked.append(f"{'several lines' if step.group else 'several persons'}: {step.id}")
        self.together.add(step.id)
        known = {Question(fact, None): value for fact, value in self.told.items()}
        for place, person in enumerate(self.persons or ()):
            known |= {Question(fact, place): value for fact, value in person.items()}
        for each, value in answers(step, self._picked(step), known).items():
            self._put(each, value)

    def _introduced(self, member: int) -> dict[str, Value]:
        person = self.house.persons[member]
        told = {"person.age": person["person.age"]}
        return told if person["person.study"] == "none" else {**told, "person.study": person["person.study"]}

    def _put(self, question: Question, value: Value) -> None:
        if question.person is None:
            self.told[question.fact] = value
        elif self.persons is not None:
            self.persons[question.person][question.fact] = value

    def _true(self, fact_id: str, place: int | None) -> Value:
        facts = self.house.household if place is None else self.house.persons[self.members[place]]
        return facts[fact_id]

    def _picked(self, step: Step) -> set[str]:
        if step.among is not None:
            among = step.among
            return {str(place) for place in step.persons if self._true(among.fact, place) != among.left}
        return {
            line.key
            for line, concerned in zip(step.lines, step.concerned, strict=True)
            if self._holds(line, step, concerned)
        }

    def _holds(self, line: Line, step: Step, concerned: Sequence[int]) -> bool:
        """Whether a line is true: of somebody it concerns, or, in a question about the house, of anybody in it."""
        if self.book.get(line.fact).level == "household":
            values = [self.house.household[line.fact]]
        elif step.group is not None and step.group.level == "household":
            values = [person[line.fact] for person in self.house.persons]
        else:
            values = [self._true(line.fact, place) for place in concerned]
        return any(value == line.picked if line.picked is not None else value != line.left for value in values)


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


def talk(assessor: Assessor, house: Simulated, members: Sequence[int], counter: Counter[str]) -> Talk:
    """The talk about these members and the house.

    Raises:
        ValueError: a verdict is another one than all true facts give.
    """
    interview = Interview(assessor, house, members)
    state = interview.run()
    counter.update(interview.asked)
    here = assessor.engine.book.known_here(DAY)
    true = {fact: value for fact, value in house.household.items() if fact not in here}
    whole = assessor.assess({**true, PERSONS: [house.persons[member] for member in members]}, DAY)
    if interview.persons is not None and verdicts(whole) != verdicts(state):
        raise ValueError(f"{house} is answered otherwise than by all its facts")
    fixed = fixed_form(assessor, [house.told(member) for member in members])
    return Talk(len(interview.asked), interview.first, fixed)


def verdicts(state: Assessment) -> list[tuple[object, ...]]:
    """What the person is told of each benefit."""
    return [(each.benefit, each.person, each.verdict, each.amount) for each in state.results]


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
    """Print the table, and how often each question is asked about everybody."""
    assessor = assess.load()
    people, random = households(assessor, size), Random(SEED)
    counter: Counter[str] = Counter()
    single = [talk(assessor, house, [random.randrange(len(house.persons))], Counter()) for house in people]
    print("| asked about | talks | median | mean | 90% | longest | form | mean | first | longest | with one |")
    print("|---|---|---|---|---|---|---|---|---|---|---|")
    print(table("one person", single), flush=True)
    whole = [talk(assessor, house, range(len(house.persons)), counter) for house in people]
    for count in range(1, 7):
        talks = [each for each, house in zip(whole, people, strict=True) if len(house.persons) == count]
        if len(talks) > 1:
            print(table(f"{count} person{'s' if count > 1 else ''}, all", talks))
    print(table("everybody", whole))
    for question, count in counter.most_common(40):
        print(f"  {count / size:6.1%} {question}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
