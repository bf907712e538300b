"""Answers of officers: once, on the person's channel and within its window, and never over a colleague's head."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.terminal import TerminalChannel
from bot.channels.web.channel import WebChannel
from bot.channels.zalo_oa.channel import WINDOW
from content.media import MediaError
from handlers.actions import inbox, inbox_replies
from handlers.actions.inbox_replies import Answer, File
from handlers.cases import windows
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.saved import SavedError, checked, filled
from storage import cases, outbox, zalo
from storage.cases import CaseRow
from storage.database import Database
from storage.outbox import Result
from storage.tables import conversations
from tests.cases.conftest import Town


async def _reply(town: Town, case_id: int, who: str, answer: Answer, database: Database | None = None) -> CaseRow:
    async with (database or town.database).write() as connection:
        return await inbox_replies.reply(connection, town.officers[who], town.knowledge, case_id, answer, town.clock.at)


async def _seen(town: Town, case_id: int, who: str = "Huyện Mẫu") -> inbox.Seen:
    async with town.database.write() as connection:
        return await inbox.see_case(connection, town.officers[who], town.knowledge, case_id, town.clock.at)


async def test_an_answer_reaches_the_person_and_takes_the_case(staffed: Town) -> None:
    """In the same chat, before any notice, with who and from where."""
    case_id = await staffed.hand_over("bac")
    row = await _reply(
        staffed, case_id, "Huyện Mẫu", Answer("Được, bác ạ.", (await _seen(staffed, case_id)).newest, "a" * 32)
    )
    assert (row.state, row.assignee) == ("waiting", staffed.officers["Huyện Mẫu"].account_id)
    text = (await staffed.sent("bac"))[-1][1]
    assert "Huyện Mẫu" in text and "Được, bác ạ." in text and "gặp lại Chung Tay" in text
    await staffed.say("bac", "cảm ơn cán bộ")
    async with staffed.database.read() as connection:
        now = await cases.get(connection, case_id)
    assert now is not None and now.state == "open"


async def test_the_same_form_sent_twice_is_one_reply(staffed: Town) -> None:
    """Clicked twice, or sent again by the browser."""
    case_id = await staffed.hand_over("bac")
    answer = Answer("Một lần thôi.", 99, "b" * 32)
    await _reply(staffed, case_id, "Huyện Mẫu", answer)
    await _reply(staffed, case_id, "Huyện Mẫu", answer)
    assert len([1 for _, text, _ in await staffed.sent("bac") if "Một lần thôi." in text]) == 1


async def test_of_two_at_the_same_moment_the_second_is_shown_the_first(staffed: Town, second: Database) -> None:
    """From two processes; nothing is lost, and confirmed it goes out."""
    await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district")
    case_id = await staffed.hand_over("bac")
    seen = (await _seen(staffed, case_id)).newest
    results = await asyncio.gather(
        _reply(staffed, case_id, "Huyện Mẫu", Answer("Thứ nhất", seen, "c" * 32)),
        _reply(staffed, case_id, "Đồng Mẫu", Answer("Thứ hai", seen, "d" * 32), second),
        return_exceptions=True,
    )
    errors = [one for one in results if isinstance(one, AnsweredFirstError)]
    assert len(errors) == 1 and len([one for one in results if isinstance(one, CaseRow)]) == 1
    late = ("Đồng Mẫu", "Thứ hai") if isinstance(results[1], AnsweredFirstError) else ("Huyện Mẫu", "Thứ nhất")
    assert len(await staffed.sent("bac", priority=1)) >= 1
    await _reply(staffed, case_id, late[0], Answer(late[1], errors[0].replies[-1].id, "e" * 32))
    told = [text for _, text, _ in await staffed.sent("bac")]
    assert len([1 for text in told if "Thứ nhất" in text]) == len([1 for text in told if "Thứ hai" in text]) == 1


@pytest.mark.parametrize("how", ["deleted", "blocked", "window", "closed"])
async def test_somebody_who_cannot_be_written_to_is_said_before_anything_is_sent(staffed: Town, how: str) -> None:
    """Each with its own sentence; nothing is written."""
    channel = "zalo_oa" if how == "window" else "plain"
    await staffed.say("bac", "vay vốn hộ nghèo", "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua", "1", channel=channel)
    async with staffed.database.write() as connection:
        if how == "blocked":
            await connection.execute(
                update(conversations).where(conversations.c.chat == "bac").values(blocked_at=staffed.clock.at)
            )
        if how == "window":
            await zalo.interacted(connection, {"bac": staffed.clock.at}, staffed.clock.at)
        if how == "closed":
            await inbox.close(
                connection, staffed.officers["Huyện Mẫu"], staffed.knowledge, 1, "answered", staffed.clock.at
            )
    if how == "deleted":
        await staffed.say("bac", "xóa dữ liệu", "1")
    if how == "window":
        assert (await _seen(staffed, 1)).window.state == "open"
        staffed.clock.advance(timedelta(days=6, hours=1).total_seconds())
        assert (await _seen(staffed, 1)).window.state == "closing"
        staffed.clock.advance(timedelta(days=1).total_seconds())
    before = await staffed.last_id()
    with pytest.raises(CaseError) as refused:
        await _reply(staffed, 1, "Huyện Mẫu", Answer("Chào bác", 99, "f" * 32))
    wanted = {
        "deleted": "inbox.error_deleted", "blocked": "inbox.error_window_blocked",
        "window": "inbox.error_window_closed", "closed": "inbox.error_closed",
    }  # fmt: skip
    assert refused.value.key == wanted[how]
    assert await staffed.last_id() == before


async def test_what_did_not_arrive_is_told_with_its_reason(staffed: Town) -> None:
    """The page shows why the last answer failed."""
    case_id = await staffed.hand_over("bac")
    await _reply(staffed, case_id, "Huyện Mẫu", Answer("Chào bác", 99, "g" * 32))
    last = (await staffed.sent("bac"))[-1][0]
    async with staffed.database.write() as connection:
        rows = await outbox.claim(connection, "plain", now=staffed.clock.at, lease=timedelta(seconds=60), limit=99)
        failed = [Result(row.id, row.leased_until, failure="blocked by user") for row in rows if row.id == last]
        await outbox.record(connection, failed)
    seen = await _seen(staffed, case_id)
    assert seen.failure == "blocked by user"
    assert [one.entry.sent for one in seen.talk if one.entry.kind == "staff"] == [3]


async def test_a_village_head_brings_the_answer_with_consent_only(staffed: Town) -> None:
    """Only a head of the person's commune, only with a yes and a name."""
    async with staffed.database.write() as connection:
        from content.exchange import demo
        from handlers.actions.demo import load_demo

        found = demo.load("kim-bang-2023")
        assert found is not None
        await load_demo(connection, found, staffed.knowledge.keys, staffed.clock.at)
    head = await staffed.officer("Thôn Mẫu", "village_head", "thuy-loi-mau-1", ("plain", "thon"))
    case_id = await staffed.hand_over("bac")
    actor = staffed.officers["Huyện Mẫu"]

    async def relay(number: int, account: int, submission: str) -> Any:
        async with staffed.database.write() as connection:
            return await inbox.relay(
                connection, actor, staffed.knowledge, number, account, "Mai bác lên xã.", submission, staffed.clock.at
            )

    with pytest.raises(CaseError, match="error_no_head"):
        await relay(case_id, staffed.officers["Hoa Mẫu"].account_id, "h" * 32)
    await relay(case_id, head.account_id, "i" * 32)
    await relay(case_id, head.account_id, "i" * 32)
    told = [text for _, text, _ in await staffed.sent("thon")]
    assert len(told) == 1 and "Nguyễn Văn Mẫu" in told[0] and "Mai bác lên xã." in told[0]
    await staffed.say("ba", "vay vốn hộ nghèo", "nhắn cho cán bộ", "1", "Thụy Lôi", "Lê Thị Mẫu", "không", "1")
    with pytest.raises(CaseError, match="error_no_consent"):
        await relay(2, head.account_id, "k" * 32)


async def test_a_picture_goes_along_where_the_channel_takes_it(staffed: Town) -> None:
    """Kept for that chat alone and gone with its data; elsewhere the officer is told before."""
    picture = File("image/png", b"\x89PNG\r\n\x1a\n")
    case_id = await staffed.hand_over("bac")
    with pytest.raises(CaseError, match="error_no_pictures"):
        await _reply(staffed, case_id, "Huyện Mẫu", Answer("Xem ảnh", 99, "l" * 32, picture, "key"))
    await staffed.say("tele", "vay vốn hộ nghèo", "nhắn cho cán bộ", "1", "Thụy Lôi", "bỏ qua", "1", channel="telegram")
    await _reply(staffed, 2, "Huyện Mẫu", Answer("", 99, "m" * 32, picture, "key"))
    assert b'"picture":"key"' in (await staffed.sent("tele", "telegram"))[-1][2]
    letter = File("application/pdf", b"%PDF-1.4", "giay-moi.pdf")
    await _reply(staffed, 2, "Huyện Mẫu", Answer("Giấy mời", 99, "n" * 32, letter, "key2"))
    assert b'"document":"key2/giay-moi.pdf"' in (await staffed.sent("tele", "telegram"))[-1][2]
    await staffed.say("tele", "xóa dữ liệu", "1", channel="telegram")
    async with staffed.database.read() as connection:
        assert (await connection.exec_driver_sql("SELECT key FROM files")).all() == []


async def test_a_file_that_is_none_is_refused_with_its_reason() -> None:
    """A program with the ending of a picture."""
    with pytest.raises(MediaError):
        await inbox_replies.check_file("anh.png", b"MZ\x90\x00 this is no picture")


@pytest.mark.parametrize("text", ["", "   ", "x" * 5000, "Chào {nguoi}, mời lên xã"])
async def test_an_answer_that_cannot_go_out_is_refused(staffed: Town, text: str) -> None:
    """Empty, too long, or with a placeholder that nobody filled in."""
    case_id = await staffed.hand_over("bac")
    with pytest.raises(CaseError):
        await _reply(staffed, case_id, "Huyện Mẫu", Answer(text, 99, "o" * 32))


async def test_a_colleague_takes_gives_and_moves_cases(staffed: Town) -> None:
    """Taken at the same moment it is said by whom; assigned only to who answers there; nobody there: it stays."""
    await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district", ("plain", "dong"))
    case_id = await staffed.hand_over("bac")
    first, other = staffed.officers["Huyện Mẫu"], staffed.officers["Đồng Mẫu"]
    at, known, elsewhere = staffed.clock.at, staffed.knowledge, staffed.officers["Hoa Mẫu"].account_id
    async with staffed.database.write() as connection:
        await inbox.take(connection, first, case_id, 1, at)
    for work, key in (
        (lambda c: inbox.take(c, other, case_id, 1, at), "inbox.error_taken"),
        (lambda c: inbox.assign(c, first, known, case_id, elsewhere, at), "inbox.error_no_colleague"),
        (lambda c: inbox.move(c, first, known, case_id, "policy_bank", "province", "", at), "inbox.error_nobody"),
        (lambda c: inbox.move(c, first, known, case_id, "policy_bank", "district", "", at), "inbox.error_same_desk"),
        (lambda c: inbox.move(c, first, known, case_id, "no_office", "district", "", at), "inbox.error_no_office"),
        (lambda c: inbox.close(c, first, known, case_id, "gone", at), "inbox.error_no_outcome"),
    ):  # fmt: skip
        with pytest.raises(CaseError) as refused:
            async with staffed.database.write() as connection:
                await work(connection)
        assert refused.value.key == key
    async with staffed.database.write() as connection:
        row = await inbox.assign(connection, first, known, case_id, other.account_id, at)
    assert row.assignee == other.account_id
    assert "Huyện Mẫu giao" in (await staffed.sent("dong"))[-1][1]


async def test_officers_see_each_other(staffed: Town) -> None:
    """For as long as the page tells that it is open."""
    other = await staffed.officer("Đồng Mẫu", "district_officer", "kim-bang-district")
    case_id = await staffed.hand_over("bac")
    await _seen(staffed, case_id)
    async with staffed.database.write() as connection:
        _, present = await inbox.be_present(connection, other, case_id, writing=True, now=staffed.clock.at)
    assert [(one.name, one.writing) for one in present] == [("Huyện Mẫu", False)]
    assert [(one.name, one.writing) for one in (await _seen(staffed, case_id)).others] == [("Đồng Mẫu", True)]
    staffed.clock.advance(26)
    assert (await _seen(staffed, case_id)).others == ()


def test_broken_placeholders_are_refused_with_the_reason() -> None:
    """A brace too many, one too few, a word that is none of ours."""
    for text, key in (
        ("Chào {nguoi", "inbox.saved_braces"), ("Chào nguoi}", "inbox.saved_braces"),
        ("Chào {ten}", "inbox.saved_placeholder"), ("{nguoi!r}", "inbox.saved_placeholder"),
        ("{}", "inbox.saved_placeholder"),
    ):  # fmt: skip
        with pytest.raises(SavedError) as refused:
            checked(text)
        assert refused.value.key == key
    assert checked("Chào {nguoi}, số {so}") == {"nguoi", "so"}
    assert filled("Chào {nguoi}, số {so}", {"so": "HT-0001", "nguoi": ""}) == "Chào {nguoi}, số HT-0001"


async def test_saved_replies_are_ones_own_or_the_offices(staffed: Town) -> None:
    """Those of the district serve its communes; nobody changes another's."""
    from storage import saved_replies

    hoa, district, at = staffed.officers["Hoa Mẫu"], staffed.officers["Huyện Mẫu"], staffed.clock.at
    async with staffed.database.write() as connection:
        own = await inbox_replies.save_reply(connection, hoa, "Hẹn", "Mời lên xã.", shared=False, now=at)
        await inbox_replies.save_reply(connection, district, "Chung", "Chào {nguoi}.", shared=True, now=at)
        mine = await saved_replies.usable(connection, hoa.account_id, hoa.area_path)
        assert [one.title for one in mine] == ["Chung", "Hẹn"]
        theirs = await saved_replies.usable(connection, district.account_id, district.area_path)
        assert [one.title for one in theirs] == ["Chung"]
        for work in (
            inbox_replies.save_reply(connection, district, "Hẹn", "khác", shared=False, now=at, reply_id=own),
            inbox_replies.drop_reply(connection, district, own, at),
            inbox_replies.save_reply(connection, hoa, "Hẹn", "hai", shared=False, now=at),
            inbox_replies.save_reply(connection, hoa, "", "hai", shared=False, now=at),
        ):
            with pytest.raises(SavedError):
                await work


def test_what_is_said_of_the_channels_is_what_they_can() -> None:
    """The officer is told before sending what a channel does not bring."""
    assert windows.ZALO_OA_WINDOW == WINDOW
    assert ("web" in windows.PICTURES) == WebChannel.capabilities.pictures_out
    assert ("web" in windows.FILES) == WebChannel.capabilities.files_out
    assert TerminalChannel.name not in windows.PICTURES | windows.FILES
    assert TelegramChannel.name in windows.FILES
