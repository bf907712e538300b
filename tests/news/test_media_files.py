"""What is taken in: pictures drawn anew, documents as they are, everything else refused with its reason."""

from __future__ import annotations

import struct
import zipfile
import zlib
from io import BytesIO

import pytest
from openpyxl import Workbook
from PIL import Image

from content.media import MediaError, documents, pictures, scenes
from tests.news.conftest import picture


def _refused(data: bytes) -> str:
    with pytest.raises(MediaError) as refused:
        pictures.checked(data)
    return refused.value.reason


def _with_place() -> bytes:
    """A photo that lies on its side, with a place and a device beside it."""
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Phone of Mẫu"
    exif.get_ifd(0x8825)[2] = (20.0, 31.0, 12.0)
    return picture(200, 100, exif=exif, comment=b"secret")


def test_what_the_phone_wrote_beside_a_photo_stays_behind() -> None:
    """No place, no device, no comment; and it stands upright."""
    data = _with_place()
    assert b"secret" in data and Image.open(BytesIO(data)).getexif().get_ifd(0x8825)
    drawn = pictures.checked(data)
    again = Image.open(BytesIO(drawn.data))
    assert (drawn.mime, again.size) == ("image/jpeg", (100, 200))
    assert dict(again.getexif()) == {} and "comment" not in again.info and "icc_profile" not in again.info
    assert b"secret" not in drawn.data and b"Phone" not in drawn.data


def test_a_large_photo_becomes_small_enough_and_keeps_its_shape() -> None:
    """1600 pixels are enough for a telephone and for print."""
    drawn = pictures.checked(picture(4000, 3000))
    assert (drawn.width, drawn.height) == (1600, 1200)


def test_a_drawing_stays_sharp_and_a_transparent_one_gets_paper() -> None:
    """PNG where that is smaller; what is transparent is white, not black."""
    assert pictures.checked(scenes.draw("house")).mime == "image/png"
    file = BytesIO()
    Image.new("RGBA", (50, 50), (255, 0, 0, 0)).save(file, "PNG")
    seen = Image.open(BytesIO(pictures.checked(file.getvalue()).data)).convert("RGB")
    assert min(seen.getpixel((25, 25))) > 250  # type: ignore[type-var]  # a pixel of three numbers


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP", "GIF"])
def test_each_kind_of_picture_is_read(kind: str) -> None:
    """As phones and office programs write them."""
    assert pictures.checked(picture(kind=kind)).width == 640


def _bomb() -> bytes:
    """A PNG that says it is enormous: a few bytes that would unfold to gigabytes."""
    head = b"IHDR" + struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    body = b"IDAT" + zlib.compress(b"\0" * 1_000_000)
    chunks = (struct.pack(">I", len(each) - 4) + each + struct.pack(">I", zlib.crc32(each)) for each in (head, body))
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def _film() -> bytes:
    file = BytesIO()
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    frames[0].save(file, "GIF", save_all=True, append_images=frames[1:], duration=100)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"\xff" * (pictures.LARGEST + 1), "picture_too_large"),
        (b"<svg onload='x'/>", "no_picture"),
        (b"%PDF-1.7 no picture", "no_picture"),
        (_bomb(), "too_many_pixels"),
        (_film(), "animated"),
        (picture()[:900], "broken"),
    ],
    ids=["empty", "large", "svg", "pdf", "bomb", "film", "cut"],
)
def test_what_is_no_picture_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    """The officer learns what to do, and nothing is unfolded on the way."""
    assert _refused(data) == reason


def test_a_picture_within_pillows_limit_but_above_ours_is_not_unfolded(monkeypatch: pytest.MonkeyPatch) -> None:
    """The size is looked at before the pixels are."""
    monkeypatch.setattr(pictures, "MOST_PIXELS", 1000)
    assert _refused(picture(40, 40)) == "too_many_pixels"


def _office(*names: str, extra: bytes = b"") -> bytes:
    file = BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in names:
            archive.writestr(name, b"<x/>" + extra)
    return file.getvalue()


def _workbook() -> bytes:
    file = BytesIO()
    Workbook().save(file)
    return file.getvalue()


@pytest.mark.parametrize(
    ("data", "ending"),
    [
        (b"%PDF-1.7\n...\n%%EOF\n", "pdf"),
        (_office("[Content_Types].xml", "word/document.xml"), "docx"),
        (_workbook(), "xlsx"),
        ("Danh sách hộ nghèo\r\n".encode(), "txt"),
        (b"<script>alert(1)</script>", "txt"),
    ],
    ids=["pdf", "docx", "xlsx", "txt", "html is text"],
)
def test_a_document_is_named_by_its_content(data: bytes, ending: str) -> None:
    """A page with a script is only ever a text to be saved."""
    assert documents.checked(data).ending == ending


def test_a_table_of_plain_text_is_a_table() -> None:
    assert documents.checked(b"a;b\n1;2\n", csv=True).ending == "csv"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (b"x" * (documents.LARGEST + 1), "document_too_large"),
        (b"MZ\x90\x00\x03", "no_document"),
        (picture(), "no_document"),
        (_office("a.txt"), "no_document"),
        (_office("[Content_Types].xml", "word/document.xml", "word/vbaProject.bin"), "macros"),
        (_office("[Content_Types].xml", "word/document.xml")[:-30], "broken"),
        (b"%PDF-1.7\n no end", "broken"),
    ],
    ids=["empty", "large", "exe", "picture", "zip", "macros", "cut zip", "cut pdf"],
)
def test_what_is_no_document_is_refused_with_its_reason(data: bytes, reason: str) -> None:
    with pytest.raises(MediaError) as refused:
        documents.checked(data)
    assert refused.value.reason == reason


def test_a_document_that_unfolds_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """By what its directory says, before anything is unfolded."""
    monkeypatch.setattr(documents, "_UNFOLDED", 50_000)
    with pytest.raises(MediaError) as refused:
        documents.checked(_office("[Content_Types].xml", "word/document.xml", extra=b"0" * 40_000))
    assert refused.value.reason == "document_too_large"
