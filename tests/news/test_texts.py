"""Words that are looked for, long texts in parts, and questions that ask the same."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from content import similar
from content.news import TOPICS, parts_of, search_words, slug_of
from content.topics import topics


def test_the_topics_of_news_are_those_that_people_choose() -> None:
    assert set(TOPICS) == set(topics())


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("tin nuôi gà", ("nuoi", "ga")),
        ("Tìm tin về VAY VỐN", ("vay", "von")),
        ("nuoi nuoi ga", ("nuoi", "ga")),
        ("tin tức", ()),
        ("%_'\"", ()),
    ],
)
def test_only_the_words_that_count_are_looked_for(said: str, words: tuple[str, ...]) -> None:
    assert search_words(said) == words


def test_an_address_is_made_of_plain_letters() -> None:
    assert slug_of("Bà Mẫu: nuôi gà, được 3 lứa!") == "ba-mau-nuoi-ga-duoc-3-lua"
    assert slug_of("???") == "tin" and len(slug_of("dài " * 60)) <= 80


@given(st.text(max_size=2000), st.integers(20, 400))
def test_no_part_is_longer_than_its_room_and_no_word_is_lost(text: str, room: int) -> None:
    """In the units in which channels count."""
    parts = parts_of(text, room)
    assert all(len(part.encode("utf-16-le")) // 2 <= room for part in parts)
    assert "".join("".join(parts).split()) == "".join(text.split())


def test_a_part_ends_between_paragraphs_where_it_can() -> None:
    assert parts_of("một hai\n\nba bốn\nnăm", 16) == ["một hai\n\nba bốn", "năm"]


def test_questions_that_ask_the_same_stand_together() -> None:
    """However they are typed; a question like no other stays alone, and the largest group is first."""
    asked = [
        "Đường vào thôn ngập thì báo ai?",
        "Hộ cận nghèo có được vay vốn chăn nuôi không?",
        "Thẻ BHYT bao giờ có?",
        "cho toi hoi ho can ngheo vay von chan nuoi duoc bao nhieu",
        "the bao hiem y te sai ten",
        "Vay vốn chăn nuôi thì lãi bao nhiêu ạ",
    ]
    subjects = ["", "credit", "health", "credit", "health", "credit"]
    assert similar.groups(asked, subjects) == [[1, 3, 5], [2, 4], [0]]
    assert [1, 3, 5] in similar.groups(asked) and similar.groups([]) == []
    assert similar.groups(["?", "!"]) == [[0], [1]]
