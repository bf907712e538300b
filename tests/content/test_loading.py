"""Files that do not fit are refused with their name and what to mend."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml

from content import articles, localities
from content.errors import ContentError

GROUPS = [{"key": "work", "label": "Việc làm"}]


def _block(start: str, end: str | None = None, **more: Any) -> dict[str, Any]:
    block: dict[str, Any] = {"from": yaml.safe_load(start), "confidence": "confirmed", "text": "Chữ.", **more}
    return block if end is None else {**block, "to": yaml.safe_load(end)}


def _library(folder: Path, name: str = "job", **more: Any) -> articles.Library:
    article: dict[str, Any] = {
        "id": "job",
        "title": "Việc làm",
        "short": "Việc làm",
        "group": "work",
        "last_checked": yaml.safe_load("2026-11-24"),
        "answer": [_block("2025-01-01")],
        "questions": ["Tìm việc ở đâu?"],
        **more,
    }
    (folder / "articles").mkdir()
    (folder / "menu.yaml").write_text(yaml.safe_dump(GROUPS), encoding="utf-8")
    (folder / "articles" / f"{name}.yaml").write_text(yaml.safe_dump(article), encoding="utf-8")
    return articles.load(folder)


def test_a_folder_of_articles_is_read(tmp_path: Path) -> None:
    """By id, by group, and whether it is there."""
    library = _library(tmp_path)
    assert [article.id for article in library] == ["job"]
    assert "job" in library
    assert library.get("other") is None
    assert [article.id for article in library.in_group("work")] == ["job"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"id": "another"}, "not the file name"),
        ({"group": "play"}, "menu.yaml"),
        ({"titel": "x"}, "titel"),
        ({"answer": [_block("2025-01-01"), _block("2026-01-01")]}, "overlaps"),
        ({"answer": [_block("2025-01-01", "2026-01-02"), _block("2026-01-01")]}, "overlaps"),
        ({"answer": [_block("2026-01-01", "2026-06-01"), _block("2025-01-01", "2025-06-01")]}, "overlaps"),
        ({"answer": [_block("2025-01-01", "2025-01-01")]}, "ends before it begins"),
        ({"answer": [_block("2025-01-01", confidence="sure")]}, "sure"),
        ({"parts": {"price": [_block("2025-01-01")]}}, "price"),
        ({"parts": {"who": [_block("2025-01-01"), _block("2025-02-01")]}}, "who"),
        ({"last_checked": "yesterday"}, "last_checked"),
    ],
)
def test_a_wrong_article_is_named(tmp_path: Path, wrong: dict[str, Any], word: str) -> None:
    """File and mistake, in one line."""
    with pytest.raises(ContentError, match=word) as refused:
        _library(tmp_path, **wrong)
    assert "job.yaml" in str(refused.value)


def test_blocks_that_touch_do_not_overlap(tmp_path: Path) -> None:
    """The last day of one is the day before the first of the next."""
    library = _library(
        tmp_path, answer=[_block("2025-01-01", "2026-01-01", text="cũ"), _block("2026-01-01", text="mới")]
    )
    article = library.get("job")
    assert article is not None
    on = {
        day: article.block(None, yaml.safe_load(day))
        for day in ("2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01")
    }
    assert [block and block.text for block in on.values()] == [None, "cũ", "cũ", "mới"]


ABOUT = {
    "slug": "here",
    "name": "Ở đây",
    "title": "Ở đây",
    "commune_words": {"commune": "UBND xã", "village_head": "trưởng thôn"},
    "review_route": [{"level": "village", "does": "report"}],
    "from": yaml.safe_load("2025-01-01"),
}
AREA = {"key": "x", "code": "1", "name": "xã X", "kind": "commune", "rural": True, "from": yaml.safe_load("2025-01-01")}
OFFICE = {"role": "commune", "name": "UBND xã", "level": "commune", "in_charge_of": [], "articles": ["job"]}


def _locality(folder: Path, **files: Any) -> localities.Locality:
    place = folder / "here"
    place.mkdir()
    contents = {"locality": ABOUT, "areas": [AREA], "offices": [OFFICE], **files}
    for name, content in contents.items():
        (place / f"{name}.yaml").write_text(yaml.safe_dump(content), encoding="utf-8")
    return localities.load("here", folder)


@pytest.mark.parametrize(
    ("files", "word"),
    [
        ({"areas": [AREA, AREA]}, "twice"),
        ({"areas": [AREA, {**AREA, "key": "y"}]}, "twice"),
        ({"areas": [{**AREA, "parent": "nowhere"}]}, "unknown parent 'nowhere'"),
        ({"areas": [{**AREA, "kind": "town"}]}, "town"),
        ({"offices": [OFFICE, {**OFFICE, "role": "other"}]}, "two offices answer for job"),
        ({"locality": {**ABOUT, "slug": "there"}}, "not the folder's name"),
    ],
)
def test_a_wrong_locality_is_named(tmp_path: Path, files: dict[str, Any], word: str) -> None:
    """Duplicates, unknown parents and kinds, two offices for one subject."""
    with pytest.raises(ContentError, match=word):
        _locality(tmp_path, **files)


def test_a_code_may_be_used_again_later(tmp_path: Path) -> None:
    """The key is the code with its first day."""
    later = {**AREA, "key": "y", "from": yaml.safe_load("2025-07-01")}
    assert set(_locality(tmp_path, areas=[AREA, later]).areas) == {"x", "y"}


def test_an_unknown_locality_lists_the_known_ones() -> None:
    """A mistyped slug is seen at once."""
    with pytest.raises(ContentError, match=r"unknown locality 'kim-bang'; known: kim-bang-2023, kim-bang-2026"):
        localities.load("kim-bang")


def test_an_office_that_nobody_has_is_an_error(tmp_path: Path) -> None:
    """By role it must exist; for an article the commune answers where nobody else does."""
    here = _locality(tmp_path)
    with pytest.raises(ContentError, match="no office with the role 'health'"):
        here.office("health")
    assert here.office_for("anything").role == "commune"
