"""`/quyen-loi`: what an officer reads without Python."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from desk.benefits import benefits_router
from handlers.eligibility.sheet import sheet
from handlers.turn import Knowledge


@pytest.fixture
def client(knowledge: Knowledge) -> Iterator[TestClient[Litestar]]:
    router = benefits_router(knowledge.load_assessor, knowledge.guide, lambda: date(2026, 11, 24))
    with TestClient(Litestar([router], openapi_config=None)) as running:
        yield running


def test_the_list_holds_every_benefit(client: TestClient[Litestar], knowledge: Knowledge) -> None:
    """By group, with what does not hold and what is not confirmed marked."""
    page = client.get("/quyen-loi").text
    for benefit in knowledge.assessor.engine.catalogue:
        assert f'href="/quyen-loi/{benefit.slug}?ngay=2026-11-24"' in page, benefit.slug
    assert "không áp dụng" in page
    assert "có điều chưa xác nhận" in page


def test_every_page_of_a_benefit_can_be_read(client: TestClient[Litestar], knowledge: Knowledge) -> None:
    """On a day of today's law and on one of the first."""
    for benefit in knowledge.assessor.engine.catalogue:
        for day in ("2026-11-24", "2021-02-01"):
            answer = client.get(f"/quyen-loi/{benefit.slug}?ngay={day}")
            assert answer.status_code == 200, benefit.slug
            assert "{" not in answer.text, benefit.slug


def test_a_rule_can_be_checked_without_python(knowledge: Knowledge) -> None:
    """Conditions, amounts by date, law and cases stand on one sheet, as `chungtay benefits show` prints it."""
    benefit = knowledge.assessor.engine.catalogue.get("social-pension")
    text = sheet(knowledge.assessor, benefit, date(2026, 11, 24)).text()
    for words in ("Từ 75 tuổi", "01/07/2025 – 30/06/2026: 500.000", "từ 01/07/2026: 540.000", "NĐ 335/2026", "→ được"):
        assert words in text, words


def test_a_page_has_conditions_amounts_law_and_cases(client: TestClient[Litestar]) -> None:
    """As they stood on the day asked about."""
    page = client.get("/quyen-loi/social-pension?ngay=2025-08-01").text
    for text in (
        "thấp hơn 500.000 đồng",
        "01/07/2025 – 30/06/2026",
        "NĐ 176/2025/NĐ-CP",
        "Bà 75 tuổi không có lương hưu",
    ):
        assert text in page
    assert '<span class="verdict eligible">được</span>' in page


def test_pages_have_no_scripts_or_styles_of_their_own(client: TestClient[Litestar]) -> None:
    """The policy of the server allows none; a style sheet is a file."""
    page = client.get("/quyen-loi/social-pension").text
    assert "<script" not in page
    assert "<style" not in page
    assert " style=" not in page
    assert client.get("/desk/static/benefits.css").status_code == 200


@pytest.mark.parametrize(
    ("said", "told"),
    [("hôm nay", "Ngày chưa đúng"), ("2026-02-30", "Ngày chưa đúng"), ("2040-01-01", "chỉ biết quy định")],
)
def test_a_wrong_day_is_said_and_today_is_shown(client: TestClient[Litestar], said: str, told: str) -> None:
    """The officer need not start again."""
    page = client.get("/quyen-loi/social-pension", params={"ngay": said}).text
    assert told in page
    assert "Điều kiện ngày 24/11/2026" in page


def test_an_unknown_benefit_names_those_that_are_near(client: TestClient[Litestar]) -> None:
    """404, with links; what was typed is not repeated."""
    answer = client.get("/quyen-loi/social-pensio")
    assert answer.status_code == 404
    assert 'href="/quyen-loi/social-pension"' in answer.text
    assert "<b>" not in client.get("/quyen-loi/<b>x").text
