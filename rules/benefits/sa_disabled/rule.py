"""Người khuyết tật nặng và đặc biệt nặng, whatever the household; children and the elderly get half a
coefficient more.
"""

from __future__ import annotations

from rules.allowances import child, elderly, monthly, severely_disabled
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not severely_disabled(case):
        return no()
    especially = case.one_of("person.disability_degree", "especially_severe")
    degree = "especially_severe" if especially else "severe"
    age = "child_or_elderly" if child(case, law) or elderly(case, law) else "adult"
    return monthly(law, f"social_assistance.coefficient.disabled.{degree}.{age}")
