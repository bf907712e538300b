"""Hỗ trợ di dời nhà ở khẩn cấp, for any household."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    return yes(law.value("emergency.house_move")) if case.yes("household.relocation_ordered") else no()
