"""Figures, offices and dates are filled in as they hold on the day asked about."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest

from content.articles import Article, Block
from content.errors import ContentError
from content.filling import Filler
from content.localities import Locality
from content.words import Words
from rules.parameters import DatedValue, Parameter, Parameters

D = date.fromisoformat


def _parameter(name: str, *lines: tuple[str, str | None, Any, str]) -> Parameter:
    values = (
        DatedValue(D(start), D(end) if end else None, value, "Luật X", confidence, "SEEN-TEXT")  # type: ignore[arg-type]  # words from a table
        for start, end, value, confidence in lines
    )
    return Parameter(name, name, "VND/month", tuple(values))


FIGURES = Parameters(
    [
        _parameter(
            "pension.amount",
            ("2025-07-01", "2026-07-01", 500_000, "confirmed"),
            ("2026-07-01", None, 540_000, "confirmed"),
        ),
        _parameter("pension.age", ("2025-07-01", None, 75, "confirmed")),
        _parameter("loan.rate", ("2025-12-01", None, Decimal("6.24"), "confirmed")),
        _parameter(
            "loan.most", ("2025-01-01", "2026-01-01", 100, "confirmed"), ("2026-01-01", None, 100, "unconfirmed")
        ),
    ]
)


def _article(*blocks: tuple[str, str | None, str], confidence: str = "confirmed", law: str = "Luật X") -> Article:
    made = tuple(
        Block(D(start), text, confidence, D(end) if end else None, law)  # type: ignore[arg-type]  # words from a table
        for start, end, text in blocks
    )
    return Article("x", "Tên", "Tên", "g", D("2026-11-24"), made, ())


@pytest.fixture
def filler(places: dict[str, Locality]) -> Filler:
    return Filler(FIGURES, places["kim-bang-2026"])


@pytest.fixture
def vi(languages: dict[str, Words]) -> Words:
    return languages["vi"]


def _on(filler: Filler, vi: Words, day: str, text: str, **more: Any) -> str:
    filled = filler.part(_article(("2020-01-01", None, text), **more), None, D(day), vi)
    assert filled is not None
    return filled.text


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ('{{ money(p("pension.amount")) }}', "540.000 đồng"),
        ('{{ money(p("pension.amount") * 20) }}', "10.800.000 đồng"),
        ('{{ money(p("pension.amount") * 100) }}', "54 triệu đồng"),
        ('{{ money(p("pension.amount") * 1.5) }}', "810.000 đồng"),
        ('{{ percent(p("loan.rate")) }}', "6,24%"),
        ('{{ percent(p("loan.rate") * 2) }}', "12,48%"),
        ('từ {{ number(p("pension.age")) }} tuổi', "từ 75 tuổi"),
        ("{{ date(on) }}", "24/11/2026"),
        ('{{ office("commune") }}', "UBND phường"),
        ("{{ commune }}, {{ village_head }}", "UBND phường, tổ trưởng tổ dân phố"),
        ("  hai đầu  ", "hai đầu"),
        ("a < b & c", "a < b & c"),
    ],
)
def test_what_a_text_may_ask_for(filler: Filler, vi: Words, text: str, read: str) -> None:
    """As people write it: points in thousands, a comma before decimals, whole millions from ten on."""
    assert _on(filler, vi, "2026-11-24", text) == read


@pytest.mark.parametrize(
    ("day", "amount"),
    [("2025-07-01", "500.000"), ("2026-06-30", "500.000"), ("2026-07-01", "540.000"), ("2030-01-01", "540.000")],
)
def test_a_figure_changes_on_its_first_day(filler: Filler, vi: Words, day: str, amount: str) -> None:
    """The day before still has the old one."""
    assert _on(filler, vi, day, '{{ money(p("pension.amount")) }}') == f"{amount} đồng"


@pytest.mark.parametrize(
    ("day", "text"),
    [("2024-12-31", None), ("2025-01-01", "cũ"), ("2025-05-31", "cũ"), ("2025-06-01", None), ("2025-07-01", "mới")],
)
def test_a_text_holds_from_its_first_day_to_before_its_end(
    filler: Filler, vi: Words, day: str, text: str | None
) -> None:
    """In a gap nothing is known."""
    article = _article(("2025-01-01", "2025-06-01", "cũ"), ("2025-07-01", None, "mới"))
    filled = filler.part(article, None, D(day), vi)
    assert (filled.text if filled else None) == text


def test_a_part_that_an_article_lacks_is_nothing(filler: Filler, vi: Words) -> None:
    """Not an error: the dialog says the answer instead."""
    assert filler.part(_article(("2025-01-01", None, "x")), "papers", D("2026-01-01"), vi) is None


@pytest.mark.parametrize(
    ("day", "text", "block", "expected"),
    [
        ("2025-12-31", '{{ p("loan.most") }}', "confirmed", "confirmed"),
        ("2026-01-01", '{{ p("loan.most") }}', "confirmed", "unconfirmed"),
        ("2026-01-01", '{{ p("pension.age") }} {{ p("loan.most") }}', "confirmed", "unconfirmed"),
        ("2026-01-01", '{{ p("pension.age") }}', "confirmed", "confirmed"),
        ("2026-01-01", "chữ", "unconfirmed", "unconfirmed"),
    ],
)
def test_one_unconfirmed_figure_makes_the_text_unconfirmed(
    filler: Filler, vi: Words, day: str, text: str, block: str, expected: str
) -> None:
    """On the days on which that figure's line holds, and only then."""
    filled = filler.part(_article(("2025-01-01", None, text), confidence=block), None, D(day), vi)
    assert filled is not None
    assert filled.confidence == expected


@pytest.mark.parametrize(
    "text",
    [
        '{{ p("no.such") }}',
        '{{ p("pension.amount") }}',
        "{{ nothing }}",
        "{{ broken",
        '{{ money("x") }}',
        '{{ number(p("loan.most") / 0) }}',
        '{{ office("king") }}',
        "{{ ''.__class__.__mro__ }}",
    ],
)
def test_a_text_that_cannot_be_filled_is_an_error(filler: Filler, vi: Words, text: str) -> None:
    """Never half a sentence; on 2025-06-30 the pension has no amount yet."""
    with pytest.raises(ContentError):
        _on(filler, vi, "2025-06-30", text)


AMOUNT = '{{ money(p("pension.amount")) }}'


def _over(filler: Filler, vi: Words, article: Article, start: str, end: str) -> list[tuple[str, str, str | None]]:
    return [
        (str(each.start), str(each.end), each.filled.text if each.filled else None)
        for each in filler.over(article, None, D(start), D(end), vi)
    ]


def test_a_period_is_cut_where_a_figure_changes(filler: Filler, vi: Words) -> None:
    """Within one block: the text is the same, the amount is not."""
    article = _article(("2025-07-01", None, AMOUNT))
    assert _over(filler, vi, article, "2026-01-01", "2027-01-01") == [
        ("2026-01-01", "2026-07-01", "500.000 đồng"),
        ("2026-07-01", "2027-01-01", "540.000 đồng"),
    ]


def test_equal_neighbours_are_joined(filler: Filler, vi: Words) -> None:
    """Two blocks, or two lines of a figure, that read the same are one stretch."""
    article = _article(("2025-01-01", "2025-06-01", "như nhau"), ("2025-06-01", None, "như nhau"))
    assert _over(filler, vi, article, "2025-02-01", "2026-02-01") == [("2025-02-01", "2026-02-01", "như nhau")]


def test_the_same_words_with_another_certainty_are_not_joined(filler: Filler, vi: Words) -> None:
    """What was sure and no longer is must be said."""
    article = _article(("2025-01-01", None, '{{ p("loan.most") }}'))
    stretches = filler.over(article, None, D("2025-06-01"), D("2026-06-01"), vi)
    assert [(str(each.start), each.filled.confidence if each.filled else None) for each in stretches] == [
        ("2025-06-01", "confirmed"),
        ("2026-01-01", "unconfirmed"),
    ]


def test_days_of_which_nothing_is_known_are_a_stretch_too(filler: Filler, vi: Words) -> None:
    """Before the first text, in a gap, and the edges of the period asked about."""
    article = _article(("2025-07-01", "2026-01-01", "một"), ("2026-03-01", None, "hai"))
    assert _over(filler, vi, article, "2025-06-30", "2026-03-02") == [
        ("2025-06-30", "2025-07-01", None),
        ("2025-07-01", "2026-01-01", "một"),
        ("2026-01-01", "2026-03-01", None),
        ("2026-03-01", "2026-03-02", "hai"),
    ]
    assert _over(filler, vi, article, "2025-06-01", "2025-07-01") == [("2025-06-01", "2025-07-01", None)]
    assert _over(filler, vi, article, "2025-07-01", "2025-07-02") == [("2025-07-01", "2025-07-02", "một")]


def test_stretches_cover_the_period_without_gaps(filler: Filler, vi: Words) -> None:
    """Each begins where the one before ends."""
    article = _article(("2025-07-01", "2026-08-01", AMOUNT), ("2026-10-01", None, AMOUNT))
    stretches = filler.over(article, None, D("2024-01-01"), D("2027-01-01"), vi)
    edges = [(each.start, each.end) for each in stretches]
    assert edges[0][0] == D("2024-01-01")
    assert edges[-1][1] == D("2027-01-01")
    assert all(one[1] == other[0] for one, other in pairwise(edges))
