"""Người cao tuổi thuộc hộ nghèo không có người phụng dưỡng; the higher level begins at 80, from NĐ
335/2026 on at 75.
"""

from __future__ import annotations

from rules.allowances import elderly, monthly, poor, without_supporter
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes

HIGHER = "social_assistance.coefficient.elder_no_carer.higher"
MOVED_AGE = "social_assistance.age.elder_no_carer_moved"


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not elderly(case, law) or not poor(case) or not without_supporter(case):
        return no()
    if case.number("person.age") >= law.whole("social_assistance.age.elder_no_carer_higher"):
        return monthly(law, HIGHER)
    if (
        law.known(MOVED_AGE)
        and case.number("person.age") >= law.whole(MOVED_AGE)
        and case.yes("person.receives_allowance")
    ):
        # Điều 32 khoản 3 moves who already receives to the new level; that the coefficient moves too is our reading.
        return yes(law.product("social_assistance.standard_amount", HIGHER), sure=False)
    return monthly(law, "social_assistance.coefficient.elder_no_carer.lower")
