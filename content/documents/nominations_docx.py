"""The yearly list for commendation as a submission to sign, the list itself as its annex across the page."""

from __future__ import annotations

from datetime import date
from typing import Any, Final

from docx.enum.section import WD_SECTION
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.shared import Mm

from content.documents import paper
from content.documents.nominations import KINDS, CommendationList, ListWords, Nominee, load, paragraphs
from content.documents.paper import CENTRE, LEFT, Heading
from content.documents.saying import filled, place_and_date
from content.documents.words import load as load_words

_WIDTHS_MM: Final = (11, 42, 38, 87, 44, 30)
"""The columns of the list; together what lies between the margins of a page across."""
_ROMAN: Final = ("I", "II", "III")


def document(listed: CommendationList, signed_on: date | None = None) -> bytes:
    """The submission as a file; without a date the place for it stays open."""
    words, common = load(), load_words()
    issuer = common.issuers.get(listed.kind) or common.issuers["commune"]
    made = paper.blank()
    heading = Heading(
        [paper.unbroken(line, (listed.area, listed.parent)) for line in filled(issuer.head, listed)],
        words.numbers.get(listed.kind, words.numbers["other"]),
        common.motto,
        place_and_date(listed, common, signed_on),
        words.title,
        words.subject.format(year=listed.year),
        words.demo if listed.demo else "",
    )
    paper.heading(made, heading)
    paper.say(made, words.to, CENTRE, 13, before=12)
    for text in paragraphs(listed):
        paper.paragraph(made, text)
    paper.signature(made, common.recipients, words.recipients, filled(issuer.signer, listed))
    if listed.nominees and not listed.apart:
        _annex(made, listed, words)
    return paper.saved(made)


def _annex(made: Any, listed: CommendationList, words: ListWords) -> None:
    section = made.add_section(WD_SECTION.NEW_PAGE)
    paper.page(section, upright=False)
    paper.numbered(section)
    paper.say(made, words.annex, CENTRE, 14, bold=True)
    paper.say(made, words.annex_subject.format(year=listed.year), CENTRE, 13, bold=True)
    paper.say(made, words.annex_of, CENTRE, 12, italic=True)
    if listed.demo:
        paper.say(made, words.demo, CENTRE, 11, bold=True)
    paper.say(made, "", LEFT, 6)
    _table(made, listed, words)
    if not listed.confirmed:
        paper.say(made, words.note_criteria, LEFT, 11, italic=True, before=6)


def _table(made: Any, listed: CommendationList, words: ListWords) -> None:
    groups = [(kind, listed.of_kind(kind)) for kind in KINDS if listed.of_kind(kind)]
    table = made.add_table(rows=1 + len(groups) + len(listed.nominees), cols=len(_WIDTHS_MM))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, _WIDTHS_MM, strict=True):
        column.width = Mm(width)
    rows = list(table.rows)
    for row in rows:
        for cell, width in zip(row.cells, _WIDTHS_MM, strict=True):
            cell.width = Mm(width)
        paper.mark(row, "w:cantSplit")
    paper.mark(rows[0], "w:tblHeader")
    for cell, label in zip(rows[0].cells, words.columns, strict=True):
        paper.write(cell, label, CENTRE, bold=True)
    at = 1
    for place, (kind, nominees) in enumerate(groups):
        cells = rows[at].cells
        whole = cells[0].merge(cells[-1])
        paper.write(whole, words.groups[kind].format(number=_ROMAN[place]), LEFT, bold=True)
        # A title does not stay behind at the end of a page.
        whole.paragraphs[0].paragraph_format.keep_with_next = True
        at += 1
        for number, each in enumerate(nominees, 1):
            _row(rows[at].cells, number, each)
            at += 1


def _row(cells: Any, number: int, each: Nominee) -> None:
    values = (str(number), each.name, each.place, each.deed, "; ".join(each.criteria), each.by)
    for column, (cell, value) in enumerate(zip(cells, values, strict=True)):
        paper.write(cell, value, CENTRE if column == 0 else LEFT, bold=column == 1)
