"""Hỗ trợ đóng BHYT hộ cận nghèo: the national minimum, unless the locality entered a higher share with its document."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("household.status", "near_poor"):
        return no()
    return card(law, "health_insurance.support.near_poor", "health_insurance.benefit.near_poor")
