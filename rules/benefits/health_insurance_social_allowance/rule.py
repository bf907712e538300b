"""Thẻ BHYT người hưởng trợ cấp xã hội hằng tháng."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.receives_allowance"):
        return no()
    return card(law, "health_insurance.support.poor", "health_insurance.benefit.social_allowance")
