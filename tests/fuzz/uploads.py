"""Target: pictures and documents that are sent to be kept or handed out."""

from __future__ import annotations

import io
import warnings
import zipfile
from functools import cache
from typing import Any, Final

from hypothesis import strategies as st
from PIL import Image

from content.media import MediaError, documents, pictures
from content.words import load
from tests.fuzz.tables import PLACES, texts, workbooks
from tests.fuzz.target import Target, never_hanging

_SIDE: Final = 1600
_KINDS: Final = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF", "PPM")
_DOCUMENTS: Final = frozenset({"pdf", "docx", "xlsx", "csv", "txt"})


@cache
def _picture(kind: str, mode: str, number: int) -> bytes:
    """A small picture of a kind, with what cameras and programs write beside it."""
    size = ((40, 30), (1, 1), (2, 700))[number]
    image = Image.new(mode, size)
    written = io.BytesIO()
    more: dict[str, Any] = {}
    if kind == "JPEG":
        exif = Image.Exif()
        exif[0x0112], exif[0x010E] = 6, "Nhà bác Mẫu"
        more = {"exif": exif, "comment": b"GPS"}
    if kind == "GIF" and number == 0:
        more = {"save_all": True, "append_images": [Image.new(mode, size, 1)]}
    image.save(written, kind, **more)
    return written.getvalue()


_MODES: Final = {
    "JPEG": ("RGB", "L", "CMYK"),
    "PNG": ("RGB", "RGBA", "P", "1", "I;16"),
    "GIF": ("P", "L"),
    "WEBP": ("RGB", "RGBA"),
    "BMP": ("RGB",),
    "TIFF": ("RGB",),
    "PPM": ("RGB",),
}


@st.composite
def images(draw: st.DrawFn) -> bytes:
    """A picture with other bytes somewhere: also in its sizes, its tables, behind its end."""
    kind = draw(st.sampled_from(_KINDS))
    data = _picture(kind, draw(st.sampled_from(_MODES[kind])), draw(st.integers(0, 2)))
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.one_of(st.integers(0, min(60, len(data))), st.integers(0, len(data))))
        piece = draw(
            st.one_of(st.binary(max_size=4), st.sampled_from((b"\xff\xff\xff\xff", b"\x7f\xff\xff\xff", b"\x00" * 4)))
        )
        data = data[:at] + piece + data[at + draw(st.integers(0, 4)) :]
    end = draw(st.sampled_from((b"", b"", b"<script>alert(1)</script>", b"PK\x03\x04" + b"x" * 40)))
    return data[: draw(st.integers(0, len(data)))] if draw(st.integers(0, 9)) == 9 else data + end


@st.composite
def papers(draw: st.DrawFn) -> bytes:
    """A document of a kind that we take, or nearly."""
    how = draw(st.integers(0, 4))
    if how == 0:
        return draw(workbooks())
    if how == 1:
        return draw(texts())
    if how == 2:
        return b"%PDF-1.7\n" + draw(st.binary(max_size=200)) + draw(st.sampled_from((b"%%EOF", b"", b"%%EO")))
    if how == 3:
        return draw(st.binary(max_size=300))
    written = io.BytesIO()
    with zipfile.ZipFile(
        written, "w", draw(st.sampled_from((zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2)))
    ) as archive:
        for name in draw(
            st.lists(
                st.sampled_from(
                    (
                        "[Content_Types].xml",
                        "word/document.xml",
                        "word/vbaProject.bin",
                        "xl/workbook.xml",
                        "../x",
                        "x" * 200,
                    )
                ),
                max_size=4,
                unique=True,
            )
        ):
            archive.writestr(name, draw(st.binary(max_size=80)))
    data = written.getvalue()
    at = draw(PLACES) % (len(data) + 1)
    return data[:at] + draw(st.binary(max_size=3)) + data[at + draw(st.integers(0, 3)) :]


def picture(data: bytes) -> None:
    """Drawn anew, small enough and without anything but its pixels; or refused for a reason that has words."""
    try:
        with never_hanging(), warnings.catch_warnings():
            warnings.simplefilter("ignore", UserWarning)  # Pillow tells of damaged EXIF, which we throw away
            found = pictures.checked(data)
    except MediaError as refused:
        _has_words(refused)
        return
    assert found.mime in ("image/jpeg", "image/png") and max(found.width, found.height) <= _SIDE
    with Image.open(io.BytesIO(found.data)) as drawn:
        assert drawn.size == (found.width, found.height) and not drawn.getexif() and "comment" not in drawn.info
    assert b"<script" not in found.data and "Mẫu".encode() not in found.data


def document(case: tuple[bytes, bool]) -> None:
    """Taken under a kind that is saved and never opened by the browser, or refused for a reason that has words."""
    data, is_table = case
    try:
        with never_hanging():
            found = documents.checked(data, csv=is_table)
    except MediaError as refused:
        _has_words(refused)
        return
    assert found.ending in _DOCUMENTS and "html" not in found.mime and found.data == data


def _has_words(refused: MediaError) -> None:
    assert load()["vi"].say(refused.key, **refused.values)


TARGETS: Final = (
    Target("pictures", st.one_of(images(), images(), st.binary(max_size=80)), picture, in_suite=20),
    Target("documents", st.tuples(papers(), st.booleans()), document, in_suite=20),
)
