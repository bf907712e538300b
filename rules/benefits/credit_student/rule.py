"""Vay vốn học sinh, sinh viên có hoàn cảnh khó khăn: a sum for each month of study."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.schooling import in_higher_school
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not in_higher_school(case):
        return no()
    group = case.one_of("household.status", "poor", "near_poor", "average")
    group = group or case.one_of("person.parents", "both_dead", "one_dead_other_unable")
    if not group and not case.yes("person.study_hardship"):
        return no()
    return loan(law, "credit.cap.student", "credit.rate.student")
