"""Which question next: the one whose answer, over all households like this one, settles most of what is open.

A fact is a candidate only if some answer to it can still change a verdict (or, once verdicts are settled, an amount).
Among the candidates the expected part of the open benefits that its answer settles decides, with a smaller weight for
how many open benefits need the answer at all; so the talk is short for the households that are common.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from rules.diagram import Diagram, Node, cuts_in, settles
from rules.engine import Engine
from rules.household import Household, View
from rules.population import Population, cut_finely
from rules.tree import domain
from rules.verdict import Result

NEEDED_WEIGHT: Final = 0.3  # of the part that only comes nearer, against the part that is settled


@dataclass(frozen=True, slots=True)
class Question:
    """A fact to ask about; `person` is the place in the list, None for the household."""

    fact: str
    person: int | None


PEOPLE: Final = Question("people", None)
"""Who lives in the house: one line tells everybody with age and school, so it comes before any fact of a person."""
STATUS: Final = "household.status"


def opened(question: Question, open_results: Collection[Result], known: Collection[str], named: bool) -> Question:
    """The question, or what is asked before it: the status, which everybody can answer in a word, then the people.

    `known` are the facts that are told or that the person does not know, `named` says whether the people are told.
    """
    if question.person is None and STATUS not in known and any(STATUS in result.missing for result in open_results):
        return Question(STATUS, None)
    if not named and any(result.person is not None for result in open_results):
        return PEOPLE
    return question


def next_question(
    engine: Engine, population: Population, household: Household, on: date, open_results: Iterable[Result]
) -> Question | None:
    """The best fact to ask next; verdicts come before amounts."""
    household = household.here(engine.book, on)
    diagrams: dict[int | None, list[tuple[Diagram, bool]]] = defaultdict(list)
    views: dict[int | None, View] = {}
    counts: list[Question] = []
    for result in open_results:
        person = result.person
        view = views.setdefault(person, household.view(engine.book, person))
        compiled = engine.compiled(engine.catalogue.get(result.benefit), on)
        diagram = engine.open_questions(compiled, view.known)
        if isinstance(diagram, Node):
            diagrams[person].append((diagram, result.verdict == "unknown"))
        else:  # only the number by which the amount is multiplied is missing
            counts += [Question(fact, _holder(engine, fact, person)) for fact in result.missing]
    scores: dict[Question, float] = defaultdict(float)
    verdicts_open = any(undecided for parts in diagrams.values() for _, undecided in parts)
    for person, parts in diagrams.items():
        chosen = [diagram for diagram, undecided in parts if undecided or not verdicts_open]
        for fact, score in _scores(engine, population, views[person], chosen).items():
            scores[Question(fact, _holder(engine, fact, person))] += score
    if scores:
        return max(scores, key=lambda question: (scores[question], -engine.book.get(question.fact).order))
    return counts[0] if counts else None


def _holder(engine: Engine, fact: str, person: int | None) -> int | None:
    return None if engine.book.get(fact).level == "household" else person


def _scores(engine: Engine, population: Population, view: View, diagrams: list[Diagram]) -> Mapping[str, float]:
    """For each fact the expected number of diagrams that its answer brings to an end."""
    needing: dict[str, list[Diagram]] = defaultdict(list)
    cuts: dict[str, set[int]] = defaultdict(set)
    for diagram in diagrams:
        for needed, boundaries in cuts_in(diagram).items():
            needing[needed].append(diagram)
            cuts[needed].update(boundaries)
    scores = {}
    for fact_id, parts in needing.items():
        fact = engine.book.get(fact_id)
        if fact.only_if is not None and fact.only_if.fact in needing:
            continue  # first whether the fact exists at all
        possible = view.known.get(fact_id) or domain(fact)
        score = NEEDED_WEIGHT * len(parts)
        for band in cut_finely(possible, sorted(cuts[fact_id])):
            weight = population.weight(fact_id, band, view.exact)
            if weight:
                score += weight * sum(settles(diagram, fact_id, band) for diagram in parts)
        scores[fact_id] = score
    return scores
