"""Hỗ trợ kết nối việc làm: a free service, no money for the person."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    return yes() if case.one_of("household.status", "poor", "near_poor", "newly_exited") else no()
