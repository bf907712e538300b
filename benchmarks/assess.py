"""How fast whole households are assessed, and what loading the rules costs: `python -m benchmarks.assess [households]`.

One assessment is everything that `chungtay eligibility --batch` does for one line but the JSON: the facts are checked,
every benefit is decided for the house and for each person, and "highest only" is settled. All on one core.
"""

from __future__ import annotations

import resource
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import date
from random import Random

from rules import assess, simulation
from rules.assess import Assessor

DAY = date(2026, 11, 24)
SEED = 2026


def _memory() -> float:
    """The most memory the process has had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def _rate(assessor: Assessor, households: Sequence[Mapping[str, object]]) -> float:
    start = time.process_time()
    for household in households:
        assessor.assess(household, DAY)
    return len(households) / (time.process_time() - start)


def main(size: int) -> None:
    """Print every figure."""
    before, start = _memory(), time.perf_counter()
    assessor = assess.load()
    loaded = time.perf_counter() - start
    start = time.perf_counter()
    assessor.assess({}, DAY)
    first = time.perf_counter() - start
    print(f"load: {loaded:.2f} s; the first answer of a law day: {first:.2f} s")
    print(f"memory: {before:.0f} MB before, {_memory():.0f} MB after it")
    engine, random, kinds = assessor.engine, Random(SEED), simulation.load()
    people = [simulation.simulated(kinds, assessor.population, engine.book, random) for _ in range(size)]
    single = [house.told(random.randrange(len(house.persons))) for house in people]
    print(f"one person and the house: {_rate(assessor, single):,.0f} a second")
    persons = sum(len(house.persons) for house in people) / len(people)
    rate = _rate(assessor, [house.whole() for house in people])
    print(
        f"everybody, {persons:.1f} persons on average: {rate:,.0f} households a second, {rate * persons:,.0f} persons"
    )
    start = time.perf_counter()
    days = 0
    for benefit in engine.catalogue:
        for day in engine.spans(benefit):
            engine.compiled(benefit, day)
            days += 1
    print(f"every benefit on every law day ({days}): {time.perf_counter() - start:.1f} s, {_memory():.0f} MB")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 2000)
