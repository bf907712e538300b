"""Hỗ trợ chi phí mai táng; asked about the deceased. The commune pays the highest of several funeral schemes only."""

from __future__ import annotations

from rules.allowances import one_off, poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.deceased"):
        return no()
    payment = one_off(law, "funeral.multiple")
    if case.yes("person.receives_allowance") or case.yes("person.single_parent_child"):
        return payment
    if law.regime == "decree-335" and case.one_of("person.applied_before_death", "allowance"):
        return payment
    if case.number("person.age") >= law.whole("funeral.survivor_age"):
        return payment if case.one_of("person.pension_kind", "survivor", "other") else no()
    if law.regime == "decree-20" or case.number("person.age") < law.whole("funeral.survivor_age_poor"):
        return no()
    return payment if poor_or_near_poor(case) and case.one_of("person.pension_kind", "survivor") else no()
