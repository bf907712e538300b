"""A household that is not in the register yet: what is asked about it, and the rows it becomes."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from rules.reports.model import HOME, Case, Field, New, Ref

RELATIONS: Final = ("spouse", "child", "parent", "grandchild", "child_in_law", "sibling", "other")
SEXES: Final = ("male", "female")


def _is_new(case: Case) -> bool:
    return case.is_new


FOUNDING: Final = (
    Field("head_name", "name", wanted=_is_new),
    Field("head_sex", "choice", SEXES, wanted=_is_new),
    Field("head_birth", "birth", required=False, wanted=_is_new),
    Field("others", "people", required=False, wanted=_is_new),
)
"""Asked where the household is new: its head, then everybody else at once."""


def found(case: Case, values: Mapping[str, Any]) -> tuple[New, ...]:
    """The rows of a new household with its head and its other members."""
    if case.area is None:
        raise ValueError("a new household needs a village")
    fields = case.fields
    rows = [
        New("household", HOME, {"area_key": case.area.key, "head_member_id": Ref("head"), **values}),
        New("member", "head", person(fields["head_name"], "head", fields.get("head_sex"), fields.get("head_birth"))),
    ]
    for number, other in enumerate(fields.get("others") or (), start=1):
        said = person(other["name"], other.get("relation", "other"), other.get("sex"), other.get("birth"))
        rows.append(New("member", f"other{number}", said))
    return tuple(rows)


def person(
    name: str, relation: str, sex: str | None, birth: Mapping[str, str] | None, home: Any = None
) -> dict[str, Any]:
    """The fields of a new member; `birth` is {"date", "precision"} as plain data."""
    values: dict[str, Any] = {
        "household_id": Ref(HOME) if home is None else home,
        "name": name,
        "relation": relation,
        "sex": sex,
    }
    if birth:
        values |= {"birth_date": date.fromisoformat(birth["date"]), "birth_precision": birth["precision"]}
    return values
