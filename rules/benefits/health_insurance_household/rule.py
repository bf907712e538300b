"""BHYT theo hộ gia đình: whoever has no card and whom no allowance or age gives one; nobody pays a part of it."""

from __future__ import annotations

from rules.allowances import poor
from rules.insurance import household_prices
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.lacks_card") or poor(case):
        return no()
    if case.number("person.age") < law.whole("health_insurance.age.child"):
        return no()
    if case.yes("person.receives_allowance") or case.yes("person.receives_social_pension") or case.yes("person.merit"):
        return no()
    return yes(None, *household_prices(law))
