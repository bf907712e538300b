"""Hỗ trợ đóng BHYT nạn nhân bom mìn."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    return card(law, "health_insurance.support.mine_victim", None) if case.yes("person.mine_victim") else no()
