"""Người từ đủ 80 tuổi; the social pension took its place on 2025-07-01."""

from __future__ import annotations

from rules.allowances import monthly, poor, without_supporter
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if case.number("person.age") < law.whole("social_assistance.age.elder_80"):
        return no()
    if case.one_of("person.pension_kind", "pension", "insurance_allowance", "survivor"):
        return no()
    if case.yes("person.receives_allowance") or (poor(case) and without_supporter(case)):
        return no()
    return monthly(law, "social_assistance.coefficient.elder_80")
