"""Thẻ BHYT người có công và thân nhân; the level of treatment differs by group, so none is promised."""

from __future__ import annotations

from rules.insurance import card
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    return card(law, "health_insurance.support.poor", None) if case.yes("person.merit") else no()
