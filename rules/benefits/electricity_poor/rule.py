"""Hỗ trợ tiền điện hộ nghèo: the price of some kWh of the first tier, before tax; no ceiling of use."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "poor"):
        return no()
    return yes(law.product("electricity.support_kwh", "electricity.tier1_price"))
