"""Audiences at their edges: turned round, without anybody, too long, and with broken words."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml

from rules.audiences import catalogue
from rules.audiences.condition import Person, holds
from rules.audiences.model import EVERYBODY, AllOf, AnyOf, Frame, Kind, Leaf, NotOf, Tree
from rules.audiences.saying import describe
from rules.audiences.tree import AudienceError, condition_of, nobody, read
from rules.errors import RulesError

FRAME = Frame({"que": "/d/que/"}, {"notice": True}, date(2026, 11, 24))
OPTIONS = {"places": {"que": "thị trấn Quế"}, "languages": {"vi": "tiếng Việt", "en": "tiếng Anh"}}
HERE, ENGLISH = Leaf("area", ("que",)), Leaf("language", ("en",))


def test_a_group_turned_round_is_told_as_one() -> None:
    """The words say that the whole of it is denied, not only its first part."""
    said = describe(NotOf(AnyOf((HERE, ENGLISH))), OPTIONS)
    assert "không phải (" in said
    assert said.endswith(")")
    assert "thị trấn Quế" in said and "tiếng Anh" in said
    inside = describe(AllOf((ENGLISH, NotOf(AllOf((HERE, ENGLISH))))), OPTIONS)
    assert inside.count("không phải (") == 1


@pytest.mark.parametrize(
    ("tree", "empty"),
    [
        (NotOf(EVERYBODY), True),
        (NotOf(AllOf((EVERYBODY, EVERYBODY))), True),
        (NotOf(AnyOf((HERE, EVERYBODY))), True),
        (NotOf(NotOf(AnyOf(()))), True),
        (NotOf(HERE), False),
        (NotOf(AnyOf((HERE, ENGLISH))), False),
        (NotOf(NotOf(HERE)), False),
    ],
)
def test_an_audience_without_anybody_is_seen_beforehand(tree: Tree, empty: bool) -> None:
    """Not everybody is nobody, however it is put; and whoever is said to be nobody is held by nothing."""
    assert nobody(tree) is empty
    some = [Person("web", language, None, {}) for language in ("vi", "en")]
    assert not (empty and any(holds(condition_of(tree, FRAME), person) for person in some))


def test_a_list_of_values_has_an_end() -> None:
    """Nobody names a thousand places; a file that does is refused before it is looked through."""
    with pytest.raises(AudienceError) as refused:
        read({"area": [f"place-{number}" for number in range(1_001)]})
    assert refused.value.key == "too_large"


def _broken(tmp_path: Path, **other: str) -> Path:
    words: dict[str, Any] = yaml.safe_load((catalogue.FOLDER / "language" / "audience.yaml").read_text("utf-8"))
    (tmp_path / "language").mkdir()
    text = yaml.safe_dump({**words, **other}, allow_unicode=True)
    (tmp_path / "language" / "audience.yaml").write_text(text, encoding="utf-8")
    return tmp_path


def test_a_condition_copied_from_another_folder_is_refused(tmp_path: Path) -> None:
    """Else two folders would answer to one name."""
    with pytest.raises(RulesError, match=r"audience\.yaml.*the slug is not the folder's name"):
        catalogue.load(_broken(tmp_path, slug="area"))


def test_a_condition_with_a_list_that_nobody_has_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its choices could never be offered."""
    from rules.audiences.language import audience

    monkeypatch.setattr(audience, "kind", Kind("choices", audience.kind.condition, "colours"))
    with pytest.raises(RulesError, match="unknown list 'colours'"):
        catalogue.load(_broken(tmp_path))
