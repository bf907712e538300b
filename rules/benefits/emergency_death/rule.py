"""Hỗ trợ chi phí mai táng khẩn cấp: a household with a dead or missing member."""

from __future__ import annotations

from rules.allowances import one_off
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    return one_off(law, "emergency.death_multiple") if case.yes("household.disaster_death") else no()
