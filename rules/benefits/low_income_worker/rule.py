"""Ước tính người lao động có thu nhập thấp (NĐ 30/2025); the rural figure and the date are not confirmed."""

from __future__ import annotations

from rules.law import Law
from rules.poverty import limit, recognised
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if recognised(case, "poor", "near_poor"):
        return no()
    return yes() if limit(case, law, "poverty.low_income_worker") else no()
