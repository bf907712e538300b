"""The eight events that bring a household onto a list, from one to the other, or off both."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from rules.reports.founding import FOUNDING, found
from rules.reports.model import Case, Check, Effect, Field, Form, Problem, Set

DECISION: Final = (
    Field("decision_no", "text", required=False, officer=True),
    Field("b1", "number", required=False, officer=True),
    Field("b2", "number", required=False, officer=True),
)
"""What only an officer knows: the number of the decision, and the totals of forms B1 and B2 as they were scored."""


def must_be(status: str) -> Check:
    """The household is on this list now."""

    def check(case: Case) -> Problem | None:
        if case.is_new or case.household is None or case.household.status == status:
            return None
        return Problem(f"not_{status}", "subject", {"code": case.household.code})

    return check


def not_listed(case: Case) -> Problem | None:
    """The household is on neither list."""
    home = case.household
    if home is not None and home.status in ("poor", "near_poor"):
        return Problem(f"already_{home.status}", "subject", {"code": home.code})
    return None


def never(status: str) -> Check:
    """The household never had this status: else it is listed "again"."""

    def check(case: Case) -> Problem | None:
        if case.household is not None and status in case.household.earlier:
            return Problem(f"was_{status}", "subject", {"code": case.household.code})
        return None

    return check


def once(status: str) -> Check:
    """The household had this status before."""

    def check(case: Case) -> Problem | None:
        home = case.household
        if home is None or status in home.earlier:
            return None
        # Of a household that came into the register as "newly exited" it is not known which list it left.
        if home.status != "newly_exited" or home.earlier & {"poor", "near_poor"}:
            return Problem(f"never_{status}", "subject", {"code": home.code})
        return None

    return check


def becomes(status: str, column: str, *checks: Check, may_be_new: bool = False) -> Form:
    """A form whose effect is a new status."""

    def effect(case: Case) -> Effect:
        values = {"status": status, "status_since": case.day, **_decided(case.fields)}
        if case.household is None:
            return Effect(found(case, values), column)
        return Effect((Set("household", case.household.id, values),), column)

    fields = (*FOUNDING, *DECISION) if may_be_new else DECISION
    return Form("household", effect, fields, checks, may_be_new=may_be_new, same_within_days=60, reviewed=True)


def _decided(fields: Mapping[str, Any]) -> dict[str, Any]:
    return {name: fields[name] for name in ("decision_no", "b1", "b2") if fields.get(name) is not None}
