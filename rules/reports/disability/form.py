"""A member becomes disabled, or a disability gets worse."""

from __future__ import annotations

from rules.reports.model import Case, Effect, Field, Form, Set

DEGREES = ("none", "mild", "severe", "exceptionally_severe")


def effect(case: Case) -> Effect:
    """The degree on the certificate goes into the register, sealed; without one the office starts the assessment."""
    degree = case.fields.get("degree", "none")
    if degree == "none" or case.member is None:
        return Effect()
    return Effect((Set("member", case.member.id, {"disability": degree}),))


form = Form("member", effect, (Field("degree", "choice", DEGREES, private=True),), same_within_days=60)
