"""What is uploaded: known by its content, bounded, drawn anew or only saved, and nothing in it is ever run."""

from __future__ import annotations

import io
import zipfile
from typing import Final

import pytest
from openpyxl import Workbook
from PIL import Image

from tests.security.conftest import Site

_HTML: Final = b"<!doctype html><script>alert(1)</script>"
_SVG: Final = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"/>'
_LAUGHS: Final = (
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">'
    b'<!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;">]><worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    b'<sheetData><row r="1"><c r="A1" t="inlineStr"><is><t>&c;</t></is></c></row></sheetData></worksheet>'
)
_OUTSIDE: Final = _LAUGHS.replace(b'<!ENTITY a "ha">', b'<!ENTITY a SYSTEM "file:///etc/passwd">')


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48)) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", size, "#336699").save(file, kind)
    return file.getvalue()


def workbook(changed: dict[str, bytes] | None = None, extra: dict[str, bytes] | None = None) -> bytes:
    """A real workbook with some of its parts replaced."""
    made = io.BytesIO()
    book = Workbook()
    assert book.active is not None
    book.active.append(["Mã hộ", "Họ và tên"])
    book.save(made)
    out = io.BytesIO()
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, (changed or {}).get(name, old.read(name)))
        for name, data in (extra or {}).items():
            new.writestr(name, data)
    return out.getvalue()


def _photo(site: Site, data: bytes) -> tuple[int, bytes, str]:
    """Send a photo to the chat, and look at it again: status, what comes back, and its kind."""
    headers = {"x-requested-with": "chungtay", "cookie": f"chungtay_chat={'u' * 43}"}
    sent = site.ask("POST", "/chat/photos", content=data, headers=headers)
    if sent.status_code != 200:
        return sent.status_code, b"", ""
    site.clock.advance(1)
    seen = site.ask("GET", f"/chat/photos/{sent.json()['photo']}", headers={"cookie": f"chungtay_chat={'u' * 43}"})
    return seen.status_code, seen.content, seen.headers["content-type"]


@pytest.mark.parametrize(
    "data", [b"", b"\x00" * 100, _HTML, _SVG, b"GIF89a" + _HTML, b"\xff\xd8\xff" + _HTML, b"%PDF-1.4\n%%EOF",
             workbook(), b"\x89PNG\r\n\x1a\n" + _SVG],
)  # fmt: skip
def test_what_is_no_picture_is_no_photo(shared_site: Site, data: bytes) -> None:
    """Whatever it calls itself."""
    assert _photo(shared_site, data)[0] == 422


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("behind", [_HTML, workbook(), b"%PDF-1.4\n<</JS (app.alert(1))>>\n%%EOF"])
def test_of_a_file_that_is_two_things_only_the_picture_stays(shared_site: Site, kind: str, behind: bytes) -> None:
    """It is drawn anew, so nothing that hung behind it is handed out."""
    status, data, mime = _photo(shared_site, picture(kind) + behind)
    assert status == 200
    assert mime.startswith("image/")
    assert behind not in data and b"<script" not in data and b"PK\x03\x04" not in data and b"%PDF" not in data


def test_what_a_phone_wrote_beside_a_picture_is_gone(shared_site: Site) -> None:
    """Place, time and device of the photo, and any comment."""
    file = io.BytesIO()
    image = Image.new("RGB", (64, 48), "#336699")
    exif = Image.Exif()
    exif[0x010F] = "<script>ZZ-MARK</script>"
    image.save(file, "JPEG", exif=exif, comment=b"ZZ-MARK")
    status, data, _ = _photo(shared_site, file.getvalue())
    assert status == 200 and b"ZZ-MARK" not in data and b"Exif" not in data


def test_a_picture_that_unfolds_to_too_much_is_refused(shared_site: Site) -> None:
    """A hundred megapixels in a few kilobytes, and a body larger than a photo may be."""
    file = io.BytesIO()
    Image.new("1", (10_000, 10_000)).save(file, "PNG")
    assert len(file.getvalue()) < 100_000
    assert _photo(shared_site, file.getvalue())[0] == 413
    assert _photo(shared_site, b"\xff\xd8\xff" + b"\x00" * 10_000_001)[0] == 413


def _import(site: Site, token: str, name: str, data: bytes) -> int:
    files = {"tep": (name, data, "application/octet-stream")}
    answer = site.ask("POST", "/can-bo/nhap", token, data={"csrf": site.csrf(token)}, files=files)
    assert 'name="khoa"' not in answer.text, "it was taken for a good file"
    return answer.status_code


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("laughs.xlsx", workbook({"xl/worksheets/sheet1.xml": _LAUGHS})),
        ("outside.xlsx", workbook({"xl/worksheets/sheet1.xml": _OUTSIDE})),
        ("laughs.xlsx", workbook({"xl/sharedStrings.xml": _LAUGHS})),
        ("laughs.xlsx", workbook({"xl/workbook.xml": _LAUGHS})),
        ("laughs.xlsx", workbook({"xl/styles.xml": _LAUGHS})),
        ("zeros.xlsx", workbook({"xl/worksheets/sheet1.xml": b"\x00" * 20_000_000})),
        ("page.xlsx", _HTML),
        ("page.csv", _HTML),
        ("../../etc/passwd.csv", b"root:x:0:0"),
        ("macro.xlsx", b"\xd0\xcf\x11\xe0" + b"\x00" * 1000),
        ("cut.xlsx", workbook()[:300]),
        ("nothing.xlsx", b""),
        ("program.exe", b"MZ\x90"),
    ],
)
@pytest.mark.filterwarnings("ignore:Workbook contains no default style")
def test_a_list_that_is_a_trap_is_refused_with_a_sentence(shared_site: Site, name: str, data: bytes) -> None:
    """No entity is unfolded, no file of the server read, nothing kept to be taken in."""
    token = shared_site.session("district_officer")
    assert _import(shared_site, token, name, data) in (200, 201, 400)


def test_a_bomb_is_told_by_what_it_says_it_unfolds_to(shared_site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    """Refused before any of it is unfolded (the limit made small here, so that the test needs no such file)."""
    monkeypatch.setattr("content.exchange.sheets._MOST_UNPACKED", 5_000_000)
    bomb = workbook({"xl/worksheets/sheet1.xml": b"\x00" * 6_000_000})
    assert len(bomb) < 50_000
    token = shared_site.session("district_officer")
    files = {"tep": ("bomb.xlsx", bomb, "application/octet-stream")}
    answer = shared_site.ask("POST", "/can-bo/nhap", token, data={"csrf": shared_site.csrf(token)}, files=files)
    assert answer.status_code == 400
    assert "40" in answer.text  # the largest size, in the sentence that says why


def test_a_body_that_is_too_large_is_refused(shared_site: Site) -> None:
    """Everywhere but where files are taken: one megabyte."""
    token = shared_site.session("district_officer")
    large = {"csrf": shared_site.csrf(token), "tim": "x" * 1_100_000}
    assert shared_site.ask("POST", "/can-bo/nhieu", token, data=large).status_code == 413
    headers = {"x-requested-with": "chungtay", "cookie": f"chungtay_chat={'u' * 43}"}
    assert shared_site.ask("POST", "/chat/messages", content=b"x" * 1_100_000, headers=headers).status_code == 413
    for path in ("/webhooks/telegram", "/webhooks/zalo-bot", "/webhooks/zalo-oa"):
        assert shared_site.ask("POST", path, content=b"x" * 1_100_000).status_code in (403, 413)
