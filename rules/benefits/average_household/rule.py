"""Ước tính hộ nông, lâm, ngư, diêm nghiệp có mức sống trung bình; its upper limit from 2027 on is not known."""

from __future__ import annotations

from rules.law import Law
from rules.poverty import below_average_limit, below_line, recognised
from rules.tree import Case
from rules.verdict import Decision, ask_office, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if recognised(case, "average"):
        return yes()
    if recognised(case, "poor", "near_poor"):
        return no()
    if below_line(case, law) or not case.yes("household.farming"):
        return no()
    if law.regime == "standard-2027":
        return ask_office()
    return yes() if below_average_limit(case, law) else no()
