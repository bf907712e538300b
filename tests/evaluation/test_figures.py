"""The figures that the search has to reach, on a set that it was studied with and on one that it was not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from content import articles
from content.files import FOLDER, read, yaml_files
from content.search import Search, build, samples
from content.text import plain
from tests.evaluation.measure import Figures, measure_search, questions

SETS = ("questions", "heldout")
"""Studied while the search was built: its errors in them were looked at."""
BLIND = "blind"
"""Written last, only its totals looked at: what an unseen set brings. Its floor keeps the search from getting worse."""
BLIND_FLOOR = {"plain": 0.90, "noisy": 0.87, "top3": 0.94, "beyond": 0.85}
BLIND_TURNED_AWAY = 0.05
PLAIN, NOISY, TOP_3, BEYOND, TURNED_AWAY = 0.92, 0.85, 0.97, 0.92, 0.04
QUESTIONS_AT_LEAST = 400
BEYOND_AT_LEAST = 0.2


def _build() -> Search:
    library = articles.load()
    return build(
        {article.id: article.questions for article in library},
        names={article.id: (article.title, article.short) for article in library},
    )


@pytest.fixture(scope="module")
def search() -> Search:
    return _build()


@pytest.fixture(scope="module", params=SETS)
def figures(request: pytest.FixtureRequest, search: Search) -> Figures:
    found = measure_search(search, questions(request.param))
    print(f"\n{request.param}\n{found}")
    return found


def test_plain_questions_find_their_article(figures: Figures) -> None:
    """Typed with care."""
    assert figures.plain.value >= PLAIN, str(figures)


def test_noisy_questions_find_their_article(figures: Figures) -> None:
    """Typed without accents, in a hurry, with a story around it."""
    assert figures.noisy.value >= NOISY, str(figures)


def test_the_right_article_is_among_three(figures: Figures) -> None:
    """Answered or offered."""
    assert figures.top3.value >= TOP_3, str(figures)


def test_what_needs_no_policy_answer_gets_none(figures: Figures) -> None:
    """Out of scope goes to a person, danger to the emergency numbers."""
    assert figures.beyond.value >= BEYOND, str(figures)


def test_good_questions_are_not_turned_away(figures: Figures) -> None:
    """An answer that exists is not refused."""
    assert figures.turned_away.value <= TURNED_AWAY, str(figures)


def test_an_unseen_set_stays_above_its_floor(search: Search) -> None:
    """Nobody has tuned to it; what it brings is in docs/performance.md."""
    found = measure_search(search, questions(BLIND))
    print(f"\n{BLIND}\n{found}")
    for name, floor in BLIND_FLOOR.items():
        assert getattr(found, name).value >= floor, f"{name}\n{found}"
    assert found.turned_away.value <= BLIND_TURNED_AWAY, str(found)


def test_the_sets_are_large_and_mixed() -> None:
    """Together at least 400 questions, a fifth of them beyond the articles."""
    asked = [question for name in SETS for question in questions(name)]
    assert len(asked) >= QUESTIONS_AT_LEAST
    assert sum(question["kind"] != "article" for question in asked) >= BEYOND_AT_LEAST * len(asked)


def _sample_sentences() -> Iterator[tuple[str, str]]:
    for file in yaml_files(FOLDER / "articles"):
        yield from ((file.name, question) for question in read(file)["questions"])
    intents = samples.load()
    yield from (("intents/articles.yaml", text) for texts in intents.articles.values() for text in texts)
    yield from ((f"intents, {sample.label}", sample.text) for sample in samples.without_answer(intents))


def test_no_sample_is_a_question_of_the_sets() -> None:
    """What the index learns from must not be what it is judged by."""
    sets = (questions(name) for name in (*SETS, BLIND))
    asked: dict[str, Any] = {plain(question["q"]): question["q"] for each in sets for question in each}
    asked.pop("", None)
    shared = [f"{place}: {text}" for place, text in _sample_sentences() if plain(text) in asked]
    assert not shared, "take these out of the samples:\n" + "\n".join(shared)


def test_the_sets_are_only_read_by_tests() -> None:
    """No line of the product opens them."""
    product = [*Path(FOLDER).rglob("*.py")]
    assert not [file for file in product if "evaluation/" in file.read_text(encoding="utf-8")]
