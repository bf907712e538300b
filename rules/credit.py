"""Loans of the Ngân hàng Chính sách xã hội: the cap is the amount, rate and term stand beside it."""

from __future__ import annotations

from rules.law import Law
from rules.verdict import Decision, Figure, yes


def loan(law: Law, cap: str, rate: str, term: str | None = None) -> Decision:
    """Whoever belongs to the group may apply; the bank and the savings group still choose."""
    figures = [Figure("interest_rate", law.value(rate), "percent/year")]
    if term is not None:
        figures.append(Figure("term", law.value(term), "months"))
    return yes(law.value(cap), *figures)
