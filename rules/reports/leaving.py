"""Members who leave a household, by death or to live elsewhere, and who heads it afterwards."""

from __future__ import annotations

from typing import Final

from rules.reports.model import Case, Field, New, Problem, Set


def needs_new_head(case: Case) -> bool:
    """The one who leaves is the head, and two or more others stay: somebody must be named."""
    home, person = case.household, case.member
    return home is not None and person is not None and person.id == home.head_member_id and len(home.living) > 2


NEW_HEAD: Final = Field("new_head", "member", wanted=needs_new_head)


def head_stays(case: Case) -> Problem | None:
    """The new head is a living member, and not the one who leaves."""
    chosen = case.fields.get("new_head")
    if chosen is None or case.household is None or not needs_new_head(case):
        return None
    person = case.household.member(chosen)
    if person is None or not person.lives or person.id == case.member_id:
        return Problem("new_head", "new_head")
    return None


def leave(case: Case, reason: str, state_when_last: str) -> tuple[New | Set, ...]:
    """The member ends; the last one takes the household along, a head leaves it to another."""
    home, person = case.household, case.member
    if home is None or person is None:
        raise ValueError("somebody who leaves belongs to a household")
    ending = Set("member", person.id, {"ended_on": case.day, "ended_reason": reason})
    staying = [member for member in home.living if member.id != person.id]
    if not staying:
        return (ending, Set("household", home.id, {"state": state_when_last}))
    if person.id != home.head_member_id:
        return (ending,)
    following = case.fields.get("new_head") if len(staying) > 1 else staying[0].id
    return (
        ending,
        Set("member", following or staying[0].id, {"relation": "head"}),
        Set("household", home.id, {"head_member_id": following or staying[0].id}),
    )
