"""`eligibility`, `facts`, `benefits`: exact shapes for scripts, words for people, and errors that say what to mend."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from bot.cli import cli
from handlers.turn import Knowledge

RESULT_KEYS = {"benefit", "verdict", "amount", "unit", "period", "missing", "because", "law", "confidence"}


@pytest.fixture(autouse=True)
def _loaded_once(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> None:
    """The rules and words are read once for all tests."""
    monkeypatch.setattr("bot.cli.eligibility.knowledge", lambda settings: knowledge)
    monkeypatch.setattr("bot.cli.eligibility.rules_alone", lambda settings: knowledge.assessor)


def _run(*arguments: str, stdin: str = "") -> Result:
    return CliRunner().invoke(cli, arguments, input=stdin)


def _facts(tmp_path: Path, **facts: Any) -> str:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps({key.replace("__", "."): value for key, value in facts.items()}), encoding="utf-8")
    return str(file)


def test_one_household_as_json(tmp_path: Path) -> None:
    """Each result has exactly the documented keys, more only where they say something."""
    file = _facts(tmp_path, person__age=82, household__status="poor", person__pension_kind="none")
    body = json.loads(_run("eligibility", "--facts", file, "--on", "2026-11-24", "--json").output)
    assert set(body) == {"results", "next"}
    assert all(set(result) >= RESULT_KEYS for result in body["results"])
    assert all(set(result) - RESULT_KEYS <= {"figures", "instead", "note"} for result in body["results"])
    pension = next(result for result in body["results"] if result["benefit"] == "social-pension")
    assert (pension["verdict"], pension["amount"], pension["unit"]) == ("eligible", 540000, "VND")
    assert {"fact": "person.age", "value": 82} in pension["because"]
    assert set(pension["law"][0]) == {"text", "from", "to"}


def test_the_day_is_an_argument(tmp_path: Path) -> None:
    """The day before the law began the answer is no."""
    file = _facts(tmp_path, person__age=82, person__pension_kind="none")
    verdicts = []
    for day in ("2025-06-30", "2025-07-01"):
        body = json.loads(_run("eligibility", "--facts", file, "--on", day, "--json").output)
        verdicts.append(next(r["verdict"] for r in body["results"] if r["benefit"] == "social-pension"))
    assert verdicts == ["not_eligible", "eligible"]


def test_a_batch_gives_one_line_for_each_case(tmp_path: Path) -> None:
    """In the order of the file, for one benefit or for all."""
    file = tmp_path / "cases.jsonl"
    cases = [
        {"facts": {"person.age": 76}, "on": "2026-11-24", "benefit": "social-pension"},
        {"facts": {"persons": [{"person.age": 76}, {"person.age": 5}]}, "on": "2026-11-24"},
    ]
    file.write_text("\n".join(map(json.dumps, cases)) + "\n\n", encoding="utf-8")
    lines = [json.loads(line) for line in _run("eligibility", "--batch", str(file)).output.splitlines()]
    assert [len(line["results"]) == 1 for line in lines] == [True, False]
    assert lines[0]["next"] == "person.pension_kind"
    assert {result.get("person") for result in lines[1]["results"]} == {None, 0, 1}


def test_people_read_words() -> None:
    """From standard input, in Vietnamese."""
    facts = '{"person.age": 82, "household.status": "poor", "person.pension_kind": "none"}'
    output = _run("eligibility", "--facts", "-", "--on", "2026-11-24", stdin=facts).output
    assert "ĐỦ ĐIỀU KIỆN ĐỂ NỘP ĐƠN" in output
    assert "540.000 đồng mỗi tháng" in output


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ('{\n  "person.agee": 82\n}', "line 2: unknown fact 'person.agee'; nearest valid id: 'person.age'"),
        ('{\n\n  "person.age": "x"\n}', "line 3: fact 'person.age': 'x' is no whole number"),
        ('{"person.age": 200}', "lies outside 0 to 125"),
        ('{"person.age": 3, "person.pension_kind": "pension"}', "contradict each other"),
        ("{", "line 1: no JSON"),
        ("[]", "line 1: expected an object"),
    ],
)
def test_a_mistake_in_a_facts_file_is_told_with_its_line(tmp_path: Path, text: str, told: str) -> None:
    """And with the nearest valid id."""
    file = tmp_path / "facts.json"
    file.write_text(text, encoding="utf-8")
    error = _run("eligibility", "--facts", str(file), "--json").exception
    assert error is not None
    assert f"{file}: " in str(error)
    assert told in str(error)


@pytest.mark.parametrize(
    ("line", "told"),
    [
        ('{"facts": {"person.agee": 1}}', "nearest valid id: 'person.age'"),
        ('{"facts": {}, "benefit": "social-pensio"}', "nearest valid id: 'social-pension'"),
        ('{"facts": {}, "onn": "2026-01-01"}', "nearest valid key: 'on'"),
        ('{"facts": {}, "on": "2026-13-01"}', "month must be in 1..12"),
        ('{"facts": {}, "on": "2040-01-01"}', "outside the known law"),
        ('{"facts": []}', "expected"),
        ("nothing", "JSON"),
    ],
)
def test_a_mistake_in_a_batch_names_file_and_line(tmp_path: Path, line: str, told: str) -> None:
    """The lines before it have been answered."""
    file = tmp_path / "cases.jsonl"
    file.write_text('{"facts": {}, "benefit": "social-pension"}\n' + line + "\n", encoding="utf-8")
    result = _run("eligibility", "--batch", str(file))
    assert len(result.output.splitlines()) == 1
    assert str(file) in str(result.exception)
    assert "line 2:" in str(result.exception)
    assert told in str(result.exception)


def test_a_day_outside_the_known_law_is_refused(tmp_path: Path) -> None:
    """Nobody knows the law of 2040."""
    assert "outside the known law" in str(
        _run("eligibility", "--facts", _facts(tmp_path), "--on", "2040-01-01").exception
    )


def test_without_a_file_the_usage_is_shown() -> None:
    """Exit code 2, as for any wrong call."""
    assert _run("eligibility").exit_code == 2


def test_every_fact_is_described(knowledge: Knowledge) -> None:
    """With id, type, domain and question."""
    facts = json.loads(_run("facts", "--json").output)
    assert [fact["id"] for fact in facts] == [fact.id for fact in knowledge.assessor.engine.book]
    assert all({"id", "type", "domain", "question"} <= set(fact) for fact in facts)
    assert "person.age" in _run("facts").output


def test_every_benefit_is_described(knowledge: Knowledge) -> None:
    """As JSON, as a list, and what is not confirmed."""
    benefits = json.loads(_run("benefits", "--json", "--on", "2026-11-24").output)
    assert {each["benefit"] for each in benefits} == {each.slug for each in knowledge.assessor.engine.catalogue}
    assert "social-pension  Trợ cấp hưu trí xã hội hằng tháng" in _run("benefits").output
    unconfirmed = _run("benefits", "--unconfirmed", "--on", "2026-11-24").output
    assert "electricity-poor" in unconfirmed
    assert "social-pension " not in unconfirmed
    listed = json.loads(_run("benefits", "--unconfirmed", "--json", "--on", "2026-11-24").output)
    assert {"benefit", "title", "figures"} == set(listed[0])


def test_an_officer_reads_a_rule_without_python() -> None:
    """Conditions, amounts by date, law, and every case with its verdict, all in Vietnamese."""
    output = _run("benefits", "show", "social-pension", "--on", "2025-08-01").output
    assert "▸ 01/07/2025 – 30/06/2026: 500.000 (NĐ 176/2025/NĐ-CP, Điều 3)" in output
    assert "thấp hơn 500.000 đồng" in output
    assert "Căn cứ: Luật Bảo hiểm xã hội 41/2024/QH15" in output
    assert "24/11/2026: Bà 75 tuổi không có lương hưu được hưởng → được, 540.000 đồng" in output


def test_an_unknown_benefit_names_the_nearest() -> None:
    """A slip of the finger is mended by the message."""
    assert "nearest valid id: 'social-pension'" in str(_run("benefits", "show", "social-pensoin").exception)
