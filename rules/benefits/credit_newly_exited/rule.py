"""Cho vay hộ mới thoát nghèo, for some years after leaving either list."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "newly_exited") or not case.yes("household.resident"):
        return no()
    if case.number("household.months_since_exit") > 12 * law.whole("credit.newly_exited_years"):
        return no()
    if not case.yes("household.has_worker"):
        return ask_office()
    return loan(law, "credit.cap.newly_exited", "credit.rate.newly_exited", "credit.term_months.newly_exited")
