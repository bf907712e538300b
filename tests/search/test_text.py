"""One plain spelling for what a person typed."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content.text import clean, is_syllable, plain, without_telex


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("Hộ nghèo", "ho ngheo"),
        ("HỘ   NGHÈO!!!", "ho ngheo"),
        (unicodedata.normalize("NFD", "hộ nghèo"), "ho ngheo"),
        ("hộ\u200b ngh\u200dèo\u202e", "ho ngheo"),
        ("hộ\tnghèo\r\ncận", "ho ngheo can"),
        ("đường Đồng Văn", "duong dong van"),
        ("1/7/2024", "1/7/2024"),
        ("1.500.000 đồng.", "1.500.000 dong"),
        ("3.", "3"),
        ("", ""),
        ("😀👍", ""),
    ],
)
def test_accents_marks_and_invisible_characters_go(typed: str, expected: str) -> None:
    """Labels and choices compare equal however they were typed."""
    assert plain(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("hooj ngheof", "ho ngheo"),
        ("hoj ngheof", "ho ngheo"),
        ("ddieenj", "dien"),
        ("dduwowcj", "duoc"),
        ("baor hieemr y tees", "bao hiem y te"),
        ("ho65 ngheo2", "ho ngheo"),
        ("d9ie65n", "dien"),
    ],
)
def test_keys_of_an_input_method_are_undone(typed: str, expected: str) -> None:
    """Telex and VNI leftovers read like the word that was meant."""
    assert plain(typed) == expected


@pytest.mark.parametrize("typed", ["bus", "gas", "thon2", "lop9", "vay von", "hoa xoan", "thoai", "an uong"])
def test_what_is_not_surely_a_leftover_stays(typed: str) -> None:
    """Borrowed words, a village number and plain words are left alone."""
    assert plain(typed) == typed


def test_every_sure_telex_reading_is_a_syllable() -> None:
    """A word is only changed into something that can be Vietnamese."""
    for word in ("ngheof", "tieenf", "truwowngf", "hocj", "nguwowif"):
        assert is_syllable(without_telex(word))


@given(st.text(max_size=300))
def test_any_text_has_a_plain_spelling_that_is_stable(text: str) -> None:
    """Nothing raises; the plain spelling has no accents, no capitals and single spaces."""
    result = plain(text)
    assert result == " ".join(result.split())
    assert result == result.lower()
    assert clean(text).isprintable() or not text.isprintable()
