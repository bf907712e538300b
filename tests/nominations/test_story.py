"""Consent, the story begun from a nomination, and having it all erased; on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from handlers.access import AccessDenied, Actor
from handlers.actions import news as news_actions
from handlers.actions.nomination_lists import commended
from handlers.actions.nomination_story import begin_story, erase, set_consent, story_of
from handlers.actions.nominations import CheckError, MovedFirstError, NominationError, view
from handlers.messages import Attachment
from rules.nominations.model import Consent
from storage import media, news, nominations, photos
from storage.nominations import NominationRow
from storage.photos import Photo
from storage.tables_nominations import nomination_files, nomination_moves
from storage.tables_nominations import nominations as table
from tests.news.conftest import picture
from tests.nominations.conftest import AGREED, DEED, Nominating
from tests.reports.conftest import CHAT, NOW, TODAY

WEB = ("web", "w1")


async def _consent(
    nominating: Nominating, row: NominationRow, consent: Consent, actor: Actor | None = None
) -> NominationRow:
    at = nominating.at
    values: dict[str, Any] = {"version": row.version, "now": NOW, "today": TODAY}
    async with at.database.write() as connection:
        return await set_consent(connection, actor or at.commune, at.keys, at.frame, row.id, consent, **values)


async def _story(nominating: Nominating, row: NominationRow, **more: Any) -> int:
    at = nominating.at
    values: dict[str, Any] = {"version": row.version, "now": NOW, "today": TODAY, **more}
    async with at.database.write() as connection:
        return await begin_story(connection, at.commune, at.keys, at.frame, row.id, **values)


async def _erase(nominating: Nominating, row: NominationRow, actor: Actor | None = None) -> NominationRow:
    at = nominating.at
    async with at.database.write() as connection:
        return await erase(
            connection, actor or at.commune, at.keys, at.frame, row.id, version=row.version, reason="Người ấy muốn xóa",
            now=NOW,
        )  # fmt: skip


async def _row(nominating: Nominating, nomination_id: int) -> NominationRow:
    async with nominating.at.database.read() as connection:
        row = await nominations.get(connection, nomination_id)
    assert row is not None
    return row


async def _published(nominating: Nominating, news_id: int) -> None:
    """With words and pictures put right by an officer, approved by a second one."""
    at = nominating.at
    async with at.database.write() as connection:
        for wanted, actor in (("submit", at.commune), ("approve", at.district)):
            item = await news.item(connection, news_id)
            assert item is not None
            await news_actions.move(connection, actor, at.keys, news_id, wanted, version=item.version, now=NOW)


async def test_a_story_begins_with_what_was_told_and_the_consent(nominating: Nominating) -> None:
    """A draft of the commune, with the photo drawn anew; a second person approves it like every story."""
    at = nominating.at
    row = await nominating.approved(nominating.said(consent=AGREED))
    news_id = await _story(nominating, row, pictures=[("p" * 32, picture()), ("x" * 32, b"no picture")])
    async with at.database.write() as connection:
        seen = await news_actions.see(connection, at.commune, at.keys, news_id, NOW)
    assert (seen.item.state, seen.text.kind, seen.text.topic) == ("draft", "story", "emulation_news")
    assert (seen.text.area_key, seen.text.body, seen.text.names_person) == ("thuy-loi-2023", DEED, True)
    assert seen.text.title == "Gương tốt: Nguyễn Văn Mẫu" and [each.media_id for each in seen.pictures] == ["p" * 32]
    assert seen.consent is not None
    assert (seen.consent.who, seen.consent.on, seen.consent.how) == (AGREED.who, AGREED.on, "paper")
    row = await _row(nominating, row.id)
    assert row.news_id == news_id
    with pytest.raises(NominationError, match="has_story"):
        await _story(nominating, row)


@pytest.mark.parametrize("consent", [Consent("no"), Consent("unasked")])
async def test_without_consent_it_is_commended_and_never_told(nominating: Nominating, consent: Consent) -> None:
    """It stands on the list of the year; a story cannot begin."""
    at, row = nominating.at, await nominating.approved(nominating.said(consent=consent))
    with pytest.raises(NominationError, match="no_consent"):
        await _story(nominating, row)
    async with at.database.write() as connection:
        _, listed = await commended(connection, at.district, at.keys, "kim-bang-district", 2023, NOW)
    assert [each.row.id for each in listed] == [row.id]
    row = await _consent(nominating, row, AGREED)
    assert await _story(nominating, row) > 0


async def test_before_the_decision_there_is_no_story(nominating: Nominating) -> None:
    """Consent alone is not enough."""
    row = await nominating.do(await nominating.sent(nominating.said(consent=AGREED)), "forward", nominating.at.commune)
    with pytest.raises(NominationError, match="no_consent"):
        await _story(nominating, row)


async def test_a_consent_taken_back_takes_the_live_story_down_at_once(nominating: Nominating) -> None:
    """Off the public page, its texts gone, the commendation untouched."""
    at = nominating.at
    row = await nominating.approved(nominating.said(consent=AGREED))
    news_id = await _story(nominating, row)
    await _published(nominating, news_id)
    row = await _row(nominating, row.id)
    async with at.database.read() as connection:
        assert await news.live_by_id(connection, news_id) is not None
    row = await _consent(nominating, row, Consent("no"))
    assert (row.state, row.consent, row.news_id) == ("approved", "no", None)
    async with at.database.read() as connection:
        assert await news.live_by_id(connection, news_id) is None
        texts = await news.texts(connection, news_id)
    assert all(not each.title and not each.body and not each.consent for each in texts)


async def test_a_correction_cannot_leave_a_story_without_its_consent(nominating: Nominating) -> None:
    """Reopened and corrected to a no: there the form of the consent is named, which takes the story along."""
    row = await nominating.approved(nominating.said(consent=AGREED))
    await _story(nominating, row)
    row = await nominating.do(await _row(nominating, row.id), "reopen")
    with pytest.raises(NominationError, match="consent_form"):
        await nominating.do(row, "correct", said=nominating.said(consent=Consent("no")))
    assert (await nominating.do(row, "correct", said=nominating.said(consent=AGREED, deed=f"{DEED} Thêm."))).version


async def test_a_consent_says_who_how_and_when(nominating: Nominating) -> None:
    """Half a yes is none; a village head writes none down at the desk, another commune neither."""
    row = await nominating.sent()
    for wrong in (Consent("yes"), replace(AGREED, on=TODAY + timedelta(days=1)), replace(AGREED, how="")):
        with pytest.raises(CheckError):
            await _consent(nominating, row, wrong)
    for actor in (nominating.at.head, nominating.at.far):
        with pytest.raises(AccessDenied):
            await _consent(nominating, row, AGREED, actor)
    changed = await _consent(nominating, row, AGREED)
    with pytest.raises(MovedFirstError):
        await _consent(nominating, row, Consent("no"))
    assert changed.consent == "yes"


async def test_erased_is_everything_but_the_number_and_the_days(nominating: Nominating) -> None:
    """Name, deed, photos, reasons, the story and those who put the same one forward; nothing moves any more."""
    at = nominating.at
    async with at.database.write() as connection:
        await photos.add(connection, at.keys, WEB, Photo("here", "image/png", 3), b"png", NOW)
    sent = await nominating.sent(nominating.said(consent=AGREED), photos=[(WEB, Attachment("here"))])
    first = await nominating.do(await nominating.do(sent, "forward", at.commune), "approve")
    same = await nominating.sent(
        nominating.said("n2", organisation="women"), at.commune, chat=CHAT, same_as=first.id
    )  # fmt: skip
    news_id = await _story(nominating, first, pictures=[("p" * 32, picture())])
    await _row(nominating, first.id)
    row = await _erase(nominating, await _row(nominating, first.id))
    assert (row.state, row.told, row.name_hash, row.news_id, row.receipt) == ("withdrawn", "", None, None, "DC-0001")
    assert row.erased_at == NOW and (await _row(nominating, same.id)).told == ""
    async with at.database.write() as connection:
        assert (await connection.execute(select(nomination_files))).all() == []
        assert await photos.read(connection, at.keys, "here") is None
        kept = await connection.execute(
            select(nomination_moves.c.move)
            .where(nomination_moves.c.reason.is_not(None))
            .order_by(nomination_moves.c.id)
        )
        assert {move for (move,) in kept} == {"erase"}
        assert await media.get(connection, "p" * 32) is None
        assert not any(each.title for each in await news.texts(connection, news_id))
        seen = await view(connection, at.district, at.keys, at.frame, row.id, NOW)
        assert seen.said is None and seen.may == ()
        _, listed = await commended(connection, at.district, at.keys, "kim-bang-district", 2023, NOW)
        assert listed == []
        assert await story_of(connection, row) is None
    for made in ("reopen", "correct"):
        with pytest.raises(NominationError, match="erased"):
            await nominating.do(row, made, said=nominating.said())
    with pytest.raises(NominationError, match="erased"):
        await _erase(nominating, row)
    assert (await nominating.sent(nominating.said("n3"))).state == "sent"


async def test_erasing_is_the_commune_s_and_needs_a_reason(nominating: Nominating) -> None:
    """A village head asks the commune; the other commune may not."""
    at, row = nominating.at, await nominating.sent()
    for actor in (at.head, at.far):
        with pytest.raises(AccessDenied):
            await _erase(nominating, row, actor)
    async with at.database.write() as connection:
        with pytest.raises(NominationError, match="reason"):
            await erase(connection, at.commune, at.keys, at.frame, row.id, version=row.version, reason=" ", now=NOW)
        stored = await connection.execute(select(table.c.told))
        assert stored.scalar_one()
