"""Chương trình xóa nhà tạm, nhà dột nát, closed at the end of August 2025."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not poor_or_near_poor(case) or not case.yes("household.weak_house"):
        return no()
    if not case.yes("household.undisputed_land"):
        return no()
    return yes(law.value("housing.campaign.new"), Figure("repair", law.value("housing.campaign.repair"), "VND"))
