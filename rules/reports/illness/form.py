"""Somebody falls seriously ill."""

from __future__ import annotations

from rules.reports.model import Case, Effect, Field, Form, Set

CAUSE = "ốm đau, bệnh nặng"
"""The cause of poverty as the national review writes it."""


def effect(case: Case) -> Effect:
    """On a listed household illness is noted as a cause; the register keeps no diagnosis."""
    home = case.household
    if home is None or home.status not in ("poor", "near_poor") or CAUSE in home.causes:
        return Effect()
    return Effect((Set("household", home.id, {"causes": [*home.causes, CAUSE]}),))


form = Form("member", effect, (Field("what", "text", private=True, required=False),), same_within_days=30)
