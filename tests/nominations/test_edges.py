"""Nominations at their edges: overtaken between look and write, over already, of a commune, and stories that stay."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import pytest
from sqlalchemy import func, select, update

from handlers.access import AccessDenied
from handlers.actions import news as news_actions
from handlers.actions.nomination_lists import commended
from handlers.actions.nomination_story import begin_story, erase, set_consent
from handlers.actions.nominations import MovedFirstError, NominationError
from handlers.messages import Attachment
from handlers.newsroom.errors import NewsError
from rules.nominations.model import Consent
from storage import news, nominations
from storage.database import Database
from storage.nominations import NominationRow
from storage.tables_nominations import nomination_moves
from storage.tables_nominations import nominations as table
from tests.nominations.conftest import AGREED, Nominating
from tests.reports.conftest import NOW, TODAY, VILLAGE, settled

GONE = "nominations.error.gone"
CHANGED = "nominations.error.changed"


@pytest.fixture
async def nominating(sqlite_url: str) -> AsyncIterator[Nominating]:
    """On SQLite alone: nothing here depends on the engine."""
    database = Database(sqlite_url)
    yield Nominating(await settled(database))
    await database.close()


async def _moves(nominating: Nominating) -> list[str]:
    async with nominating.at.database.read() as connection:
        found = await connection.execute(select(nomination_moves.c.move).order_by(nomination_moves.c.id))
        return list(found.scalars())


def _overtaken(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between every look and write somebody else writes."""
    original = nominations.change

    async def change(connection: Any, nomination_id: int, version: int, values: dict[str, Any]) -> bool:
        await connection.execute(update(table).where(table.c.id == nomination_id).values(version=version + 1))
        return await original(connection, nomination_id, version, values)

    monkeypatch.setattr(nominations, "change", change)


async def _refused(work: Any) -> str:
    with pytest.raises(NominationError) as caught:
        await work
    return caught.value.key


async def _consent(nominating: Nominating, row: NominationRow, consent: Consent) -> NominationRow:
    at = nominating.at
    async with at.database.write() as connection:
        return await set_consent(
            connection, at.commune, at.keys, at.frame, row.id, consent, version=row.version, now=NOW, today=TODAY
        )


async def _story(nominating: Nominating, row: NominationRow) -> int:
    at = nominating.at
    async with at.database.write() as connection:
        return await begin_story(
            connection, at.commune, at.keys, at.frame, row.id, version=row.version, now=NOW, today=TODAY
        )


async def _erase(nominating: Nominating, row: NominationRow) -> NominationRow:
    at = nominating.at
    async with at.database.write() as connection:
        return await erase(
            connection, at.commune, at.keys, at.frame, row.id, version=row.version, reason="Muốn xóa", now=NOW
        )


async def test_one_that_was_stored_meanwhile_is_not_stored_twice(
    nominating: Nominating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even where the first look misses it, a submission is one nomination with one step."""
    await nominating.sent()
    found, looks = nominations.by_submission, iter([True, False])

    async def missed(*said: Any) -> Any:
        return None if next(looks) else await found(*said)

    monkeypatch.setattr(nominations, "by_submission", missed)
    assert await _refused(nominating.submit(nominating.said(), another=True)) == GONE
    async with nominating.at.database.read() as connection:
        assert (await connection.execute(select(func.count()).select_from(table))).scalar_one() == 1
    assert await _moves(nominating) == ["send"]


async def test_whoever_was_overtaken_is_told_and_leaves_nothing_behind(
    nominating: Nominating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A move, a consent, a story and an erasure: the second write of two undoes nothing."""
    row = await nominating.approved(nominating.said(consent=AGREED))
    before = await _moves(nominating)
    other = await nominating.sent(nominating.said("n2", name="Trần Thị Mẫu"))
    _overtaken(monkeypatch)
    with pytest.raises(MovedFirstError):
        await nominating.do(other, "forward", nominating.at.commune)
    assert await _refused(_consent(nominating, row, AGREED)) == CHANGED
    assert await _refused(_story(nominating, row)) == CHANGED
    assert await _refused(_erase(nominating, row)) == CHANGED
    assert await _moves(nominating) == [*before, "send"]
    async with nominating.at.database.read() as connection:
        kept = await nominations.get(connection, row.id)
        assert kept is not None and (kept.version, kept.erased_at, kept.news_id) == (row.version, None, None)
        assert await news.item(connection, 1) is None


async def test_a_correction_says_something(nominating: Nominating) -> None:
    """Nothing said instead corrects nothing."""
    row = await nominating.sent()
    assert await _refused(nominating.do(row, "correct", nominating.at.commune, said=None)) == (
        "nominations.error.not_now"
    )
    assert await _moves(nominating) == ["send"]


async def test_what_was_refused_asks_nobody_for_consent(nominating: Nominating) -> None:
    """Nothing is written about a person whose nomination is over."""
    row = await nominating.do(await nominating.sent(), "forward", nominating.at.commune)
    row = await nominating.do(row, "refuse")
    assert await _refused(_consent(nominating, row, AGREED)) == "nominations.error.not_now"


async def test_a_list_of_nowhere_is_refused_like_one_of_elsewhere(nominating: Nominating) -> None:
    """Whoever tries names does not learn which places there are."""
    at = nominating.at
    for place in ("no-such-place", "ngoc-son-2023"):
        async with at.database.write() as connection:
            with pytest.raises(AccessDenied):
                await commended(connection, at.commune, at.keys, place, 2023, NOW)


async def test_a_nomination_of_a_commune_becomes_a_story_of_it(nominating: Nominating) -> None:
    """An organisation names somebody of the commune; no village is made up for the story."""
    at = nominating.at
    row = await nominating.sent(
        nominating.said(consent=AGREED, organisation="women", area_key="thuy-loi-2023"), at.commune
    )
    row = await nominating.do(await nominating.do(row, "forward", at.commune), "approve")
    async with at.database.read() as connection:
        item = await news.item(connection, await _story(nominating, row))
    assert item is not None and item.area_path.endswith("/thuy-loi-2023/")


async def test_where_the_story_stays_the_nomination_stays(
    nominating: Nominating, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Erasing is all or nothing: nobody is told that something is gone while its story can be read."""
    row = await nominating.approved(nominating.said(consent=AGREED))
    await _story(nominating, row)

    async def stays(*_said: Any, **_more: Any) -> None:
        raise NewsError("not_now")

    monkeypatch.setattr(news_actions, "move", stays)
    async with nominating.at.database.read() as connection:
        row = await nominations.get(connection, row.id) or row
    assert await _refused(_erase(nominating, row)) == "nominations.error.story"
    async with nominating.at.database.read() as connection:
        kept = await nominations.get(connection, row.id)
    assert kept is not None and kept.erased_at is None and kept.told


async def test_a_photo_from_another_channel_is_forgotten_with_the_nomination(nominating: Nominating) -> None:
    """It lies with that platform: only its address is kept here, and that goes."""
    photo = Attachment("telegram-file", "image/jpeg")
    row = await nominating.sent(photos=[(("telegram", "42"), photo)])
    async with nominating.at.database.read() as connection:
        assert [each.channel for each in await nominations.files(connection, row.id)] == ["telegram"]
    row = await _erase(nominating, row)
    assert (row.area_key, row.told) == (VILLAGE, "")
    async with nominating.at.database.read() as connection:
        assert await nominations.files(connection, row.id) == []
