"""Thẻ BHYT người hưởng tiền tuất: from 80, since 2025-07-01 from 75, or from 70 in a near-poor household."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    age, free = case.number("person.age"), "health_insurance.support.poor"
    if law.regime == "decree-146":
        if age >= law.whole("health_insurance.age.survivor") and case.one_of("person.pension_kind", "survivor"):
            return card(law, free, None)
        return no()
    if age < law.whole("health_insurance.age.survivor_near_poor") or not case.one_of("person.pension_kind", "survivor"):
        return no()
    if age < law.whole("health_insurance.age.survivor") and not case.one_of("household.status", "near_poor"):
        return no()
    return card(law, free, "health_insurance.benefit.survivor")
