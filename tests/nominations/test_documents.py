"""The yearly list as a document to sign and as a workbook, opened again by the libraries that others use."""

from __future__ import annotations

from datetime import date
from io import BytesIO

from docx import Document
from docx.shared import Mm
from openpyxl import load_workbook

from content.documents.nominations import CommendationList, Nominee, table
from content.documents.nominations_docx import document
from content.documents.table_xlsx import workbook

DAY = date(2026, 11, 24)
BUILT = ("xã Thụy Lôi", "Góp công làm nhà.", ("Làm nhà",), "Hội Phụ nữ", "DC-0003")
TAUGHT = ("Thôn Mẫu 1, xã Thụy Lôi", "Dòng một.\nDòng hai.", ("A", "B"), "Thôn", "DC-0001", "yes", DAY)
CARED = ("Thôn Mẫu 2, xã Thụy Lôi", "Chăm cụ già.", ("A",), "Thôn", "DC-0002", "no", DAY)
NOMINEES = (
    Nominee("collective", "Chi hội Phụ nữ Mẫu", *BUILT),
    Nominee("person", "=Nguyễn Văn Mẫu", *TAUGHT),
    Nominee("person", "Trần Thị Mẫu", *CARED),
)


def _list(*nominees: Nominee, kind: str = "district", confirmed: bool = False, demo: bool = False) -> CommendationList:
    return CommendationList(
        "huyện Kim Bảng", kind, "tỉnh Hà Nam", "Phòng Lao động", 2026, nominees, confirmed, demo
    )  # fmt: skip


def _read(listed: CommendationList, signed_on: date | None = None) -> tuple[str, list[list[str]], list[str]]:
    """The paragraphs of the body, the rows of the list, the cells of the head and the signature."""
    made = Document(BytesIO(document(listed, signed_on)))
    tables = made.tables
    rows = [[cell.text for cell in row.cells] for row in tables[-1].rows] if listed.nominees else []
    beside = [cell.text for each in tables[:3] for cell in each.rows[0].cells]
    return "\n".join(paragraph.text for paragraph in made.paragraphs), rows, beside


def test_the_document_has_the_layout_of_an_administrative_one() -> None:
    """National title, issuer, number, place and date, title, recipients, signer; then the list as its annex."""
    text, rows, beside = _read(_list(*NOMINEES), DAY)
    assert "ỦY BAN NHÂN DÂN HUYỆN\N{NO-BREAK SPACE}KIM\N{NO-BREAK SPACE}BẢNG" in beside[0]
    assert beside[1].startswith("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM\nĐộc lập – Tự do – Hạnh phúc")
    assert beside[2].startswith("Số:") and beside[2].endswith("/TTr-PLĐTBXH")
    assert beside[3] == "Kim Bảng, ngày 24 tháng 11 năm 2026"
    assert beside[4].startswith("Nơi nhận:\n- Như trên;") and "TRƯỞNG PHÒNG" in beside[5]
    assert "TỜ TRÌNH" in text and "Không để ai bị bỏ lại phía sau”" in text and "năm 2026" in text
    assert "chọn được 3 gương tiêu biểu: 2 cá nhân, 1 tập thể." in text
    assert rows[0] == ["TT", "Tên", "Nơi", "Việc làm", "Tiêu chí", "Nơi giới thiệu"]
    assert [row[0] for row in rows] == ["TT", "I. Cá nhân", "1", "2", "II. Tập thể", "1"]
    assert rows[2][1:] == ["=Nguyễn Văn Mẫu", "Thôn Mẫu 1, xã Thụy Lôi", "Dòng một.\nDòng hai.", "A; B", "Thôn"]


def test_what_is_not_confirmed_and_what_is_a_sample_is_said() -> None:
    """Criteria of nobody, people of nowhere; with an office behind the criteria the note is gone."""
    text, _, _ = _read(_list(*NOMINEES, demo=True))
    assert "chưa phải tiêu chí chính thức" in text and text.count("người và việc đều được nghĩ ra") == 2
    text, _, beside = _read(_list(*NOMINEES, confirmed=True))
    assert "chưa phải tiêu chí" not in text and "nghĩ ra" not in text
    assert beside[3] == "Kim Bảng, ngày …… tháng …… năm ……"


def test_an_empty_year_and_a_commune() -> None:
    """Nobody chosen: said, without an empty table; a commune signs as its committee."""
    text, rows, beside = _read(_list(kind="commune"))
    assert "chưa có trường hợp nào được chọn" in text and rows == []
    assert beside[2].endswith("/TTr-UBND") and "CHỦ TỊCH" in beside[5]


def test_the_columns_fit_the_page() -> None:
    """A word processor goes by the grid: its columns are as wide as what lies between the margins."""
    made = Document(BytesIO(document(_list(*NOMINEES))))
    section = made.sections[-1]
    assert section.page_width is not None and section.left_margin is not None and section.right_margin is not None
    assert section.page_width > (section.page_height or 0)
    widths = [column.width or 0 for column in made.tables[-1].columns]
    assert abs(sum(widths) - (section.page_width - section.left_margin - section.right_margin)) < Mm(1)
    assert widths[3] > 2 * widths[1] and widths[1] > 3 * widths[0]


def test_the_workbook_has_a_line_for_each_and_runs_nothing() -> None:
    """A name that begins with an equals sign is a name."""
    sheet = load_workbook(BytesIO(workbook([table(_list(*NOMINEES))])))["Khen thưởng 2026"]
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    assert rows[0][-4:] == ["Loại", "Biên nhận", "Đồng ý đăng bài", "Ngày chọn"]
    assert [row[:2] for row in rows[1:]] == [[1, "=Nguyễn Văn Mẫu"], [2, "Trần Thị Mẫu"], [3, "Chi hội Phụ nữ Mẫu"]]
    assert rows[1][-4:] == ["Cá nhân", "DC-0001", "có", "24/11/2026"] and sheet["B2"].data_type == "s"
