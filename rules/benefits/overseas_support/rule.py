"""Hỗ trợ người lao động đi làm việc ở nước ngoài: language course (the amount), health check, orientation, meals."""

from __future__ import annotations

from rules.law import Law
from rules.overseas import in_group
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not in_group(case, law):
        return no()
    health = Figure("health_check", law.value("overseas.health_check"), "VND")
    orientation = Figure("orientation", law.value("overseas.orientation"), "VND")
    meal = Figure("meal", law.value("overseas.meal"), "VND/day")
    return yes(law.value("overseas.language"), health, orientation, meal)
