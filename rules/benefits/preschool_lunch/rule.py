"""Hỗ trợ ăn trưa trẻ em mẫu giáo từ 3 đến 5 tuổi; near-poor children count here."""

from __future__ import annotations

from rules.allowances import NO_PARENT_CARES, poor_or_near_poor
from rules.law import Law
from rules.schooling import disabled
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    age = case.number("person.age")
    if age < law.whole("education.lunch.age_min") or age > law.whole("education.lunch.age_max"):
        return no()
    if not case.one_of("person.study", "kindergarten"):
        return no()
    group = poor_or_near_poor(case) or disabled(case) or case.yes("household.special_area")
    if not group and not case.yes("person.merit") and not case.one_of("person.parents", *NO_PARENT_CARES):
        return no()
    months = Figure("at_most", law.value("education.lunch.max_months"), "months/year")
    return yes(law.value("education.lunch.amount"), months)
