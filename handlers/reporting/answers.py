"""What has been answered in a report's interview: as a case for the rules, and as what is sent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from handlers.reporting.candidates import area_again, household
from handlers.reporting.told import Told
from rules.reports.catalogue import ReportForm, forms
from rules.reports.model import Case, Field

Answers = Mapping[str, Any]
FIELD: Final = "f:"
"""Before the id of a form's own field."""


def form_of(answers: Answers) -> ReportForm | None:
    """The form, once it is chosen."""
    slug = str(answers.get("form") or "")
    return forms().get(slug) if slug in forms() else None


def fields_of(answers: Answers) -> dict[str, Any]:
    """The form's own fields."""
    return {name.removeprefix(FIELD): value for name, value in answers.items() if name.startswith(FIELD)}


def case_of(answers: Answers, today: date) -> Case:
    """The case as far as it is known."""
    return Case(
        today=today,
        on=date.fromisoformat(answers["day"]) if "day" in answers else None,
        area=area_again(answers["area"]) if "area" in answers else None,
        household=household(answers["home"]) if answers.get("home") else None,
        is_new=bool(answers.get("is_new")),
        member_id=answers.get("member"),
        other=household(answers["other_home"]) if answers.get("other_home") else None,
        fields=fields_of(answers),
    )


def asked(answers: Answers, form: ReportForm, today: date) -> list[Field]:
    """The form's own fields that this case needs."""
    return list(form.asked(case_of(answers, today), officer=bool(answers.get("officer"))))


def told_of(answers: Answers, today: date) -> Told:
    """What is sent: only the fields that the case as it came out needs."""
    form = form_of(answers)
    if form is None:
        raise ValueError("no form has been chosen")
    wanted = {field.id for field in asked(answers, form, today)}
    home, other = answers.get("home"), answers.get("other_home")
    return Told(
        form=form.slug,
        area_key=answers["area"]["key"],
        on=date.fromisoformat(answers["day"]),
        submission=answers["submission"],
        household_id=home["id"] if home else None,
        member_id=answers.get("member"),
        other_id=other["id"] if other else None,
        is_new=bool(answers.get("is_new")),
        fields={name: value for name, value in fields_of(answers).items() if name in wanted},
    )
