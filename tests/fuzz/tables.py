"""Target: files that somebody sends as a register: changed workbooks, tables of text, archives with tricks."""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Sequence
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from hypothesis import strategies as st
from openpyxl import Workbook
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import IllegalCharacterError

from content.exchange.layout import ExchangeError
from content.exchange.places import Place, Places
from content.exchange.reading import read
from content.exchange.scores import Scores
from rules import parameters
from tests.fuzz.target import Target, at_most, never_hanging
from tests.fuzz.texts import ODD, sentences
from tests.register.files import TITLES, VILLAGE, head, member

_TODAY: Final = date(2026, 11, 24)
_MOST_STEPS: Final = 6_000_000


@cache
def places() -> Places:
    """A commune and a village."""
    commune = Place("ngoc-son", "13441", "xã Ngọc Sơn", "commune", "/a/ngoc-son/", "a", rural=True)
    village = Place("mau-1", "", "Thôn Mẫu 1 (demo)", "village", "/a/ngoc-son/mau-1/", "ngoc-son", rural=True)
    return Places([commune, village])


@cache
def _scores() -> Scores:
    return Scores(parameters.load(), _TODAY)


PLACES: Final = st.integers(0, 10**7)
"""Somewhere in a file: not of its length, which depends on the time that is written into it."""
_CELLS: Final = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**18), 10**18),
    st.floats(),
    st.dates().map(str),
    st.datetimes().map(datetime.isoformat),
    sentences(),
    st.sampled_from(
        (*ODD, "=1/0", "#REF!", "'=x", "(" * 300, "()" * 200, "Hộ nghèo", "31/02/2020", "20703", "1e308", "9" * 30)
    ),
    st.sampled_from((*TITLES, *VILLAGE)),
)
_RAW: Final = st.sampled_from(
    (
        '<c r="A1" t="s"><v>0</v></c>',
        '<c r="A1" t="s"><v>99999</v></c>',
        '<c r="A1" t="s"><v>-1</v></c>',
        '<c t="s"><v>x</v></c>',
        '<c r="" s="999999"><v>1</v></c>',
        '<c r="A1" s="-1"><v>1</v></c>',
        '<c r="A1" s="x"><v>1</v></c>',
        '<c r="1A"><v>1</v></c>',
        '<c r="ZZZZZ1"><v>1</v></c>',
        '<c r="XFD1048576"><v>1</v></c>',
        '<c r="A0"><v>NaN</v></c>',
        '<c r="B2"><v>1e999</v></c>',
        '<c r="B2" s="1"><v>1e12</v></c>',
        '<c r="B2" s="1"><v>-99999999</v></c>',
        '<c r="B2" t="b"><v>2</v></c>',
        '<c r="B2" t="d"><v>x</v></c>',
        '<c r="B2" t="inlineStr"><is><r><t>a</t></r><r><t>b</t></r></is></c>',
        '<c r="B2" t="??"><v>1</v></c>',
        '<c r="B2"><f>A1</f></c>',
        '<c r="B2" t="e"><v>#REF!</v></c>',
        "</row><row r='-5'>",
        "</row><row r='x'>",
        "</row><row r='999999999999'>",
        "<c><c><c/></c></c>",
        "<!-- x -->",
        "<![CDATA[x]]>",
        "<x:c xmlns:x='y'/>",
        "<v>1</v>",
        "&amp;",
        "<",
        "&bad;",
        "\x00",
    )
)
"""Pieces of a sheet as no program writes them."""


@st.composite
def workbooks(draw: st.DrawFn) -> bytes:
    """A good list with changed cells, in a good or a changed archive."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    titles = list(TITLES)
    rows: list[list[Any]] = [head(1, "HN-1"), member(2, 1), head(3, "HN-2", "Hộ cận nghèo")]
    for _ in range(draw(st.integers(0, 4))):
        row = draw(st.sampled_from([titles, *rows]))
        row[draw(st.integers(0, len(TITLES) - 1))] = draw(_CELLS)
    for number, row in enumerate([titles, *rows], start=draw(st.sampled_from((1, 1, 2, 50, 1_048_570)))):
        for at, value in enumerate(row, start=1):
            if not str(value).isprintable():
                continue
            try:
                sheet.cell(number, at, value)
            except (ValueError, IllegalCharacterError):
                continue  # what openpyxl itself does not write comes below, as raw text
    if draw(st.booleans()):
        left, right = sorted(draw(st.tuples(st.integers(1, 15), st.integers(1, 15))))
        sheet.merge_cells(f"{get_column_letter(left)}1:{get_column_letter(right)}{draw(st.integers(1, 4))}")
    if draw(st.booleans()):
        book.create_sheet("Bìa", 0)
    written = io.BytesIO()
    book.save(written)
    data = written.getvalue()
    return _packed_anew(draw, data) if draw(st.booleans()) else _cut(draw, data)


def _packed_anew(draw: st.DrawFn, data: bytes) -> bytes:
    """Parts left out, named twice, changed, declared larger, encrypted, packed with another method."""
    written = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED) as new:
        names = old.namelist()
        chosen = set(draw(st.lists(st.sampled_from(names), max_size=2)))
        for name in names:
            part = old.read(name)
            if name in chosen:
                how = draw(st.integers(0, 6))
                if how == 0:
                    continue
                part = _changed(draw, part) if how < 6 else b"<?xml version='1.0' encoding='utf-16'?>" + part
            elif name.endswith("sheet1.xml") and draw(st.booleans()):
                cells = "".join(draw(st.lists(_RAW, min_size=1, max_size=3)))
                part = part.replace(b"</row>", cells.encode() + b"</row>", 1)
            method = draw(st.sampled_from((zipfile.ZIP_DEFLATED, zipfile.ZIP_STORED, zipfile.ZIP_LZMA)))
            new.writestr(name, part, method)
        if draw(st.booleans()):
            new.writestr(
                draw(st.sampled_from(("../evil.xml", "xl/workbook.xml ", "x" * 300, "xl/vbaProject.bin"))), b"x"
            )
    return _cut(draw, written.getvalue())


def _changed(draw: st.DrawFn, part: bytes) -> bytes:
    at = draw(PLACES) % (len(part) + 1)
    to = at + draw(st.integers(0, 30))
    piece = draw(
        st.one_of(
            st.binary(max_size=6),
            st.sampled_from(
                (
                    b'Target="../../../etc/passwd"',
                    b'sheetId="x"',
                    b"<",
                    b"&a;",
                    b"9" * 40,
                    b'"',
                    b"/>",
                    b'<!DOCTYPE x [<!ENTITY a "b">]>',
                    b'count="-1"',
                    b'numFmtId="14"',
                    b'xml:space="preserve"',
                    b'r:id="rId99"',
                    b'date1904="1"',
                )
            ),
        )
    )
    return part[:at] + piece + part[to:]


def _cut(draw: st.DrawFn, data: bytes) -> bytes:
    """A few bytes of the archive itself: sizes, flags, names, the end."""
    for _ in range(draw(st.sampled_from((0, 0, 1, 3)))):
        at = draw(PLACES) % (len(data) + 1)
        data = data[:at] + draw(st.binary(min_size=1, max_size=4)) + data[at + draw(st.integers(0, 4)) :]
    return data[: draw(PLACES) % (len(data) + 1)] if draw(st.integers(0, 9)) == 9 else data


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """A table of text of any program, with changed cells and bytes."""
    rows: list[Sequence[Any]] = [TITLES, head(1, "HN-1"), member(2, 1)]
    rows += draw(st.lists(st.lists(_CELLS, max_size=16), max_size=3))
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=draw(st.sampled_from(",;\t")), quoting=csv.QUOTE_NONNUMERIC, escapechar="\\")
    writer.writerows(draw(st.permutations(rows)) if draw(st.booleans()) else rows)
    said = stream.getvalue() + draw(st.one_of(st.just(""), st.just('"'), st.just("x" * 140_000), sentences()))
    encoding = draw(st.sampled_from(("utf-8", "utf-8-sig", "utf-16", "cp1258", "latin-1", "utf-7", "shift_jis")))
    return _cut(draw, said.encode(encoding, "replace"))


def refused_or_read(folder: Path, data: bytes) -> None:
    """A file is read, or refused in a sentence; every problem has a place and says what is needed."""
    file = folder / "sent.bin"
    file.write_bytes(data)
    try:
        with never_hanging(), at_most(_MOST_STEPS):
            proposal = read(file, places(), _TODAY, _scores())
    except ExchangeError as refused:
        assert "Bác" in str(refused) and "{" not in str(refused)
        return
    for found in proposal.problems:
        assert found.what and found.needed and found.row >= 0
    for household in proposal.households:
        assert household.members and all(len(each.name) <= 200 for each in household.members)


_FILES: Final = st.one_of(
    workbooks(), workbooks(), texts(), st.binary(max_size=200), st.binary(max_size=60).map(b"PK\x03\x04".__add__)
)
TARGETS: Final = (Target("tables", _FILES, refused_or_read, "folder", in_suite=25),)
