"""Prints the figures that the rules have to reach: `python -m tests.rules.figures [households]`."""

from __future__ import annotations

import sys
import time
from collections import Counter
from datetime import date
from random import Random
from statistics import mean, median

from rules import assess, casebook
from rules.assess import Assessor
from rules.facts import Value
from rules.tree import paths
from rules.verdict import Result

DAY = date(2026, 11, 24)
PLACE = {"household.resident", "household.special_area", "person.citizen"}


def speed(assessor: Assessor, households: list[dict[str, Value]]) -> float:
    """Full assessments of all benefits a second, checking of the facts included."""
    for household in households[:50]:
        assessor.assess(household, DAY)
    start = time.process_time()
    for household in households:
        assessor.assess(household, DAY)
    return len(households) / (time.process_time() - start)


def _useful(result: Result) -> bool:
    """A yes that follows from something the person told, not from the place alone."""
    return result.verdict == "eligible" and any(reason.fact not in PLACE for reason in result.because)


def talk(assessor: Assessor, household: dict[str, Value], asked: Counter[str]) -> tuple[int, int]:
    """How many questions until every verdict is known, and until the first useful yes."""
    known: dict[str, object] = {}
    first: int | None = None
    while (state := assessor.assess(known, DAY)).next is not None:
        if first is None and any(_useful(r) for r in state.results):
            first = len(known)
        known[state.next.fact] = household[state.next.fact]
        asked[state.next.fact] += 1
    return len(known), len(known) if first is None else first


def fixed_questionnaire(assessor: Assessor, household: dict[str, Value]) -> int:
    """The questions of a form that only leaves out what cannot exist for this household."""
    count = 0
    for fact in assessor.engine.book:
        condition = fact.only_if
        exists = condition is None or condition.allows(household[condition.fact])
        count += exists and fact.place is None
    return count


def main(size: int) -> None:
    """Print every figure."""
    assessor = assess.load()
    engine = assessor.engine
    random = Random(2026)
    households = [assessor.population.household(random) for _ in range(size)]
    today = sum(len(list(paths(engine.compiled(benefit, DAY).tree))) for benefit in engine.catalogue)
    print(
        f"benefits {len(engine.catalogue)}, cases {sum(len(casebook.load(b)) for b in engine.catalogue)}, paths {today}"
    )
    print(f"assessments a second: {speed(assessor, households):.0f}")
    asked: Counter[str] = Counter()
    talks = [talk(assessor, household, asked) for household in households]
    lengths, firsts = [each[0] for each in talks], [each[1] for each in talks]
    fixed = [fixed_questionnaire(assessor, household) for household in households]
    print(f"questions to all verdicts: median {median(lengths)}, mean {mean(lengths):.1f}, longest {max(lengths)}")
    print(f"questions to the first useful verdict: median {median(firsts)}")
    print(f"a fixed questionnaire would ask: median {median(fixed)}, mean {mean(fixed):.1f}")
    for fact, count in asked.most_common():
        print(f"  {count / size:6.1%} {fact}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
