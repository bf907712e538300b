"""A pupil leaves school, or goes back."""

from __future__ import annotations

from rules.reports.model import Case, Effect, Field, Form, Set

CHANGES = ("left", "back")


def effect(case: Case) -> Effect:
    """Whether the member attends school; the officers count the deprivation in the next review."""
    studies = case.fields["change"] == "back"
    if case.member is None or case.member.study is studies:
        return Effect()
    return Effect((Set("member", case.member.id, {"study": studies}),))


form = Form("member", effect, (Field("change", "choice", CHANGES),), same_within_days=30)
