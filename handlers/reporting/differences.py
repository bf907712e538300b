"""What a correction changed, field by field, as it was and as it became: for the history and for the sender."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.ext.asyncio import AsyncConnection

from content.words import Words
from handlers.reporting.told import Told, registered
from rules.reports.catalogue import ReportForm, forms
from rules.reports.model import Field, Household


@dataclass(frozen=True, slots=True)
class Difference:
    """One field; either side is said in words, empty for nothing."""

    label: str
    before: str
    after: str


async def differences(
    connection: AsyncConnection, words: Words, before: Told, after: Told
) -> tuple[Difference, ...]:  # fmt: skip
    """What two versions of a report do not have in common."""
    ids = {each for told in (before, after) for each in (told.household_id, told.other_id) if each is not None}
    homes = {each: home for each in sorted(ids) if (home := await registered(connection, each)) is not None}
    names = {member.id: member.name for home in homes.values() for member in home.members}
    said = [_said(words, told, homes, names) for told in (before, after)]
    labels = list(dict.fromkeys([*said[0], *said[1]]))
    found = (Difference(label, said[0].get(label, ""), said[1].get(label, "")) for label in labels)
    return tuple(each for each in found if each.before != each.after)


def before_of(row_told: Told, kept: Mapping[str, Any]) -> Told:
    """What a report said before a correction, from what was kept of it. Older rows kept the day and the fields only."""
    return Told(
        form=row_told.form,
        area_key=row_told.area_key,
        on=date.fromisoformat(kept["on"]),
        submission=row_told.submission,
        household_id=kept.get("household", row_told.household_id),
        member_id=kept.get("member", row_told.member_id),
        other_id=kept.get("other", row_told.other_id),
        is_new=row_told.is_new,
        fields=kept["fields"],
    )


def kept_of(told: Told) -> dict[str, Any]:
    """What is kept of a version that is corrected."""
    return {
        "on": told.on.isoformat(),
        "fields": dict(told.fields),
        "household": told.household_id,
        "member": told.member_id,
        "other": told.other_id,
    }


def _said(words: Words, told: Told, homes: Mapping[int, Household], names: Mapping[int, str]) -> dict[str, str]:
    form = forms().get(told.form)
    found = {words.say("reports.when"): words.date(told.on)}
    for key, household_id in (("reports.household", told.household_id), ("reports.into", told.other_id)):
        home = homes.get(household_id or 0)
        if home is not None:
            head = home.head.name if home.head is not None else ""
            found[words.say(key)] = f"{home.code} {head}".strip()
    if told.member_id is not None:
        found[words.say("reports.person")] = names.get(told.member_id, "")
    for field in form.form.fields:
        answered = told.fields.get(field.id)
        if answered is not None and answered != "":
            found[form.words[field.id].label] = _value(words, form, field, answered, names)
    return found


def _value(words: Words, form: ReportForm, field: Field, answered: Any, names: Mapping[int, str]) -> str:
    if field.kind == "choice":
        return form.words[field.id].options.get(answered, str(answered))
    if field.kind == "birth":
        return birth_said(answered)
    if field.kind in ("member", "members"):
        ids = answered if isinstance(answered, list) else [answered]
        return ", ".join(names.get(each, str(each)) for each in ids)
    if field.kind == "people":
        return "; ".join(str(each["name"]) for each in answered)
    return str(answered)


def birth_said(said: Mapping[str, str]) -> str:
    """A birth date as far as it is known, as people write it."""
    day = date.fromisoformat(said["date"])
    if said["precision"] == "day":
        return f"{day:%d/%m/%Y}"
    return str(day.year) if said["precision"] == "year" else f"{day:%m/%Y}"
