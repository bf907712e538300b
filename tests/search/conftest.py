"""The search over the real articles, built once per run."""

from __future__ import annotations

from datetime import date

import pytest

from content import articles, search
from content.search import Finding, Search

TODAY = date(2026, 11, 24)


@pytest.fixture(scope="session")
def engine() -> Search:
    library = articles.load()
    return search.build(
        {article.id: article.questions for article in library},
        names={article.id: (article.title, article.short) for article in library},
    )


class Asked:
    """Asks the search as on one fixed day."""

    def __init__(self, engine: Search) -> None:
        self._engine = engine

    def __call__(self, text: str, topic: str | None = None) -> Finding:
        return self._engine.find(text, today=TODAY, topic=topic)


@pytest.fixture(scope="session")
def ask(engine: Search) -> Asked:
    return Asked(engine)
