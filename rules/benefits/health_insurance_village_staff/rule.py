"""Hỗ trợ đóng BHYT người hoạt động không chuyên trách ở thôn, tổ dân phố."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.village_staff"):
        return no()
    return card(law, "health_insurance.support.village_staff", "health_insurance.benefit.village_staff")
