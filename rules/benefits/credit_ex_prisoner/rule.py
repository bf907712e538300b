"""Cho vay người chấp hành xong án phạt tù: production loan; for training a sum each month."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.yes("person.prison_released"):
        return no()
    if case.number("person.years_since_release") > law.whole("credit.exprisoner.years"):
        return no()
    training = Figure("training", law.value("credit.exprisoner.training_month"), "VND/month")
    rate = Figure("interest_rate", law.value("credit.rate.poor"), "percent/year")
    return yes(law.value("credit.exprisoner.production"), training, rate)
