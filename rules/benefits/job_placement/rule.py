"""Hỗ trợ kết nối việc làm: a free service for whoever can work, no money for the person."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "poor", "near_poor", "newly_exited"):
        return no()
    return yes() if case.yes("household.has_worker") else no()
