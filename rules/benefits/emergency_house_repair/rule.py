"""Hỗ trợ sửa chữa nhà ở: heavy damage, not fit to live in."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.house_damage", "heavy"):
        return no()
    needy = poor_or_near_poor(case) or case.yes("household.hardship")
    return yes(law.value("emergency.house_repair")) if needy else no()
