"""The period report as an administrative report: national title, issuing body, number, date, text, signature, annex."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm

from content.documents import paper
from content.documents.grid import Grid, Value, grids
from content.documents.paper import CENTRE, LEFT, RIGHT, Heading
from content.documents.report import PeriodReport, decimal, number
from content.documents.saying import body, filled, notes, place_and_date, subject
from content.documents.words import DocumentWords, load

_NUMBER_MM: Final = 11
_END_MM: Final = 34
_NAME_MM: Final = 56
_TEXT_MM: Final = 252
"""Between the margins of an annex page."""


def document(report: PeriodReport, signed_on: date | None = None) -> bytes:
    """The report as a file; without a date the place for it stays open."""
    words = load()
    issuer = words.issuers.get(report.kind) or words.issuers["commune"]
    made = paper.blank()
    names = (report.area, report.parent)
    heading = Heading(
        [paper.unbroken(line, names) for line in filled(issuer.head, report)],
        issuer.number,
        words.motto,
        place_and_date(report, words, signed_on),
        words.title,
        subject(report, words),
        words.demo if report.demo else "",
    )
    paper.heading(made, heading)
    for each in body(report, words):
        paper.paragraph(made, each.text, bold=each.heading)
    paper.signature(made, words.recipients, filled(issuer.recipients, report), filled(issuer.signer, report))
    _annex(made, report, words)
    return paper.saved(made)


def _annex(made: Any, report: PeriodReport, words: DocumentWords) -> None:
    for place, grid in enumerate(grids(report, words)):
        section = made.add_section(WD_SECTION.NEW_PAGE)
        paper.page(section, upright=False)
        if not place:
            paper.numbered(section)
            paper.say(made, words.annex, CENTRE, 13, bold=True)
            paper.say(made, words.annex_of, CENTRE, 12, italic=True)
        paper.say(made, grid.title, CENTRE, 13, bold=True, before=6)
        if report.demo:
            paper.say(made, words.demo, CENTRE, 11, bold=True)
        paper.say(made, f"{words.unit}: {grid.unit}" if grid.unit else "", RIGHT, 11, italic=True)
        _table(made, grid)
        for note in notes(report, words):
            paper.say(made, note, LEFT, 11, italic=True, before=4)


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
        paper.write(cell, head.text, CENTRE, bold=True)
    for place, (level, values) in enumerate(grid.rows):
        for column, value in enumerate(values):
            alignment = CENTRE if column == 0 else LEFT if column == 1 else RIGHT
            paper.write(
                cells[grid.head_rows + place][column], _text(value), alignment,
                bold=level in ("total", "unit"), italic=level == "split",
            )  # fmt: skip
    for place, row in enumerate(table.rows):
        if place >= grid.head_rows:
            for width, cell in zip(widths, cells[place], strict=True):
                cell.width = width
        paper.mark(row, "w:cantSplit")
        if place < grid.head_rows:
            paper.mark(row, "w:tblHeader")


def _text(value: Value) -> str:
    if isinstance(value, Decimal):
        return decimal(value)
    return number(value) if isinstance(value, int) else value
