"""The layout of an administrative document: national title, issuing body, number, date, signature, tables with borders.

What a document says is given to it; this is how it stands on paper.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

_FONT: Final = "Times New Roman"
NO_BREAK: Final = "\N{NO-BREAK SPACE}"
LEFT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
RIGHT, BOTH = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_HEAD_MM: Final = (70, 100)


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above the text: who issues it, under which number, when, and what it is."""

    issuer: Sequence[str]
    number: str
    motto: tuple[str, str]
    place_and_date: str
    title: str
    subject: str
    mark: str = ""
    """Said before everything else, e.g. that the document is a sample."""


def blank() -> Any:
    """An empty document of one upright page."""
    made = Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)
    page(made.sections[0], upright=True)
    return made


def saved(made: Any) -> bytes:
    """The document as a file."""
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def heading(made: Any, said: Heading) -> None:
    """The head of the first page."""
    left, right = two_columns(made, *_HEAD_MM)
    for place, line in enumerate(said.issuer):
        say(left, line, CENTRE, 11, bold=place == len(said.issuer) - 1)
    rule(left, 25, _HEAD_MM[0])
    say(right, said.motto[0], CENTRE, 12, bold=True)
    say(right, said.motto[1], CENTRE, 13, bold=True)
    rule(right, 60, _HEAD_MM[1])
    left, right = two_columns(made, *_HEAD_MM)
    say(left, said.number, CENTRE, 13)
    say(right, said.place_and_date, CENTRE, 13, italic=True)
    if said.mark:
        say(made, said.mark, CENTRE, 11, bold=True, before=8)
    say(made, said.title, CENTRE, 14, bold=True, before=14)
    say(made, said.subject, CENTRE, 14, bold=True)
    rule(made, 60, 165)


def unbroken(line: str, names: Sequence[str]) -> str:
    """A long line in capitals breaks before the name of a place, not inside it."""
    line = line.upper()
    for name in names:
        line = line.replace(name.upper(), name.upper().replace(" ", NO_BREAK))
    return line


def paragraph(made: Any, text: str, *, bold: bool = False) -> None:
    """A paragraph of the body."""
    said = made.add_paragraph()
    said.alignment = BOTH
    said.paragraph_format.first_line_indent = Mm(10)
    said.paragraph_format.space_before = Pt(6)
    said.paragraph_format.keep_with_next = bold
    said.add_run(text).bold = bold


def signature(made: Any, label: str, recipients: Sequence[str], signer: Sequence[str]) -> None:
    """Who receives it on the left, who signs on the right."""
    say(made, "", LEFT, 8)
    left, right = two_columns(made, 82, 83)
    say(left, label, LEFT, 12, bold=True, italic=True)
    for line in recipients:
        say(left, line, LEFT, 11)
    for line in signer:
        say(right, line.upper(), CENTRE, 13, bold=True)
    # Room for the signature and the seal.
    say(right, "", CENTRE, 13, before=70)


def page(section: Any, *, upright: bool) -> None:
    """A4 with the margins of an administrative document, upright or across."""
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(210), Mm(297)) if upright else (Mm(297), Mm(210))
    section.top_margin = section.bottom_margin = Mm(20 if upright else 15)
    section.left_margin, section.right_margin = (Mm(30), Mm(15)) if upright else (Mm(25), Mm(20))
    section.header_distance = Mm(8)


def write(cell: Any, text: str, alignment: Any, *, bold: bool = False, italic: bool = False) -> None:
    """The text of a cell, in the middle of its height."""
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = alignment
    # An empty cell would keep the height of the body's letters.
    run = paragraph.add_run(text or NO_BREAK)
    run.bold, run.italic, run.font.size = bold, italic, Pt(10)


def say(
    place: Any, text: str, alignment: Any, size: float, *, bold: bool = False, italic: bool = False, before: float = 0
) -> None:
    """A paragraph; the empty one that every new cell has is used first."""
    empty = [each for each in place.paragraphs[:1] if hasattr(place, "merge") and not each.runs]
    paragraph = empty[0] if empty else place.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def two_columns(made: Any, left_mm: float, right_mm: float) -> tuple[Any, Any]:
    """Two places side by side, without borders."""
    table = made.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    left, right = table.rows[0].cells
    for column, cell, width in zip(table.columns, (left, right), (left_mm, right_mm), strict=True):
        column.width = cell.width = Mm(width)
    return left, right


def rule(place: Any, length_mm: float, width_mm: float) -> None:
    """The short line below a title: the lower border of an empty paragraph, drawn in from both sides."""
    paragraph = place.add_paragraph()
    paragraph.paragraph_format.left_indent = paragraph.paragraph_format.right_indent = Mm((width_mm - length_mm) / 2)
    paragraph.paragraph_format.line_spacing = Pt(4)
    borders = OxmlElement("w:pBdr")
    line = OxmlElement("w:bottom")
    for name, value in (("val", "single"), ("sz", "6"), ("space", "1"), ("color", "000000")):
        line.set(qn(f"w:{name}"), value)
    borders.append(line)
    # The order of these elements is fixed; a word processor may refuse another one.
    paragraph._p.get_or_add_pPr().insert_element_before(borders, "w:spacing", "w:ind", "w:jc")


def mark(row: Any, name: str) -> None:
    """Give a row a property: a head that comes again on every page, a row that is not torn apart."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def numbered(section: Any) -> None:
    """A page number in the middle of the head, from the annex on."""
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)
