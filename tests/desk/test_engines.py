"""What the desk asks of the database, on both engines; and two officers at the very same moment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass

import pytest

from handlers.access import AccessDenied
from handlers.actions import desk as signing
from handlers.actions import trail, uploads
from handlers.actions.household_page import see_household_page
from handlers.actions.queue import Wanted, move_many, see_queue, see_report
from handlers.turn import Knowledge
from storage import audit
from storage.database import Database
from storage.reports import ReportRow
from tests.desk.seeding import District, births, district, forwarded
from tests.support.assembly import Clock
from tests.support.desk import VILLAGE


@dataclass(frozen=True, slots=True)
class Seeded:
    """A district at work in an empty database."""

    at: District
    rows: list[ReportRow]


@pytest.fixture
async def seeded_both(database: Database, knowledge: Knowledge, clock: Clock) -> Seeded:
    async with database.write() as connection:
        at = await district(connection, knowledge, clock.at)
        rows = await births(connection, knowledge, at, 4, VILLAGE)
        return Seeded(at, await forwarded(connection, knowledge, at, rows, at.commune))


async def test_the_queue_a_report_and_a_household(
    database: Database, knowledge: Knowledge, seeded_both: Seeded
) -> None:
    """Every filter at once and one by one."""
    at, keys = seeded_both.at, knowledge.keys
    async with database.write() as connection:
        counts = []
        for wanted in (
            Wanted(),
            Wanted(state="all", text="pham thi mau 04"),
            Wanted(state="all", text="DEMO-003"),
            Wanted(state="all", text=seeded_both.rows[1].receipt),
            Wanted(form="birth", village="thuy-loi-mau-1", overdue=True, mine=True, text="mau"),
        ):
            counts.append((await see_queue(connection, at.district, at.frame, wanted, at.today)).total)
        assert counts == [4, 1, 1, 1, 0]
        row = seeded_both.rows[0]
        seen = await see_report(connection, at.district, keys, at.frame, row.id, Wanted(), at.now, at.today)
        assert [person.mark for person in seen.homes[0].people].count("added") == 1
        assert seen.next == seeded_both.rows[1].id
        page = await see_household_page(connection, at.commune, row.household_id or 0, at.today, at.now, at.today)
        assert page is not None and page.shown is not None and page.reports
        with pytest.raises(AccessDenied):
            await see_household_page(connection, at.other_commune, row.household_id or 0, None, at.now, at.today)
        lines, before = await trail.see_trail(connection, at.administrator, limit=3)
        assert len(lines) == 3 and before is not None
        older, _ = await trail.see_trail(connection, at.district, verb="report_send", before=before)
        assert {line.verb for line in older} <= {"report_send"}


async def test_two_officers_at_the_same_moment(
    database: Database, second: Database, knowledge: Knowledge, seeded_both: Seeded
) -> None:
    """Each report is approved once; whoever came second is told so, in the line of each report."""
    at, keys = seeded_both.at, knowledge.keys
    chosen = [(row.id, row.version) for row in seeded_both.rows]
    results = await asyncio.gather(
        *(move_many(each, at.district, keys, at.frame, chosen, "approve", at.now, at.today)
          for each in (database, second))
    )  # fmt: skip
    good = [done.report_id for result in results for done in result if done.error is None]
    assert sorted(good) == [row.id for row in seeded_both.rows]
    async with database.read() as connection:
        assert (await audit.verify(connection)).broken is None


async def test_sessions_factors_and_uploads(
    database: Database, knowledge: Knowledge, seeded_both: Seeded, clock: Clock
) -> None:
    """Signing in, the second factor, and a file that only its owner gets back."""
    at, keys = seeded_both.at, knowledge.keys
    async with database.write() as connection:
        await signing.new_link(connection, keys, at.district, "l" * 43, clock.at)
        account = await signing.sign_in(connection, keys, "l" * 43, "s" * 43, "here", clock.at, at.today)
        session = await signing.session_of(connection, keys, "s" * 43, clock.at)
        assert session is not None
        assert await signing.offered_secret(connection, keys, account, b"x" * 20)
        code = signing.code_at(b"x" * 20, clock.at.timestamp())
        proved = await signing.prove(connection, keys, session, code, "t" * 43, clock.at)
        assert len(proved.recovery_codes) == 10
        assert await signing.session_of(connection, keys, "s" * 43, clock.at) is None
        assert await signing.offered_secret(connection, keys, account, b"y" * 20) is None
        await uploads.keep(connection, at.district, keys, "key", "../tệp.csv", b"data", clock.at)
        assert await uploads.kept(connection, at.district, keys, "key", clock.at) == ("tệp.csv", b"data")
        assert await uploads.kept(connection, at.commune, keys, "key", clock.at) is None
        assert await signing.sign_out_everywhere(connection, account, "", clock.at) == 1
