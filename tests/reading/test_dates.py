"""Dates of events, seen from Tuesday 24 November 2026."""

from __future__ import annotations

from datetime import date

import pytest

from content.reading.dates import read_date
from content.reading.result import Read, Refused

TODAY = date(2026, 11, 24)
DATES = [
    ("hôm nay", date(2026, 11, 24), "day"),
    ("sáng nay", date(2026, 11, 24), "day"),
    ("hôm qua", date(2026, 11, 23), "day"),
    ("hom qua", date(2026, 11, 23), "day"),
    ("tối qua", date(2026, 11, 23), "day"),
    ("hôm kia", date(2026, 11, 22), "day"),
    ("thứ hai tuần trước", date(2026, 11, 16), "day"),
    ("thu 2 tuan truoc", date(2026, 11, 16), "day"),
    ("t2 tuần trước", date(2026, 11, 16), "day"),
    ("thứ sáu", date(2026, 11, 20), "day"),
    ("chủ nhật vừa rồi", date(2026, 11, 22), "day"),
    ("15/3", date(2026, 3, 15), "day"),
    ("15-3-2026", date(2026, 3, 15), "day"),
    ("15.3.2026", date(2026, 3, 15), "day"),
    ("15/3/26", date(2026, 3, 15), "day"),
    ("2026-03-15", date(2026, 3, 15), "day"),
    ("15/12", date(2025, 12, 15), "day"),
    ("mùng 5 tháng 2", date(2026, 2, 5), "day"),
    ("ngày 15 tháng 3 năm 2026", date(2026, 3, 15), "day"),
    ("ngày 15", date(2026, 11, 15), "day"),
    ("ngày 28", date(2026, 10, 28), "day"),
    ("15 tháng 3 năm ngoái", date(2025, 3, 15), "day"),
    ("29/2/2024", date(2024, 2, 29), "day"),
    ("3 ngày trước", date(2026, 11, 21), "day"),
    ("mồng 3 tháng này", date(2026, 11, 3), "day"),
    ("tuần trước", date(2026, 11, 16), "week"),
    ("tháng trước", date(2026, 10, 1), "month"),
    ("tháng 3", date(2026, 3, 1), "month"),
    ("tháng 12", date(2025, 12, 1), "month"),
    ("tháng 3 năm ngoái", date(2025, 3, 1), "month"),
    ("3/2026", date(2026, 3, 1), "month"),
    ("cách đây hai tháng", date(2026, 9, 1), "month"),
    ("đầu năm", date(2026, 1, 1), "year"),
    ("năm ngoái", date(2025, 1, 1), "year"),
    ("năm 2020", date(2020, 1, 1), "year"),
    ("2020", date(2020, 1, 1), "year"),
    ("2 năm trước", date(2024, 1, 1), "year"),
]
REFUSED = [
    ("31/2", "impossible"),
    ("32/1", "impossible"),
    ("3/15", "impossible"),
    ("tháng 13", "impossible"),
    ("29/2/2025", "impossible"),
    ("mùng 5 tháng 2 âm lịch", "lunar"),
    ("rằm tháng 7", "lunar"),
    ("mùng 3 tết", "lunar"),
    ("tháng giêng", "lunar"),
    ("15/3 và 16/3", "several"),
]


@pytest.mark.parametrize(("text", "day", "precision"), DATES)
def test_a_date_is_read(text: str, day: date, precision: str) -> None:
    """Without a year it is the latest that does not lie ahead."""
    read = read_date(text, TODAY)
    assert isinstance(read, Read), read
    assert (read.value.day, read.value.precision, read.value.future) == (day, precision, False)


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_no_date_can_be_taken(text: str, reason: str) -> None:
    """No such day, another calendar, or two days."""
    read = read_date(text, TODAY)
    assert isinstance(read, Refused), read
    assert read.reason == reason


@pytest.mark.parametrize("text", ["ngày mai", "15/3/2027", "tháng sau", "năm sau"])
def test_the_future_is_flagged(text: str) -> None:
    """An event that is reported has happened."""
    read = read_date(text, TODAY)
    assert isinstance(read, Read), read
    assert read.value.future


@pytest.mark.parametrize("text", ["không nhớ", "", "lâu rồi", "1.5"])
def test_nothing_is_said(text: str) -> None:
    """No date, no guess."""
    assert read_date(text, TODAY) is None
