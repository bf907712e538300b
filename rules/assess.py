"""The one door for whoever asks: facts in, verdicts out, with the next question."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from rules import catalogue, facts, groups, parameters, population
from rules.catalogue import Benefit
from rules.engine import Engine
from rules.errors import UnknownBenefitError
from rules.facts import Value
from rules.household import Household, parse
from rules.overlap import settle
from rules.parameters import Parameters
from rules.questions import Question, next_question
from rules.verdict import Result, json_number


@dataclass(frozen=True, slots=True)
class Assessment:
    """All verdicts on one day, and what to ask next (None where nothing is open)."""

    results: tuple[Result, ...]
    next: Question | None
    named_persons: bool

    def as_json(self) -> dict[str, Any]:
        """One line of `chungtay eligibility --batch`; persons are numbered only where several were listed."""
        results = [result.as_json() for result in self.results]
        if not self.named_persons:
            for result in results:
                result.pop("person", None)
        plain: dict[str, Any] = {"results": results, "next": self.next.fact if self.next else None}
        if self.named_persons and self.next is not None and self.next.person is not None:
            plain["next_person"] = self.next.person
        return plain


class Assessor:
    """The rules, loaded once; bootstrap makes one and passes it on."""

    def __init__(self, engine: Engine, population: population.Population, groups: groups.Groups) -> None:
        self.engine = engine
        self.population = population
        self.groups = groups

    def assess(self, given: Mapping[str, object], on: date, benefit: str | None = None) -> Assessment:
        """Every verdict, or that of one benefit, with the next question.

        Raises:
            UnknownFactError, FactValueError, ContradictionError, UnknownBenefitError, DateOutsideLawError.
        """
        household = parse(given, self.engine.book)
        wanted = self._wanted(benefit)
        results = self.verdicts(household, on, wanted)
        open_ones = [result for result in results if result.missing]
        question = next_question(self.engine, self.population, household, on, open_ones) if open_ones else None
        return Assessment(results, question, household.named_persons)

    def verdicts(self, household: Household, on: date, wanted: Sequence[Benefit]) -> tuple[Result, ...]:
        """The verdicts alone, for the house and for each person."""
        engine = self.engine
        household = household.here(engine.book, on)
        compiled = [engine.compiled(benefit, on) for benefit in wanted]
        results: list[Result] = []
        house = [each for each in compiled if each.benefit.level == "household"]
        view = household.view(engine.book, None)
        results += settle([engine.result(each, view, None) for each in house], engine.catalogue)
        personal = [each for each in compiled if each.benefit.level == "person"]
        for person in range(len(household.persons)):
            view = household.view(engine.book, person)
            results += settle([engine.result(each, view, person) for each in personal], engine.catalogue)
        return tuple(results)

    def what_if(
        self, given: Mapping[str, object], change: Mapping[str, object], on: date
    ) -> tuple[tuple[Result, Result], ...]:
        """What another answer would change ("nếu thoát nghèo thì mất gì?"): each differing verdict before and after."""
        before = self.verdicts(parse(given, self.engine.book), on, self._wanted(None))
        after = self.verdicts(parse({**given, **change}, self.engine.book), on, self._wanted(None))
        pairs = zip(before, after, strict=True)
        return tuple((old, new) for old, new in pairs if (old.verdict, old.amount) != (new.verdict, new.amount))

    def describe_facts(self) -> list[dict[str, Any]]:
        """Every fact, for `chungtay facts --json`."""
        return [
            {
                "id": fact.id,
                "level": fact.level,
                "type": fact.type,
                "unit": fact.unit or None,
                "domain": {"min": fact.minimum, "max": fact.maximum} if fact.numeric else list(fact.choices),
                "labels": None if fact.numeric else dict(fact.choices),
                "question": fact.question,
                "only_if": _condition(fact.only_if) if fact.only_if else None,
                "otherwise": fact.otherwise,
                "place": fact.place,
                "place_from": {day.isoformat(): value for day, value in fact.place_from} or None,
                "sensitive": fact.sensitive,
            }
            for fact in self.engine.book
        ]

    def describe_benefits(self, on: date) -> list[dict[str, Any]]:
        """Every benefit as it stands on a day, for `chungtay benefits --json`."""
        return [self.describe_benefit(benefit, on) for benefit in self.engine.catalogue]

    def describe_benefit(self, benefit: Benefit, on: date) -> dict[str, Any]:
        """One benefit in words, with its conditions and how to ask for it on that day."""
        block, procedure = benefit.block(on), benefit.procedure(on)

        def words(text: str) -> str:
            return catalogue.filled(text, self.engine.parameters, on)

        return {
            "benefit": benefit.slug,
            "title": benefit.title,
            "group": benefit.group,
            "level": benefit.level,
            "unit": benefit.unit,
            "period": benefit.period,
            "in_force": block is not None,
            "confidence": block.confidence if block else None,
            "law": [{"text": c.text, "from": c.start, "to": c.end} for c in block.law] if block else [],
            "conditions": [words(text) for text in block.conditions] if block else [],
            "note": block.note if block else None,
            "decides": procedure.decides if procedure else None,
            "papers": [words(paper) for paper in procedure.papers] if procedure else [],
            "place": procedure.place if procedure else None,
            "time": words(procedure.time) if procedure else None,
            "last_checked": benefit.last_checked.isoformat(),
        }

    def _wanted(self, slug: str | None) -> list[Benefit]:
        return list(self.engine.catalogue) if slug is None else [self.engine.catalogue.get(slug)]


def _condition(condition: facts.Condition) -> dict[str, Any]:
    plain: dict[str, Value | list[Value] | None] = {"fact": condition.fact}
    if condition.values:
        plain["in"] = sorted(condition.values, key=str)
    else:
        plain |= {"from": condition.start, "below": condition.end}
    return plain


def load(overrides: Parameters | None = None) -> Assessor:
    """Read the facts, the law, the benefits and the make-up of the population.

    `overrides` is the law as one locality has it; without it the national law counts.
    """
    law = overrides or parameters.load()
    book = facts.load()
    return Assessor(Engine(book, law, catalogue.load(law)), population.load(book), groups.load(book))


__all__ = ["Assessment", "Assessor", "UnknownBenefitError", "json_number", "load"]
