"""Ước tính hộ nghèo: a decision of the commune counts; without one, income and deprivations are
compared with the standard.
"""

from __future__ import annotations

from rules.law import Law
from rules.poverty import below_line, below_lower_line_2021, deprived, recognised
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if recognised(case, "poor"):
        return yes()
    if recognised(case, "near_poor", "average"):
        return no()
    if law.regime == "standard-2016" and below_lower_line_2021(case, law):
        return yes()
    return yes() if below_line(case, law) and deprived(case, law) else no()
