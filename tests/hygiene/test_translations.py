"""Whatever a person can read in Vietnamese stands in the English catalogue, with the same figures in it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from string import Formatter

from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg

from content import words

ROOT = Path(__file__).parents[2]
TEMPLATE = re.compile(r"\{\{.*?\}\}")


@cache
def sources() -> Mapping[str, str]:
    """Each text that `babel.cfg` finds, with the file and line where it stands first."""
    with (ROOT / "babel.cfg").open(encoding="utf-8") as stream:
        methods, options = parse_mapping_cfg(stream)
    found: dict[str, str] = {}
    for file, line, text, _, _ in extract_from_dir(ROOT, methods, options, directory_filter=_holds_words):
        found.setdefault(str(text), f"{file}:{line}")
    return found


def _holds_words(folder: str | Path) -> bool:
    inside = (Path(folder), *Path(folder).parents)
    return ROOT / "content" in inside or ROOT / "rules" in inside


@cache
def catalogues() -> Mapping[str, Mapping[str, str]]:
    return {language: one.phrases for language, one in words.load().items()}


def test_the_extractor_finds_the_words_of_every_kind_of_file() -> None:
    """An empty list would make every other test here pass."""
    for folder in ("menu.yaml", "articles/", "localities/kim-bang-2023/", "localities/kim-bang-2026/"):
        assert any(place.startswith(f"content/{folder}") for place in sources().values()), folder


def test_every_text_of_a_data_file_has_english() -> None:
    """A text changed in Vietnamese loses its English; this says where it stands."""
    missing = [f"{place}: {text[:70]!r}" for text, place in sources().items() if text not in catalogues()["en"]]
    assert not missing, f"{len(missing)} texts without English:\n" + "\n".join(missing)


def test_every_phrase_of_the_conversation_has_english() -> None:
    """Phrases are asked for by key; a missing key would stop the answer."""
    missing = sorted(catalogues()["vi"].keys() - catalogues()["en"].keys())
    assert not missing, f"phrases without English: {', '.join(missing)}"


def test_no_english_is_left_over() -> None:
    """English of a text or key that no longer exists misleads the next translator."""
    left = [one[:90] for one in catalogues()["en"] if one not in sources() and one not in catalogues()["vi"]]
    assert not left, f"{len(left)} English entries without a source:\n" + "\n".join(left)


def test_both_languages_fill_in_the_same_figures() -> None:
    """A translation may move `{{ … }}` about, never change, lose or add one."""
    english = catalogues()["en"]
    wrong = [
        f"{place}: {text[:70]!r}"
        for text, place in sources().items()
        if text in english and sorted(TEMPLATE.findall(text)) != sorted(TEMPLATE.findall(english[text]))
    ]
    assert not wrong, "other templates in English:\n" + "\n".join(wrong)


def test_english_phrases_ask_for_no_other_placeholders() -> None:
    """A placeholder that the Vietnamese phrase does not have is filled by nobody and would raise while answering."""
    english = catalogues()["en"]
    wrong = [
        key
        for key, phrase in catalogues()["vi"].items()
        if key in english and not _placeholders(english[key]) <= _placeholders(phrase)
    ]
    assert not wrong, f"other placeholders in English: {', '.join(wrong)}"


def _placeholders(phrase: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(phrase) if name is not None}
