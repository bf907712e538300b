"""Viễn thông công ích: a telephone, or money for one; the programme after 2025 is not known."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not poor_or_near_poor(case) or case.yes("household.received_device"):
        return no()
    return yes(law.value("telecom.smartphone_cash"))
