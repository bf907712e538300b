"""The workbook and the report to sign hold the same figures, in the layout that an office expects."""

from __future__ import annotations

import zipfile
from datetime import date
from decimal import Decimal
from io import BytesIO

import pytest
from docx import Document
from openpyxl import load_workbook

from content.documents.docx import document
from content.documents.grid import grids
from content.documents.report import COLUMNS, Correction, Level, Line, PeriodReport, number
from content.documents.saying import place_and_date
from content.documents.words import load
from content.documents.xlsx import workbook

POOR = {
    "start": (1012, 2007), "to_other_list": (20, 50), "above": (200, 400), "fall_other": (9, 31),
    "from_other_list": (5, 12), "again": (3, 8), "new": (7, 20), "rise_other": (2, 10), "end": (800, 1576),
}  # fmt: skip
NEAR = dict.fromkeys(COLUMNS, (0, 0)) | {"start": (3, 9), "end": (3, 9)}


def line(number: str, name: str, level: Level, households: int | None = 40500) -> Line:
    return Line(number, name, level, {"poor": POOR, "near_poor": NEAR}, households)


def report(**more: object) -> PeriodReport:
    values: dict[str, object] = {
        "area": "huyện Kim Bảng", "kind": "district", "parent": "tỉnh Hà Nam",
        "office": "Phòng Lao động – Thương binh và Xã hội", "start": date(2023, 1, 1), "end": date(2024, 1, 1),
        "lines": (line("", "Tổng cộng", "total"), line("1", "=1+1", "unit", None)), "target": Decimal("1.95"), **more,
    }  # fmt: skip
    return PeriodReport(**values)  # type: ignore[arg-type]  # one dict for all fields keeps the cases short


def text_of(made: bytes) -> str:
    """All that the report says, in its order."""
    opened = Document(BytesIO(made))
    said = "\n".join(node.text or "" for node in opened.element.body.iter() if node.tag.endswith("}t"))
    return said.replace("\N{NO-BREAK SPACE}", " ")


def test_the_report_has_everything_an_administrative_report_has() -> None:
    """National title, issuing body, number, place and date, title, text, recipients, signature, annex."""
    said = text_of(document(report(), date(2024, 1, 5)))
    parts = [
        "ỦY BAN NHÂN DÂN HUYỆN KIM BẢNG", "PHÒNG LAO ĐỘNG – THƯƠNG BINH VÀ XÃ HỘI",
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "Độc lập – Tự do – Hạnh phúc", "Số:",
        "Kim Bảng, ngày 05 tháng 01 năm 2024",
        "BÁO CÁO", "từ ngày 01/01/2023 đến ngày 31/12/2023", "1. Kết quả trong kỳ", "Nơi nhận:",
        "TRƯỞNG PHÒNG", "PHỤ LỤC",
        "Báo cáo 1.", "Báo cáo 2. Biến động hộ nghèo (hộ)", "Báo cáo 3. Biến động hộ cận nghèo (người)",
    ]  # fmt: skip
    places = [said.index(part) for part in parts]
    assert places == sorted(places)
    assert "1.012 hộ nghèo với 2.007 nhân khẩu" in said
    assert "giảm 229 hộ (481 người), tăng 17 hộ (50 người)" in said
    assert (
        "Tỷ lệ hộ nghèo cuối kỳ là 1,98%, mục tiêu của năm là 1,95%: còn cao hơn mục tiêu 0,03 điểm phần trăm." in said
    )
    assert "{" not in said


def test_the_target_is_met_at_the_target_itself() -> None:
    """At 1.95 % it is reached; without the number of households nothing is claimed."""
    at_target = Line("", "Tổng cộng", "total", {"poor": POOR | {"end": (195, 0)}, "near_poor": NEAR}, 10000)
    assert "đã đạt" in text_of(document(report(lines=(at_target,))))
    above = Line("", "Tổng cộng", "total", {"poor": POOR | {"end": (196, 0)}, "near_poor": NEAR}, 10000)
    assert "còn cao hơn mục tiêu 0,01" in text_of(document(report(lines=(above,))))
    assert "chưa tính được" in text_of(document(report(lines=(line("", "Tổng cộng", "total", None),))))
    assert "mục tiêu" not in text_of(document(report(target=None)))


def test_both_documents_hold_the_columns_of_the_report_in_their_order() -> None:
    """Reports 1, 2 and 3; the latter for households and for persons."""
    tables = list(grids(report(), load()))
    book = load_workbook(BytesIO(workbook(report())))
    assert book.sheetnames == [table.sheet for table in tables]
    made = Document(BytesIO(document(report())))
    annex = [table for table in made.tables if len(table.columns) > 2]
    assert [len(table.columns) for table in annex] == [table.width for table in tables] == [10, 11, 11, 11, 11]
    sheet, in_report = book["Báo cáo 2 (hộ)"], annex[1]
    heads = [sheet.cell(6, column).value or sheet.cell(5, column).value for column in range(1, 12)]
    assert heads == [
        "TT", "Đơn vị", "Đầu kỳ", "Trở thành hộ cận nghèo", "Vượt chuẩn cận nghèo", "Khác",
        "Hộ cận nghèo trở thành nghèo",
        "Tái nghèo", "Phát sinh mới", "Khác", "Cuối kỳ",
    ]  # fmt: skip
    assert [cell.text for cell in in_report.rows[1].cells] == heads
    numbers = [sheet.cell(7, column).value for column in range(3, 12)]
    assert numbers == [*"12345678", "9=1-2-3-4+5+6+7+8"]
    households = [POOR[name][0] for name in COLUMNS]
    assert [sheet.cell(8, column).value for column in range(3, 12)] == households
    assert [cell.text for cell in in_report.rows[3].cells][2:] == [number(value) for value in households]
    persons = book["Báo cáo 2 (người)"]
    assert [persons.cell(8, column).value for column in range(3, 12)] == [POOR[name][1] for name in COLUMNS]
    assert [book["Báo cáo 1"].cell(7, column).value for column in range(3, 8)] == [40500, "–", 800, 1576, 1.98]


def test_a_place_named_like_a_formula_stays_text() -> None:
    """Nothing in the workbook is computed."""
    made = workbook(report())
    cell = load_workbook(BytesIO(made))["Báo cáo 1"].cell(8, 2)
    assert (cell.value, cell.data_type) == ("=1+1", "s")
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert not any(b"<f>" in archive.read(name) for name in archive.namelist() if "sheet" in name)


@pytest.mark.parametrize(("closed", "said"), [(False, True), (True, False)])
def test_a_period_that_is_still_open_is_called_a_draft(closed: bool, said: bool) -> None:
    """Until it is handed in the figures can change."""
    assert ("Dự thảo" in text_of(document(report(closed=closed)))) is said


def test_demo_figures_say_so_on_every_page() -> None:
    """Nobody can take them for real ones."""
    assert text_of(document(report(demo=True))).count(load().demo) == 1 + 5
    for sheet in load_workbook(BytesIO(workbook(report(demo=True)))).worksheets:
        assert sheet.cell(3, 1).value == load().demo
    assert load().demo not in text_of(document(report()))


def test_corrections_of_a_closed_period_are_named() -> None:
    """With their sign, by commune and list."""
    said = text_of(document(report(corrections=(Correction("xã Thụy Lôi", "poor", -1, 2),))))
    assert "xã Thụy Lôi, hộ nghèo: -1 hộ, +2 người" in said


@pytest.mark.parametrize("kind", ["province", "district", "commune", "township", "ward", "village", "unheard-of"])
def test_every_kind_of_area_has_somebody_who_signs(kind: str) -> None:
    """Also one that is not known by name."""
    said = text_of(document(report(kind=kind, area="xã Thụy Lôi", parent="huyện Kim Bảng")))
    assert "BÁO CÁO" in said and "{" not in said


def test_the_date_stays_open_until_it_is_signed() -> None:
    """Day and the first two months have two digits."""
    assert place_and_date(report(), load(), None) == "Kim Bảng, ngày …… tháng …… năm ……"
    assert place_and_date(report(), load(), date(2024, 11, 5)) == "Kim Bảng, ngày 05 tháng 11 năm 2024"
