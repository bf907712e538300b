"""Giảm 50% học phí for near-poor pupils, until 2025-09-03; the near-poor line of the article is not confirmed."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import in_general_school
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("household.status", "near_poor") or not in_general_school(case):
        return no()
    return yes(law.value("education.tuition.reduction.near_poor"))
