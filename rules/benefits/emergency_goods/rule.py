"""Hỗ trợ nhu yếu phẩm thiết yếu in kind, for a household that lost its home."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    lost = case.one_of("household.house_damage", "lost")
    return yes() if lost and case.yes("household.lacks_essentials") else no()
