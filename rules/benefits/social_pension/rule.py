"""Trợ cấp hưu trí xã hội: people without a pension of their own, from 75, or from 70 in a poor or
near-poor household.
"""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    age = case.number("person.age")
    if age < law.whole("social_pension.age_poor") or not case.yes("person.citizen"):
        return no()
    if age < law.whole("social_pension.age") and not poor_or_near_poor(case):
        return no()
    amount = law.whole("social_pension.amount")
    if not case.one_of("person.pension_kind", "pension", "insurance_allowance", "survivor"):
        return yes(amount)
    return yes(amount) if case.number("person.pension_amount") < amount else no()
