"""Files as people send them: a heading, rows, and every kind of mistake."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook

TITLES = (
    "Mã hộ", "Chủ hộ", "Thành viên", "Quan hệ", "Ngày sinh", "Giới tính", "CCCD", "Xã", "Thôn", "Phân loại hộ",
    "Số QĐ", "Ngày QĐ", "Điểm B1", "Điểm B2", "DTTS", "Thiếu hụt",
)  # fmt: skip
VILLAGE = ("xã Ngọc Sơn", "Thôn Mẫu 1")


def head(number: int, code: str = "", status: str = "Hộ nghèo", **more: Any) -> list[Any]:
    """A correct row of a head of household; `more` sets cells by title."""
    name = f"Nguyễn Văn Mẫu {number:02d}"
    b1, b2 = (120, 40) if status == "Hộ nghèo" else (120, 10)
    row = [code, name, name, "Chủ hộ", "05/09/1956", "Nam", f"000{number:09d}", *VILLAGE, status]
    return _with([*row, "15/QĐ-UBND", "14/12/2022", b1, b2, "x", ""], more)


def member(number: int, of: int, **more: Any) -> list[Any]:
    """A correct row of another member: the household's own cells are empty, as where cells are merged."""
    row = ["", f"Nguyễn Văn Mẫu {of:02d}", f"Nguyễn Thị Mẫu {number:02d}", "Con", "2010", "Nữ", "", "", "", ""]
    return _with([*row, "", "", "", "", "", ""], more)


def _with(row: list[Any], more: dict[str, Any]) -> list[Any]:
    for title, value in more.items():
        row[TITLES.index(title.replace("_", " "))] = value
    return row


def xlsx(file: Path, rows: Sequence[Sequence[Any]], titles: Sequence[str] = TITLES, above: int = 0) -> Path:
    """An XLSX file; `above` rows of title and blank lines come before the heading."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    for number in range(above):
        sheet.append(["DANH SÁCH HỘ SAU RÀ SOÁT"] if number == 0 else [])
    sheet.append(list(titles))
    for row in rows:
        sheet.append(list(row))
    book.save(file)
    return file


def csv_text(rows: Sequence[Sequence[Any]], delimiter: str = ",", titles: Sequence[str] = TITLES) -> str:
    """The same as CSV text."""
    stream = io.StringIO()
    csv.writer(stream, delimiter=delimiter).writerows([titles, *rows])
    return stream.getvalue()
