"""Hỗ trợ đóng BHYT nạn nhân mua bán người, for one year."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.trafficking_victim"):
        return no()
    return card(law, "health_insurance.support.trafficking_victim", None)
