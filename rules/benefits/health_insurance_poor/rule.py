"""Thẻ BHYT hộ nghèo: the state pays the whole contribution."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("household.status", "poor"):
        return no()
    return card(law, "health_insurance.support.poor", "health_insurance.benefit.poor")
