"""Money in đồng, with periods and reasons."""

from __future__ import annotations

import pytest

from content.reading.money import Money, read_money
from content.reading.result import Read, Refused

M = 1_000_000
AMOUNTS = [
    ("3 triệu", 3 * M),
    ("3tr", 3 * M),
    ("3tr5", 3_500_000),
    ("3 triệu rưỡi", 3_500_000),
    ("2 triệu rưởi", 2_500_000),
    ("1tr2", 1_200_000),
    ("500 nghìn", 500_000),
    ("500 ngàn", 500_000),
    ("500k", 500_000),
    ("1.500.000đ", 1_500_000),
    ("1500000", 1_500_000),
    ("1,5 triệu", 1_500_000),
    ("1.5tr", 1_500_000),
    ("2 củ", 2 * M),
    ("một triệu hai", 1_200_000),
    ("triệu rưỡi", 1_500_000),
    ("hai triệu ba trăm nghìn", 2_300_000),
    ("3 triệu 500", 3_500_000),
    ("3 triệu 5", 3_500_000),
    ("1tr05", 1_050_000),
    ("1tr500k", 1_500_000),
    ("nửa triệu", 500_000),
    ("1 tỷ 2", 1_200_000_000),
    ("2 trăm nghìn", 200_000),
    ("năm trăm nghìn", 500_000),
    ("nam trieu", 5 * M),
    ("2500000 vnd", 2_500_000),
    ("không có đồng nào", 0),
    ("ko co dong nao", 0),
    ("không", 0),
    ("0 đồng", 0),
    ("20000đ", 20_000),
    ("nhà 4 người được 5 triệu", 5 * M),
    ("hai triệu rưỡi", 2_500_000),
    ("mười triệu", 10 * M),
    ("1 trieu 250 nghin", 1_250_000),
    ("ba trăm rưỡi nghìn", 350_000),
]
PERIODS = [
    ("20 nghìn một ngày", 20_000, "day"),
    ("6 triệu một năm", 6 * M, "year"),
    ("6 triệu/năm", 6 * M, "year"),
    ("2tr3/tháng", 2_300_000, "month"),
    ("mỗi tháng 1 triệu 5", 1_500_000, "month"),
    ("5 triệu 1 vụ", 5 * M, "season"),
    ("700k một tuần", 700_000, "week"),
    ("3 triệu", 3 * M, None),
    ("2 triệu 1 người 1 tháng", 2 * M, "month"),
    ("hằng tháng 500k", 500_000, "month"),
]
REFUSED = [
    ("vài trăm", "not_exact"),
    ("vài triệu", "not_exact"),
    ("mấy trăm nghìn", "not_exact"),
    ("3 triệu mấy", "not_exact"),
    ("3", "no_unit"),
    ("1500", "no_unit"),
    ("500", "no_unit"),
    ("hai trăm", "no_unit"),
    ("3.5", "no_unit"),
    ("15.000", "no_unit"),
    ("mỗi ngày 150", "no_unit"),
    ("3 triệu với 2 triệu", "several"),
    ("lương 3 triệu, phụ cấp 500 nghìn", "several"),
    ("3 nghìn triệu", "mixed_units"),
    ("3 triệu đến 2 nghìn", "mixed_units"),
    ("100 đô", "foreign"),
    ("3 tạ thóc", "not_money"),
    ("2 cây vàng", "not_money"),
    ("-3 triệu", "impossible"),
    ("999999999 tỷ", "impossible"),
    ("sáu triệu năm", "ambiguous"),
]
RANGES = [
    ("từ 2 đến 3 triệu", 2 * M, 3 * M),
    ("2-3 triệu", 2 * M, 3 * M),
    ("hai ba triệu", 2 * M, 3 * M),
    ("500-700k", 500_000, 700_000),
    ("500k tới 1tr", 500_000, M),
    ("2 triệu đến 3 triệu", 2 * M, 3 * M),
    ("2 3 triệu", 2 * M, 3 * M),
]


@pytest.mark.parametrize(("text", "dong"), AMOUNTS)
def test_an_amount_is_read(text: str, dong: int) -> None:
    """Every way of writing it gives đồng."""
    read = read_money(text)
    assert isinstance(read, Read), read
    assert read.value.dong == dong


@pytest.mark.parametrize(("text", "dong", "period"), PERIODS)
def test_the_period_is_read(text: str, dong: int, period: str | None) -> None:
    """The amount stays as said; the period stands beside it."""
    read = read_money(text)
    assert isinstance(read, Read), read
    assert read.value == Money(dong, period)  # type: ignore[arg-type]  # a literal of the table


@pytest.mark.parametrize(("text", "reason"), REFUSED)
def test_no_amount_can_be_taken(text: str, reason: str) -> None:
    """Unclear amounts come with the reason."""
    read = read_money(text)
    assert isinstance(read, Refused), read
    assert read.reason == reason


@pytest.mark.parametrize(("text", "low", "high"), RANGES)
def test_a_range_has_both_ends(text: str, low: int, high: int) -> None:
    """The caller can ask where between the two."""
    read = read_money(text)
    assert isinstance(read, Refused), read
    assert (read.reason, read.low, read.high) == ("range", low, high)


@pytest.mark.parametrize(
    ("text", "likely"),
    [
        ("3", (3 * M,)),
        ("500", (500_000,)),
        ("1500", (1_500_000, 1500)),
        ("1,5", (1_500_000,)),
        ("sáu triệu năm", (6_500_000, 6 * M)),
    ],
)
def test_what_may_be_meant(text: str, likely: tuple[int, ...]) -> None:
    """A bare figure is asked back with its likely meaning."""
    read = read_money(text)
    assert isinstance(read, Refused)
    assert read.likely == likely


@pytest.mark.parametrize(
    ("text", "about"),
    [
        ("khoảng 3 triệu", "about"),
        ("hơn 2 triệu", "over"),
        ("tầm 500k", "about"),
        ("gần 3tr", "under"),
        ("dưới 2 triệu", "under"),
    ],
)
def test_how_firmly_it_was_said(text: str, about: str) -> None:
    """A rough amount is marked."""
    read = read_money(text)
    assert isinstance(read, Read)
    assert read.about == about


@pytest.mark.parametrize("text", ["không biết", "khong nho", "có lương không", "", "abc", "tháng", "triệu"])
def test_nothing_is_said(text: str) -> None:
    """Words without an amount give nothing."""
    assert read_money(text) is None
