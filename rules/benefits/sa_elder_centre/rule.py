"""Người cao tuổi đủ điều kiện vào cơ sở nhưng có người nhận nuôi dưỡng."""

from __future__ import annotations

from rules.allowances import elderly, monthly, poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not elderly(case, law) or not poor(case) or not case.one_of("person.supporter", "none"):
        return no()
    return monthly(law, "social_assistance.coefficient.elder_foster") if case.yes("person.centre_case") else no()
