"""Hỗ trợ lương thực: rice for each person of the household."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if case.one_of("household.hunger", "none"):
        return no()
    new_year = case.one_of("household.hunger", "new_year")
    months = "emergency.rice_months_new_year" if new_year else "emergency.rice_months_max"
    return yes(law.value("emergency.rice"), Figure("at_most", law.value(months), "months"))
