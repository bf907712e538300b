"""The period report as an administrative report: national title, issuing body, number, date, text, signature, annex."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from io import BytesIO
from typing import Any, Final

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from content.documents.grid import Grid, Value, grids
from content.documents.report import PeriodReport, decimal, number
from content.documents.saying import body, filled, notes, place_and_date, subject
from content.documents.words import DocumentWords, Issuer, load

_FONT: Final = "Times New Roman"
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_LEFT, _CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.CENTER
_RIGHT, _BOTH = WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
_HEAD_MM: Final = (70, 100)
_NUMBER_MM: Final = 11
_END_MM: Final = 34
_NAME_MM: Final = 56
_TEXT_MM: Final = 252
"""Between the margins of an annex page."""


def document(report: PeriodReport, signed_on: date | None = None) -> bytes:
    """The report as a file; without a date the place for it stays open."""
    words = load()
    issuer = words.issuers.get(report.kind) or words.issuers["commune"]
    made = Document()
    style = made.styles["Normal"]
    style.font.name, style.font.size = _FONT, Pt(13)
    style.element.rPr.rFonts.set(qn("w:eastAsia"), _FONT)
    style.paragraph_format.space_after = Pt(0)
    _page(made.sections[0], upright=True)
    _top(made, report, words, issuer, signed_on)
    for paragraph in body(report, words):
        said = made.add_paragraph()
        said.alignment = _BOTH
        said.paragraph_format.first_line_indent = Mm(10)
        said.paragraph_format.space_before = Pt(6)
        said.paragraph_format.keep_with_next = paragraph.heading
        said.add_run(paragraph.text).bold = paragraph.heading
    _signature(made, report, words, issuer)
    _annex(made, report, words)
    stream = BytesIO()
    made.save(stream)
    return stream.getvalue()


def _page(section: Any, *, upright: bool) -> None:
    section.orientation = WD_ORIENT.PORTRAIT if upright else WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = (Mm(210), Mm(297)) if upright else (Mm(297), Mm(210))
    section.top_margin = section.bottom_margin = Mm(20 if upright else 15)
    section.left_margin, section.right_margin = (Mm(30), Mm(15)) if upright else (Mm(25), Mm(20))
    section.header_distance = Mm(8)


def _top(made: Any, report: PeriodReport, words: DocumentWords, issuer: Issuer, signed_on: date | None) -> None:
    left, right = _two_columns(made, *_HEAD_MM)
    head = [_unbroken(line.upper(), report) for line in filled(issuer.head, report)]
    for place, line in enumerate(head):
        _say(left, line, _CENTRE, 11, bold=place == len(head) - 1)
    _rule(left, 25, _HEAD_MM[0])
    _say(right, words.motto[0], _CENTRE, 12, bold=True)
    _say(right, words.motto[1], _CENTRE, 13, bold=True)
    _rule(right, 60, _HEAD_MM[1])
    left, right = _two_columns(made, *_HEAD_MM)
    _say(left, issuer.number, _CENTRE, 13)
    _say(right, place_and_date(report, words, signed_on), _CENTRE, 13, italic=True)
    if report.demo:
        _say(made, words.demo, _CENTRE, 11, bold=True, before=8)
    _say(made, words.title, _CENTRE, 14, bold=True, before=14)
    _say(made, subject(report, words), _CENTRE, 14, bold=True)
    _rule(made, 60, 165)


def _unbroken(line: str, report: PeriodReport) -> str:
    """A long line breaks before the name of a place, not inside it."""
    for name in (report.area.upper(), report.parent.upper()):
        line = line.replace(name, name.replace(" ", _NO_BREAK))
    return line


def _signature(made: Any, report: PeriodReport, words: DocumentWords, issuer: Issuer) -> None:
    _say(made, "", _LEFT, 8)
    left, right = _two_columns(made, 82, 83)
    _say(left, words.recipients, _LEFT, 12, bold=True, italic=True)
    for line in filled(issuer.recipients, report):
        _say(left, line, _LEFT, 11)
    for line in filled(issuer.signer, report):
        _say(right, line.upper(), _CENTRE, 13, bold=True)
    # Room for the signature and the seal.
    _say(right, "", _CENTRE, 13, before=70)


def _annex(made: Any, report: PeriodReport, words: DocumentWords) -> None:
    for place, grid in enumerate(grids(report, words)):
        section = made.add_section(WD_SECTION.NEW_PAGE)
        _page(section, upright=False)
        if not place:
            _numbered(section)
            _say(made, words.annex, _CENTRE, 13, bold=True)
            _say(made, words.annex_of, _CENTRE, 12, italic=True)
        _say(made, grid.title, _CENTRE, 13, bold=True, before=6)
        if report.demo:
            _say(made, words.demo, _CENTRE, 11, bold=True)
        _say(made, f"{words.unit}: {grid.unit}" if grid.unit else "", _RIGHT, 11, italic=True)
        _table(made, grid)
        for note in notes(report, words):
            _say(made, note, _LEFT, 11, italic=True, before=4)


def _table(made: Any, grid: Grid) -> None:
    table = made.add_table(rows=grid.head_rows + len(grid.rows), cols=grid.width)
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    # The last column of a table of movements has the sum of the others in its head.
    last = _END_MM if grid.unit else (_TEXT_MM - _NUMBER_MM - _NAME_MM) / (grid.width - 2)
    rest = (_TEXT_MM - _NUMBER_MM - _NAME_MM - last) / (grid.width - 3)
    widths = [Mm(_NUMBER_MM), Mm(_NAME_MM), *[Mm(rest)] * (grid.width - 3), Mm(last)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    # python-docx looks a cell up anew each time; the rows are taken apart once.
    cells = [row.cells for row in table.rows]
    for head in grid.heads:
        cell = cells[head.row][head.column]
        if head.rows > 1 or head.columns > 1:
            cell = cell.merge(cells[head.row + head.rows - 1][head.column + head.columns - 1])
        _write(cell, head.text, _CENTRE, bold=True)
    for place, (level, values) in enumerate(grid.rows):
        for column, value in enumerate(values):
            alignment = _CENTRE if column == 0 else _LEFT if column == 1 else _RIGHT
            _write(
                cells[grid.head_rows + place][column], _text(value), alignment,
                bold=level in ("total", "unit"), italic=level == "split",
            )  # fmt: skip
    for place, row in enumerate(table.rows):
        if place >= grid.head_rows:
            for width, cell in zip(widths, cells[place], strict=True):
                cell.width = width
        _mark(row, "w:cantSplit")
        if place < grid.head_rows:
            _mark(row, "w:tblHeader")


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return decimal(value)
    return number(value) if isinstance(value, int) else value


def _write(cell: Any, text: str, alignment: Any, *, bold: bool = False, italic: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = alignment
    # An empty cell would keep the height of the body's letters.
    run = paragraph.add_run(text or _NO_BREAK)
    run.bold, run.italic, run.font.size = bold, italic, Pt(10)


def _say(
    place: Any, text: str, alignment: Any, size: float, *, bold: bool = False, italic: bool = False, before: float = 0
) -> None:
    """A paragraph; the empty one that every new cell has is used first."""
    empty = [each for each in place.paragraphs[:1] if hasattr(place, "merge") and not each.runs]
    paragraph = empty[0] if empty else place.add_paragraph()
    paragraph.alignment = alignment
    paragraph.paragraph_format.space_before = Pt(before)
    run = paragraph.add_run(text)
    run.bold, run.italic, run.font.size = bold, italic, Pt(size)


def _two_columns(made: Any, left_mm: float, right_mm: float) -> tuple[Any, Any]:
    table = made.add_table(rows=1, cols=2)
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    left, right = table.rows[0].cells
    for column, cell, width in zip(table.columns, (left, right), (left_mm, right_mm), strict=True):
        column.width = cell.width = Mm(width)
    return left, right


def _rule(place: Any, length_mm: float, width_mm: float) -> None:
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


def _mark(row: Any, name: str) -> None:
    row._tr.get_or_add_trPr().append(OxmlElement(name))


def _numbered(section: Any) -> None:
    """A page number in the middle of the head, from the annex on."""
    section.header.is_linked_to_previous = False
    paragraph = section.header.paragraphs[0]
    paragraph.alignment = _CENTRE
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        run = paragraph.add_run()
        part = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            part.set(qn("w:fldCharType"), kind)
        part.text = text or None
        run._r.append(part)
