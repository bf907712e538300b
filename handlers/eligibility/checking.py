"""Asks the rules: verdicts for what has been told, the next question, and where an answer would change something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from handlers.eligibility import answers as fields
from handlers.eligibility.answers import Answers
from rules.assess import Assessor
from rules.catalogue import Benefit
from rules.diagram import Diagram, Node
from rules.engine import FIRST_DAY, LAST_DAY
from rules.errors import ContradictionError, DateOutsideLawError
from rules.facts import Value
from rules.groups import waiting_for
from rules.household import Household, parse
from rules.questions import PEOPLE, Question, next_question, opened
from rules.tree import Branch, Tree
from rules.verdict import Result

_YEARS_AHEAD = 10
_AGE = "person.age"
# What a household may still be recognised as; nobody is told that being less poor would bring more.
_POORER = {"near_poor": ("poor",), "poor": ()}


@dataclass(frozen=True, slots=True)
class Checked:
    """All verdicts on one day for one household."""

    household: Household
    on: date
    results: tuple[Result, ...]

    @property
    def eligible(self) -> list[Result]:
        return [result for result in self.results if result.verdict == "eligible"]

    @property
    def open(self) -> list[Result]:
        return [result for result in self.results if result.missing]


def check(assessor: Assessor, answers: Answers, on: date, only: Collection[str] = ()) -> Checked:
    """The verdicts for what has been told; of all benefits, or of those named.

    Raises:
        ContradictionError: two answers cannot both be true.
        DateOutsideLawError: no law is known for that day.
    """
    if not FIRST_DAY <= on <= LAST_DAY:
        raise DateOutsideLawError(f"{on} lies outside the known law, {FIRST_DAY} to {LAST_DAY}")
    household = parse(fields.household(answers), assessor.engine.book)
    for person in range(len(household.persons)):
        household.view(assessor.engine.book, person)
    return Checked(household, on, assessor.verdicts(household, on, wanted(assessor, only)))


def wanted(assessor: Assessor, only: Collection[str]) -> Sequence[Benefit]:
    """The benefits to look at."""
    return [benefit for benefit in assessor.engine.catalogue if not only or benefit.slug in only]


def next_field(assessor: Assessor, answers: Answers, checked: Checked, skipped: Collection[str]) -> str | None:
    """The field to ask now; None where nothing that the person knows can change a verdict any more."""
    unknown = fields.unknown(assessor.groups, skipped)
    settled = [result for result in checked.open if not _lacks(result, unknown)]
    question: Question | None = None
    if settled:
        question = next_question(assessor.engine, assessor.population, checked.household, checked.on, settled)
    if question is None:
        question = _most_needed(assessor, checked, unknown)
    if question is None:
        return None
    people = fields.people(answers)
    nobody = fields.field(fields.WHO, 0)
    question = opened(question, checked.open, {*fields.facts(answers), *unknown}, bool(people) or nobody in answers)
    if question == PEOPLE:
        return nobody
    waiting = waiting_for(settled or checked.open, assessor.engine.book, unknown)
    step = assessor.groups.step(question, waiting, len(people), fields.asked_together(answers, skipped))
    if step.group is not None:
        return f"{fields.GROUP}{step.id}"
    if step.among is not None:
        return f"{fields.AMONG}{step.id}"
    if question.person is None:
        return question.fact
    person = ([*people] or [0])[question.person]
    who = fields.field(fields.WHO, person)
    return who if who not in answers else fields.field(question.fact, person)


def _lacks(result: Result, skipped: Collection[str]) -> bool:
    return any(fact in skipped or fields.field(fact, result.person) in skipped for fact in result.missing)


def _most_needed(assessor: Assessor, checked: Checked, skipped: Collection[str]) -> Question | None:
    """After "không nhớ": what most of the verdicts need that are still open, if a part of them can be settled."""
    book = assessor.engine.book
    needed: Counter[Question] = Counter()
    for result in checked.open:
        for fact_id in result.missing:
            fact = book.get(fact_id)
            person = result.person if fact.level == "person" else None
            parent = fact.only_if.fact if fact.only_if is not None else None
            waits = parent in result.missing
            if not waits and fact_id not in skipped and fields.field(fact_id, person) not in skipped:
                needed[Question(fact_id, person)] += 1
    if not needed:
        return None
    return max(needed, key=lambda question: (needed[question], -book.get(question.fact).order))


def boundaries(assessor: Assessor, checked: Checked, name: str, low: int, high: int) -> list[int]:
    """The limits of the law in `(low, high]` at which a verdict that is still open would change."""
    fact_id, _ = fields.split(name)
    engine = assessor.engine
    cuts: set[int] = set()
    for result in checked.open:
        if fact_id in result.missing:
            compiled = engine.compiled(engine.catalogue.get(result.benefit), checked.on)
            view = checked.household.view(engine.book, result.person)
            _collect(engine.open_questions(compiled, view.known), fact_id, cuts, set())
    return sorted(cut for cut in cuts if low < cut <= high)


def _collect(part: Diagram, fact_id: str, cuts: set[int], seen: set[Node]) -> None:
    if not isinstance(part, Node) or part in seen:
        return
    seen.add(part)
    if part.fact == fact_id:
        cuts |= {band[0] for band in part.bands if isinstance(band, tuple)}
    for child in part.children:
        _collect(child, fact_id, cuts, seen)


@dataclass(frozen=True, slots=True)
class Nearby:
    """One other answer that would turn a no into "eligible"; `start` is the first number where it is a number."""

    fact: str
    value: Value


def what_would_help(assessor: Assessor, checked: Checked, result: Result) -> Nearby | None:
    """The smallest change that would make somebody eligible: some years more, another status, a pension less."""
    benefit = assessor.engine.catalogue.get(result.benefit)
    for reason in reversed(result.because):
        for value in _others(reason.fact, reason.value):
            changed = _with(checked.household, result.person, reason.fact, value)
            try:
                verdicts = assessor.verdicts(changed, checked.on, [benefit])
            except ContradictionError:
                continue
            # A birthday comes by itself: then it is worth looking again, even where more has to be known.
            wanted_verdicts = ("eligible", "unknown") if reason.fact == _AGE else ("eligible",)
            if any(each.person == result.person and each.verdict in wanted_verdicts for each in verdicts):
                return Nearby(reason.fact, value)
    return None


def _with(household: Household, person: int | None, fact_id: str, value: Value) -> Household:
    if person is None or fact_id in household.household:
        return replace(household, household={**household.household, fact_id: value})
    persons = tuple(
        {**each, fact_id: value} if place == person else each for place, each in enumerate(household.persons)
    )
    return replace(household, persons=persons)


def _others(fact_id: str, value: Value) -> list[Value]:
    """Other answers that are near: what life may bring, never another gender or another illness."""
    if fact_id == _AGE:
        return [int(value) + years for years in range(1, _YEARS_AHEAD + 1)]
    if fact_id == "household.status":
        return list(_POORER.get(str(value), ("near_poor", "poor")))
    if fact_id == "person.pension_kind":
        return ["none"]
    return []


def local_documents(assessor: Assessor, checked: Checked, result: Result, documents: Collection[str]) -> list[str]:
    """The locality's own documents that a verdict rests on."""
    if not documents:
        return []
    compiled = assessor.engine.compiled(assessor.engine.catalogue.get(result.benefit), checked.on)
    exact = checked.household.view(assessor.engine.book, result.person).exact
    found = _lines_read(compiled.tree, exact)
    return [document for document in documents if document in found]


def _lines_read(tree: Tree, exact: Mapping[str, Value]) -> set[str]:
    if not isinstance(tree, Branch):
        return {line.law for _, line in tree.lines}
    value = exact.get(tree.test.fact)
    if value is not None:
        return _lines_read(tree.passed if tree.test.passes(value) else tree.failed, exact)
    return _lines_read(tree.passed, exact) | _lines_read(tree.failed, exact)
