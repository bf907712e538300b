"""Cho vay hộ cận nghèo: as for hộ nghèo, at 1.2 times the rate."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.one_of("household.status", "near_poor") or not case.yes("household.resident"):
        return no()
    if not case.yes("household.has_worker"):
        return ask_office()
    return loan(law, "credit.cap.near_poor", "credit.rate.near_poor")
