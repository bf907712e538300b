"""Verdicts before and after, and what lies between them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from random import Random
from typing import Any, Final

from handlers.entitled.facts import AGE, AGE_BETWEEN, Facts, Known, birthday
from rules.assess import Assessor
from rules.catalogue import Benefit
from rules.diagram import facts_in
from rules.facts import Value
from rules.household import PERSONS, View, parse
from rules.overlap import settle
from rules.verdict import Result
from storage.entitlements import Finding

WATCHED: Final = frozenset({"allowance", "health", "education", "electricity", "funeral"})
"""Groups of benefits to which a household has a claim by what it is. Loans, courses, houses, legal aid and emergency
help begin with a wish or an event that the register does not hold."""
PAID: Final = frozenset({"allowance", "electricity"})
"""Groups whose amount is money in the hand; a new amount of these is news."""
_FUNERAL: Final = "funeral"
_MOST_KEPT: Final = 50_000
"""So many verdicts take about 100 MB; a register of any size does with that."""
_SAMPLES: Final = 400
_LIKELY: Final = 0.05
"""Where facts are missing, a claim is worth a visit if at least this part of such people would have it. How common
answers are is known only roughly (`rules/population.yaml`); it steers who is asked, never what is decided."""

Outcome = str  # yes, no, open


@dataclass(frozen=True, slots=True)
class News:
    """The latest change of a household that lies between the two days."""

    kind: str
    day: date


@dataclass(frozen=True, slots=True)
class Side:
    """A person or a household with the day on which it is looked at."""

    home: Facts
    person: Facts | None
    on: date


class Comparer:
    """Compares households on two days. Verdicts are kept: few combinations of facts differ for the rules."""

    def __init__(self, assessor: Assessor, since: date, on: date) -> None:
        self.assessor: Final = assessor
        self.since: Final = since
        self.on: Final = on
        wanted = [each for each in assessor.engine.catalogue if each.group in WATCHED]
        self._benefits: Final[Mapping[str, Benefit]] = {each.slug: each for each in wanted}
        self._levels: Final = {
            level: [each for each in wanted if each.level == level] for level in ("household", "person")
        }
        self._kept: Final[dict[Any, dict[str, Result]]] = {}
        self._differing: Final[dict[Any, list[tuple[str, str]]]] = {}
        self._results: Final[dict[Any, Result]] = {}
        self._chances: Final[dict[Any, bool]] = {}
        self._sensitive: Final = frozenset(fact.id for fact in assessor.engine.book if fact.sensitive)
        self._reads: Final = {each.slug: self._read_by(each) for each in wanted}
        self._relevant: Final = frozenset(fact for reads in self._reads.values() for fact in reads)
        self.same_law: Final = not any(since < day <= on for each in wanted for day in self._days_of(each))
        """No rule changes between the two days: whoever has the same facts on both has the same claims."""

    def household(
        self, household_id: int, before: Known | None, after: Known | None, news: News | None
    ) -> Iterator[Finding]:
        """What begins and ends for the household as a whole."""
        was = self._side(before.home, None, self.since) if before is not None else None
        now = self._side(after.home, None, self.on) if after is not None else None
        here = after or before
        if here is not None:
            yield from self._compare(household_id, 0, here.area_path, was, now, news, None)

    def person(
        self,
        household_id: int,
        member_id: int,
        before: Known | None,
        after: Known | None,
        news: News | None,
    ) -> Iterator[Finding]:
        """What begins and ends for a person, who may have belonged to another household before."""
        was = now = None
        if before is not None and member_id in before.persons:
            was = self._side(before.home, before.persons[member_id], self.since)
        if after is not None and member_id in after.persons:
            now = self._side(after.home, after.persons[member_id], self.on)
        here = after or before
        if here is None:
            return
        birth = here.births.get(member_id)
        yield from self._compare(household_id, member_id, here.area_path, was, now, news, birth)
        if was is not None and now is None and after is not None and member_id in after.dead:
            yield from self._funeral(household_id, member_id, after, news)

    def _compare(
        self, household_id: int, member_id: int, path: str, was: Side | None, now: Side | None, news: News | None,
        birth: date | None,
    ) -> Iterator[Finding]:  # fmt: skip
        told = now or was
        if told is None:
            return
        for slug, kind in self._kinds(was, now):
            result = self._verdicts(told)[slug]
            cause, detail, day = self._cause(slug, was, now, news, birth)
            yield Finding(
                household_id, member_id, path, slug, kind, day, cause, detail,
                "" if result.amount is None else str(result.amount),
                result.missing if kind in ("may_begin", "may_end") else (),
                result.confidence == "confirmed",
                any(reason.fact in self._sensitive for reason in result.because),
            )  # fmt: skip

    def _kinds(self, was: Side | None, now: Side | None) -> list[tuple[str, str]]:
        """Which verdicts differ, and how; kept, because most households are alike."""
        key = (_key(was), _key(now))
        found = self._differing.get(key)
        if found is None:
            before = self._verdicts(was) if was is not None else {}
            after = self._verdicts(now) if now is not None else {}
            found = self._differing[key] = [
                (slug, kind)
                for slug in sorted(before.keys() | after.keys())
                if (kind := self._kind(slug, before.get(slug), after.get(slug), now)) is not None
            ]
        return found

    def _kind(self, slug: str, before: Result | None, after: Result | None, now: Side | None) -> str | None:
        was, then = _outcome(before), _outcome(after)
        if was == then:
            if was != "yes" or before is None or after is None or self._benefits[slug].group not in PAID:
                return None
            # An amount that cannot be worked out on one side is no new amount.
            return "amount" if None not in (before.amount, after.amount) and before.amount != after.amount else None
        if then == "yes":
            return "begins"
        if was == "yes" and then == "no":
            return "ends"
        if then == "no" or after is None or now is None or self._sensitive & set(after.missing):
            # Nobody is asked about health because a list was made.
            return None
        if was == "yes":
            return "may_end"
        return "may_begin" if self._likely(slug, now) else None

    def _likely(self, slug: str, side: Side) -> bool:
        """Whether enough people of whom this much is known would have the claim."""
        told, reads = {**side.home, **(side.person or {})}, self._reads[slug]
        known = {fact: told[fact] for fact in (*reads, AGE_BETWEEN) if fact in told}
        key = (slug, frozenset(known.items()), side.on)
        found = self._chances.get(key)
        if found is None:
            book, population = self.assessor.engine.book, self.assessor.population
            compiled = self.assessor.engine.compiled(self._benefits[slug], side.on)
            facts = [book.get(fact) for fact in reads]
            # The same people each time, or a second run would find something else.
            random = Random(0)
            hits = 0
            for sample in range(_SAMPLES):
                exact: dict[str, Value] = {}
                if AGE_BETWEEN in known:
                    known[AGE] = known[AGE_BETWEEN][sample % 2]
                for fact in facts:
                    exact[fact.id] = known[fact.id] if fact.id in known else population.draw(fact, exact, random)
                result = self.assessor.engine.result(compiled, View(book, exact), None)
                hits += result.verdict == "eligible"
            found = self._chances[key] = hits >= _SAMPLES * _LIKELY
        return found

    def _read_by(self, benefit: Benefit) -> tuple[str, ...]:
        """The facts that a rule reads on one of the days between, with those on which they depend, and those which
        tell of them: a known degree of disability tells that the household has a special situation.
        """
        engine = self.assessor.engine
        days = {self.since, self.on, *(day for day in engine.spans(benefit) if self.since < day < self.on)}
        waiting = [fact for day in days for fact in facts_in(engine.compiled(benefit, day).diagram)]
        found: set[str] = set()
        while waiting:
            fact = engine.book.get(waiting.pop())
            if fact.id not in found:
                found.add(fact.id)
                waiting += [other.fact for other in (fact.only_if, fact.follows) if other is not None]
        for fact in engine.book:
            # An age is known or not; nobody concludes it from a pension.
            if fact.only_if is not None and fact.only_if.fact in found and fact.only_if.fact != AGE:
                found.add(fact.id)
        return tuple(fact.id for fact in engine.book if fact.id in found)

    def _side(self, home: Facts, person: Facts | None, on: date) -> Side:
        """With what the rules read only, so that households which are alike for them are looked at once."""
        relevant = self._relevant
        return Side(
            {fact: value for fact, value in home.items() if fact in relevant},
            None if person is None else {f: value for f, value in person.items() if f in relevant or f == AGE_BETWEEN},
            on,
        )

    def _cause(
        self, slug: str, was: Side | None, now: Side | None, news: News | None, birth: date | None
    ) -> tuple[str, str, date]:
        """Why a verdict changed: the first of law, birthday and change that explains it, with its day."""
        if was is None or now is None:
            if news is None:
                return "time", "", self.on
            return ("registered" if was is None else "change"), news.kind, news.day
        wanted = self._shown(slug, now)
        if self._shown(slug, Side(was.home, was.person, self.on)) == wanted:
            return "law", "", self._day_of_law(slug, was, wanted)
        if news is not None and _without_age(was) != _without_age(now):
            return "change", news.kind, news.day
        if was.person is not None and now.person is not None and AGE in was.person and AGE in now.person:
            for age in range(was.person[AGE] + 1, now.person[AGE] + 1):
                if self._shown(slug, Side(was.home, {**was.person, AGE: age}, self.on)) == wanted:
                    return "birthday", str(age), birthday(birth, age) if birth is not None else self.on
        if was.person is not None and (AGE in was.person) != (AGE in (now.person or {})):
            return "birthday", "", self.on
        return "time", "", self.on

    def _shown(self, slug: str, side: Side) -> tuple[Outcome, object]:
        result = self._verdicts(side).get(slug)
        return _outcome(result), result.amount if result is not None else None

    def _day_of_law(self, slug: str, was: Side, wanted: tuple[Outcome, object]) -> date:
        """The first day since then on which the law says for the old facts what it says now."""
        for day in sorted(self._days_of(self._benefits[slug])):
            if self.since < day <= self.on and self._shown(slug, Side(was.home, was.person, day)) == wanted:
                return day
        return self.on

    def _days_of(self, benefit: Benefit) -> set[date]:
        """The days on which what the law says of a benefit may change."""
        return {*self.assessor.engine.spans(benefit), *(b.end for b in benefit.blocks if b.end is not None)}

    def _funeral(self, household_id: int, member_id: int, after: Known, news: News | None) -> Iterator[Finding]:
        """Help with a funeral; whether there is a claim depends on what the dead person received."""
        dead = after.dead[member_id]
        day = news.day if news is not None else self.on
        for slug, result in self._verdicts(self._side(after.home, dead, self.on)).items():
            outcome = _outcome(result)
            if self._benefits[slug].group == _FUNERAL and outcome != "no":
                yield Finding(
                    household_id, member_id, after.area_path, slug, "begins" if outcome == "yes" else "may_begin",
                    day, "change", "death", "" if result.amount is None else str(result.amount), result.missing,
                    result.confidence == "confirmed", False,
                )  # fmt: skip

    def _verdicts(self, side: Side) -> dict[str, Result]:
        key = _key(side)
        found = self._kept.get(key)
        if found is None:
            if len(self._kept) >= _MOST_KEPT:
                self._kept.clear()
                self._differing.clear()
            found = self._kept[key] = self._both_ages(side) if AGE_BETWEEN in (side.person or {}) else self._asked(side)
        return found

    def _asked(self, side: Side) -> dict[str, Result]:
        """The verdicts of each benefit, kept by what its rule reads, and which of them takes the place of another."""
        told = side.home if side.person is None else {**side.home, **side.person}
        results = []
        for benefit in self._levels["household" if side.person is None else "person"]:
            reads = self._reads[benefit.slug]
            key = (benefit.slug, side.on, tuple([told.get(fact) for fact in reads]))
            result = self._results.get(key)
            if result is None:
                result = self._results[key] = self._result(benefit, side, frozenset(reads))
            results.append(result)
        return {result.benefit: result for result in settle(results, self.assessor.engine.catalogue)}

    def _result(self, benefit: Benefit, side: Side, reads: frozenset[str]) -> Result:
        home = {fact: value for fact, value in side.home.items() if fact in reads}
        person = {fact: value for fact, value in (side.person or {}).items() if fact in reads}
        people = [] if side.person is None else [person]
        household = parse({**home, PERSONS: people}, self.assessor.engine.book)
        (result,) = self.assessor.verdicts(household, side.on, [benefit])
        return result

    def _both_ages(self, side: Side) -> dict[str, Result]:
        """The verdicts where both ages agree; elsewhere the birth date has to be asked."""
        told = dict(side.person or {})
        least, greatest = (
            self._verdicts(Side(side.home, told | {AGE: age}, side.on)) for age in told.pop(AGE_BETWEEN)
        )  # fmt: skip
        found: dict[str, Result] = {}
        for slug, result in least.items():
            other = greatest[slug]
            same = _outcome(result) == _outcome(other) and result.amount == other.amount
            missing = (AGE, *(fact for fact in result.missing or other.missing if fact != AGE))
            found[slug] = result if same else result._replace(verdict="unknown", missing=missing, instead=None)
        return found


def _outcome(result: Result | None) -> Outcome:
    """What a verdict comes to; who gets something higher instead does not get this."""
    if result is None or result.verdict == "not_eligible" or result.instead is not None:
        return "no"
    return "yes" if result.verdict == "eligible" else "open"


def _key(side: Side | None) -> Any:
    if side is None:
        return None
    person = None if side.person is None else frozenset(side.person.items())
    return frozenset(side.home.items()), person, side.on


def _without_age(side: Side) -> tuple[Facts, Facts]:
    person = {fact: value for fact, value in (side.person or {}).items() if fact != AGE}
    return side.home, person
