"""Hỗ trợ chi phí học tập; since NĐ 238/2025 for the nursery too. Near-poor pupils are not among the groups."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import disabled, in_general_school, in_school_or_nursery
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    in_school = in_school_or_nursery if law.regime == "decree-238" else in_general_school
    if not in_school(case):
        return no()
    group = case.one_of("household.status", "poor") or disabled(case) or case.yes("household.special_area")
    if not group and not case.one_of("person.parents", "both_dead"):
        return no()
    months = Figure("at_most", law.value("education.learning_cost.max_months"), "months/year")
    return yes(law.value("education.learning_cost.amount"), months)
