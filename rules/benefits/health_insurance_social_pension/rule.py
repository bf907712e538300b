"""Thẻ BHYT người hưởng trợ cấp hưu trí xã hội; from 2026 on people of 75 are covered in full."""

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
    return card(law, "health_insurance.support.poor", benefit)
