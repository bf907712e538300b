"""Vay mua máy tính, thiết bị học trực tuyến; amount, rate and term are not confirmed."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.schooling import in_school
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("household.status", "poor", "near_poor", "average") or not in_school(case):
        return no()
    if case.yes("person.has_computer"):
        return no()
    cap, rate = "credit.cap.student_computer", "credit.rate.student_computer"
    return loan(law, cap, rate, "credit.term_months.student_computer")
