"""Mai táng phí người hưởng trợ cấp hưu trí xã hội; asked about the deceased."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.deceased"):
        return no()
    if case.yes("person.receives_social_pension") or case.one_of("person.applied_before_death", "social_pension"):
        return yes(law.product("social_pension.amount_one_off", "social_pension.funeral_multiple"))
    return no()
