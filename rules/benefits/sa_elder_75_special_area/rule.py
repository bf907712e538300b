"""Người cao tuổi từ 75 đến 80 ở vùng đặc biệt khó khăn; ended on 2025-07-01 with NĐ 176/2025."""

from __future__ import annotations

from rules.allowances import monthly, poor, poor_or_near_poor, without_supporter
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    age = case.number("person.age")
    young = age < law.whole("social_assistance.age.elder_75_disadvantaged")
    if young or age >= law.whole("social_assistance.age.elder_80"):
        return no()
    if not case.yes("household.special_area") or not poor_or_near_poor(case):
        return no()
    if poor(case) and without_supporter(case):
        return no()
    return monthly(law, "social_assistance.coefficient.elder_75_disadvantaged")
