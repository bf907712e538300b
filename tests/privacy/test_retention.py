"""What is past its time goes, in small batches; what is not stays to the day."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from sqlalchemy import func, select

from bot.cli import cli
from bot.nightly import JOBS, Night
from bot.settings import PREFIX, Settings, SettingsError, read
from handlers.actions.retention import due, purge
from handlers.conversation import Conversation, Running, Spoken, decode, encode
from storage.database import Database
from storage.retention import DEFAULTS, RULES, periods
from storage.tables import INBOX_DONE, INBOX_FAILED, conversations, metadata, outbox
from storage.tables_cases import case_entries, cases
from storage.tables_people import audit
from tests.privacy.filling import put
from tests.support.assembly import Clock

DAY = timedelta(days=1)
_SAME_DAY = {"question_log"}

# What makes a row one that its rule is about; times are set by the test.
_SPECIAL: dict[str, list[dict[str, Any]]] = {
    "outbox": [{"state": 2, "broadcast_id": None}, {"state": 2, "broadcast_id": 7}],
    "inbox": [{"state": INBOX_DONE}, {"state": INBOX_FAILED}],
    "invitations": [{"used_at": None, "revoked_at": None}],
    "photos": [{"kept": False}],
    "dialogue_questions": [{"dialogue_id": 1, "group_id": None}],
    "question_log": [{"kind": "article", "rating": None}],
}


def _rows(name: str, table: str) -> list[dict[str, Any]]:
    rows = _SPECIAL.get(table, [{}])
    if table == "outbox":
        return [rows[0 if name == "messages" else 1]]
    if table == "inbox":
        return [rows[0 if name == "message_ids" else 1]]
    return rows


@pytest.mark.parametrize("number", range(len(RULES)), ids=lambda number: f"{RULES[number].name}-{RULES[number].table}")
async def test_a_rule_keeps_to_its_day(database: Database, clock: Clock, number: int) -> None:
    """A row a little older than its period goes, one a little younger stays."""
    rule = RULES[number]
    edge = clock.at - DEFAULTS[rule.name] * DAY
    step = DAY if rule.name in _SAME_DAY else timedelta(hours=1)
    table = rule.table
    async with database.write() as connection:
        if table.name in ("account_drafts", "link_codes", "desk_sessions", "desk_links"):
            await put(connection, metadata.tables["accounts"], clock.at, id=1)
        for each, at in enumerate((edge - step, edge + step), start=1):
            if table.name == "dialogue_questions":
                row = {"id": each, "slug": f"d{each}", "state": "answered", "answered_at": at, "moved_at": clock.at}
                await put(connection, metadata.tables["dialogues"], clock.at, **row)
            given = {**_rows(rule.name, table.name)[0]}
            keys = [
                c
                for c in table.columns
                if c.primary_key or c.unique or c.name in ("chat", "code_hash", "token_hash", "message_id", "ticket")
            ]
            given |= {
                c.name: each if c.type.python_type is int else f"n{each}"
                for c in keys
                if c.type.python_type in (int, str)
            }
            if table.name in ("account_drafts", "link_codes", "desk_sessions", "desk_links"):
                given["account_id"] = 1
            if table.name == "dialogue_questions":
                given["dialogue_id"] = each
            if table.name == "arrivals":
                given["state"] = 2
            await put(connection, table, at, **given)
        if rule.name == "consents":
            await put(connection, conversations, clock.at, channel="c", chat="n3")
            await put(connection, table, edge - step, id=3, channel="c", chat="n3")
    async with database.read() as connection:
        assert (await due(connection, DEFAULTS, clock.at))[rule.name] == 1
    found = await purge(database, DEFAULTS, clock)
    assert {name: number for name, number in found.items() if number} == {rule.name: 1}
    async with database.read() as connection:
        left = (await connection.execute(select(func.count()).select_from(table))).scalar_one()
        assert left == (2 if rule.name == "consents" else 1)
        assert (await connection.execute(select(audit.c.verb))).scalars().all() == ["retention_purged"]
    assert not any((await purge(database, DEFAULTS, clock)).values())


async def test_what_is_still_needed_stays(database: Database, clock: Clock) -> None:
    """Queued messages, the chat of an account, an open case, a photo of a report, an invitation that was used."""
    ages = clock.at - 4000 * DAY
    tables = metadata.tables
    async with database.write() as connection:
        await put(connection, outbox, ages, state=1)
        await put(connection, tables["accounts"], ages, id=1)
        await put(connection, tables["account_channels"], ages, channel="a", chat="b", account_id=1)
        await put(connection, conversations, ages, channel="a", chat="b", state=b"{}")
        await put(connection, cases, ages, id=1, state="open", closed_at=None, outcome=None)
        await put(connection, tables["photos"], ages, kept=True)
        await put(connection, tables["invitations"], ages, used_at=ages, revoked_at=None)
    assert not any((await purge(database, DEFAULTS, clock)).values())


async def test_many_rows_go_in_small_batches(database: Database, clock: Clock) -> None:
    """More than one batch; each is committed by itself."""
    async with database.write() as connection:
        for number in range(7):
            await put(connection, outbox, clock.at - 200 * DAY, id=number + 1, state=2, chat=f"c{number}")
    assert (await purge(database, DEFAULTS, clock, at_once=3))["messages"] == 7


async def test_an_idle_talk_forgets_in_steps(database: Database, clock: Clock) -> None:
    """Questions after a day, begun interviews after half a year; a wish against notices stays as long as the talk."""
    state = Conversation(notices_stopped=True, recent=[Spoken(1, "sealed")], interview=Running("report", {"a": "b"}))
    async with database.write() as connection:
        await put(connection, conversations, clock.at - 2 * DAY, state=encode(state))

    async def left() -> Conversation:
        async with database.read() as connection:
            return decode((await connection.execute(select(conversations.c.state))).scalar_one())

    assert (await purge(database, DEFAULTS, clock))["last_questions"] == 1
    assert (await left()).recent == [] and (await left()).interview is not None
    clock.at += 180 * DAY
    assert (await purge(database, DEFAULTS, clock))["drafts"] == 1
    kept = await left()
    assert kept.interview is None and kept.notices_stopped


async def test_an_old_case_keeps_its_figures_only(database: Database, clock: Clock) -> None:
    """Who it was and what was said goes; when, where and how long it took stays."""
    old = clock.at - 731 * DAY
    async with database.write() as connection:
        for number, at in ((1, old), (2, clock.at)):
            await put(connection, cases, at, id=number, chat=f"c{number}", state="closed", outcome="answered")
            await put(connection, case_entries, at, id=number, case_id=number, submission=f"s{number}")
    assert (await purge(database, DEFAULTS, clock))["cases"] == 1
    async with database.read() as connection:
        rows = (await connection.execute(select(cases).order_by(cases.c.id))).all()
        texts = (await connection.execute(select(case_entries.c.text).order_by(case_entries.c.id))).scalars().all()
    assert [(row.chat, row.person) for row in rows] == [("", ""), ("c2", "ZZ-cases-person")]
    assert texts == ["", "ZZ-case_entries-text"] and rows[0].topic == "ZZ-cases-topic"
    assert not any((await purge(database, DEFAULTS, clock)).values())


@pytest.mark.parametrize(
    "text", ["messages", "messages=x", "other=3", "messages=0", "messages=3", "cases=99999", "a=1=2"]
)
def test_a_period_that_cannot_be_stops_the_start(text: str) -> None:
    """With the name of the setting."""
    with pytest.raises(SettingsError, match="CHUNGTAY_RETENTION"):
        read({f"{PREFIX}RETENTION": text})


def test_a_period_can_be_set() -> None:
    """The others keep their defaults."""
    assert periods("messages=30, cases = 365,") == {**DEFAULTS, "messages": 30, "cases": 365}
    assert read({f"{PREFIX}RETENTION": "photos=2"}).retention == "photos=2"


async def test_the_night_does_it(database: Database, clock: Clock) -> None:
    """The job of the list, with the setting's own days."""
    async with database.write() as connection:
        await put(connection, outbox, clock.at - 40 * DAY, state=2)
    (job,) = [job for job in JOBS if job.name == "retention"]
    assert (await job.run(Night(Settings(retention="messages=30"), database, clock)))["messages"] == 1


def test_the_command_says_first_and_deletes_then(
    sqlite_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A dry run changes nothing."""
    monkeypatch.setenv("CHUNGTAY_DATABASE_URL", sqlite_url)
    runner = CliRunner()
    said = runner.invoke(cli, ["retention", "--dry-run"])
    assert said.exit_code == 0 and "conversations          730 days         0 past it" in said.output
    done = runner.invoke(cli, ["retention"])
    assert done.exit_code == 0 and done.output.count("deleted") == len(DEFAULTS)
