"""A file is taken in whole or not at all, and whatever is wrong in it is told by row and column."""

from __future__ import annotations

import unicodedata
import zipfile
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from openpyxl import Workbook, load_workbook
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncConnection

from content.exchange import demo as demos
from content.exchange.layout import ExchangeError
from content.exchange.places import Places
from content.exchange.reading import read
from content.exchange.scores import Scores
from content.exchange.sheets import open_sheet
from handlers.actions import register as actions
from handlers.actions.demo import load_demo
from handlers.actions.exchange import Imported, export_file, read_file, take_in
from rules import parameters
from storage import register
from storage.keys import Keys
from storage.register.bulk import newest
from storage.register.figures import figures
from storage.register.households import by_code, present
from storage.register.search import search
from storage.tables_register import changes, households, imports, members, movements, name_keys
from tests.register.building import DISTRICT, NOW, add_member, assert_is_its_fold
from tests.register.files import TITLES, csv_text, head, member, xlsx

LAW = parameters.load()
TODAY = date(2023, 12, 31)


async def take(connection: AsyncConnection, keys: Keys, file: Path, *, dry_run: bool = False) -> Imported:
    given = await read_file(connection, None, LAW, file, today=TODAY)
    return await take_in(connection, None, keys, given, now=NOW, today=TODAY, dry_run=dry_run)


async def told(connection: AsyncConnection, keys: Keys, file: Path) -> list[tuple[int, str, str]]:
    """(row, column, kind) of each problem."""
    done = await take(connection, keys, file, dry_run=True)
    return [(found.row, found.column, found.kind) for found in done.problems]


async def test_a_file_with_titles_above_and_merged_cells_is_taken_in(
    connection: AsyncConnection, keys: Keys, tmp_path: Path
) -> None:
    """Two households; what is merged holds for the rows below; the decision's day is the day it counts from."""
    rows = [head(1, "HN-1"), member(2, 1), member(3, 1), head(4, "HN-2", "Hộ cận nghèo")]
    file = xlsx(tmp_path / "a.xlsx", rows, above=3)
    done = await take(connection, keys, file)
    assert (done.households, done.persons, done.problems) == (2, 4, ())
    ids = await by_code(connection, ["HN-1", "HN-2"])
    home = await present(connection, ids["HN-1"])
    assert home is not None and home.head is not None
    assert (home.head["name"], home["status"], home["decision_no"], home["groups"]) == (
        "Nguyễn Văn Mẫu 01", "poor", "15/QĐ-UBND", ["dtts"],
    )  # fmt: skip
    assert home.members[1]["birth_precision"] == "year"
    (district, *_) = await figures(connection, DISTRICT, date(2023, 1, 1), date(2024, 1, 1))
    assert district.lists["poor"].start.persons == 3
    assert [line.code for line in (await search(connection, DISTRICT, "thi mau 03")).lines] == ["HN-1"]
    await assert_is_its_fold(connection)


async def test_a_dry_run_writes_nothing(connection: AsyncConnection, keys: Keys, tmp_path: Path) -> None:
    """It says what would be taken in."""
    file = xlsx(tmp_path / "a.xlsx", [head(1, "HN-1")])
    done = await take(connection, keys, file, dry_run=True)
    assert (done.households, done.import_id) == (1, None)
    for table in (households, members, changes, imports, movements, name_keys):
        assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 0


CASES: list[tuple[str, list[list[Any]], list[tuple[int, str, str]]]] = [
    ("two heads", [head(1, "A"), head(2, "A")], [(3, "Quan hệ với chủ hộ", "two_heads")]),
    ("no head", [head(1, "A", Quan_hệ="Con")], [(2, "Quan hệ với chủ hộ", "no_head")]),
    ("another head", [head(1, "A", Chủ_hộ="Trần Văn Mẫu 9")], [(2, "Chủ hộ", "other_head")]),
    ("a code twice", [head(1, "A"), head(2, "B"), head(3, "A")], [(4, "Mã hộ", "code_twice")]),
    ("an identity number twice", [head(1, "A"), head(1, "B")], [(3, "Số CCCD", "id_twice")]),
    ("eleven digits", [head(1, CCCD="35012345678")], [(2, "Số CCCD", "id_length")]),
    ("a number that lost its zero", [head(1, CCCD=35012345678)], [(2, "Số CCCD", "id_length")]),
    ("an unknown village", [head(1, Thôn="Thôn Mẩu 11")], [(2, "Thôn", "unknown_village")]),
    ("an unknown commune", [head(1, Xã="Ngọc Sơm")], [(2, "Xã", "unknown_commune")]),
    ("no commune", [head(1, Xã="")], [(2, "Xã", "missing")]),
    ("poor with few deprivations", [head(1, Điểm_B2=20)], [(2, "Phân loại hộ", "contradiction")]),
    ("near-poor above the line", [head(1, status="Hộ cận nghèo", Điểm_B1=141)], [(2, "Phân loại hộ", "contradiction")]),
    ("an unknown status", [head(1, Phân_loại_hộ="Khá giả")], [(2, "Phân loại hộ", "bad_status")]),
    ("no status", [head(1, Phân_loại_hộ="")], [(2, "Phân loại hộ", "missing")]),
    ("two statuses", [head(1), member(2, 1, Phân_loại_hộ="Hộ cận nghèo")], [(3, "Phân loại hộ", "two_statuses")]),
    ("a birth in the future", [head(1, Ngày_sinh="05/09/2056")], [(2, "Ngày sinh", "future_date")]),
    ("no such day", [head(1, Ngày_sinh="31/02/1956")], [(2, "Ngày sinh", "bad_date")]),
    ("before anybody", [head(1, Ngày_sinh="01/01/1880")], [(2, "Ngày sinh", "old_date")]),
    ("a sex that is none", [head(1, Giới_tính="?")], [(2, "Giới tính", "bad_sex")]),
    ("points that are none", [head(1, Điểm_B2="nhiều")], [(2, "Điểm B2", "bad_number")]),
    ("more points than there are", [head(1, Điểm_B2=130)], [(2, "Điểm B2", "bad_number")]),
    ("a flag that is none", [head(1, DTTS="có lẽ")], [(2, "Hộ dân tộc thiểu số", "bad_flag")]),
    (
        "an indicator nobody knows",
        [head(1, Thiếu_hụt="nước sinh hoạt; tivi")],
        [(2, "Chỉ số thiếu hụt", "bad_deprivation")],
    ),
    ("a thirteenth indicator", [head(1, Thiếu_hụt="1; 13")], [(2, "Chỉ số thiếu hụt", "bad_deprivation")]),
    ("fewer indicators than points", [head(1, Thiếu_hụt="1; 2; 9")], [(2, "Chỉ số thiếu hụt", "deprivation_points")]),
    ("an error cell", [head(1, Số_QĐ="#REF!")], [(2, "Số quyết định", "error_cell")]),
    ("a name without end", [head(1, Số_QĐ="9" * 101)], [(2, "Số quyết định", "too_long")]),
]


@pytest.mark.parametrize(
    "said",
    [
        "1; 4, 9;10",
        "Việc làm; BHYT; nguồn nước sinh hoạt; Nhà tiêu",
        "viec lam (1); bao hiem y te; nuoc sinh hoat;; nha tieu;",
    ],
)
def test_deprivations_by_name_or_number(said: str, tmp_path: Path, small_places: Places) -> None:
    """In the order of the form, whatever the order in the file; four of them are the 40 points of form B2."""
    proposal = read(xlsx(tmp_path / "a.xlsx", [head(1, Thiếu_hụt=said)]), small_places, TODAY, Scores(LAW, TODAY))
    assert not proposal.problems
    assert proposal.households[0].deprivations == ["employment", "health_insurance", "water", "toilet"]


@pytest.mark.parametrize(("rows", "expected"), [case[1:] for case in CASES], ids=[case[0] for case in CASES])
def test_a_mistake_is_told_by_row_and_column(
    rows: list[list[Any]], expected: list[tuple[int, str, str]], tmp_path: Path, small_places: Places
) -> None:
    """With what is needed instead; nothing else is complained of."""
    proposal = read(xlsx(tmp_path / "a.xlsx", rows), small_places, TODAY, Scores(LAW, TODAY))
    assert [(found.row, found.column, found.kind) for found in proposal.problems] == expected
    assert all(found.what and found.needed and "{" not in found.what + found.needed for found in proposal.problems)


async def test_a_mistyped_place_gets_the_nearest_name_offered(
    connection: AsyncConnection, keys: Keys, tmp_path: Path
) -> None:
    """Commune and village alike."""
    file = xlsx(tmp_path / "a.xlsx", [head(1, Thôn="Thôn Mẩu 1x"), head(2, Xã="Ngọc Sơm")])
    done = await take(connection, keys, file, dry_run=True)
    assert ["Thôn Mẫu 1 (demo)" in done.problems[0].needed, "xã Ngọc Sơn" in done.problems[1].needed] == [True, True]


async def test_one_mistake_keeps_everything_out(connection: AsyncConnection, keys: Keys, tmp_path: Path) -> None:
    """Also when it is not a dry run."""
    done = await take(connection, keys, xlsx(tmp_path / "a.xlsx", [head(1), head(2, CCCD="1")]))
    assert (len(done.problems), done.import_id, await newest(connection)) == (1, None, [])


async def test_what_is_in_the_register_already_is_told(connection: AsyncConnection, keys: Keys, tmp_path: Path) -> None:
    """By code and by identity number."""
    file = xlsx(tmp_path / "a.xlsx", [head(1, "HN-1")])
    await take(connection, keys, file)
    assert await told(connection, keys, file) == [(2, "Mã hộ", "code_known"), (2, "Số CCCD", "id_known")]


async def test_an_import_is_undone_as_a_whole(connection: AsyncConnection, keys: Keys, tmp_path: Path) -> None:
    """As long as nothing happened to its households since; the figures forget it too."""
    done = await take(connection, keys, xlsx(tmp_path / "a.xlsx", [head(1, "A"), head(2, "B")]))
    assert done.import_id is not None
    ids = await by_code(connection, ["A"])
    _, birth = await add_member(connection, ids["A"], "Nguyễn Thị Mẫu 09", date(2023, 5, 1))
    with pytest.raises(register.UndoConflictError) as refused:
        await actions.undo_import(connection, None, done.import_id, NOW)
    assert refused.value.conflicting == birth
    await assert_is_its_fold(connection)


async def test_an_untouched_import_goes_without_a_trace_in_the_figures(
    connection: AsyncConnection, keys: Keys, tmp_path: Path
) -> None:
    """And cannot be undone twice, nor its undo."""
    file = xlsx(tmp_path / "a.xlsx", [head(1, "A"), head(2, "B")])
    done = await take(connection, keys, file)
    assert done.import_id is not None
    assert await actions.undo_import(connection, None, done.import_id, NOW) == 2
    (district, *_) = await figures(connection, DISTRICT, date(2023, 1, 1), date(2024, 1, 1))
    assert district.lists["poor"].end.households == district.lists["poor"].start.households == 0
    assert await by_code(connection, ["A", "B"]) == {}
    await assert_is_its_fold(connection)
    with pytest.raises(register.RegisterError, match="already"):
        await actions.undo_import(connection, None, done.import_id, NOW)
    last = (await connection.execute(select(func.max(changes.c.id)))).scalar_one()
    with pytest.raises(register.RegisterError, match="import the file again"):
        await register.undo(connection, last, NOW)
    again = await take(connection, keys, file)
    assert again.households == 2


@pytest.mark.parametrize("ending", ["xlsx", "csv"])
async def test_what_is_exported_can_be_imported_again(
    connection: AsyncConnection, keys: Keys, tmp_path: Path, ending: str
) -> None:
    """The whole demo there and back: the second export is the first one."""
    demo = demos.load("kim-bang-2023")
    assert demo is not None
    await load_demo(connection, demo, keys, NOW)
    first, second = tmp_path / f"first.{ending}", tmp_path / f"second.{ending}"
    assert await export_file(connection, None, keys, first, now=NOW) == 37
    for table in (households, members, name_keys, movements, changes):
        await connection.execute(table.delete())
    done = await take(connection, keys, first)
    assert (done.problems, done.households) == ((), 37)
    await export_file(connection, None, keys, second, now=NOW)
    if ending == "csv":
        assert first.read_text() == second.read_text()
    else:
        one, other = (list(load_workbook(file).worksheets[0].values) for file in (first, second))
        assert one == other


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1258"])
def test_a_csv_of_any_program_is_read(small_places: Places, tmp_path: Path, delimiter: str, encoding: str) -> None:
    """Names come out composed, whatever the encoding."""
    text = csv_text([head(1, "A"), member(2, 1)], delimiter)
    file = tmp_path / "a.csv"
    file.write_bytes(_decomposed(text).encode(encoding) if encoding == "cp1258" else text.encode(encoding))
    proposal = read(file, small_places, TODAY, Scores(LAW, TODAY))
    assert proposal.problems == []
    assert [each.name for each in proposal.households[0].members] == ["Nguyễn Văn Mẫu 01", "Nguyễn Thị Mẫu 02"]


def _decomposed(text: str) -> str:
    """Tones as signs of their own, as Windows-1258 has them."""
    tones = "\u0300\u0301\u0303\u0309\u0323"
    out = []
    for char in text:
        apart = unicodedata.normalize("NFD", char)
        tone = "".join(mark for mark in apart if mark in tones)
        base = unicodedata.normalize("NFC", "".join(mark for mark in apart if mark not in tones))
        out.append(base + tone)
    return "".join(out)


REFUSED = [
    ("tcvn3", "Hä tªn,NguyÔn V¨n MÉu,Hé nghÌo,§Þa chØ,®êng lµng".encode("latin-1")),
    ("tcvn3", "Hä tªn,NguyÔn V¨n MÉu,Hé nghÌo,§Þa chØ,®êng lµng".encode()),
    ("not_a_table", b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR"),
    ("old_excel", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"),
    ("broken", b"PK\x03\x04 no archive"),
    ("no_encoding", "Список семей бедных жителей".encode("cp1251")),
]


@pytest.mark.parametrize(("reason", "data"), REFUSED)
def test_what_is_no_table_is_refused_kindly(small_places: Places, tmp_path: Path, reason: str, data: bytes) -> None:
    """In one sentence that says what to do."""
    file = tmp_path / "a.bin"
    file.write_bytes(data)
    with pytest.raises(ExchangeError) as refused:
        open_sheet(file)
    assert refused.value.reason == reason and "Bác" in str(refused.value)


def test_an_archive_that_unpacks_to_something_enormous_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Before it is unpacked."""
    monkeypatch.setattr("content.exchange.sheets._MOST_UNPACKED", 100_000)
    file = tmp_path / "a.xlsx"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", bytes(100_001))
    with pytest.raises(ExchangeError) as refused:
        open_sheet(file)
    assert refused.value.reason == "too_large"


def test_a_sheet_that_defines_entities_is_refused(small_places: Places, tmp_path: Path) -> None:
    """Neither a bomb of references nor a file of this machine comes in that way."""
    good, evil = xlsx(tmp_path / "a.xlsx", [head(1)]), tmp_path / "b.xlsx"
    with zipfile.ZipFile(good) as old, zipfile.ZipFile(evil, "w") as new:
        for part in old.namelist():
            data = old.read(part)
            if part.endswith("sheet1.xml"):
                data = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/hostname">]>' + data
            new.writestr(part, data)
    with pytest.raises(ExchangeError) as refused:
        read(evil, small_places, TODAY, Scores(LAW, TODAY))
    assert refused.value.reason == "broken"


@pytest.mark.parametrize("cut", [200, 2000, 4000])
def test_a_file_that_was_cut_off_is_refused(small_places: Places, tmp_path: Path, cut: int) -> None:
    """Wherever the line broke."""
    file = xlsx(tmp_path / "a.xlsx", [head(1)])
    file.write_bytes(file.read_bytes()[:cut])
    with pytest.raises(ExchangeError):
        read(file, small_places, TODAY, Scores(LAW, TODAY))


def test_a_file_without_a_heading_or_column_or_row_says_so(small_places: Places, tmp_path: Path) -> None:
    """Each in its own words."""
    scores = Scores(LAW, TODAY)
    nothing = xlsx(tmp_path / "a.xlsx", [["xin chào"]], ["một", "hai"])
    short = xlsx(tmp_path / "b.xlsx", [head(1)[:-6]], TITLES[:9])
    empty = xlsx(tmp_path / "c.xlsx", [])
    kinds = [
        [found.kind for found in read(file, small_places, TODAY, scores).problems] for file in (nothing, short, empty)
    ]
    assert kinds == [["no_table"], ["no_column"], ["no_rows"]]


def test_dates_come_as_text_as_cells_and_as_serial_numbers(small_places: Places, tmp_path: Path) -> None:
    """And as a month or a year only."""
    given = [date(1956, 9, 5), 20703, "20703", "5-9-1956", "1956-09-05", "09/1956", 1956]
    rows = [head(number, f"C{number}", Ngày_sinh=value) for number, value in enumerate(given, start=1)]
    proposal = read(xlsx(tmp_path / "a.xlsx", rows), small_places, TODAY, Scores(LAW, TODAY))
    assert proposal.problems == []
    found = [(each.members[0].birth_date, each.members[0].birth_precision) for each in proposal.households]
    assert found[:5] == [(date(1956, 9, 5), "day")] * 5
    assert found[5:] == [(date(1956, 9, 1), "month"), (date(1956, 1, 1), "year")]


def test_a_formula_counts_by_its_stored_result_and_is_never_run(small_places: Places, tmp_path: Path) -> None:
    """Without one the cell is told as such."""
    rows = [head(1, "A", Phân_loại_hộ='=HYPERLINK("http://example.test","Hộ nghèo")')]
    proposal = read(xlsx(tmp_path / "a.xlsx", rows), small_places, TODAY, Scores(LAW, TODAY))
    assert [(found.row, found.column, found.kind) for found in proposal.problems] == [
        (2, "Phân loại hộ", "uncalculated")
    ]


async def test_text_that_looks_like_a_formula_stays_text_there_and_back(
    connection: AsyncConnection, keys: Keys, tmp_path: Path
) -> None:
    """It is kept as it was written and marked when it goes out."""
    evil = "=cmd|' /C calc'!A0"
    source = tmp_path / "a.csv"
    source.write_text(csv_text([head(1, "A", Số_QĐ=evil)]), encoding="utf-8")
    assert (await take(connection, keys, source)).problems == ()
    home = await present(connection, (await by_code(connection, ["A"]))["A"])
    assert home is not None and home["decision_no"] == evil
    await export_file(connection, None, keys, tmp_path / "b.csv", now=NOW)
    assert f"'{evil}" in (tmp_path / "b.csv").read_text(encoding="utf-8-sig")
    await export_file(connection, None, keys, tmp_path / "b.xlsx", now=NOW)
    cell = next(each for row in load_workbook(tmp_path / "b.xlsx").worksheets[0] for each in row if each.value == evil)
    assert (cell.data_type, cell.quotePrefix) == ("s", True)
    for name in ("b.csv", "b.xlsx"):
        await connection.execute(households.delete())
        await connection.execute(members.delete())
        assert (await take(connection, keys, tmp_path / name, dry_run=True)).problems == ()


def test_a_heading_in_two_rows_is_understood(small_places: Places, tmp_path: Path) -> None:
    """Columns grouped under a common name."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    upper: list[str] = [title if title not in ("Xã", "Thôn") else "" for title in TITLES]
    upper[TITLES.index("Xã")] = "Địa chỉ"
    sheet.append(upper)
    sheet.append([title if title in ("Xã", "Thôn") else "" for title in TITLES])
    sheet.append([f"({number})" for number in range(1, len(TITLES) + 1)])
    sheet.append(head(1, "A"))
    sheet.merge_cells("H1:I1")
    book.save(tmp_path / "a.xlsx")
    proposal = read(tmp_path / "a.xlsx", small_places, TODAY, Scores(LAW, TODAY))
    assert (proposal.problems, len(proposal.households)) == ([], 1)
