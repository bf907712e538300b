"""Người được trợ giúp pháp lý: a near-poor adult of no other group is covered only when accused."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import disabled
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.one_of("household.status", "poor"):
        return yes()
    age = case.number("person.age")
    if age < law.whole("legal_aid.age.child") or case.yes("person.merit"):
        return yes()
    if case.yes("person.ethnic_minority") and case.yes("household.special_area"):
        return yes()
    near_poor = case.one_of("household.status", "near_poor")
    if (near_poor or age < law.whole("legal_aid.age.minor")) and case.yes("person.accused"):
        return yes()
    if not near_poor and not case.yes("person.receives_allowance"):
        return no()
    listed = age >= law.whole("legal_aid.age.elder") or disabled(case) or case.yes("person.legal_group")
    return yes() if listed else no()
