"""The page and the workbook, as the district and a commune meet them."""

from __future__ import annotations

from datetime import date
from io import BytesIO
from typing import Final

from openpyxl import load_workbook
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.analytics import kind_said, step_said
from desk.parts import Parts
from handlers import interviews
from handlers.turn import Knowledge
from tests.analytics.seeding import ask, case, stopped
from tests.support.desk import Desk

MONDAY: Final = date(2026, 11, 2)
_PAGE: Final = "/can-bo/thong-ke"


def _seed(desk: Desk) -> None:
    async def make(connection: AsyncConnection) -> None:
        for area, number in (("que-2023", 41), ("thuy-loi-2023", 22), ("tan-son-2023", 2), ("", 9)):
            await ask(connection, area, MONDAY, number)
        for number in range(6):
            await case(connection, "que-2023", MONDAY, number, 26)
        await stopped(connection, "que-2023", MONDAY, "eligibility", {"finished": 13, "person.age": 8})

    desk.database(make)


def test_the_district_reads_and_takes_the_figures(desk: Desk) -> None:
    """Charts with a table under each; the workbook has the same figures, and both looks are in the trail."""
    _seed(desk)
    desk.enter("district")
    page = desk.get(_PAGE)
    assert page.status_code == 200
    assert page.text.count("<svg") >= 4
    assert page.text.count("<table") == page.text.count("<svg")
    assert '<p class="big">74</p>' in page.text
    assert "26 giờ" in page.text
    answer = desk.post(f"{_PAGE}/tai", {"quy": "2026-4", "noi": "kim-bang-district"}, page.text)
    assert answer.status_code in (200, 201)
    book = load_workbook(BytesIO(answer.content))
    cells = [[cell.value for cell in row] for sheet in book.worksheets for row in sheet.iter_rows()]
    places = {row[0]: row[1] for row in cells if row[0] in ("thị trấn Quế", "xã Tân Sơn")}
    assert places == {"thị trấn Quế": 41, "xã Tân Sơn": "ẩn"}
    assert desk.verbs()[-2:] == ["see_analytics", "download_analytics"]


def test_a_commune_reads_only_its_own(desk: Desk) -> None:
    """Another commune's page and file are refused, and its name is nowhere."""
    _seed(desk)
    desk.enter("commune")
    page = desk.get(_PAGE)
    assert '<p class="big">22</p>' in page.text
    assert "Quế" not in page.text
    assert desk.get(f"{_PAGE}?noi=que-2023").status_code == 403
    assert desk.post(f"{_PAGE}/tai", {"noi": "kim-bang-district"}, page.text).status_code == 403


def test_a_place_without_figures_says_so(desk: Desk) -> None:
    """Nothing asked yet, an unknown quarter: a sentence instead of charts."""
    desk.enter("district")
    page = desk.get(f"{_PAGE}?quy=1850-9")
    assert page.status_code == 200
    assert "chưa đến 5 câu hỏi" in page.text
    assert "<svg" not in page.text


def test_every_kind_of_dialog_has_a_name(desk: Desk, knowledge: Knowledge) -> None:
    """A new interview needs `analytics.dialog.<kind>`; facts, fields and summaries are named by their own words."""
    parts = _parts(knowledge)
    for kind in interviews.discover():
        assert kind_said(parts, kind) != kind
    assert step_said(parts, "eligibility", "household.status") == "diện của hộ"
    assert step_said(parts, "report", "=") == "xem lại trước khi gửi"
    assert "(f:" not in step_said(parts, "report", "f:name")


def _parts(knowledge: Knowledge) -> Parts:
    parts: Parts = object.__new__(Parts)
    object.__setattr__(parts, "knowledge", knowledge)
    return parts
