"""Hỗ trợ làm nhà ở: the house is gone and there is no other place to live."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.house_damage", "lost") or not case.yes("household.no_place_to_live"):
        return no()
    needy = poor_or_near_poor(case) or case.yes("household.hardship")
    return yes(law.value("emergency.house_new")) if needy else no()
