"""What a form does where something is missing: it writes nothing, or says so; never half of an event."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from rules import parameters
from rules.errors import RulesError
from rules.reports import catalogue
from rules.reports.catalogue import ReportForm
from rules.reports.model import Case, Effect, Household, Member
from rules.reports.standing import born
from rules.time_limits import review_end

TODAY = date(2023, 6, 1)
FORMS = catalogue.load()
FIELDS = {
    "name": "Mẫu Bé", "sex": "female", "relation": "child", "change": "left", "members": [2], "head_name": "Mẫu Chủ",
    "to": "elsewhere", "kind": "flood",
}  # fmt: skip


@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.slug)
def test_an_event_of_nobody_changes_nothing(form: ReportForm) -> None:
    """Without household, member, village or day an effect is refused or empty."""
    case = Case(TODAY, fields=FIELDS)
    try:
        changes = form.effect(case).changes
    except ValueError as refused:
        assert str(refused)
    else:
        assert changes == ()


@pytest.mark.parametrize("slug", ["birth", "death", "poor_new"])
def test_an_event_without_its_day_is_refused(slug: str) -> None:
    """The register keeps the day of the event, so there must be one."""
    home = Household(1, "MAU-1", "village", members=(Member(1, "Mẫu Một"),), head_member_id=1)
    with pytest.raises(ValueError, match="the day of the event"):
        FORMS.get(slug).effect(Case(TODAY, household=home, member_id=1, fields=FIELDS))


def test_a_new_household_needs_its_village() -> None:
    """A household that lives nowhere is on no list."""
    with pytest.raises(ValueError, match="village"):
        FORMS.get("move_in").effect(Case(TODAY, on=TODAY, is_new=True, fields=FIELDS))


@pytest.mark.parametrize(("studies", "changed"), [(True, [{"study": False}]), (None, [{"study": False}]), (False, [])])
def test_a_pupil_leaves_school_once(studies: bool | None, changed: list[dict[str, bool]]) -> None:
    """A second report of the same change does nothing."""
    home = Household(1, "MAU-1", "village", members=(Member(1, "Mẫu Một", study=studies),))
    effect = FORMS.get("school").effect(Case(TODAY, on=TODAY, household=home, member_id=1, fields={"change": "left"}))
    assert [dict(change.values) for change in effect.changes] == changed
    assert changed or effect == Effect()


@pytest.mark.parametrize(
    ("precision", "day", "refused"),
    [
        ("day", date(1990, 5, 19), True),
        ("month", date(1990, 5, 19), False),
        ("month", date(1990, 4, 30), True),
        ("year", date(1990, 1, 1), False),
        ("year", date(1989, 12, 31), True),
    ],
)
def test_a_birth_known_by_its_month_or_year_is_read_kindly(precision: str, day: date, refused: bool) -> None:
    """Whoever knows only the month may have been born on its first day."""
    person = Member(1, "Mẫu Một", birth_date=date(1990, 5, 20), birth_precision=precision)
    case = Case(TODAY, on=day, household=Household(1, "MAU-1", "village", members=(person,)), member_id=1)
    assert (born(case) is not None) is refused


def test_before_the_law_of_the_review_the_office_has_its_own_days() -> None:
    """Nobody is told a date by a rule of another year: three working days from Wednesday."""
    assert review_end(parameters.load(), date(2020, 1, 1)) == date(2020, 1, 6)


@pytest.mark.parametrize(
    ("slug", "old", "new", "told"),
    [
        ("birth", "slug: birth", "slug: births", "'births' is not the folder's name"),
        ("merge", "\nother:", "\nothers:", "how the second is asked for"),
        ("birth", "  name:", "  names:", r"fields are \['name'"),
    ],
)
def test_words_of_another_form_stop_the_start(tmp_path: Path, slug: str, old: str, new: str, told: str) -> None:
    """A copied folder whose words were not changed with it."""
    words = (catalogue.FOLDER / slug / "form.yaml").read_text(encoding="utf-8")
    assert old in words
    (tmp_path / slug).mkdir()
    (tmp_path / slug / "form.yaml").write_text(words.replace(old, new, 1), encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        catalogue.load(tmp_path)


def test_one_slug_stands_for_one_form() -> None:
    """And one that nobody wrote stands for none."""
    form = FORMS.get("birth")
    with pytest.raises(RulesError, match="'birth' exists twice"):
        catalogue.Forms([form, replace(form, title="Sinh con")])
    with pytest.raises(RulesError, match="unknown report form 'wedding'"):
        FORMS.get("wedding")
