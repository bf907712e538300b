"""Who is helped to work abroad (NĐ 61/2015, NĐ 338/2025)."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case


def in_group(case: Case, law: Law) -> bool:
    """A poor or near-poor household, or a worker of a listed group; NĐ 338/2025 added those who were discharged."""
    if case.one_of("household.status", "poor", "near_poor"):
        return True
    added = ("discharged",) if law.regime == "decree-338" else ()
    return case.one_of("household.overseas_group", "ethnic_or_merit", "lost_farmland", *added)
