"""Two households become one."""

from __future__ import annotations

from rules.reports.joining import different, two
from rules.reports.model import Case, Effect, Form, Set


def effect(case: Case) -> Effect:
    """The members of the first go over to the second; the first is merged into it."""
    ends, stays = two(case)
    moves = tuple(Set("member", member.id, {"household_id": stays.id, "relation": "other"}) for member in ends.living)
    gone = Set("household", ends.id, {"state": "merged", "merged_into": stays.id, "head_member_id": None})
    listed = {ends.status, stays.status} & {"poor", "near_poor"}
    return Effect((gone, *moves), "fall_other" if listed else "")


form = Form("household", effect, (), (different,), other=True, same_within_days=60)
