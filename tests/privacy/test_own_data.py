"""What is kept of a person is told, taken along and deleted over every table of the schema."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from litestar.testing import AsyncTestClient

from bot.bootstrap import build
from bot.settings import Settings
from bot.web import create_app
from handlers.actions.conversations import forget_chat
from handlers.actions.privacy import MACHINE, READABLE, copy_of, handed_out, person_of, summary, take_along
from handlers.conversation import Conversation
from handlers.dialogs.privacy import privacy
from handlers.messages import Capabilities, Incoming, Reply
from handlers.turn import Knowledge, Turn, UnitOfWork
from storage import audit, personal
from storage.database import Database
from storage.files import StoredFile, read_file
from storage.keys import Keys
from storage.personal import DELETED, HOLDINGS, KEPT, NOBODYS
from storage.tables import metadata
from tests.privacy.filling import dump, put, texts
from tests.support.assembly import Clock

CHAT = ("zalo_oa", "ZZ-chat-of-the-person")
ACCOUNT = 4711

# Where something of the person may remain after everything was deleted, and what. Nothing else may.
_STAYS = {
    "inbox.message_id": "the number of a message; made of the web page's chat there",
    "account_households.account_id": "a bare number",
    "household_codes.used_by": "a bare number",
    "audit.account_id": "a bare number",
    "account_households.ended_by": "a bare number",
    "account_households.consent_version": "which text it was",
    "household_codes.code_hash": "a code that is used up",
    "case_entries.detail": "an article's id",
    "case_entries.submission": "a random number of ours",
    **dict.fromkeys(
        ("cases.topic", "cases.office", "cases.desk_key", "cases.desk_path", "cases.area_key", "cases.language"),
        "what a case was about and where it went, for counting; no word of the person",
    ),
}


def test_every_table_is_somebodys_or_nobodys() -> None:
    """A new table says whose it is, in storage/personal.py."""
    tables = {table.name for table in metadata.sorted_tables}
    of_people = {each.table.name for each in HOLDINGS}
    assert of_people & set(NOBODYS) == set()
    missing = tables - of_people - set(NOBODYS)
    assert not missing, f"say in storage/personal.py whose rows these hold: {sorted(missing)}"


def test_every_table_with_a_chat_is_of_people() -> None:
    """Whatever names a chat belongs to a person."""
    with_chat = {table.name for table in metadata.sorted_tables if {"channel", "chat"} <= set(table.columns.keys())}
    assert with_chat <= {each.table.name for each in HOLDINGS}


async def _fill(database: Database, keys: Keys, clock: Clock, *, office: bool) -> None:
    """A row of the person in every table of people, every text of it marked."""
    hashed = keys.keyed_hash(f"chat:{CHAT[0]}:{CHAT[1]}")
    names = {each.table.name for each in HOLDINGS if office or not each.office}
    own: dict[str, Any] = {
        "channel": CHAT[0], "chat": CHAT[1], "sender": CHAT[1], "account_id": ACCOUNT, "used_by": ACCOUNT,
        "sent_by": ACCOUNT, "expires_at": clock.at + timedelta(days=9), "used_at": None, "user_id": CHAT[1],
        "kept": False, "closed_by": None, "assignee": None,
    }  # fmt: skip
    special: dict[str, dict[str, Any]] = {
        "accounts": {"id": ACCOUNT, "name": "ZZ-name"},
        "cases": {"id": 1, "person": keys.encrypt(b"ZZ-person", f"cases.person:{CHAT[0]}:{CHAT[1]}")},
        "case_entries": {
            "id": 900, "case_id": 1, "text": keys.encrypt(b"ZZ-said", "case_entries:1"), "file": "", "account_id": None,
        },
        "dialogue_questions": {"text": keys.encrypt(b"ZZ-asked", "dialogue_questions.text:1"), "group_id": None},
        "account_channels": {"preferred": True},
        "reports": {"id": 1}, "nominations": {"id": 1},
    }  # fmt: skip
    async with database.write() as connection:
        for table in metadata.sorted_tables:
            if table.name == "audit":
                await audit.append(connection, audit.Event("topic_wanted", "chat", hashed, ACCOUNT), clock.at)
            elif table.name in names or table.name == "dialogues":
                given = {name: value for name, value in own.items() if name in table.columns}
                await put(connection, table, clock.at, **{**given, **special.get(table.name, {})})


def _turn(connection: Any, knowledge: Knowledge, clock: Clock, capabilities: Capabilities | None = None) -> Turn:
    incoming = Incoming(*CHAT, "m1", clock.at, text="x")
    drawn = iter(f"{number:032d}" for number in range(1, 99))
    return Turn(
        incoming, Conversation(account=ACCOUNT), knowledge, clock.at, UnitOfWork(connection),
        capabilities or Capabilities(), lambda: next(drawn),
    )  # fmt: skip


@pytest.mark.parametrize("office", [False, True])
async def test_the_copy_holds_every_table(database: Database, knowledge: Knowledge, clock: Clock, office: bool) -> None:
    """Generated from the list: a row in each table of people is told and comes along, ciphertext opened, no secrets."""
    keys = knowledge.keys
    await _fill(database, keys, clock, office=office)
    expected = {each.table.name for each in HOLDINGS if office or not each.office}
    async with database.write() as connection:
        turn = _turn(connection, knowledge, clock)
        person = await person_of(turn)
        data = await copy_of(connection, keys, person)
        told = await summary(turn)
        key = await take_along(turn)
    assert set(data) == expected and all(len(rows) == 1 for rows in data.values())
    assert set(told.counts) == expected - {"conversations", "outbox", "inbox", "arrivals", "topic_choices"}
    said = json.dumps(data, ensure_ascii=False)
    for mark in ("ZZ-person", "ZZ-said", "ZZ-asked", "ZZ-draft", "ZZ-outbox", "ZZ-topic", "ZZ-name"):
        assert mark in said
    for secret in ("code_hash", "token_hash", "ZZ-desk_factors-secret", "ZZ-desk_links-token_hash"):
        assert secret not in said
    async with database.read() as connection:
        for name in (READABLE, MACHINE):
            file = await read_file(connection, f"{key}/{name}", clock.at)
            assert file is not None and b"ZZ-said" not in file.data
            opened = handed_out(keys, file)
            assert b"ZZ-said" in opened.data
            if name == MACHINE:
                assert set(json.loads(opened.data)["data"]) == expected
            else:
                text = opened.data.decode("utf-8-sig")
                assert "Câu hỏi gửi cán bộ (1)" in text and "secret" not in text


async def test_nothing_is_left_after_everything_was_deleted(
    database: Database, knowledge: Knowledge, clock: Clock
) -> None:
    """Every table is looked through for the chat, the account and every mark; what stays is named above, with why."""
    await _fill(database, knowledge.keys, clock, office=False)
    async with database.write() as connection:
        turn = _turn(connection, knowledge, clock)
        person = await person_of(turn)
        async with turn.work:
            await forget_chat(turn)
    async with database.read() as connection:
        left = await dump(connection)
        again = await personal.everything(connection, person)
    ours = {each.table.name for each in HOLDINGS if not each.office}
    found = {
        f"{table}.{column}"
        for table, rows in left.items() if table in ours
        for row in rows
        for column, text in texts(row).items()
        if CHAT[1] in text or str(ACCOUNT) == text or (text.startswith("ZZ-") and table != "audit")
    }  # fmt: skip
    assert found <= set(_STAYS), sorted(found - set(_STAYS))
    for holding in HOLDINGS:
        if not holding.office and holding.after == DELETED:
            assert holding.table.name not in again, holding.table.name
    for name in ("cases", "case_entries"):
        (row, *_) = left[name]
        assert not {"ZZ-person", "ZZ-said", CHAT[1]} & set(texts(row).values())
    assert {each.why for each in HOLDINGS if each.after == KEPT and not each.office} == {"link_numbers", "audit"}
    assert [row["verb"] for row in left["audit"]][-1] == "data_deleted"


async def test_who_holds_a_role_is_told_what_stays(database: Database, knowledge: Knowledge, clock: Clock) -> None:
    """Before the question, in words: the account, reports, the trail; each with its reason."""
    await _fill(database, knowledge.keys, clock, office=True)
    async with database.write() as connection:
        turn = _turn(connection, knowledge, clock)
        (asked,) = await privacy(turn, "forget")
        assert "trưởng thôn" in asked.text and "nhật ký" in asked.text and "Vai trò bác giữ" in asked.text
        async with turn.work:
            await forget_chat(turn)
    async with database.read() as connection:
        left = await dump(connection)
    assert len(left["accounts"]) == len(left["reports"]) == len(left["roles"]) == 1
    assert left["conversations"] == left["outbox"] == left["topic_choices"] == []


async def test_each_kind_of_channel_gets_its_copy(database: Database, knowledge: Knowledge, clock: Clock) -> None:
    """Files where they can be sent, a link where there is an address, else the text itself."""
    await _fill(database, knowledge.keys, clock, office=False)
    public = replace(knowledge, address="https://chungtay.example")

    async def copy(known: Knowledge, capabilities: Capabilities) -> list[Reply]:
        async with database.write() as connection:
            return await privacy(_turn(connection, known, clock, capabilities), "take")

    files = await copy(public, Capabilities(files_out=True))
    assert [each.document.rpartition("/")[2] for each in files] == [READABLE, MACHINE]
    async with database.write() as connection:
        await connection.execute(metadata.tables["files"].delete())
    (link,) = await copy(public, Capabilities())
    assert "https://chungtay.example/du-lieu/" in link.text and not link.document
    (text,) = await copy(replace(knowledge, address=""), Capabilities())
    assert "ZZ-said" in text.text
    async with database.write() as connection:
        assert await privacy(_turn(connection, knowledge, clock), "other") == []


@pytest.fixture
async def client(
    sqlite_url: str, knowledge: Knowledge, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[tuple[AsyncTestClient[Any], Database]]:
    monkeypatch.setattr("bot.bootstrap.knowledge", lambda settings: knowledge)
    built = build(Settings(database_url=sqlite_url))
    async with AsyncTestClient(create_app(built)) as running:
        yield running, built.database


async def test_the_link_works_once_for_each_file(
    client: tuple[AsyncTestClient[Any], Database], knowledge: Knowledge
) -> None:
    """Looking uses nothing up; fetching does; another key, another name, and a file of somebody's chat open nothing."""
    web, database = client
    from bot.bootstrap import now
    from storage.files import add_file

    clock = Clock(now())
    async with database.write() as connection:
        key = await take_along(_turn(connection, knowledge, clock))
        await add_file(connection, StoredFile("k" * 32, *CHAT, "image/png", b"x"), clock.at, clock.at + timedelta(1))
    for _ in range(2):
        page = await web.get(f"/du-lieu/{key}")
        assert page.status_code == 200 and "Bản để đọc" in page.text and page.headers["cache-control"] == "no-store"
    assert (await web.post(f"/du-lieu/{key}/khac")).status_code == 404
    got = await web.post(f"/du-lieu/{key}/doc")
    assert got.status_code == 200 and "attachment" in got.headers["content-disposition"]
    assert "CHUNG TAY ĐANG GIỮ" in got.content.decode("utf-8-sig")
    assert (await web.post(f"/du-lieu/{key}/doc")).status_code == 404
    assert json.loads((await web.post(f"/du-lieu/{key}/may")).content)["data"] is not None
    gone = await web.get(f"/du-lieu/{key}")
    assert gone.status_code == 404 and "không còn dùng được" in gone.text
    for other in ("k" * 32, "0" * 32, "a", "%2e%2e"):
        assert (await web.get(f"/du-lieu/{other}")).status_code == 404
        assert (await web.post(f"/du-lieu/{other}/doc")).status_code == 404
