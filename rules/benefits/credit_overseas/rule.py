"""Cho vay đi làm việc ở nước ngoài: up to all that the contract costs; the rate depends on the group."""

from __future__ import annotations

from rules.law import Law
from rules.overseas import in_group
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not in_group(case, law):
        return no()
    rate = Figure("interest_rate", law.value("credit.rate.overseas_priority"), "percent/year")
    return yes(None, Figure("of_the_cost", law.value("credit.overseas.cost_share"), "percent"), rate)
