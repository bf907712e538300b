"""A disaster or an accident strikes a household."""

from __future__ import annotations

from rules.reports.model import Case, Effect, Field, Form

KINDS = ("storm", "flood", "fire", "landslide", "accident", "other")


def effect(case: Case) -> Effect:
    """The register stays as it is: the report itself starts the emergency support."""
    return Effect()


form = Form(
    "household",
    effect,
    (Field("what", "choice", KINDS), Field("damage", "text", required=False)),
    same_within_days=7,
)
