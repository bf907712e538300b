"""Kinh phí nhận chăm sóc người cao tuổi; asked about the old person."""

from __future__ import annotations

from rules.allowances import elderly, monthly, poor
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not elderly(case, law) or not poor(case) or not case.one_of("person.supporter", "none"):
        return no()
    return monthly(law, "carer.coefficient.foster_elder") if case.yes("person.centre_case") else no()
