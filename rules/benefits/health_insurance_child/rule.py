"""Thẻ BHYT trẻ em dưới 6 tuổi."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.number("person.age") >= law.whole("health_insurance.age.child"):
        return no()
    return card(law, "health_insurance.support.poor", "health_insurance.benefit.child")
