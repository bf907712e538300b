"""Cho vay nước sạch và vệ sinh môi trường nông thôn: rural by the text; in a ward the bank has to be asked."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.yes("household.resident"):
        return no()
    if case.one_of("household.area", "urban"):
        return ask_office()
    return loan(law, "credit.cap.water", "credit.rate.water", "credit.term_months.water")
