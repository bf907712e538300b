"""Hỗ trợ đóng BHYT học sinh, sinh viên: the share rose on 2025-07-01."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.schooling import in_school
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.number("person.age") < law.whole("health_insurance.age.child") or not in_school(case):
        return no()
    return card(law, "health_insurance.support.student", "health_insurance.benefit.student")
