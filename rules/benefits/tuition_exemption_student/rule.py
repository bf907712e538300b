"""Miễn, giảm học phí for students; a Kinh student of a poor household is not among them and may take a loan."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.schooling import disabled, in_higher_school
from rules.tree import Case
from rules.verdict import Decision, ask_office, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not in_higher_school(case):
        return no()
    free = yes(law.value("education.tuition.reduction.ethnic_poor_student"))
    if disabled(case) or (case.one_of("person.study", "vocational") and case.one_of("person.parents", "both_dead")):
        return free
    if case.yes("person.ethnic_minority") and poor_or_near_poor(case):
        return free
    young = case.number("person.age") <= law.whole("education.tuition.age.first_degree_max")
    if young and case.yes("person.receives_allowance") and case.yes("person.first_degree"):
        return free
    reduced = "education.tuition.reduction.work_accident_child"
    if law.known(reduced) and case.yes("person.work_accident_parent"):
        return yes(law.value(reduced))
    # Who goes from lower secondary school to trung cấp is free as well; no fact tells trung cấp from the other trades.
    return ask_office() if case.one_of("person.study", "vocational") else no()
