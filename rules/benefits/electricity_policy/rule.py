"""Hỗ trợ tiền điện hộ chính sách xã hội: a member on monthly allowance and little use; poor households
have their own.
"""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if case.one_of("household.status", "poor") or not case.yes("household.has_allowance_member"):
        return no()
    if case.number("household.electricity_kwh") > law.whole("electricity.policy_max_kwh"):
        return no()
    return yes(law.product("electricity.support_kwh", "electricity.tier1_price"))
