"""Which of several lines an answer picks."""

from __future__ import annotations

import pytest

from content.reading.several import Misread, read_several

LABELS = {
    "house": "Sửa nhà dột nát",
    "water": "Làm nước sạch, nhà vệ sinh",
    "capital": "Vay vốn",
    "card": "Chưa có thẻ bảo hiểm",
}
SPOKEN = {"house": ("sửa nhà",), "water": ("nước sạch",), "capital": ("vốn",), "card": ("thẻ bảo hiểm",)}


@pytest.mark.parametrize(
    ("text", "picked"),
    [
        ("1 3", ["house", "capital"]),
        ("1,3", ["house", "capital"]),
        ("3 và 1", ["house", "capital"]),
        ("số 1 và số 3 ạ", ["house", "capital"]),
        ("dạ 2", ["water"]),
        ("không", []),
        ("Không có điều nào", []),
        ("khong ai ca", []),
        ("dạ không có ạ", []),
        ("ko", []),
        ("0", []),
        ("tất cả", ["house", "water", "capital", "card"]),
        ("sửa nhà và vốn", ["house", "capital"]),
        ("sua nha, nuoc sach", ["house", "water"]),
        ("thẻ bảo hiểm", ["card"]),
    ],
)
def test_numbers_words_and_nothing_are_read(text: str, picked: list[str]) -> None:
    """In the order of the lines, each once."""
    assert read_several(text, LABELS, SPOKEN) == picked


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("5", "number"),
        ("13", "number"),
        ("1 9", "number"),
        ("có", "which"),
        ("1-4", "which"),
        ("sửa nhà và cái gì đó khác", "which"),
        ("chắc là có", "dont_know"),
        ("hình như không", "dont_know"),
        ("trời hôm nay nắng", "nothing"),
        ("", "nothing"),
    ],
)
def test_what_is_not_clear_is_never_guessed(text: str, reason: str) -> None:
    """ "13" may be thirteen or one and three."""
    found = read_several(text, LABELS, SPOKEN)
    assert isinstance(found, Misread)
    assert found.reason == reason
