"""A slip in a file of the law stops the start, and says which entry of which file is meant."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from rules import casebook, catalogue, facts, groups, parameters, population, simulation
from rules.assess import Assessor
from rules.engine import Engine
from rules.errors import NoValueOnDateError, RulesError
from rules.law import Law
from rules.parameters import DatedValue, Parameter, Parameters

GOOD_LINE = "{from: 2025-07-01, value: 500000, law: NĐ 1, confidence: confirmed, source: seen}"
PENSION = catalogue.BENEFITS / "social_pension"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("just: words", "expected a list"),
        ("- words", "'words'"),
        (f"- {{id: pension, term: x, unit: VND, values: [{GOOD_LINE}]}}", "two or more lower-case words"),
        ("- {id: pension.amount, term: x, unit: VND, values: []}", "at least one dated value"),
        (f"- {{id: pension.amount, unit: VND, values: [{GOOD_LINE}]}}", r"pension\.amount': 'term'"),
        (
            f"- {{id: pension.amount, term: x, unit: VND, values: [{GOOD_LINE}, {GOOD_LINE}]}}",
            "from 2025-07-01 is out of order",
        ),
        (
            f"- {{id: pension.amount, term: x, unit: VND, values: [{GOOD_LINE.replace('500000', 'true')}]}}",
            "True is no figure",
        ),
        (
            f"- {{id: pension.amount, term: x, unit: VND, values: [{GOOD_LINE.replace('confirmed', 'surely')}]}}",
            "confidence 'surely'",
        ),
        (
            f"- {{id: pension.amount, term: x, unit: VND, values: [{GOOD_LINE.replace('2025-07-01', 'July')}]}}",
            "'from' must be a date",
        ),
    ],
)
def test_a_mistake_in_a_figure_names_the_entry_and_the_file(tmp_path: Path, text: str, told: str) -> None:
    """A figure without a day, a law or a confidence is none that anybody may be told."""
    (tmp_path / "pension.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=told) as refused:
        parameters.load(tmp_path)
    assert refused.value.file == tmp_path / "pension.yaml"


def test_one_figure_has_one_history(tmp_path: Path) -> None:
    """Two files that both define a figure would hide one of the two."""
    for name in ("a.yaml", "b.yaml"):
        entry = f"- {{id: pension.amount, term: x, unit: VND, values: [{GOOD_LINE}]}}"
        (tmp_path / name).write_text(entry, encoding="utf-8")
    with pytest.raises(RulesError, match=r"pension\.amount' is defined twice"):
        parameters.load(tmp_path)


def _half_years() -> Parameters:
    line = DatedValue(date(2024, 1, 1), None, Decimal("60.5"), "NĐ 1", "confirmed", "seen")
    return Parameters([Parameter("pension.age", "tuổi", "year", (line,))])


def test_an_age_that_is_not_whole_is_not_cut_down() -> None:
    """Sixty and a half is neither sixty nor sixty-one."""
    with pytest.raises(NoValueOnDateError, match=r"60\.5, a whole number was needed"):
        Law(_half_years(), date(2025, 1, 1), "").whole("pension.age")


def test_a_figure_of_a_day_before_its_law_is_left_open_in_words() -> None:
    """No sentence promises the figure of another year."""
    figures = _half_years()
    assert catalogue.filled("từ {pension.age} tuổi", figures, date(2023, 12, 31)) == "từ … tuổi"
    assert catalogue.filled("từ {pension.age} tuổi", figures, date(2024, 1, 1)) == "từ 60,5 tuổi"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("blocks:\n- {from: 2025-07-01, decides: xã, papers: [đơn], place: xã}", "lacks 'time'"),
        ("- a list", "expected a mapping"),
    ],
)
def test_a_mistake_in_a_procedure_names_the_file(tmp_path: Path, text: str, told: str) -> None:
    """Nobody is sent to an office without being told how long it takes."""
    file = tmp_path / "somewhere.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=told) as refused:
        catalogue.load(parameters.load(), procedures=tmp_path)
    assert refused.value.file == file


def test_a_benefit_says_what_held_before_it_in_a_known_word(tmp_path: Path) -> None:
    """A verdict outside the dated blocks is "not eligible" or "unknown", never a third word."""
    folder = tmp_path / "social_pension"
    folder.mkdir()
    text = (PENSION / "benefit.yaml").read_text(encoding="utf-8").replace("title:", "earlier: perhaps\ntitle:")
    (folder / "benefit.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match="perhaps"):
        catalogue.load(parameters.load(), tmp_path)


CASE = "{name: Ông Mẫu 76 tuổi, day: 2026-01-01, facts: {person.age: 76}, expect: eligible}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"[{CASE}, {CASE}]", "two cases are named 'Ông Mẫu 76 tuổi'"),
        (f"[{CASE.replace('expect', 'expects')}]", r"unknown \['expects'\]"),
        (f"[{CASE.replace(', expect: eligible', '')}]", "lacks 'expect'"),
    ],
)
def test_a_mistake_in_a_case_names_the_case(assessor: Assessor, tmp_path: Path, text: str, told: str) -> None:
    """A case that expects nothing would always hold."""
    (tmp_path / "cases.yaml").write_text(text, encoding="utf-8")
    benefit = assessor.engine.catalogue.get("social-pension")
    with pytest.raises(RulesError, match=told) as refused:
        casebook.load(_moved(benefit, folder=tmp_path))
    assert refused.value.file == tmp_path / "cases.yaml"


def _moved(benefit: catalogue.Benefit, **other: Any) -> catalogue.Benefit:
    values = {name: getattr(benefit, name) for name in benefit.__dataclass_fields__}
    return catalogue.Benefit(**{**values, **other})


def test_a_rule_that_reads_an_unknown_fact_is_named(assessor: Assessor, today: date) -> None:
    """A slip inside `rule.py` is told with the benefit, the day and the nearest fact there is."""
    pension = assessor.engine.catalogue.get("social-pension")
    slipped = _moved(pension, rule=lambda case, law: case.yes("person.citizens"))
    engine = Engine(assessor.engine.book, assessor.engine.parameters, catalogue.Catalogue([slipped]))
    with pytest.raises(RulesError, match=r"'social-pension' on 2026-11-24.*person\.citizen'") as refused:
        engine.compiled(slipped, today)
    assert refused.value.file == PENSION / "rule.py"


FACT = "{id: person.x, type: yes_no, short: x, question: x?}"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"- {FACT}\n- {FACT}", "defined twice"),
        (
            f"- {FACT[:-1]}, only_if: {{fact: person.z, in: ['yes']}}, otherwise: 'no'}}"
            f"\n- {FACT.replace('person.x', 'person.z')}",
            "only_if must name a fact that stands before it",
        ),
    ],
)
def test_facts_stand_once_and_after_what_they_depend_on(tmp_path: Path, text: str, told: str) -> None:
    """Else a question could be asked before the one that makes it needless."""
    file = tmp_path / "facts.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=told):
        facts.load(file)


def test_only_a_fact_of_a_person_is_asked_of_several(assessor: Assessor, tmp_path: Path) -> None:
    """The income of the house has no "who of you?"."""
    file = tmp_path / "among.yaml"
    file.write_text("- {fact: household.crisis, question: Ai?, picked: 'yes', left: 'no'}", encoding="utf-8")
    with pytest.raises(RulesError, match="only a fact of a person"):
        groups.load(assessor.engine.book, among_file=file)


@pytest.mark.parametrize(
    ("load", "text", "told"),
    [
        (population.load, "- {fact: household.crisis, weights: [1, 2]}", "household.crisis"),
        (population.load, "- {fact: household.crisis}", "'weights'"),
        (lambda _, file: simulation.load(file), "- {kind: alone, weight: 1}", "'members'"),
    ],
)
def test_a_mistake_in_the_make_up_names_the_entry(
    assessor: Assessor, tmp_path: Path, load: Callable[[Any, Path], object], text: str, told: str
) -> None:
    """Weights that are no mapping, or none; a kind of family without members."""
    file = tmp_path / "made.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(RulesError, match=told) as refused:
        load(assessor.engine.book, file)
    assert refused.value.file == file
