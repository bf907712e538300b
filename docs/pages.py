"""Writes the pages of `docs/` that are made from the rules: `python -m docs.pages`."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Final

from rules import assess, pages

FOLDER: Final = Path(__file__).parent
CHECKED: Final = date(2026, 11, 24)  # the day on which the law was last checked; the index names what held then


def main() -> None:
    """Write both pages."""
    engine = assess.load().engine
    (FOLDER / "facts.md").write_text(pages.facts_page(engine.book), encoding="utf-8")
    (FOLDER / "benefits-index.md").write_text(pages.benefits_page(engine, CHECKED), encoding="utf-8")


if __name__ == "__main__":
    main()
