"""Ages and births, seen from 24 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from content.reading.ages import read_age
from content.reading.result import Read, Refused

TODAY = date(2026, 11, 24)
YEARS = [
    ("82", 82),
    ("82 tuổi", 82),
    ("82 tuoi", 82),
    ("82t", 82),
    ("tám hai tuổi", 82),
    ("tam muoi hai", 82),
    ("sáu lăm", 65),
    ("năm tuổi", 5),
    ("một trăm linh hai tuổi", 102),
    ("sinh năm 1944", 82),
    ("sn 44", 82),
    ("sn44", 82),
    ("sn1944", 82),
    ("s.n 1944", 82),
    ("năm sinh 1944", 82),
    ("1944", 82),
    ("đẻ năm 44", 82),
    ("sn 05", 21),
    ("sinh năm 30", 96),
    ("tuổi Đinh Mùi", 59),
    ("18 tháng", 1),
    ("6 tháng tuổi", 0),
    ("mới đẻ", 0),
    ("sơ sinh", 0),
    ("2 tuổi rưỡi", 2),
    ("5 tuổi 3 tháng", 5),
    ("15/3/1944", 82),
    ("sinh ngày 15/12/1944", 81),
    ("sinh tháng 12 năm 1951", 74),
    ("82 tuổi sinh năm 1944", 82),
    ("81 tuổi sn 1944", 81),
    ("83 tuổi sn 1944", 82),
    ("80 tuổi ta", 79),
    ("tuổi 82", 82),
    ("bác năm nay 71 rồi", 71),
    ("lớp 7", 12),
    ("lop 12", 17),
    ("lớp lá", 5),
    ("0 tuổi", 0),
    ("125", 125),
]
ROUGH = [
    ("gần 80", 80, "under"),
    ("ngoài 70", 70, "over"),
    ("khoảng 65", 65, "about"),
    ("trên 75 tuổi", 75, "over"),
    ("bảy mươi mấy", 70, "over"),
    ("7x tuổi", 70, "over"),
    ("lớp 3", 8, "about"),
]
REFUSED = [
    ("200", "impossible"),
    ("126", "impossible"),
    ("-5", "impossible"),
    ("1800", "impossible"),
    ("2030", "future"),
    ("sinh năm 2030", "future"),
    ("sinh ngày 25/11/2026", "future"),
    ("80-82 tuổi", "range"),
    ("bảy tám tuổi", "range"),
    ("con 5 tuổi con 7 tuổi", "several"),
    ("70 tuổi sn 1944", "contradiction"),
    ("tuổi Giáp Thân", "ambiguous"),
    ("sinh năm giáp thân", "ambiguous"),
    ("mấy chục", "not_exact"),
]


@pytest.mark.parametrize(("text", "years"), YEARS)
def test_full_years_are_read(text: str, years: int) -> None:
    """Figures, words, births and classes give full years."""
    read = read_age(text, TODAY)
    assert isinstance(read, Read), read
    assert read.value.years == years
    assert read.value.low <= years <= read.value.high


@pytest.mark.parametrize(("text", "years", "about"), ROUGH)
def test_a_rough_age_is_marked(text: str, years: int, about: str) -> None:
    """The caller has it confirmed."""
    read = read_age(text, TODAY)
    assert isinstance(read, Read), read
    assert (read.value.years, read.about) == (years, about)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_no_age_can_be_taken(text: str, reason: str) -> None:
    """Impossible and unclear ages come with the reason."""
    read = read_age(text, TODAY)
    assert isinstance(read, Refused), read
    assert read.reason == reason


@pytest.mark.parametrize("text", ["không nhớ", "học hết lớp 7", "", "già rồi", "mới sinh con", "tuổi Thân"])
def test_nothing_is_said(text: str) -> None:
    """A class that was finished long ago is no age."""
    assert read_age(text, TODAY) is None


def test_a_year_of_birth_leaves_one_year_open() -> None:
    """Whoever is born in 1944 may still have a birthday to come; both ages are given."""
    read = read_age("sn 1944", TODAY)
    assert isinstance(read, Read)
    assert (read.value.low, read.value.high, read.value.born) == (81, 82, 1944)
    unclear = read_age("tuổi Giáp Thân", TODAY)
    assert isinstance(unclear, Refused)
    assert unclear.likely == (82, 22)


def test_months_of_a_small_child_are_kept() -> None:
    """36 months are a boundary of the law."""
    read = read_age("18 tháng", TODAY)
    assert isinstance(read, Read)
    assert read.value.months == 18
