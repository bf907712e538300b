"""Time limits of nominations: reminders as reports have them, the list of what is overdue; long lists of a year."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import BytesIO
from typing import Any

import msgspec
import pytest
from docx import Document
from openpyxl import load_workbook
from sqlalchemy import insert, select

from content.documents.nominations import MOST_IN_ANNEX, CommendationList, Nominee, table
from content.documents.nominations_docx import document
from content.documents.table_xlsx import workbook
from handlers.access import AccessDenied
from handlers.actions import nomination_lists as lists
from handlers.actions.reminders import remind
from handlers.messages import Reply
from handlers.turn import Knowledge
from storage import nominations
from storage.database import Database
from storage.nominations import PORTION, NominationRow
from storage.tables import outbox
from storage.tables_nominations import nominations as stored
from storage.tables_people import audit
from tests.nominations.conftest import Nominating
from tests.reports.conftest import NOW, TODAY, VILLAGE, settled
from tests.reports.talking import phones

DUE = date(2023, 12, 25)
LATE = date(2023, 12, 26)


async def run(nominating: Nominating, day: date) -> int:
    now = datetime(day.year, day.month, day.day, 1, tzinfo=NOW.tzinfo)
    async with nominating.at.database.write() as connection:
        return await remind(connection, nominating.at.frame, now, day)


async def told(nominating: Nominating) -> list[tuple[str, str]]:
    """Chat and text of every notice."""
    async with nominating.at.database.read() as connection:
        rows = (await connection.execute(select(outbox.c.chat, outbox.c.payload).order_by(outbox.c.id))).all()
    return [(row.chat, msgspec.json.decode(row.payload, type=Reply).text) for row in rows]


async def test_whoever_is_late_is_reminded_once_a_day(nominating: Nominating) -> None:
    """The same working days as for reports: a day before, not on a Sunday, once, with the number and without a name."""
    row = await nominating.sent()
    assert row.due_on == DUE
    assert [await run(nominating, DUE - timedelta(days=days)) for days in (4, 1)] == [0, 0]
    assert [await run(nominating, LATE), await run(nominating, LATE)] == [1, 0]
    assert await run(nominating, LATE + timedelta(days=1)) == 1
    said = await told(nominating)
    assert [chat for chat, _ in said] == ["commune", "commune"]
    assert "DC-0001" in said[0][1] and "đề cử chờ xem" in said[0][1] and "Nguyễn" not in said[0][1]
    async with nominating.at.database.read() as connection:
        query = select(audit.c.subject_kind, audit.c.detail).where(audit.c.verb == "reminded")
        assert (await connection.execute(query)).all()[0] == ("nomination", '{"nominations":1}')


async def test_who_was_asked_is_reminded_where_it_came_from(nominating: Nominating) -> None:
    """Not the officer, who waits for the answer."""
    await nominating.do(await nominating.sent(), "ask", nominating.at.commune)
    before = len(await told(nominating))
    assert await run(nominating, LATE + timedelta(days=3)) == 1
    ((chat, text),) = (await told(nominating))[before:]
    assert chat == "head" and "chờ bác trả lời: DC-0001" in text


async def test_nobody_is_reminded_of_what_they_may_not_decide(nominating: Nominating) -> None:
    """A nomination of the own hand waits for somebody else."""
    said = nominating.said(organisation="women")
    row = await nominating.sent(said, nominating.at.district)
    row = await nominating.do(row, "forward", nominating.at.commune)
    before = len(await told(nominating))
    assert row.state == "checked"
    await run(nominating, LATE + timedelta(days=10))
    mine = {chat for chat, _ in (await told(nominating))[before:]}
    assert "district" not in mine
    other = await nominating.sent(nominating.said("n2", name="Trần Văn Mẫu"))
    await nominating.do(other, "forward", nominating.at.commune)
    await run(nominating, LATE + timedelta(days=20))
    assert "district" in {chat for chat, _ in (await told(nominating))[before:]}


async def test_a_report_and_a_nomination_are_told_apart(nominating: Nominating) -> None:
    """One notice for each kind: they are found at different places."""
    await nominating.sent()
    await nominating.at.sent(nominating.at.death())
    assert await run(nominating, LATE) == 2
    texts = [text for chat, text in await told(nominating) if chat == "commune"]
    assert len([text for text in texts if "đề cử" in text]) == 1 and len([text for text in texts if "BC-" in text]) == 1


async def test_what_is_overdue_is_listed_within_the_own_area(nominating: Nominating) -> None:
    """From the day after the limit on."""
    row = await nominating.sent()
    at = nominating.at
    async with at.database.read() as connection:
        assert await lists.overdue(connection, at.commune, DUE) == []
        assert [each.id for each in await lists.overdue(connection, at.commune, LATE)] == [row.id]
        assert await lists.overdue(connection, at.far, LATE) == []


async def test_overdue_in_chat(sqlite_url: str, knowledge: Knowledge) -> None:
    """By words; the list leads to the nomination and shows no name."""
    database = Database(sqlite_url)
    nominating = Nominating(await settled(database))
    row = await nominating.sent()
    async with phones(nominating.at, knowledge) as found:
        assert "Không có đề cử nào quá hạn" in await found["commune"].say("de cu qua han")
        async with database.write() as connection:
            await nominations.change(connection, row.id, row.version, {"due_on": TODAY - timedelta(days=1)})
        heard = await found["commune"].say("đề cử quá hạn")
        assert "DC-0001" in heard and "Nguyễn Văn Mẫu" not in heard
        assert "Nguyễn Văn Mẫu" in await found["commune"].say("1")
        assert "không làm được" in await found["citizen"].say("đề cử quá hạn")
    await database.close()


@pytest.fixture
async def full(nominating: Nominating) -> AsyncIterator[tuple[Nominating, Sequence[int]]]:
    """A year with more than one portion, in three villages turn by turn."""
    first = await nominating.approved()
    values = {name: getattr(first, name) for name in stored.c.keys() if name != "id"}  # noqa: SIM118  # a collection
    villages = (VILLAGE, "thuy-loi-mau-2", "thuy-loi-mau-3")
    rows: list[dict[str, Any]] = [
        values | {
            "submission": f"many-{number}", "receipt": f"DC-{number:04d}", "told": first.told,
            "area_key": villages[number % 3], "area_path": first.area_path.replace(VILLAGE, villages[number % 3]),
            "kind": ("person", "household")[number % 2],
        }
        for number in range(2, 2 * PORTION + 2)
    ]  # fmt: skip
    # What is told is sealed for its submission: all rows are opened as the first one is.
    for row in rows:
        row["told"] = _sealed_again(nominating, first, row["submission"])
    async with nominating.at.database.write() as connection:
        await connection.execute(insert(stored), rows)
        ordered = select(stored.c.id).order_by(stored.c.area_path, stored.c.id)
        ids = list((await connection.execute(ordered)).scalars())
    yield nominating, ids


def _sealed_again(nominating: Nominating, first: NominationRow, submission: str) -> str:
    from handlers.nominating.told import opened, sealed

    return sealed(nominating.at.keys, replace(opened(nominating.at.keys, first), submission=submission))


async def test_a_long_list_is_whole_and_in_order(full: tuple[Nominating, Sequence[int]]) -> None:
    """Portion by portion for taking along, page by page for looking at; nobody is left out or comes twice."""
    nominating, ids = full
    at = nominating.at
    async with at.database.write() as connection:
        _, found = await lists.commended(connection, at.district, at.keys, "kim-bang-district", 2023, NOW)
        assert [each.row.id for each in found] == ids and len(ids) == 2 * PORTION + 1
        seen: list[int] = []
        after: int | None = 0
        while after is not None:
            page = await lists.see_year(
                connection, at.district, at.keys, "kim-bang-district", 2023, NOW, after=after, limit=400
            )
            seen += [each.row.id for each in page.lines]
            after = page.after
        assert seen == ids and page.counts == {"person": PORTION + 1, "household": PORTION}
        with pytest.raises(AccessDenied):
            await lists.see_year(connection, at.far, at.keys, "thuy-loi-2023", 2023, NOW)


def test_a_list_too_long_for_a_document_says_so() -> None:
    """The submission names the workbook instead of carrying an annex; the workbook holds everybody."""
    one = Nominee("person", "Nguyễn Văn Mẫu", "Thôn Mẫu 1", "Việc tốt.", ("A",), "Thôn")
    listed = CommendationList("huyện Kim Bảng", "district", "tỉnh Hà Nam", "Phòng", 2026, (one,) * (MOST_IN_ANNEX + 1))
    made = Document(BytesIO(document(listed)))
    text = "\n".join(paragraph.text for paragraph in made.paragraphs)
    assert f"Danh sách có {MOST_IN_ANNEX + 1} trường hợp" in text and "bảng tính" in text
    assert all("Nguyễn Văn Mẫu" not in cell.text for each in made.tables for row in each.rows for cell in row.cells)
    sheet = load_workbook(BytesIO(workbook([table(listed)])), read_only=True).active
    assert sheet is not None and sum(1 for row in sheet.iter_rows(values_only=True) if row[1] == one.name) == len(
        listed.nominees
    )
    shorter = replace(listed, nominees=listed.nominees[:3])
    assert "bảng tính" not in "\n".join(each.text for each in Document(BytesIO(document(shorter))).paragraphs)
