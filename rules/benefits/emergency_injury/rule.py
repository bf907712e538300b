"""Hỗ trợ chi phí điều trị người bị thương nặng."""

from __future__ import annotations

from rules.allowances import one_off
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.injured"):
        return no()
    treated = case.number("person.treatment_days") >= law.whole("emergency.injury_treatment_days")
    return one_off(law, "emergency.injury_multiple") if treated else no()
