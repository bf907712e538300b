"""Đối tượng cần bảo vệ khẩn cấp: meal money for each day of temporary care, for at most some months."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.needs_protection"):
        return no()
    return yes(law.value("carer.temporary_meal"), Figure("at_most", law.value("carer.temporary_months_max"), "months"))
