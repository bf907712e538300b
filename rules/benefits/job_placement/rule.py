"""Hỗ trợ kết nối việc làm: a free service, no money for the person.

The three groups go first; whether a centre also takes everybody else for nothing is not in the law sheets, so nobody is
refused.
"""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "poor", "near_poor", "newly_exited"):
        return ask_office()
    return yes() if case.yes("household.has_worker") else no()
