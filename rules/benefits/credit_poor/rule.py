"""Cho vay hộ nghèo: a household without a worker may be refused."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "poor") or not case.yes("household.resident"):
        return no()
    if not case.yes("household.has_worker"):
        return ask_office()
    return loan(law, "credit.cap.poor", "credit.rate.poor", "credit.term_months.poor")
