"""Trẻ em dưới 3 tuổi ở vùng đặc biệt khó khăn; Kim Bảng is believed to have no such commune."""

from __future__ import annotations

from rules.allowances import monthly, poor, poor_or_near_poor, severely_disabled, without_parents
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.number("person.age") >= law.whole("social_assistance.age.child_disadvantaged"):
        return no()
    if not case.yes("household.special_area") or not poor_or_near_poor(case):
        return no()
    if without_parents(case, law) or severely_disabled(case) or (poor(case) and case.yes("person.hiv")):
        return no()
    return monthly(law, "social_assistance.coefficient.child_under_3_disadvantaged")
