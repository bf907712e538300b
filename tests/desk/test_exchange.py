"""Import at the desk: a trial that writes nothing, then all of it; and the way back."""

from __future__ import annotations

import csv
import io
import re

from sqlalchemy.ext.asyncio import AsyncConnection

from desk.routes.exchange import LARGEST
from tests.support.desk import Desk


def _file(*changes: tuple[str, str, str], of: str) -> bytes:
    """A CSV made from an export: new codes and numbers, one household, with cells changed."""
    rows = list(csv.DictReader(io.StringIO(of.lstrip("\ufeff"))))
    first = [row for row in rows if row["Mã hộ"] == rows[0]["Mã hộ"]]
    for number, row in enumerate(first):
        row["Mã hộ"] = "MOI-001"
        row["Số CCCD"] = f"00000001{number:04d}" if row["Số CCCD"] else ""
        for column, old, new in changes:
            row[column] = row[column].replace(old, new) if old else new
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(first)
    return text.getvalue().encode()


def _upload(desk: Desk, data: bytes, name: str = "hộ mới.csv") -> str:
    return desk.post("/can-bo/nhap", {}, files={"tep": (name, data, "text/csv")}).text


def test_an_import_is_tried_confirmed_and_taken_back(desk: Desk) -> None:
    """The trial writes nothing; the confirmation needs the very file that was tried, by the same person."""
    desk.enter("district")
    exported = desk.post("/can-bo/so-ho/xuat", {"dang": "csv"})
    assert exported.headers["content-disposition"].endswith('.csv"')
    page = _upload(desk, _file(of=exported.text))
    assert "1 hộ" in page and "không thấy lỗi nào" in page
    key = re.search(r'name="khoa" value="([0-9a-f]+)"', page)
    assert key is not None
    assert "MOI-001" not in desk.get("/can-bo/so-ho?tim=MOI-001").text.replace('value="MOI-001"', "")
    assert desk.post("/can-bo/nhap/xac-nhan", {"khoa": "0" * 48}).status_code == 410
    assert desk.post("/can-bo/nhap/xac-nhan", {"khoa": key[1]}).headers["location"] == "/can-bo/nhap?xong=imported"
    assert desk.get("/can-bo/so-ho?tim=MOI-001").text.count("data-row=") == 1
    again = desk.post("/can-bo/nhap/xac-nhan", {"khoa": key[1]})
    assert again.status_code == 409 and "Chưa có gì được nhập" in again.text
    assert desk.post("/can-bo/nhap/1/go", {}).status_code == 303
    assert desk.get("/can-bo/so-ho?tim=MOI-001").text.count("data-row=") == 0
    assert {"import_register", "undo_import", "export_register"} <= set(desk.verbs())


def test_problems_are_listed_by_row_and_column(desk: Desk) -> None:
    """And nothing can be confirmed."""
    desk.enter("district")
    exported = desk.post("/can-bo/so-ho/xuat", {"dang": "csv"}).text
    page = _upload(desk, _file(("Phân loại hộ", "", "hộ gì đó"), ("Số CCCD", "", "123"), of=exported))
    assert "Chưa có gì được nhập" in page
    assert "Phân loại hộ" in page and "Số CCCD" in page
    assert 'name="khoa"' not in page


def test_what_is_no_list_is_refused_kindly(desk: Desk) -> None:
    """No file, an empty one, another kind, a text that is no table, one that is too large."""
    desk.enter("district")
    assert "Chưa chọn tệp" in desk.post("/can-bo/nhap", {}).text
    assert "Chưa chọn tệp" in _upload(desk, b"")
    assert "Chưa chọn tệp" in _upload(desk, b"MZ", "virus.exe")
    for data, name in ((b"khong co gi", "a.csv"), (b"PK\x03\x04 broken", "../../a.xlsx")):
        answer = desk.post("/can-bo/nhap", {}, files={"tep": (name, data)})
        assert answer.status_code in (200, 400)
        assert 'name="khoa"' not in answer.text
    huge = desk.post("/can-bo/nhap", {}, files={"tep": ("a.csv", b"x" * (LARGEST + 200_000))})
    assert huge.status_code == 413


def test_an_upload_is_kept_encrypted_and_for_its_owner_only(desk: Desk) -> None:
    """Another account with the key gets nothing; in an hour nobody does."""
    desk.enter("district")
    exported = desk.post("/can-bo/so-ho/xuat", {"dang": "csv"}).text
    data = _file(of=exported)
    key = re.search(r'name="khoa" value="([0-9a-f]+)"', _upload(desk, data))
    assert key is not None

    async def stored(connection: AsyncConnection) -> bytes:
        found = await connection.exec_driver_sql("SELECT data FROM files")
        return bytes(found.scalar_one())

    kept = desk.database(stored)
    assert b"MOI-001" not in kept
    desk.clock.advance(3601)
    assert desk.post("/can-bo/nhap/xac-nhan", {"khoa": key[1]}).status_code == 410
