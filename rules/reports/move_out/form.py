"""People move away: one member, or the whole household."""

from __future__ import annotations

from rules.reports.leaving import NEW_HEAD, head_stays, leave, needs_new_head
from rules.reports.model import Case, Effect, Field, Form, Set

WHO = ("person", "household")


def _head_needed(case: Case) -> bool:
    return case.fields.get("who") == "person" and needs_new_head(case)


def _alone(case: Case) -> bool:
    return case.household is not None and len(case.household.living) == 1


def effect(case: Case) -> Effect:
    """The household is no longer here, or has one member less."""
    if case.household is not None and (_alone(case) or case.fields.get("who") == "household"):
        return Effect((Set("household", case.household.id, {"state": "moved_out"}),), "fall_other")
    return Effect(leave(case, "moved_out", "moved_out"), "fall_other")


form = Form(
    "member",
    effect,
    (
        Field("who", "choice", WHO, wanted=lambda case: not _alone(case)),
        Field(NEW_HEAD.id, NEW_HEAD.kind, wanted=_head_needed),
    ),
    (head_stays,),
    same_within_days=60,
)
