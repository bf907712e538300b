"""Reports at their edges: of a place that is none, overtaken between look and write, and who is reminded of them."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import date
from typing import Any

import msgspec
import pytest
from sqlalchemy import delete, func, select, update

from handlers.actions import report_files
from handlers.actions.alarms import alarm
from handlers.actions.reminders import remind
from handlers.actions.reports import ReportError, SeenFirstError
from handlers.messages import Reply
from handlers.reporting.told import Told
from storage import people
from storage import reports as stored
from storage.database import Database
from storage.tables import outbox
from storage.tables_people import account_channels
from storage.tables_reports import report_moves
from storage.tables_reports import reports as table
from tests.reports.conftest import NOW, VILLAGE, Place, person, settled

LATE = date(2023, 12, 26)


@pytest.fixture
async def place(sqlite_url: str) -> AsyncIterator[Place]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    yield await settled(database)
    await database.close()


async def _moves(place: Place) -> list[str]:
    async with place.database.read() as connection:
        return list((await connection.execute(select(report_moves.c.move).order_by(report_moves.c.id))).scalars())


async def _told(place: Place) -> list[tuple[str, str]]:
    async with place.database.read() as connection:
        rows = await connection.execute(select(outbox.c.chat, outbox.c.payload).order_by(outbox.c.id))
        return [(chat, msgspec.json.decode(payload, type=Reply).text) for chat, payload in rows]


async def test_a_report_from_nowhere_is_refused(place: Place) -> None:
    """A village that the register does not know, sent first or put in by a correction."""
    fields = {"head_name": "Mẫu", "head_sex": "male"}
    told = Told("poor_new", VILLAGE, date(2023, 12, 1), "s1", is_new=True, fields=fields)
    nowhere = replace(told, area_key="no-such-village")
    with pytest.raises(ReportError, match="error_no_area"):
        await place.send(nowhere)
    row = await place.sent(told)
    with pytest.raises(ReportError, match="error_no_area"):
        await place.do(row, "correct", place.commune, told=nowhere)
    assert await _moves(place) == ["send"]


@pytest.mark.parametrize("changed", [None, {"submission": "another"}, {"form": "illness"}])
async def test_a_correction_corrects_this_report_and_nothing_else(place: Place, changed: dict[str, str] | None) -> None:
    """Nothing said instead, what was said of another report, or another kind of event."""
    row = await place.sent(place.death())
    told = None if changed is None else replace(place.death(), **changed)  # type: ignore[arg-type]  # fields of text
    with pytest.raises(ReportError, match="error_not_now"):
        await place.do(row, "correct", place.commune, told=told)
    assert await _moves(place) == ["send"]


async def test_a_report_that_another_process_stored_meanwhile_is_not_stored_twice(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the first look misses it, the database holds one report of a submission, with one step."""
    await place.sent(place.death())
    found, looks = stored.by_submission, iter([True, False])

    async def missed(*said: Any) -> Any:
        return None if next(looks) else await found(*said)

    monkeypatch.setattr(stored, "by_submission", missed)
    assert (await place.send(place.death(), another=True)).again
    async with place.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 1
    assert await _moves(place) == ["send"]


async def test_a_move_that_was_overtaken_leaves_nothing_behind(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another write between look and write: the person is told, and neither step nor notice is kept."""
    row = await place.sent(place.death())
    original = stored.change

    async def overtaken(connection: Any, report_id: int, version: int, values: dict[str, Any]) -> bool:
        await connection.execute(update(table).where(table.c.id == report_id).values(version=version + 1))
        return await original(connection, report_id, version, values)

    monkeypatch.setattr(stored, "change", overtaken)
    with pytest.raises(SeenFirstError):
        await place.do(row, "forward", place.commune)
    assert await _moves(place) == ["send"]
    assert await _told(place) == []


async def test_photos_need_a_report(place: Place) -> None:
    """An address that was typed."""
    async with place.database.write() as connection:
        with pytest.raises(ReportError, match="error_gone"):
            told = {"channel": "web", "chat": "w1", "photos": [], "location": None, "now": NOW}
            await report_files.attach(connection, place.head, place.keys, 4711, **told)


async def test_whoever_was_asked_is_reminded_to_answer(place: Place) -> None:
    """The sender, in the chat of the report; the officer who waits for the answer is not."""
    row = await place.sent(place.death())
    await place.do(row, "ask", place.commune, reason="Ngày nào?")
    before = len(await _told(place))
    async with place.database.write() as connection:
        assert await remind(connection, place.frame, NOW, date(2023, 12, 28)) == 1
    ((chat, text),) = (await _told(place))[before:]
    assert chat == "head"
    assert "BC-0001" in text


async def test_many_late_reports_are_one_message_and_who_has_no_chat_gets_none(place: Place) -> None:
    """The first ones by their number and an ellipsis; the count is that of all."""
    async with place.database.write() as connection:
        await person(connection, "commune_officer", "thuy-loi-2023", "silent")
        await connection.execute(delete(account_channels).where(account_channels.c.chat == "silent"))
    for number in range(7):
        await place.sent(place.death(submission=f"s{number}"), another=True)
    async with place.database.write() as connection:
        assert await remind(connection, place.frame, NOW, LATE) == 1
    ((chat, text),) = await _told(place)
    assert chat == "commune"
    assert "7" in text and "BC-0001" in text and "…" in text and "BC-0007" not in text


async def test_an_alarm_reaches_those_who_run_the_service_now(place: Place) -> None:
    """On the chat that each prefers; not who begins tomorrow, nor an officer."""
    async with place.database.write() as connection:
        await person(connection, "administrator", "kim-bang-district", "operator")
        later = await people.create_account(connection, "later", NOW)
        await people.link(connection, ("terminal", "later"), later, NOW)
        await people.grant(connection, later, "administrator", "kim-bang-district", start=LATE, granted_by=None)
        assert await alarm(connection, "Zalo đã từ chối mã.", NOW) == 1
    assert await _told(place) == [("operator", "Zalo đã từ chối mã.")]
