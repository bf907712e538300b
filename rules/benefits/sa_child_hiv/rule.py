"""Trẻ em nhiễm HIV thuộc hộ nghèo."""

from __future__ import annotations

from rules.allowances import child, monthly, poor, young_child
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not child(case, law) or not poor(case) or not case.yes("person.hiv"):
        return no()
    age = "under_4" if young_child(case, law) else "from_4"
    return monthly(law, f"social_assistance.coefficient.child_hiv.{age}")
