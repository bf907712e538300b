"""Every form has its words and its cases, and each case comes out as written beside the form."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.errors import RulesError
from rules.reports import catalogue
from rules.reports.model import Area, Case, Household, Member, New, Ref
from storage.register.movements import COLUMNS

TODAY = date(2023, 6, 1)
FORMS = catalogue.load()
LAW_SHEET = {
    "poor_new", "poor_again", "nearpoor_to_poor", "nearpoor_new", "nearpoor_again", "poor_to_nearpoor", "poor_exit",
    "nearpoor_exit", "birth", "death", "move_in", "move_out", "split", "merge", "illness", "disaster", "disability",
    "housing", "school", "job",
}  # fmt: skip


def _cases() -> Iterator[Any]:
    for form in FORMS:
        file = catalogue.FOLDER / form.slug / "cases.yaml"
        for case in yaml.safe_load(file.read_text(encoding="utf-8")):
            yield pytest.param(form, case, id=f"{form.slug}: {case['name']}")


def _home(number: int, said: dict[str, Any]) -> Household:
    names = said.get("names") or [f"Mẫu {each}" for each in range(1, said.get("members", 3) + 1)]
    ended = said.get("ended", {})
    people = tuple(
        Member(
            id=place if number == 1 else 10 + place,
            name=name,
            relation="head" if place == 1 else "child",
            birth_date=date(1970 + place, 1, 1),
            ended_on=ended[place][0] if place in ended else None,
            ended_reason=ended[place][1] if place in ended else "",
        )
        for place, name in enumerate(names, start=1)
    )
    return Household(
        id=said.get("id", number),
        code=f"MAU-{number}",
        area_key="village",
        state=said.get("state", "active"),
        status=said.get("status", "none"),
        head_member_id=people[0].id,
        deprivations=tuple(said.get("deprivations", ())),
        members=people,
        earlier=frozenset(said.get("earlier", ())),
    )


def _case(form: catalogue.ReportForm, said: dict[str, Any]) -> Case:
    is_new = said.get("new", False)
    return Case(
        today=TODAY,
        on=said.get("day", date(2023, 5, 10)),
        area=Area("village", "Thôn Mẫu", said.get("closed_on")),
        household=None if is_new else _home(1, said.get("household", {})),
        is_new=is_new,
        member_id=said.get("member"),
        other=_home(2, said.get("other", {})) if form.form.other else None,
        fields=said.get("fields", {}),
    )


def _shown(change: Any) -> dict[str, Any]:
    values = {name: f"@{value.name}" if isinstance(value, Ref) else value for name, value in change.values.items()}
    if isinstance(change, New):
        return {"new": [change.entity, change.ref], "values": values}
    return {"set": [change.entity, change.id], "values": values}


@pytest.mark.parametrize(("form", "said"), list(_cases()))
def test_case(form: catalogue.ReportForm, said: dict[str, Any]) -> None:
    """The problem or the effect that the case names."""
    case, expected = _case(form, said), said["expect"]
    problem = form.problem(case)
    if "problem" in expected:
        assert problem is not None
        assert problem.key == expected["problem"]
        return
    assert problem is None
    effect = form.effect(case)
    assert [_shown(change) for change in effect.changes] == expected["changes"]
    assert effect.column == expected["column"]
    assert effect.column in ("", *COLUMNS)


def test_every_event_of_the_catalogue_has_a_form() -> None:
    """Those of the law sheet, and the correction of two entries for one household."""
    assert {form.slug for form in FORMS} == LAW_SHEET | {"merge_duplicate"}


@pytest.mark.parametrize("form", list(FORMS), ids=lambda form: form.slug)
def test_each_form_has_a_yes_and_a_no(form: catalogue.ReportForm) -> None:
    """A check that nothing tests is no check."""
    cases = yaml.safe_load((catalogue.FOLDER / form.slug / "cases.yaml").read_text(encoding="utf-8"))
    assert len(cases) >= 2
    assert any("problem" not in case["expect"] for case in cases)


def test_titles_and_phrases_name_one_form_each() -> None:
    """Two forms of one name could not be told apart by what is typed."""
    said = [word for form in FORMS for word in {each.lower() for each in (form.title, *form.phrases)}]
    assert len(said) == len(set(said))


def test_words_that_do_not_fit_the_fields_stop_the_start(tmp_path: Path) -> None:
    """The error names the file and what is missing."""
    folder = tmp_path / "birth"
    folder.mkdir()
    words = (catalogue.FOLDER / "birth" / "form.yaml").read_text(encoding="utf-8")
    (folder / "form.yaml").write_text(words.replace("female: Bé gái", "girl: Bé gái"), encoding="utf-8")
    with pytest.raises(RulesError, match=r"birth/form\.yaml.*options"):
        catalogue.load(tmp_path)


def test_a_group_that_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    """A form in no group could not be chosen."""
    folder = tmp_path / "birth"
    folder.mkdir()
    words = (catalogue.FOLDER / "birth" / "form.yaml").read_text(encoding="utf-8")
    (folder / "form.yaml").write_text(words.replace("group: people", "group: animals"), encoding="utf-8")
    with pytest.raises(RulesError, match="animals"):
        catalogue.load(tmp_path)
