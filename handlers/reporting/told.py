"""What a report says, as plain data: how it is kept, and the case that the rules get of it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.reporting.frame import Frame, area_of
from rules.reports.model import Case, Household, Member
from storage import areas
from storage.areas import AreaRow
from storage.keys import Keys
from storage.register import households as register_households
from storage.register.fold import living
from storage.register.households import history, present


@dataclass(frozen=True, slots=True)
class Told:
    """A report in its sender's words, ids resolved. `submission` is the same however often it is confirmed."""

    form: str
    area_key: str
    on: date
    submission: str
    household_id: int | None = None
    member_id: int | None = None
    other_id: int | None = None
    is_new: bool = False
    fields: Mapping[str, Any] = field(default_factory=dict)


def sealed(keys: Keys, told: Told) -> str:
    """The fields as ciphertext that fits this report only."""
    body = {"fields": dict(told.fields), "is_new": told.is_new}
    return keys.encrypt(json.dumps(body, ensure_ascii=False).encode(), _context(told.submission))


def opened(keys: Keys, row: Any) -> Told:
    """What a stored report says."""
    body = json.loads(keys.decrypt(row.fields, _context(row.submission)))
    return Told(
        form=row.form,
        area_key=row.area_key,
        on=row.event_date,
        submission=row.submission,
        household_id=None if body["is_new"] else row.household_id,
        member_id=row.member_id,
        other_id=row.other_household_id,
        is_new=body["is_new"],
        fields=body["fields"],
    )


async def case_of(connection: AsyncConnection, frame: Frame, told: Told, today: date) -> tuple[Case, AreaRow | None]:
    """The case against the register as it is now, with the area it belongs to."""
    home = await registered(connection, told.household_id) if told.household_id is not None else None
    other = await registered(connection, told.other_id) if told.other_id is not None else None
    row = await areas.get(connection, home.area_key if home is not None else told.area_key)
    case = Case(
        today=today,
        on=told.on,
        area=await area_of(connection, frame, row) if row is not None else None,
        household=home,
        is_new=told.is_new,
        member_id=told.member_id,
        other=other,
        fields=told.fields,
    )
    return case, row


async def registered(connection: AsyncConnection, household_id: int) -> Household | None:
    """A household of the register as the rules see it."""
    found = await present(connection, household_id)
    if found is None:
        return None
    said = as_household(found)
    statuses = [
        item.after["status"]
        for change in living(await history(connection, household_id))
        for item in change.items
        if item.entity == "household" and item.id == household_id and item.after and "status" in item.after
    ]
    return replace(said, earlier=frozenset(statuses[:-1]))


def as_household(found: register_households.Household) -> Household:
    """Without its history."""
    return Household(
        id=found.id,
        code=found["code"],
        area_key=found["area_key"],
        state=found["state"],
        status=found["status"],
        status_since=found["status_since"],
        head_member_id=found["head_member_id"],
        deprivations=tuple(found["deprivations"]),
        causes=tuple(found["causes"]),
        members=tuple(
            Member(
                id=member.id,
                name=member["name"],
                relation=member["relation"],
                birth_date=member["birth_date"],
                birth_precision=member["birth_precision"],
                sex=member["sex"],
                study=member["study"],
                ended_on=member["ended_on"],
                ended_reason=member["ended_reason"],
            )
            for member in found.members
        ),
    )


def _context(submission: str) -> str:
    return f"reports.fields:{submission}"
