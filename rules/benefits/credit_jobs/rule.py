"""Cho vay hỗ trợ tạo việc làm for an able worker with a need; the bank decides who pays the lower rate."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.yes("household.resident") or not case.yes("household.wants_business_loan"):
        return no()
    if not case.yes("household.has_worker"):
        return no()
    return loan(law, "credit.cap.jobs.worker", "credit.rate.jobs", "credit.term_months.jobs")
