"""The pages made from the rules are current and readable."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from rules import pages
from rules.assess import Assessor

DOCS = Path(__file__).parents[2] / "docs"


def test_the_list_of_facts_is_current(assessor: Assessor) -> None:
    """`docs/facts.md` is what the code says."""
    assert (DOCS / "facts.md").read_text(encoding="utf-8") == pages.facts_page(assessor.engine.book)


def test_the_index_of_benefits_is_current(assessor: Assessor, today: date) -> None:
    """`docs/benefits-index.md` is what the folders say."""
    assert (DOCS / "benefits-index.md").read_text(encoding="utf-8") == pages.benefits_page(assessor.engine, today)


def test_what_is_not_confirmed_is_listed(assessor: Assessor, today: date) -> None:
    """The electricity price after August 2026 nobody has seen; the social pension is certain."""
    listed = {benefit.slug: figures for benefit, figures in pages.unconfirmed(assessor.engine, today)}
    assert listed["electricity-poor"] == ("electricity.tier1_price",)
    assert "social-pension" not in listed
