"""Two entries of the register for one and the same household: a correction."""

from __future__ import annotations

from rules.reports.joining import different, two
from rules.reports.model import Case, Effect, Form, Member, Set


def effect(case: Case) -> Effect:
    """The second entry stays. Who stands only in the first goes over; who stands in both stays once."""
    ends, stays = two(case)
    known = {_who(member) for member in stays.living}
    moves = tuple(
        Set(
            "member",
            member.id,
            {"household_id": stays.id, **({"relation": "other"} if member.relation == "head" else {})},
        )
        for member in ends.living
        if _who(member) not in known
    )
    moved = {move.id for move in moves}
    gone = {"state": "merged", "merged_into": stays.id}
    headless = {"head_member_id": None} if ends.head_member_id in moved else {}
    column = "fall_other" if ends.status in ("poor", "near_poor") else ""
    return Effect((Set("household", ends.id, {**gone, **headless}), *moves), column, "correction")


def _who(member: Member) -> tuple[str, int | None]:
    return " ".join(member.name.lower().split()), member.birth_date.year if member.birth_date is not None else None


form = Form("household", effect, (), (different,), other=True, same_within_days=36500)
