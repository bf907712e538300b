"""Audiences as JSON: what is read, what is refused and how, and how one is told in words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from random import Random
from typing import Any

import pytest
import yaml

from rules.audiences import catalogue
from rules.audiences.catalogue import kinds
from rules.audiences.condition import ROWS, Person, holds
from rules.audiences.model import AllOf, AnyOf, Frame, Leaf, NotOf
from rules.audiences.saying import describe
from rules.audiences.tree import AudienceError, condition_of, leaves, nobody, plain, read, written
from rules.errors import RulesError
from tests.audiences.worlds import tree

FRAME = Frame(
    {"thuy-loi": "/d/thuy-loi/", "mau-1": "/d/thuy-loi/mau-1/", "que": "/d/que/"},
    {"notice": True, "credit": False},
    date(2026, 11, 24),
)
OPTIONS = {
    "places": {"que": "thị trấn Quế", "thuy-loi": "xã Thụy Lôi", "a": "A", "b": "B", "c": "C", "d": "D"},
    "roles": {"village_head": "trưởng thôn", "commune_officer": "cán bộ xã"},
    "topics": {"credit": "vay vốn", "notice": "thông báo"},
    "statuses": {"poor": "hộ nghèo", "near_poor": "hộ cận nghèo"},
    "channels": {"web": "trang web"},
    "languages": {"vi": "tiếng Việt", "en": "tiếng Anh"},
}


def _cases() -> list[Any]:
    return [
        pytest.param(slug, case, id=f"{slug}: {case['name']}")
        for slug in kinds()
        for case in yaml.safe_load((catalogue.FOLDER / slug / "cases.yaml").read_text(encoding="utf-8"))
    ]


@pytest.mark.parametrize(("slug", "case"), _cases())
def test_a_case(slug: str, case: dict[str, Any]) -> None:
    """The cases that stand beside each kind of condition."""
    about = dict(case["person"])
    rows = {name: tuple(about.pop(name, ())) for name in ROWS}
    person = Person(about.get("channel", "web"), about.get("language", "vi"), about.get("seen"), rows)
    assert holds(condition_of(Leaf(slug, tuple(case["values"])), FRAME), person) is case["holds"]


def test_every_kind_has_a_yes_and_a_no() -> None:
    """Else a kind that fits everybody would pass."""
    for slug in kinds():
        assert {case.values[1]["holds"] for case in _cases() if case.values[0] == slug} == {True, False}, slug


def test_what_is_written_is_read_again() -> None:
    """Any tree keeps its meaning through its stored form."""
    random = Random(5)
    for _ in range(300):
        drawn = tree(random)
        assert read(written(drawn)) == drawn
        assert read(plain(drawn)) == drawn


@pytest.mark.parametrize(
    ("data", "key", "said"),
    [
        ("{", "not_readable", {}),
        ([], "not_one_condition", {}),
        ({"role": ["village_head"], "seen": 3}, "not_one_condition", {}),
        ({"rol": ["village_head"]}, "unknown_condition", {"condition": "rol", "near": "role"}),
        ({"role": ["vilage_head"]}, "unknown_value", {"value": "vilage_head", "near": "village_head"}),
        ({"area": ["quê"]}, "unknown_value", {"value": "quê", "near": "que"}),
        ({"not": {"topic": ["credits"]}}, "unknown_value", {"value": "credits", "near": "credit"}),
        ({"role": []}, "no_values", {}),
        ({"role": [3]}, "not_a_list", {}),
        ({"all": {"seen": 3}}, "not_a_list", {}),
        ({"seen": 0}, "not_days", {}),
        ({"seen": True}, "not_days", {}),
        ({"seen": "nhiều"}, "not_days", {}),
        ({"not": {"not": {"not": {"not": {"not": {"seen": 1}}}}}}, "too_large", {}),
        ({"all": [{"seen": 1}] * 41}, "too_large", {}),
    ],
)
def test_what_is_no_audience_is_refused(data: Any, key: str, said: dict[str, str]) -> None:
    """With the condition or value that is wrong, and the nearest one that exists."""
    with pytest.raises(AudienceError) as refused:
        read(data, OPTIONS)
    assert refused.value.key == key
    assert said.items() <= refused.value.values.items()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"all": []}, "Mọi người trong địa bàn"),
        ({"any": []}, "Không ai"),
        ({"role": ["village_head"]}, "Trưởng thôn"),
        ({"area": ["que"]}, "Mọi người ở thị trấn Quế"),
        ({"area": ["a", "b", "c", "d", "que"]}, "Mọi người ở A, B, C, D hoặc 1 nơi khác"),
        (
            {"all": [{"topic": ["credit"]}, {"area": ["thuy-loi"]}, {"role": ["village_head"]}]},
            "Trưởng thôn ở xã Thụy Lôi, có quan tâm vay vốn",
        ),
        (
            {"all": [{"household": ["poor", "near_poor"]}, {"seen": 30}]},
            "Mọi người thuộc hộ nghèo hoặc hộ cận nghèo, đã nhắn tin trong 30 ngày qua",
        ),
        (
            {"any": [{"role": ["village_head"]}, {"all": [{"area": ["que"]}, {"not": {"channel": ["web"]}}]}]},
            "Trưởng thôn hoặc (mọi người ở thị trấn Quế, không nhận qua trang web)",
        ),
        ({"not": {"role": ["village_head"]}}, "Mọi người không phải trưởng thôn"),
    ],
)
def test_an_audience_in_words(data: Any, words: str) -> None:
    """As an officer would say it."""
    assert describe(read(data, OPTIONS), OPTIONS) == words


def test_an_audience_that_can_hold_nobody_is_seen_at_once() -> None:
    """Before anybody counts."""
    assert nobody(AnyOf(()))
    assert nobody(AllOf((Leaf("seen", ("3",)), AnyOf(()))))
    assert nobody(NotOf(AllOf(())))
    assert not nobody(AllOf(()))
    assert not nobody(NotOf(AnyOf(())))
    assert not nobody(AnyOf((Leaf("seen", ("3",)),)))


def test_the_conditions_of_a_tree_are_listed() -> None:
    """From left to right, wherever they stand."""
    found = leaves(read({"all": [{"not": {"seen": 3}}, {"any": [{"channel": ["web"]}]}]}))
    assert [leaf.kind for leaf in found] == ["seen", "channel"]


def test_a_folder_with_wrong_words_stops_the_start(tmp_path: Path) -> None:
    """The error names the file."""
    folder = tmp_path / "role"
    folder.mkdir()
    (folder / "audience.yaml").write_text(
        "slug: role\norder: 1\nlabel: Vai\nhelp: …\nsays: vai\ndenies: '{values}'\n", encoding="utf-8"
    )
    with pytest.raises(RulesError, match="says has no room"):
        catalogue.load(tmp_path)
