"""The documentation holds together: no link into the void, no page or picture that is forgotten."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).parents[2]
DOCS: Final = ROOT / "docs"
PAGES: Final = (ROOT / "README.md", *sorted(DOCS.rglob("*.md")))
_LINK: Final = re.compile(r'\]\(([^)\s#]+)[^)]*\)|<img src="([^"]+)"')


def _targets(page: Path) -> list[str]:
    return [one or two for one, two in _LINK.findall(page.read_text("utf-8")) if "://" not in (one or two)]


def test_every_link_leads_somewhere() -> None:
    """Relative links and pictures, from the page that they stand on."""
    assert len(PAGES) > 20
    gone = [
        f"{page.relative_to(ROOT)}: {target}"
        for page in PAGES
        for target in _targets(page)
        if not (page.parent / target).exists()
    ]
    assert gone == []


def test_the_index_names_every_page() -> None:
    """Decisions have an index of their own."""
    index = DOCS / "README.md"
    named = {(index.parent / target).resolve() for target in _targets(index)}
    pages = {page for page in DOCS.rglob("*.md") if page.parent.name != "decisions" and page != index}
    assert sorted(str(page.relative_to(DOCS)) for page in pages - named) == []
    assert index.resolve() in {(ROOT / target).resolve() for target in _targets(ROOT / "README.md")}


def test_every_picture_is_shown_and_light() -> None:
    """On the page of the screens; all together light enough to be cloned over a slow line."""
    pictures = sorted((DOCS / "pictures").glob("*.png"))
    shown = {(DOCS / target).resolve() for target in _targets(DOCS / "screens.md")}
    shown |= {(ROOT / target).resolve() for target in _targets(ROOT / "README.md")}
    assert [picture.name for picture in pictures if picture not in shown] == []
    assert sum(picture.stat().st_size for picture in pictures) < 6_000_000
