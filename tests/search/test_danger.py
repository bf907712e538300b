"""Danger that happens now against what only sounds like it, and the order of several questions."""

from __future__ import annotations

import pytest

from tests.search.conftest import Asked


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        ("cháy", "fire"),
        ("gas rò nồng nặc khắp bếp không dám bật đèn", "fire"),
        ("có ai không cứu với", "danger"),
        ("help me", "danger"),
        ("thằng cu nuốt viên pin", "medical"),
        ("bà gục xuống gọi mãi không dậy", "medical"),
        ("cầm chai thuốc sâu đây rồi", "despair"),
        ("sống thế này chết quách còn hơn", "despair"),
        ("chú ấy bắt cháu cởi áo", "child"),
        ("ông nội lẫn đi lạc từ chiều", "child"),
        ("nuoc ngap den noc roi", "flood"),
    ],
)
def test_danger_is_heard_in_many_words(ask: Asked, text: str, subject: str) -> None:
    """Short cries, other people's danger, hints of despair."""
    found = ask(text)
    assert (found.kind, found.subject) == ("urgent", subject)


@pytest.mark.parametrize(
    "text",
    [
        "mua bình chữa cháy loại nào tốt",
        "xe chạy tốn xăng quá",
        "mơ thấy cháy nhà là điềm gì",
        "nhà cháy năm ngoái được hỗ trợ gì",
        "thuê xe đám cưới ở đâu",
        "bố tôi bị tai biến năm ngoái nay nằm liệt có được trợ cấp không",
    ],
)
def test_what_only_sounds_like_danger_is_none(ask: Asked, text: str) -> None:
    """Goods, dreams, history and questions about support."""
    assert ask(text).kind != "urgent"


def test_the_first_question_is_answered_first(ask: Asked) -> None:
    """Even where the second one is the surer match."""
    found = ask("vay vốn hộ nghèo lãi mấy phần, với lại thẻ bảo hiểm y tế bao giờ có")
    assert (found.article, found.more) == ("credit-poor", ("health-insurance",))


@pytest.mark.parametrize(
    ("text", "article"),
    [
        ("how can we apply to become a poor household?", "poverty-review"),
        ("is there free health insurance for poor people", "health-insurance"),
        ("I need a free lawyer, we are poor", "legal-aid"),
    ],
)
def test_plain_english_is_understood(ask: Asked, text: str, article: str) -> None:
    """The main subjects only."""
    assert ask(text).article == article
