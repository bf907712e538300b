"""A child is born into a household."""

from __future__ import annotations

from rules.reports.founding import SEXES
from rules.reports.model import Case, Effect, Field, Form, New

RELATIONS = ("child", "grandchild", "other")


def effect(case: Case) -> Effect:
    """One member more, born on the day of the event."""
    if case.household is None:
        raise ValueError("a child is born into a household")
    values = {
        "household_id": case.household.id,
        "name": case.fields["name"],
        "relation": case.fields["relation"],
        "sex": case.fields["sex"],
        "birth_date": case.day,
    }
    return Effect((New("member", "child", values),), "rise_other")


form = Form(
    "household",
    effect,
    (Field("name", "name"), Field("sex", "choice", SEXES), Field("relation", "choice", RELATIONS)),
    same_within_days=3,
)
