"""The articles as they are: complete, short enough, on every day, without a figure that the law could change."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Final

import pytest

from content.articles import Library
from content.filling import Filler
from content.localities import Locality
from content.text import plain
from content.words import Words
from rules.parameters import Parameters
from tests.content.conftest import SLUGS, article_ids, blocks_of, changing_days

REQUIRED: Final = (
    "broadcast-optout",
    "certificate",
    "contact-office",
    "credit-job",
    "credit-poor",
    "credit-water-sanitation",
    "electricity",
    "emergency-aid",
    "emulation-campaign",
    "fund-for-poor",
    "health-insurance",
    "housing",
    "human-agent",
    "job-placement",
    "legal-aid",
    "livelihood-model",
    "overseas-labour",
    "poverty-review",
    "poverty-standard",
    "privacy",
    "programme-info",
    "report-change",
    "social-allowance-children",
    "social-allowance-disability",
    "social-allowance-elderly",
    "social-allowance-single-parent",
    "social-pension",
    "student-credit",
    "telecom-info",
    "tuition",
    "vocational-training",
)
LONGEST_ANSWER: Final = 600
LONGEST_PART: Final = 1500
FEWEST_QUESTIONS: Final = 15
WORDS_OF_A_NAME: Final = 5
EVALUATION: Final = Path(__file__).parent.parent / "evaluation"
_FILLED: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_FIGURE: Final = re.compile(
    r"\d(?:[\d.,]*\d)?(?:\s*(?:–|-|đến)\s*\d[\d.,]*)?\s*(?:đồng|triệu|nghìn|ngàn|tỷ|%|phần trăm|tuổi|tháng|ngày|năm)\b"
    r"|\d[\d.,]*\s*%"
    r"|\b\d{1,3}(?:\.\d{3})+\b(?!/)"
)
_SHAPES: Final = ("{{", "}}", "{%", "None", "Undefined")


def test_all_required_subjects_are_there(library: Library) -> None:
    """The subjects of the plan: none missing, and none unknown to this list."""
    assert sorted(article.id for article in library) == sorted(REQUIRED)


@pytest.mark.parametrize("slug", SLUGS)
@pytest.mark.parametrize("article_id", article_ids())
def test_an_article_can_be_read_on_every_day(
    article_id: str,
    slug: str,
    library: Library,
    figures: Parameters,
    places: dict[str, Locality],
    languages: dict[str, Words],
) -> None:
    """Before and after each change of a text or figure, in each locality and language, within the limits of length."""
    filler = Filler(figures, places[slug])
    article = library.get(article_id)
    assert article is not None
    for part, block in blocks_of(article):
        for day in changing_days(block, figures):
            for words in languages.values():
                filled = filler.part(article, part, day, words)
                assert filled is not None, (part, day)
                limit = LONGEST_ANSWER if part is None else LONGEST_PART
                assert 0 < len(filled.text) <= limit, (part, day, len(filled.text))
                assert not any(shape in filled.text for shape in _SHAPES), (part, day, filled.text)


@pytest.mark.parametrize("article_id", article_ids())
def test_no_figure_is_typed_into_a_text(article_id: str, library: Library) -> None:
    """Amounts, ages, rates and time limits come from `rules/parameters/`, with their dates and their law."""
    article = library.get(article_id)
    assert article is not None
    found = [
        (part, block.start, match.group())
        for part, block in blocks_of(article)
        for match in _FIGURE.finditer(_FILLED.sub("◊", block.text))
    ]
    assert found == []


@pytest.mark.parametrize(
    ("text", "typed"),
    [
        ("được 540.000 đồng một tháng", True),
        ("được 2 triệu", True),
        ("từ 75 tuổi", True),
        ("trong 10 ngày", True),
        ("vay đến 36 tháng", True),
        ("từ 75 đến 80 tuổi", True),
        ("lãi 6,24%/năm", True),
        ("lãi 6,24 %", True),
        ("chuẩn 1.500.000", True),
        ("NĐ 20/2021/NĐ-CP, Điều 5 khoản 1", False),
        ("từ ngày 01/07/2025 đến 05/10/2026", False),
        ("năm 2023, tháng 9", False),
        ("gọi 111, 113 hoặc 115", False),
        ("Mẫu số 01, Mẫu 1a", False),
        ("học sinh lớp 7", False),
        ("mã thủ tục 1.014027", False),
        ("Luật 41/2024/QH15", False),
    ],
)
def test_what_counts_as_a_typed_figure(text: str, typed: bool) -> None:
    """Names of laws, dates, forms, emergency numbers and classes are no figures of the law."""
    assert bool(_FIGURE.search(text)) is typed


@pytest.mark.parametrize("article_id", article_ids())
def test_an_article_can_be_found(article_id: str, library: Library) -> None:
    """Enough sample questions, each once, and a label that fits on a button."""
    article = library.get(article_id)
    assert article is not None
    assert len(set(article.questions)) == len(article.questions) >= FEWEST_QUESTIONS
    assert len(article.short) <= 30


def test_an_article_has_an_answer_today_and_its_law(library: Library) -> None:
    """The newest answer has no end; a named law stands with the answer or in its part."""
    for article in library:
        assert article.answer[-1].end is None, article.id
        assert article.answer[-1].law or article.parts.get("law"), article.id


def test_no_question_is_asked_of_two_articles(library: Library) -> None:
    """The search would learn a contradiction."""
    owner: dict[str, str] = {}
    for article in library:
        for question in article.questions:
            assert owner.setdefault(plain(question), article.id) == article.id, question


def test_no_sample_question_is_an_evaluation_question(library: Library) -> None:
    """A question that was learned measures nothing. Bare names ("bhyt", "vay vốn") cannot be kept apart."""
    asked = {
        plain(json.loads(line)["q"])
        for file in sorted(EVALUATION.glob("*.jsonl"))
        for line in file.read_text(encoding="utf-8").splitlines()
        if line.strip()
    }
    assert asked
    learned = {plain(question): article.id for article in library for question in article.questions}
    shared = [question for question in asked & set(learned) if len(question.split()) > WORDS_OF_A_NAME]
    assert sorted((learned[question], question) for question in shared) == []


def test_choice_ids_fit_every_channel(library: Library) -> None:
    """A button carries at most 64 bytes of ASCII."""
    ids = [
        f"part:{article.id}:{part}" for article in library for part in ("who", "amount", "papers", "where", "duration")
    ]
    assert all(len(each.encode("ascii")) <= 64 for each in ids)
