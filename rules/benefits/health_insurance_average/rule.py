"""Hỗ trợ đóng BHYT hộ nông, lâm, ngư, diêm nghiệp có mức sống trung bình."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("household.status", "average"):
        return no()
    return card(law, "health_insurance.support.average", "health_insurance.benefit.average")
