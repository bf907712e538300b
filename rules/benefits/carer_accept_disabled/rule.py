"""Hộ, cá nhân nhận chăm sóc người khuyết tật đặc biệt nặng; asked about the disabled person."""

from __future__ import annotations

from rules.allowances import child, monthly
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    disabled = case.one_of("person.disability_degree", "especially_severe")
    if not disabled or not case.one_of("person.care_by", "other_household"):
        return no()
    return monthly(law, f"carer.coefficient.accept_especially_severe.{'child' if child(case, law) else 'adult'}")
