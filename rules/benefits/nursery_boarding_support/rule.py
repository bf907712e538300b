"""Hỗ trợ trẻ em nhà trẻ bán trú (NĐ 66/2025), for communes in special difficulty only."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("household.special_area") or not case.one_of("person.study", "nursery"):
        return no()
    return yes(law.value("education.nursery_boarding.amount"))
