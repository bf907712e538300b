"""Hộ gia đình trực tiếp chăm sóc người khuyết tật đặc biệt nặng; asked about the disabled person."""

from __future__ import annotations

from rules.allowances import monthly
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("person.disability_degree", "especially_severe") or not case.one_of("person.care_by", "family"):
        return no()
    return monthly(law, "carer.coefficient.family_especially_severe")
