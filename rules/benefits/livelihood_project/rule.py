"""Dự án sinh kế cộng đồng: who may join a group; nobody applies alone."""

from __future__ import annotations

from rules.law import Law
from rules.schooling import disabled
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.one_of("household.status", "poor", "near_poor"):
        return yes()
    if case.one_of("household.status", "newly_exited"):
        recent = case.number("household.months_since_exit") <= law.whole("livelihood.newly_exited_months")
        if recent:
            return yes()
    return yes() if disabled(case) and not case.yes("person.stable_livelihood") else no()
