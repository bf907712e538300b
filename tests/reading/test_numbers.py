"""Whole numbers in digits and words."""

from __future__ import annotations

import pytest

from content.reading.numbers import read_number
from content.reading.result import Read, Refused

VALUES = [
    ("ba", 3),
    ("mười lăm", 15),
    ("muoi lam", 15),
    ("hai mươi mốt", 21),
    ("hai mốt", 21),
    ("tám hai", 82),
    ("ko có ai", 0),
    ("không", 0),
    ("chưa có ai", 0),
    ("4 người", 4),
    ("bốn khẩu", 4),
    ("năm người", 5),
    ("nhà có 5 người", 5),
    ("120 số", 120),
    ("hai trăm linh ba", 203),
    ("mot tram le hai", 102),
    ("1.500", 1500),
    ("2k", 2000),
    ("hai nghìn rưỡi", 2500),
    ("một mình tôi", 1),
    ("0", 0),
    ("ba chục", 30),
    ("tám mươi tư", 84),
    ("chín", 9),
    ("nam", 5),
    ("k có", 0),
    ("chẳng có đứa nào", 0),
    ("bẩy", 7),
    ("mười", 10),
    ("bac co 2 dua con", 2),
    ("4 người, tất cả 4", 4),
    ("một trăm", 100),
    ("ba trăm rưỡi", 350),
]
REFUSED = [
    ("5-6 người", "range"),
    ("năm sáu đứa", "range"),
    ("từ 2 đến 3", "range"),
    ("2 con trai 1 con gái", "several"),
    ("-3", "impossible"),
    ("4.5", "impossible"),
    ("vài người", "not_exact"),
    ("dăm đứa", "not_exact"),
    ("15/3", "impossible"),
    ("99999999999999999999", "impossible"),
]
NOTHING = ["không biết", "ko nhớ", "có ai không", "abc", "", "   ", "bà tôi", "năm nay", "hỏi ai bây giờ"]


@pytest.mark.parametrize(("text", "value"), VALUES)
def test_a_number_is_read(text: str, value: int) -> None:
    """Digits, words and "nobody" give the figure."""
    read = read_number(text)
    assert isinstance(read, Read)
    assert read.value == value
    assert read.words


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_no_number_can_be_taken(text: str, reason: str) -> None:
    """The reason is told, so that the bot can ask back."""
    read = read_number(text)
    assert isinstance(read, Refused)
    assert read.reason == reason


@pytest.mark.parametrize("text", NOTHING)
def test_nothing_is_said(text: str) -> None:
    """Words without a figure give nothing."""
    assert read_number(text) is None


@pytest.mark.parametrize(
    ("text", "about"), [("khoảng 4", "about"), ("hơn 4 người", "over"), ("gần 10", "under"), ("4", "exact")]
)
def test_how_firmly_it_was_said(text: str, about: str) -> None:
    """A rough figure is marked."""
    read = read_number(text)
    assert isinstance(read, Read)
    assert read.about == about
