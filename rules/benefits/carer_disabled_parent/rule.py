"""Người khuyết tật nặng, đặc biệt nặng đang mang thai hoặc nuôi con dưới 36 tháng; paid beside the own allowance."""

from __future__ import annotations

from rules.allowances import monthly, severely_disabled
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not severely_disabled(case):
        return no()
    children = case.number("person.children_under_36_months")
    if case.yes("person.pregnant"):
        return monthly(law, f"carer.coefficient.disabled_parent.{'more' if children >= 1 else 'one'}")
    if children >= 1:
        return monthly(law, f"carer.coefficient.disabled_parent.{'more' if children >= 2 else 'one'}")
    return no()
