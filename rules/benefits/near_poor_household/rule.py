"""Ước tính hộ cận nghèo: income as for hộ nghèo, but with fewer deprivations; none at all counts too."""

from __future__ import annotations

from rules.law import Law
from rules.poverty import below_line, below_lower_line_2021, deprived, recognised
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if recognised(case, "near_poor"):
        return yes()
    if recognised(case, "poor", "average"):
        return no()
    if law.regime == "standard-2016" and below_lower_line_2021(case, law):
        return no()
    return yes() if below_line(case, law) and not deprived(case, law) else no()
