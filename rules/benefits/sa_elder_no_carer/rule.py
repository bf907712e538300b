"""Người cao tuổi thuộc hộ nghèo không có người phụng dưỡng; the higher level begins at 80, from NĐ
335/2026 on at 75.
"""

from __future__ import annotations

from rules.allowances import elderly, monthly, poor, without_supporter
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not elderly(case, law) or not poor(case) or not without_supporter(case):
        return no()
    higher = case.number("person.age") >= law.whole("social_assistance.age.elder_no_carer_higher")
    return monthly(law, f"social_assistance.coefficient.elder_no_carer.{'higher' if higher else 'lower'}")
