"""Miễn học phí cho mọi học sinh công lập, whatever the household."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import in_school_or_nursery
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not in_school_or_nursery(case) or not case.one_of("person.school", "public"):
        return no()
    return yes(law.value("education.tuition.reduction.public"))
