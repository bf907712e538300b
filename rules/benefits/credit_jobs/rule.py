"""Cho vay hỗ trợ tạo việc làm for a worker; some groups pay the lower rate, which the bank decides."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.yes("household.resident"):
        return no()
    return loan(law, "credit.cap.jobs.worker", "credit.rate.jobs", "credit.term_months.jobs")
