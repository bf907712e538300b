"""Người từ 16 tuổi còn đi học, formerly a child without carer; the limit of 22 years ended with NĐ 335/2026."""

from __future__ import annotations

from rules.allowances import child, monthly
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if child(case, law) or not case.yes("person.had_child_allowance"):
        return no()
    if law.regime == "decree-20" and case.number("person.age") > law.whole("social_assistance.age.study_cap"):
        return no()
    if case.one_of("person.study", "none"):
        return no()
    if not case.yes("person.continuous_study" if law.regime == "decree-335" else "person.first_degree"):
        return no()
    return monthly(law, "social_assistance.coefficient.youth_study")
