"""Events that make a deprivation indicator true of a household, or no longer true."""

from __future__ import annotations

from collections.abc import Callable

from rules.poverty import Deprivation
from rules.reports.model import Case, Effect, Set


def deprivation(indicator: Deprivation, *, worse: str) -> Callable[[Case], Effect]:
    """An effect that adds the indicator where the field `change` says `worse`, and takes it away otherwise."""

    def effect(case: Case) -> Effect:
        home = case.household
        if home is None:
            return Effect()
        have = indicator in home.deprivations
        if have == (case.fields["change"] == worse):
            return Effect()
        kept = [each for each in home.deprivations if each != indicator]
        return Effect((Set("household", home.id, {"deprivations": kept if have else [*kept, indicator]}),))

    return effect
