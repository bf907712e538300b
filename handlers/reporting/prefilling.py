"""A stored report as the answers of its interview, for correcting one of them."""

from __future__ import annotations

from typing import Any

from handlers.access import VILLAGE_HEAD
from handlers.actions.reports import Viewed
from handlers.reporting.answers import FIELD
from handlers.reporting.candidates import area_kept, household_label, kept, member_label
from handlers.turn import Turn


async def answers_of(turn: Turn, found: Viewed) -> dict[str, Any]:
    """Everything that was told, with the report's id and the version that was seen."""
    row, case = found.row, found.case
    answers: dict[str, Any] = {
        "report": [row.id, row.version],
        "submission": row.submission,
        "officer": (await turn.actor()).role != VILLAGE_HEAD,
        "form": row.form,
        "is_new": case.is_new,
        "day": row.event_date.isoformat(),
        **{f"{FIELD}{name}": value for name, value in found.told.fields.items()},
    }
    if case.area is not None:
        answers["area"] = area_kept(case.area)
    if case.household is not None:
        answers["home"] = kept(case.household)
        answers["subject"] = household_label(case.household)
        if case.member is not None:
            answers["member"] = case.member.id
            answers["subject"] = member_label(case.household, case.member)
    else:
        answers["subject"] = turn.say("reports.new_household")
    if case.other is not None:
        answers["other_home"] = kept(case.other)
        answers["other"] = household_label(case.other)
    return answers
