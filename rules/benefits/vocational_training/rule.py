"""Hỗ trợ đào tạo trình độ sơ cấp, dưới 3 tháng; since 2026 for rural workers, and in a ward nobody knows yet."""

from __future__ import annotations

from rules.law import Law
from rules.training import cap_2016, of_working_age
from rules.tree import Case
from rules.verdict import Decision, ask_office, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not of_working_age(case, law):
        return no()
    if law.regime == "decree-338":
        if case.yes("person.discharged"):
            return yes(law.product("base_salary.amount", "training.cap.discharged_multiple"))
        return yes(law.value("training.cap.rural")) if case.one_of("household.area", "rural") else ask_office()
    cap = cap_2016(case, law)
    return no() if cap is None else yes(law.value(cap))
