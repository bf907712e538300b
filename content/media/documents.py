"""Checks a document that is handed out to be saved: its kind by its content, no macros, no bomb, nothing run."""

from __future__ import annotations

import io
import zipfile
import zlib
from typing import Final

from content.media.model import Document, MediaError

LARGEST: Final = 15_000_000
_MEGA: Final = 1_000_000
_UNFOLDED: Final = 300_000_000
_MOST_PARTS: Final = 5000
_HEAD: Final = 1024
_OFFICE: Final = "application/vnd.openxmlformats-officedocument"
_PARTS: Final = {
    "word/document.xml": ("docx", f"{_OFFICE}.wordprocessingml.document"),
    "xl/workbook.xml": ("xlsx", f"{_OFFICE}.spreadsheetml.sheet"),
}
_ENCRYPTED: Final = 0x1
# No office program packs otherwise, and each way of packing breaks in its own way.
_PACKED: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


def checked(data: bytes, *, csv: bool = False) -> Document:
    """PDF, DOCX, XLSX or plain text; `csv` says that the plain text was called a table.

    Raises:
        MediaError: empty, too large, another kind, with macros, or broken.
    """
    if not data:
        raise MediaError("empty")
    if len(data) > LARGEST:
        raise MediaError("document_too_large", most=LARGEST // _MEGA)
    if b"%PDF-" in data[:_HEAD]:
        if b"%%EOF" not in data[-_HEAD:]:
            raise MediaError("broken")
        return Document("application/pdf", "pdf", data)
    if data.startswith(b"PK\x03\x04"):
        return _office(data)
    return _text(data, csv=csv)


def _office(data: bytes) -> Document:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            parts = archive.infolist()
            names = {part.filename for part in parts}
            found = next((kind for name, kind in _PARTS.items() if name in names), None)
            if found is None or "[Content_Types].xml" not in names:
                raise MediaError("no_document")
            if len(parts) > _MOST_PARTS or sum(part.file_size for part in parts) > _UNFOLDED:
                raise MediaError("document_too_large", most=LARGEST // _MEGA)
            if any(part.flag_bits & _ENCRYPTED or part.compress_type not in _PACKED for part in parts):
                raise MediaError("broken")
            if any(name.lower().endswith("vbaproject.bin") for name in names):
                raise MediaError("macros")
            if archive.testzip() is not None:
                raise MediaError("broken")
    except (zipfile.BadZipFile, zlib.error, EOFError, ValueError, NotImplementedError, OSError):
        raise MediaError("broken") from None
    ending, mime = found
    return Document(mime, ending, data)


def _text(data: bytes, *, csv: bool) -> Document:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise MediaError("no_document") from None
    if any(not (char.isprintable() or char in "\t\r\n") for char in text.replace("\u00a0", " ")):
        raise MediaError("no_document")
    kind = ("csv", "text/csv; charset=utf-8") if csv else ("txt", "text/plain; charset=utf-8")
    return Document(kind[1], kind[0], data)
