"""Nhà Đại đoàn kết: the fund chooses among poor households in weak houses, so nobody is promised anything."""

from __future__ import annotations

from rules.allowances import poor_or_near_poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    return ask_office() if poor_or_near_poor(case) and case.yes("household.weak_house") else no()
