"""Miễn học phí under NĐ 81/2021; since 2025-09-03 public schooling is free for everybody."""

from __future__ import annotations

from rules.allowances import NO_PARENT_CARES
from rules.law import Law
from rules.schooling import disabled, in_general_school
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not in_general_school(case):
        return no()
    exempt = yes(law.value("education.tuition.reduction.poor"))
    if case.one_of("household.status", "poor") or disabled(case):
        return exempt
    age = case.number("person.age")
    if age < law.whole("education.tuition.age.no_carer") and case.one_of("person.parents", *NO_PARENT_CARES):
        return exempt
    if law.known("education.tuition.age.preschool_exempt") and case.one_of("person.study", "kindergarten"):
        five = law.whole("education.tuition.age.preschool_exempt")
        return exempt if age >= five and age < five + 1 else no()
    return no()
