"""From what was typed to words that the index knows."""

from __future__ import annotations

import pytest

from content.search.spelling import Speller

SAMPLES = [
    "hộ nghèo",
    "hộ cận nghèo",
    "bảo hiểm y tế",
    "vay vốn ngân hàng chính sách",
    "học phí",
    "được bao nhiêu tiền",
]
SHORT = {"bhyt": "bảo hiểm y tế", "ko": "không", "dc": "được", "k": "không", "j": "gì", "hok": "không"}


@pytest.fixture(scope="module")
def speller() -> Speller:
    return Speller(SHORT, SAMPLES)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("bhyt", "bao hiem y te"),
        ("BHYT dc ko", "bao hiem y te duoc khong"),
        ("đc j", "duoc gi"),
        ("hộnghèo", "ho ngheo"),
        ("hocphi", "hoc phi"),
        ("hộ nghèoo", "ho ngheo"),
        ("hộ ngheò", "ho ngheo"),
        ("nghèoooo", "ngheo"),
        ("hooj ngheof", "ho ngheo"),
        ("ho65 ngheo2", "ho ngheo"),
        ("vay vốnn ngân hàg", "vay von ngan hang"),
        ("fí", "phi"),
        ("tìên", "tien"),
    ],
)
def test_a_message_is_brought_to_known_words(speller: Speller, typed: str, expected: str) -> None:
    """Abbreviations, missing spaces, stretched letters, slips and input-method keys are mended."""
    assert " ".join(word.plain for word in speller.read(typed)) == expected


@pytest.mark.parametrize("typed", ["xoan", "thuyen", "2024", "abcxyzabc", "тест", "12kg"])
def test_a_word_that_may_be_right_is_left_alone(speller: Speller, typed: str) -> None:
    """A syllable, a number, a foreign word are no slips."""
    assert [word.plain for word in speller.read(typed)] == [typed]


def test_accents_are_kept_beside_the_plain_word(speller: Speller) -> None:
    """Who types accents is understood by them as well."""
    assert [word.accented for word in speller.read("hộ ngheo")] == ["hộ", ""]


def test_a_message_full_of_unknown_words_is_not_guessed_at_for_long(speller: Speller) -> None:
    """The guesses per message are bounded."""
    read = speller.read(" ".join(f"zzkq{chr(97 + at % 26)}{chr(97 + at // 26)}" for at in range(400)))
    assert len(read) == 400
