"""Hỗ trợ học phí trường tư: the province sets the amount, which is not known here."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import in_school_or_nursery
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    return yes() if in_school_or_nursery(case) and case.one_of("person.school", "private") else no()
