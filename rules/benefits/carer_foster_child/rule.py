"""Kinh phí nhận chăm sóc, nuôi dưỡng trẻ em không có nguồn nuôi dưỡng; asked about the child.

Whoever keeps such a child has accepted it, also grandparents and other relatives of the house.
"""

from __future__ import annotations

from rules.allowances import child, monthly, without_parents, young_child
from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, no


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not child(case, law) or not without_parents(case, law) or case.one_of("person.care_by", "nobody"):
        return no()
    age = "under_4" if young_child(case, law) else "from_4"
    return monthly(law, f"carer.coefficient.foster_child.{age}")
