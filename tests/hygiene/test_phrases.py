"""Every phrase that the code says is there in both languages, with what is filled into it, and none is left over."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from string import Formatter
from typing import Final

import pytest

from content import words
from tests.hygiene import tree

_KEY: Final = re.compile(r"[a-z][a-z0-9_]*(\.[a-z0-9_]+)+")
_PREFIX: Final = re.compile(r"[a-z][a-z0-9_]*\.")
_IN_TEMPLATE: Final = re.compile(r'say\("([^"]+)"')
# Read by the page through their common beginning.
_SENT_WHOLE: Final = ("web.",)
PHRASES: Final = {language: dict(each.phrases) for language, each in words.load().items()}


def _keys(language: str) -> set[str]:
    return {key for key in PHRASES[language] if _KEY.fullmatch(key)}


def _placeholders(phrase: str) -> set[str]:
    return {field for _, field, _, _ in Formatter().parse(phrase) if field is not None}


def _said() -> Iterator[tuple[str, str, set[str] | None]]:
    """Where, which key, and what is filled in (None where that is not written out) of each say and choice."""
    for path, module in tree.modules().items():
        for node in ast.walk(module):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            place = {"say": 0, "choice": 1}.get(node.func.attr)
            if place is None or len(node.args) <= place:
                continue
            filled = {keyword.arg for keyword in node.keywords if keyword.arg is not None}
            open_ended = any(keyword.arg is None for keyword in node.keywords)
            argument = node.args[place]
            # What a key put together at run time begins with is no key.
            beginnings = {
                id(part) for each in ast.walk(argument) if isinstance(each, ast.JoinedStr) for part in each.values
            }
            for part in ast.walk(argument):
                if id(part) in beginnings:
                    continue
                if isinstance(part, ast.Constant) and isinstance(part.value, str) and _KEY.fullmatch(part.value):
                    yield f"{path}:{node.lineno}", part.value, None if open_ended else filled


def _mentioned() -> tuple[set[str], set[str]]:
    """Every key that stands in the code, and the beginnings of those that are put together there."""
    keys: set[str] = set()
    prefixes = set(_SENT_WHOLE)
    for module in tree.modules().values():
        for node in ast.walk(module):
            if isinstance(node, ast.Constant) and isinstance(node.value, str) and _KEY.fullmatch(node.value):
                keys.add(node.value)
            elif isinstance(node, ast.JoinedStr) and node.values and isinstance(node.values[0], ast.Constant):
                beginning = _PREFIX.match(str(node.values[0].value))
                if beginning:
                    prefixes.add(beginning.group())
    for template in sorted((tree.ROOT / "desk" / "templates").rglob("*.html")):
        keys |= {key for key in _IN_TEMPLATE.findall(template.read_text(encoding="utf-8")) if _KEY.fullmatch(key)}
    return keys, prefixes


def test_every_phrase_that_is_said_exists_in_both_languages() -> None:
    """A missing one would be an error in front of a person."""
    said = list(_said())
    assert len(said) > 30
    missing = [(where, key, language) for where, key, _ in said for language in PHRASES if key not in PHRASES[language]]
    assert missing == []


def test_what_is_filled_in_is_what_the_phrase_has_room_for() -> None:
    """A placeholder without a value would be shown as it is."""
    wrong = [
        (where, key, sorted(_placeholders(PHRASES["vi"][key])), sorted(filled))
        for where, key, filled in _said()
        if filled is not None and key in PHRASES["vi"] and filled != _placeholders(PHRASES["vi"][key])
    ]
    assert wrong == []


def test_both_languages_have_the_same_phrases_with_the_same_placeholders() -> None:
    """By key; texts of files that are their own key stand in the other language only."""
    assert _keys("vi") ^ _keys("en") == set()
    differing = [key for key in _keys("vi") if _placeholders(PHRASES["vi"][key]) != _placeholders(PHRASES["en"][key])]
    assert differing == []


def test_no_phrase_is_left_over() -> None:
    """Each is said somewhere, by its key or by a beginning that is completed there."""
    keys, prefixes = _mentioned()
    unused = [key for key in _keys("vi") if key not in keys and not key.startswith(tuple(prefixes))]
    assert sorted(unused) == []


@pytest.mark.parametrize("key", sorted(key for key in _keys("vi") if key.startswith("urgent.")))
def test_an_urgent_answer_begins_with_a_number_to_call(key: str) -> None:
    """Within the first line that fits a small screen, and in every language."""
    for phrases in PHRASES.values():
        assert re.search(r"\b11[1-5]\b", phrases[key][:160]), key


def test_the_bot_speaks_as_it_should() -> None:
    """It calls the person "bác" and itself "cháu" or "Chung Tay", never "bạn", "tôi" or "mình"."""
    quoted = re.compile(r"“[^”]*”")
    rude = re.compile(r"\b(bạn|tôi|mình|quý khách|anh/chị|vui lòng)\b", re.IGNORECASE)
    vietnamese = {key: quoted.sub("", phrase) for key, phrase in PHRASES["vi"].items() if _KEY.fullmatch(key)}
    found = {key: rude.findall(phrase) for key, phrase in vietnamese.items()}
    allowed = ("một mình", "cho mình", "gia đình mình", "nhà mình", "bực mình")
    assert [
        key
        for key, words_found in found.items()
        if words_found and not (set(words_found) == {"mình"} and any(each in vietnamese[key] for each in allowed))
    ] == []
