"""Vay vốn sinh viên STEM: full tuition and a sum to live on; not poverty-tested."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import in_higher_school
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not in_higher_school(case) or not case.yes("person.stem_student"):
        return no()
    return yes(law.value("credit.cap.student_stem_living")) if case.yes("person.good_grades") else no()
