"""Some members found a household of their own."""

from __future__ import annotations

from rules.reports.model import HOME, Case, Effect, Field, Form, New, Problem, Ref, Set


def _stay(case: Case) -> Problem | None:
    """Those who go are members, somebody stays behind, and the head stays."""
    chosen, home = case.fields.get("members"), case.household
    if not chosen or home is None:
        return None
    if not set(chosen) <= {member.id for member in home.living}:
        return Problem("split_strangers", "members")
    if home.head_member_id in chosen:
        return Problem("split_head", "members", {"name": home.head.name if home.head is not None else ""})
    return None


def effect(case: Case) -> Effect:
    """A new household in the same village and with the same status, headed by the first who was named."""
    home, chosen = case.household, case.fields["members"]
    if home is None:
        raise ValueError("a household is split")
    values = {
        "area_key": home.area_key,
        "head_member_id": chosen[0],
        "status": home.status,
        "status_since": home.status_since,
        "deprivations": list(home.deprivations),
        "causes": list(home.causes),
    }
    moves = tuple(
        Set("member", member, {"household_id": Ref(HOME), **({} if place else {"relation": "head"})})
        for place, member in enumerate(chosen)
    )
    column = "rise_other" if home.status in ("poor", "near_poor") else ""
    return Effect((New("household", HOME, values), *moves), column)


form = Form("household", effect, (Field("members", "members"),), (_stay,), same_within_days=60)
