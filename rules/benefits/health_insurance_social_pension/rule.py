"""Thẻ BHYT người hưởng trợ cấp hưu trí xã hội; from 2026 on people of 75 are covered in full.

The coverage is always that of the best group: a poor or near-poor pensioner has the higher one (Luật BHYT, Điều 22).
"""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.receives_social_pension"):
        return no()
    old = case.number("person.age") >= law.whole("social_pension.age")
    benefit = "health_insurance.benefit.social_pension_75" if old else "health_insurance.benefit.social_pension"
    if law.value(benefit) < law.value("health_insurance.benefit.poor"):
        if case.one_of("household.status", "poor"):
            benefit = "health_insurance.benefit.poor"
        elif case.one_of("household.status", "near_poor"):
            benefit = "health_insurance.benefit.near_poor"
    return card(law, "health_insurance.support.poor", benefit)
