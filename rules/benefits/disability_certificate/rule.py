"""Xác định mức độ khuyết tật: for whoever has an impairment and no certificate yet."""

from __future__ import annotations

from rules.law import Law
from rules.tree import Case
from rules.verdict import Decision, Figure, no, yes


def rule(case: Case, law: Law) -> Decision:
    """Decide one person."""
    if not case.one_of("person.disability_degree", "no_certificate") or not case.yes("household.resident"):
        return no()
    council = Figure("council", law.value("disability.council_days"), "working_days")
    return yes(None, council, Figure("certificate", law.value("disability.certificate_days"), "working_days"))
