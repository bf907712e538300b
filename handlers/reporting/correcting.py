"""A report as a form to be corrected at the desk, and the form as it comes back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from handlers.access import Actor
from handlers.actions.register import find_households
from handlers.reporting.differences import birth_said
from handlers.reporting.frame import Frame
from handlers.reporting.hearing import Unread, heard, listed
from handlers.reporting.told import Told, case_of
from rules.reports.catalogue import forms
from rules.reports.model import Case, Field

Said = Mapping[str, Sequence[str]]
"""The fields of the form as they came: every value is a list."""

_RELATIONS: Final = {
    "child": "con", "grandchild": "cháu", "spouse": "vợ", "parent": "bố mẹ", "child_in_law": "con dâu",
    "sibling": "em",
}  # fmt: skip
_SEXES: Final = {"male": "nam", "female": "nữ"}


class FormError(Exception):
    """Fields that cannot be so: the phrase for each, with its values, by the field's name in the form."""

    def __init__(self, problems: Mapping[str, tuple[str, Mapping[str, Any]]]) -> None:
        super().__init__(", ".join(problems))
        self.problems: Final = problems


@dataclass(frozen=True, slots=True)
class Input:
    """A field of the form: what it is called, what stands in it, and what there is to choose from."""

    name: str
    label: str
    kind: str
    values: tuple[str, ...]
    options: tuple[tuple[str, str], ...] = ()
    required: bool = True


def inputs(case: Case, told: Told) -> list[Input]:
    """The form with what was told."""
    form = forms().get(told.form)
    found = []
    for field in form.asked(case, officer=True):
        words = form.words[field.id]
        options: tuple[tuple[str, str], ...] = tuple(words.options.items())
        if field.kind in ("member", "members"):
            people = [each for each in listed(case) if each.id != case.member_id]
            options = tuple((str(each.id), each.name) for each in people)
        values = _values(field, told.fields.get(field.id))
        found.append(Input(f"f_{field.id}", words.label, field.kind, values, options, field.required))
    return found


async def read(
    connection: AsyncConnection, actor: Actor, frame: Frame, told: Told, said: Said, today: date
) -> tuple[Told, Case]:
    """The form as a report again, checked field by field; whether it can be so together is asked afterwards.

    Raises:
        FormError: what was typed is no answer.
    """
    problems: dict[str, tuple[str, Mapping[str, Any]]] = {}
    on = _day(said, problems) or told.on
    home = await _home(connection, actor, said, "ho", told.household_id, problems)
    other = await _home(connection, actor, said, "ho_hai", told.other_id, problems)
    after = replace(told, on=on, household_id=home, other_id=other, is_new=told.is_new and home is None)
    case, _ = await case_of(connection, frame, replace(after, member_id=None), today)
    form = forms().get(told.form)
    if form.form.subject == "member":
        after = replace(after, member_id=_member(case, said, problems))
        case = replace(case, member_id=after.member_id)
    fields: dict[str, Any] = {}
    for field in form.form.fields:
        # What is asked may hang on what was answered before it.
        if field not in form.asked(replace(case, fields=fields), officer=True):
            continue
        try:
            value = _heard(field, case, said, told.form, today)
        except Unread as unread:
            problems[f"f_{field.id}"] = (unread.key, unread.values)
            continue
        if value is not None:
            fields[field.id] = value
    if problems:
        raise FormError(problems)
    after = replace(after, fields=fields)
    return after, replace(case, fields=fields)


def _day(said: Said, problems: dict[str, tuple[str, Mapping[str, Any]]]) -> date | None:
    try:
        return date.fromisoformat(_one(said, "ngay"))
    except ValueError:
        problems["ngay"] = ("reports.day_unclear", {})
        return None


async def _home(
    connection: AsyncConnection, actor: Actor, said: Said, name: str, present: int | None,
    problems: dict[str, tuple[str, Mapping[str, Any]]],
) -> int | None:  # fmt: skip
    """The household whose code stands in the form; the one from before where the field is not in it."""
    code = _one(said, name)
    if name not in said or (not code and present is None):
        return present
    page = await find_households(connection, actor, code, active=False, limit=20) if code else None
    found = [line for line in page.lines if line.code.upper() == code.upper()] if page is not None else []
    if not found:
        problems[name] = ("reports.nobody", {"said": code[:40]})
        return present
    return found[0].id


def _member(case: Case, said: Said, problems: dict[str, tuple[str, Mapping[str, Any]]]) -> int | None:
    chosen = _one(said, "nguoi")
    people = case.household.members if case.household is not None else ()
    if chosen.isdecimal() and int(chosen) in {each.id for each in people}:
        return int(chosen)
    problems["nguoi"] = ("reports.choose_one", {})
    return None


def _heard(field: Field, case: Case, said: Said, form: str, today: date) -> Any:
    """The answer of one field; None for nothing.

    Raises:
        Unread: it is no answer, or one is needed.
    """
    words = forms().get(form).words[field.id]
    given = [each.strip() for each in said.get(f"f_{field.id}", ()) if each.strip()]
    if not given:
        if field.required:
            raise Unread("reports.text_empty")
        return None
    if field.kind == "members":
        people = {each.id for each in listed(case)}
        ids = [int(each) for each in given if each.isdecimal()]
        if not ids or not set(ids) <= people:
            raise Unread("reports.members_unclear", most=len(people))
        return list(dict.fromkeys(ids))
    if field.kind == "choice" and given[0] not in words.options:
        raise Unread("reports.choose_one")
    return heard(field, words, case, given[0], chosen=field.kind in ("choice", "member"), today=today)


def _values(field: Field, answered: Any) -> tuple[str, ...]:
    """What stands in the form for an answer."""
    if answered is None or answered == "":
        return ()
    if field.kind == "birth":
        return (birth_said(answered),)
    if field.kind == "members":
        return tuple(str(each) for each in answered)
    if field.kind == "people":
        return ("\n".join(_person(each) for each in answered),)
    return (str(answered),)


def _person(said: Mapping[str, Any]) -> str:
    """As it is typed: "Nguyễn Thị Mẫu, 1980, vợ"."""
    parts = [str(said["name"])]
    if said.get("birth"):
        parts.append(birth_said(said["birth"]))
    if said.get("relation") in _RELATIONS:
        parts.append(_RELATIONS[said["relation"]])
    if said.get("sex") in _SEXES:
        parts.append(_SEXES[said["sex"]])
    return ", ".join(parts)


def _one(said: Said, name: str) -> str:
    return next(iter(said.get(name, ())), "").strip()
