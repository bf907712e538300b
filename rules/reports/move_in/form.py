"""People come to live here: one who joins a household, or a household of its own."""

from __future__ import annotations

from rules.reports.founding import FOUNDING, RELATIONS, SEXES, found, person
from rules.reports.model import Case, Effect, Field, Form, New


def _joins(case: Case) -> bool:
    return not case.is_new


def effect(case: Case) -> Effect:
    """One member more, or a household more with the status that its paper from the old place shows."""
    if case.household is None:
        status = case.fields.get("status") or "none"
        return Effect(
            found(case, {"status": status, "status_since": case.day}), "rise_other" if status != "none" else ""
        )
    said = case.fields
    values = person(said["name"], said["relation"], said["sex"], said.get("birth"), case.household.id)
    return Effect((New("member", "newcomer", values),), "rise_other")


form = Form(
    "household",
    effect,
    (
        Field("name", "name", wanted=_joins),
        Field("sex", "choice", SEXES, wanted=_joins),
        Field("relation", "choice", RELATIONS, wanted=_joins),
        Field("birth", "birth", required=False, wanted=_joins),
        *FOUNDING,
        Field("status", "choice", ("none", "poor", "near_poor"), wanted=lambda case: case.is_new),
    ),
    may_be_new=True,
    same_within_days=30,
)
