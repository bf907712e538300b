"""Cho vay nước sạch và vệ sinh môi trường nông thôn: for a work that is missing or broken; in a ward ask."""

from __future__ import annotations

from rules.credit import loan
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, ask_office, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one household."""
    if not case.yes("household.resident") or not case.yes("household.lacks_water_works"):
        return no()
    if case.one_of("household.area", "urban"):
        return ask_office()
    return loan(law, "credit.cap.water", "credit.rate.water", "credit.term_months.water")
