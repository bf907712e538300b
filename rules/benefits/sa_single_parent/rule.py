"""Người đơn thân nghèo đang nuôi con: paid per child. NĐ 335/2026 keeps children over 16 only for
those who already receive it.
"""

from __future__ import annotations

from rules.allowances import monthly, poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not poor_or_near_poor(case) or not case.one_of("person.marital", "never", "widowed"):
        return no()
    small, studying = "person.children_under_16", "person.children_16_to_22_studying"
    older_count = law.regime == "decree-20" or case.yes("person.receives_single_parent")
    if case.number(small) >= 1 or (older_count and case.number(studying) >= 1):
        per = (small, studying) if older_count else (small,)
        return monthly(law, "social_assistance.coefficient.single_parent", per=per)
    return no()
