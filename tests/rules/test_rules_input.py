"""What is refused, and what the answer says then."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from rules import catalogue, facts, facts_file, parameters
from rules.assess import Assessor
from rules.errors import (
    ContradictionError,
    DateOutsideLawError,
    FactValueError,
    RulesError,
    UnknownBenefitError,
    UnknownFactError,
)


def test_an_unknown_fact_is_refused_with_the_nearest_id(assessor: Assessor, today: date) -> None:
    """A slip of the pen is told with the right spelling."""
    with pytest.raises(UnknownFactError) as refused:
        assessor.assess({"person.aged": 80}, today)
    assert refused.value.nearest == "person.age"


@pytest.mark.parametrize(
    ("fact", "value"),
    [
        ("person.age", 200),
        ("person.age", -1),
        ("person.age", "eighty"),
        ("person.age", 70.5),
        ("person.age", True),
        ("household.income_per_head", -5),
        ("household.status", "rich"),
        ("household.status", 3),
        ("household.crisis", "perhaps"),
        ("household.deprivations", 13),
        ("persons", {"person.age": 3}),
    ],
)
def test_an_impossible_value_is_refused(assessor: Assessor, today: date, fact: str, value: object) -> None:
    """A wrong type, an age of 200, negative money, a choice that is not in the list."""
    with pytest.raises(FactValueError):
        assessor.assess({fact: value}, today)


@pytest.mark.parametrize(
    "given",
    [
        {"person.age": 3, "person.pension_kind": "pension"},
        {"person.age": 40, "person.supporter": "none"},
        {"person.age": 80, "person.study": "primary"},
        {"household.special_situation": "no", "person.disability_degree": "severe"},
        {"person.pension_kind": "none", "person.pension_amount": 100},
        {"person.study": "primary", "person.supporter": "none"},
    ],
)
def test_contradictory_facts_are_refused(assessor: Assessor, today: date, given: dict[str, object]) -> None:
    """A pensioner of three, a pupil of eighty, a pension amount without a pension."""
    with pytest.raises(ContradictionError):
        assessor.assess(given, today)


@pytest.mark.parametrize("day", [date(2020, 12, 31), date(2031, 1, 1)])
def test_a_day_outside_the_known_law_is_refused(assessor: Assessor, day: date) -> None:
    """The law is known from 2021 to 2030."""
    with pytest.raises(DateOutsideLawError):
        assessor.assess({}, day)


def test_the_first_and_last_known_day_are_answered(assessor: Assessor) -> None:
    """Both ends of the known law belong to it."""
    assert assessor.assess({}, date(2021, 1, 1)).results
    assert assessor.assess({}, date(2030, 12, 31)).results


def test_an_unknown_benefit_is_refused(assessor: Assessor, today: date) -> None:
    """A slug without a folder."""
    with pytest.raises(UnknownBenefitError):
        assessor.assess({}, today, "free-beer")


def test_yes_and_no_may_be_truth_values(assessor: Assessor, today: date) -> None:
    """JSON's true and false mean yes and no; null means not known."""
    told = {"household.crisis": True, "household.relocation_ordered": True, "person.age": None}
    assert assessor.assess(told, today, "emergency-house-move").results[0].verdict == "eligible"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n "person.age": 80,\n "person.agee": 3\n}', "line 3"),
        ('{\n "person.age": 180\n}', "line 2"),
        ('{\n "person.age": 3,\n "person.pension_kind": "pension"\n}', "line 3"),
        ("{\n oops", "line 2"),
        ("[]", "line 1"),
    ],
)
def test_a_facts_file_is_refused_with_file_and_line(assessor: Assessor, text: str, told: str) -> None:
    """Whoever wrote the file finds the place."""
    with pytest.raises(RulesError, match=rf"facts\.json: {told}"):
        facts_file.read(text, Path("facts.json"), assessor.engine.book)


def test_a_good_facts_file_is_read(assessor: Assessor) -> None:
    """Nothing is changed in it."""
    assert facts_file.read('{"person.age": 80}', Path("facts.json"), assessor.engine.book) == {"person.age": 80}


def benefit_folder(home: Path, text: str) -> Path:
    """A folder of benefits with one copy of the social pension, changed."""
    folder = home / "benefits" / "social_pension"
    folder.mkdir(parents=True)
    (folder / "benefit.yaml").write_text(text, encoding="utf-8")
    return home / "benefits"


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("{social_pension.age}", "{social_pension.years}", "no parameter 'social_pension.years'"),
        ("procedure: social-pension", "procedure: nowhere", "line 7"),
        ("confidence: confirmed", "confidence: perhaps", "perhaps"),
        ("    to: 2026-07-01\n", "    to: 2026-07-02\n", "overlaps"),
        ("title:", "titel:", "title"),
    ],
)
def test_a_mistake_in_a_benefit_names_file_and_line(tmp_path: Path, old: str, new: str, told: str) -> None:
    """An officer who edits words finds the slip."""
    text = (catalogue.BENEFITS / "social_pension" / "benefit.yaml").read_text(encoding="utf-8")
    with pytest.raises(RulesError, match=told) as refused:
        catalogue.load(parameters.load(), benefit_folder(tmp_path, text.replace(old, new)))
    assert "line" in str(refused.value)
    assert refused.value.file is not None


def test_one_slug_stands_for_one_benefit() -> None:
    """A second folder of the same slug stops the start."""
    benefits = list(catalogue.load(parameters.load()))
    with pytest.raises(RulesError, match="twice"):
        catalogue.Catalogue([*benefits, benefits[0]])


@pytest.mark.parametrize(
    "entry",
    [
        "- {id: person.x, type: yes_no, short: x}",
        "- {id: person.x, type: colour, short: x, question: x}",
        "- {id: animal.x, type: yes_no, short: x, question: x}",
        "- {id: person.x, type: integer, short: x, question: x}",
        "- {id: person.x, type: yes_no, short: x, question: x, otherwise: no}",
        "- {id: person.x, type: choice, short: x, question: x, choices: {a: b}, place: c}",
        "- {id: person.x, type: yes_no, short: x, question: x, place_from: {2025-07-01: 'yes'}}",
        "- {id: person.x, type: yes_no, short: x, question: x, follows: {fact: household.y, in: [a], value: 'yes'}}",
    ],
)
def test_a_broken_fact_list_is_refused(tmp_path: Path, entry: str) -> None:
    """No question, no such type, no such level, no bounds, half a condition, an impossible value, another level."""
    file = tmp_path / "facts.yaml"
    file.write_text(entry, encoding="utf-8")
    with pytest.raises(RulesError):
        facts.load(file)
