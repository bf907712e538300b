"""A member of a household dies."""

from __future__ import annotations

from rules.reports.leaving import NEW_HEAD, head_stays, leave
from rules.reports.model import Case, Effect, Form


def effect(case: Case) -> Effect:
    """The member ends; the last one dissolves the household."""
    return Effect(leave(case, "death", "dissolved"), "fall_other")


form = Form("member", effect, (NEW_HEAD,), (head_stays,), same_within_days=36500)
