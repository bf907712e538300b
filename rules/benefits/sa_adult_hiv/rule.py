"""Người nhiễm HIV thuộc hộ nghèo không có thu nhập ổn định; from NĐ 335/2026 on another allowance no
longer excludes.
"""

from __future__ import annotations

from rules.allowances import child, monthly, poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if child(case, law) or not poor(case) or not case.yes("person.hiv"):
        return no()
    if case.yes("person.regular_income"):
        return no()
    if case.one_of("person.pension_kind", "pension", "insurance_allowance", "survivor"):
        return no()
    if law.regime == "decree-20" and case.yes("person.receives_allowance"):
        return no()
    return monthly(law, "social_assistance.coefficient.adult_hiv")
