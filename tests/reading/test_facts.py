"""Facts in free text: the golden list, and what a conversation does with the result."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from content.errors import ContentError
from content.reading.ages import read_age
from content.reading.dates import read_date
from content.reading.facts import Recogniser, recognise
from content.reading.money import read_money
from content.reading.names import Named, match_names
from content.reading.numbers import read_number
from content.reading.options import Option, read_option
from content.reading.phrasebook import Phrasebook, load
from content.reading.recognised import Recognised, Said
from content.reading.yes_no import read_yes_no
from rules import facts
from rules.household import parse

TODAY = date(2026, 11, 24)
GOLDEN: list[dict[str, Any]] = yaml.safe_load(Path(__file__).with_name("facts.yaml").read_text(encoding="utf-8"))
BOOK = facts.load()
READER = Recogniser(BOOK)
WORDS = [word for case in GOLDEN for word in case["text"].split()] + [
    "3tr5",
    "-",
    "1/2",
    "không",
    "?",
    "½",
    "٣",
    "0",
    "1.000",
    "9" * 40,
]


def _plain(found: tuple[Said, ...]) -> dict[str, Any]:
    return {
        said.fact.split(".")[1]: f"{said.value}~" if said.approximate else said.value
        for said in found
        if not said.implied
    }


def _shown(result: Recognised) -> dict[str, Any]:
    everything: dict[str, Any] = {
        "house": _plain(result.household),
        "persons": [
            {person.relation or "?": _plain(person.facts)} for person in result.persons if _plain(person.facts)
        ],
        "denied": [each.value for each in result.denied],
        "contradictions": [each.fact for each in result.contradictions],
        "unclear": [each.refused.reason for each in result.unclear],
        "size": result.size,
    }
    return {key: value for key, value in everything.items() if value}


@pytest.mark.parametrize("case", GOLDEN, ids=[case["text"] for case in GOLDEN])
def test_golden_sentences(case: dict[str, Any]) -> None:
    """Exactly what is stated is recognised, for the right person."""
    assert _shown(READER.recognise(case["text"], TODAY)) == {key: value for key, value in case.items() if key != "text"}


def test_the_golden_list_is_long_enough() -> None:
    """At least eighty sentences, none of them twice."""
    assert len({case["text"] for case in GOLDEN}) == len(GOLDEN) >= 80


def test_it_is_said_back_by_person() -> None:
    """The conversation repeats what was understood in plain words."""
    result = recognise("bà tôi 82 tuổi hộ nghèo không lương hưu", BOOK, TODAY)
    assert result.say_back() == ["bà 82 tuổi, không có lương hưu", "hộ nghèo"]
    assert result.persons[0].get("person.age") is not None


def test_sensitive_facts_are_said_back_only_on_request() -> None:
    """A disability is not repeated where others may read along."""
    result = READER.recognise("mẹ tôi 70 tuổi khuyết tật nặng", TODAY)
    assert result.say_back() == ["mẹ 70 tuổi"]
    assert result.say_back(sensitive=True) == ["mẹ 70 tuổi, khuyết tật nặng"]


def test_rough_figures_wait_for_confirmation() -> None:
    """They are listed, said back as rough, and left out of the values until they are confirmed."""
    result = READER.recognise("con tôi lớp 7", TODAY)
    assert [(place, said.fact) for place, said in result.to_confirm()] == [(0, "person.age")]
    assert result.values() == {"persons": [{"person.study": "lower_secondary"}]}
    assert result.values(approximate=True) == {"persons": [{"person.study": "lower_secondary", "person.age": 12}]}
    assert result.say_back() == ["con học lớp 7, khoảng 12 tuổi"]


@pytest.mark.parametrize("case", GOLDEN, ids=[case["text"] for case in GOLDEN])
def test_the_rules_accept_what_was_recognised(case: dict[str, Any]) -> None:
    """The values pass the engine's own check: right types, no contradiction."""
    parse(READER.recognise(case["text"], TODAY).values(approximate=True), BOOK)


def test_each_fact_keeps_its_words() -> None:
    """A person can be shown where a fact came from."""
    result = READER.recognise("Bà tôi 82 tuổi, nhà KHÔNG phải hộ nghèo", TODAY)
    age = result.persons[0].get("person.age")
    assert age is not None
    assert age.words == "82 tuổi"
    assert result.denied[0].words == "không phải hộ nghèo"


def test_phrases_must_name_facts_that_exist() -> None:
    """A renamed fact stops the start instead of being lost silently."""
    with pytest.raises(ContentError, match="there is no fact"):
        load().check(facts.FactBook([]))
    assert isinstance(load(), Phrasebook)


@settings(max_examples=150, deadline=None)
@given(st.one_of(st.text(max_size=80), st.lists(st.sampled_from(WORDS), max_size=14).map(" ".join)))
def test_no_text_breaks_the_reading(text: str) -> None:
    """Whatever is typed is read or not, but never raises; what comes out is in the facts' own form."""
    result = READER.recognise(text, TODAY)
    for said in (*result.household, *(said for person in result.persons for said in person.facts)):
        BOOK.get(said.fact).checked(said.value)
    parse(result.values(approximate=True), BOOK)
    result.say_back(sensitive=True)
    read_number(text), read_money(text), read_age(text, TODAY), read_date(text, TODAY), read_yes_no(text)
    read_option(text, [Option("a", "hộ nghèo"), Option("b", text)])
    match_names(text, [Named("1", "Nguyễn Văn An", "thôn Đông"), Named("2", text)])
