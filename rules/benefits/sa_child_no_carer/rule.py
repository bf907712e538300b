"""Trẻ em không có nguồn nuôi dưỡng: no parent can raise the child; a higher coefficient under 4."""

from __future__ import annotations

from rules.allowances import child, monthly, without_parents, young_child
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not child(case, law) or not without_parents(case, law):
        return no()
    age = "under_4" if young_child(case, law) else "from_4"
    return monthly(law, f"social_assistance.coefficient.child_no_carer.{age}")
