"""Thẻ BHYT người sống ở vùng đặc biệt khó khăn; Kim Bảng is believed to have no such commune."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    return card(law, "health_insurance.support.poor", None) if case.yes("household.special_area") else no()
