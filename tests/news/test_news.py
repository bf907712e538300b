"""News and stories on both engines: written, approved by somebody else, read by everybody, withdrawn."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import text

from handlers.access import AccessDenied, Actor
from handlers.actions import news as actions
from handlers.newsroom.draft import Consent, Draft
from handlers.newsroom.errors import NewsError
from storage import media, news
from storage.audit import entries
from storage.news import ItemRow, Wanted
from tests.news.conftest import Newsroom, draft, kept


async def _save(room: Newsroom, what: Draft, actor: Actor | None = None, item: ItemRow | None = None) -> ItemRow:
    async with room.database.write() as connection:
        return await actions.save(
            connection, actor or room.writer, room.keys, what, news_id=item.id if item else None,
            version=item.version if item else 0, now=room.clock.at, today=room.today,
        )  # fmt: skip


async def _move(room: Newsroom, actor: Actor, item: ItemRow, wanted: str, reason: str = "") -> ItemRow:
    async with room.database.write() as connection:
        return await actions.move(
            connection, actor, room.keys, item.id, wanted, version=item.version, now=room.clock.at, reason=reason
        )


async def _published(room: Newsroom, what: Draft | None = None, item: ItemRow | None = None) -> ItemRow:
    room.clock.advance(60)
    item = await _move(room, room.writer, await _save(room, what or draft(), item=item), "submit")
    return await _move(room, room.officer, item, "approve")


async def _public(room: Newsroom, **wanted: object) -> list[str]:
    async with room.database.read() as connection:
        rows, number = await news.live(connection, Wanted(**wanted))  # type: ignore[arg-type]  # a table of fields
    assert number == len(rows)
    return [row.title for row in rows]


async def _reason(work: object) -> str:
    with pytest.raises(NewsError) as refused:
        await work  # type: ignore[misc]  # a coroutine
    return refused.value.reason


async def test_a_story_is_public_once_a_second_person_has_approved_it(room: Newsroom) -> None:
    """Not as a draft, not while it waits, not by who wrote it."""
    item = await _save(room, draft(), room.officer)
    assert await _public(room) == []
    item = await _move(room, room.officer, item, "submit")
    assert await _reason(_move(room, room.officer, item, "approve")) == "own_text"
    assert await _public(room) == []
    again = await _save(room, draft(title="Bài của người khác"))
    again = await _move(room, room.writer, again, "submit")
    with pytest.raises(AccessDenied):
        await _move(room, room.writer, again, "approve")
    assert (await _move(room, room.officer, again, "approve")).state == "published"
    assert await _public(room) == ["Bài của người khác"]


async def test_what_is_live_stays_until_the_new_text_is_approved(room: Newsroom) -> None:
    """Each text is kept; the address never changes once it is known."""
    item = await _published(room)
    changed = await _save(room, draft(title="Bà Mẫu nuôi gà và vịt"), item=item)
    assert (changed.state, changed.live_version, changed.slug) == ("draft", 1, "ba-mau-nuoi-ga-tha-vuon")
    assert await _public(room) == ["Bà Mẫu nuôi gà thả vườn"]
    changed = await _move(room, room.writer, changed, "submit")
    room.clock.advance(3600)
    changed = await _move(room, room.officer, changed, "approve")
    assert await _public(room) == ["Bà Mẫu nuôi gà và vịt"]
    assert changed.published_at == item.published_at and changed.updated_at == room.clock.at
    async with room.database.read() as connection:
        assert [each.title for each in await news.texts(connection, item.id)] == [
            "Bà Mẫu nuôi gà và vịt", "Bà Mẫu nuôi gà thả vườn",
        ]  # fmt: skip
        assert [each.move for each in await news.moves(connection, item.id)] == [
            "saved", "submit", "approve", "saved", "submit", "approve",
        ]  # fmt: skip


async def test_a_story_that_names_a_person_needs_that_persons_consent(room: Newsroom) -> None:
    """Who, when and how; without it not even a second person can be asked. It is kept where nobody reads it."""
    item = await _save(room, draft(consent=None))
    assert await _reason(_move(room, room.writer, item, "submit")) == "consent_missing"
    future = Consent("Nguyễn Thị Mẫu", date(2026, 11, 25), "paper")
    assert await _reason(_save(room, draft(consent=future), item=item)) == "consent_future"
    item = await _save(room, draft(), item=item)
    await _move(room, room.writer, item, "submit")
    async with room.database.write() as connection:
        stored = (await connection.execute(text("SELECT consent FROM news_versions WHERE version = 2"))).scalar_one()
        seen = await actions.see(connection, room.officer, room.keys, item.id, room.clock.at)
        assert "news_consent_seen" in [entry.verb for entry in await entries(connection)]
    assert "Mẫu" not in stored and stored.startswith("fixed.")
    assert seen.consent == Consent("Nguyễn Thị Mẫu", date(2026, 11, 20), "paper", "giấy ở xã")


async def test_a_withdrawn_item_is_gone_and_an_erased_one_leaves_nothing(room: Newsroom) -> None:
    """The person takes the consent back: text, address, picture and consent go, who did it stays."""
    await kept(room, room.writer, "p" * 32)
    item = await _published(room, draft(pictures=(("p" * 32, "chuồng gà"),)))
    async with room.database.read() as connection:
        assert await news.live_picture(connection, "p" * 32) is not None
    assert await _reason(_move(room, room.writer, item, "withdraw")) == "reason_empty"
    assert await _reason(_move(room, room.writer, item, "erase")) == "not_now"
    item = await _move(room, room.writer, item, "withdraw", "người được nêu đổi ý")
    assert await _public(room) == []
    async with room.database.read() as connection:
        assert await news.live_picture(connection, "p" * 32) is None
        assert await news.live_by_slug(connection, item.slug) is None
    await _move(room, room.writer, item, "erase")
    async with room.database.read() as connection:
        whole = (await connection.execute(text("SELECT * FROM news_versions"))).all()
        assert "Mẫu" not in str(whole) and "fixed." not in str(whole)
        assert "mau" not in str((await connection.execute(text("SELECT slug FROM news_items"))).all())
        assert await media.get(connection, "p" * 32) is None
        assert [each.move for each in await news.moves(connection, item.id)][-2:] == ["withdraw", "erase"]


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"title": "  "}, "title_empty"),
        ({"title": "x" * 151}, "title_long"),
        ({"summary": "x" * 401}, "summary_long"),
        ({"body_en": "x" * 20_001}, "body_long"),
        ({"topic": "weather"}, "kind"),
        ({"source_url": "javascript:alert(1)"}, "source"),
        ({"source_url": "https://[broken"}, "source"),
        ({"area_key": "nowhere"}, "area"),
        ({"pictures": (("p", "x"),) * 11}, "pictures_many"),
    ],
)
async def test_a_text_that_cannot_be_is_refused_before_it_is_kept(
    room: Newsroom, changed: dict[str, object], reason: str
) -> None:
    """With what is wrong with it."""
    assert await _reason(_save(room, draft(**changed))) == reason


@pytest.mark.parametrize(
    ("changed", "reason"),
    [
        ({"body": ""}, "text_empty"),
        ({"body_en": "text without a title"}, "english_half"),
        ({"pictures": (("p" * 32, " "),)}, "alt_empty"),
    ],
)
async def test_a_half_text_is_a_draft_and_no_more(room: Newsroom, changed: dict[str, object], reason: str) -> None:
    """What readers need is asked for before it is submitted."""
    await kept(room, room.writer, "p" * 32)
    item = await _save(room, draft(**changed))
    assert await _reason(_move(room, room.writer, item, "submit")) == reason


async def test_two_officers_do_not_write_over_each_other(room: Newsroom) -> None:
    """The second is told, and a text that waits for approval is not changed under the approver's eyes."""
    item = await _save(room, draft())
    newer = await _save(room, draft(title="Bản mới của Mẫu"), item=item)
    assert await _reason(_save(room, draft(title="Bản cũ"), item=item)) == "changed_meanwhile"
    assert await _reason(_move(room, room.writer, item, "submit")) == "changed_meanwhile"
    await _move(room, room.writer, newer, "submit")
    assert await _reason(_save(room, draft(), item=newer)) == "changed_meanwhile"
    back = await _move(room, room.officer, newer, "send_back", "thiếu ngày")
    assert (await _save(room, draft(), item=back)).version == 3


async def test_everybody_works_within_the_own_area(room: Newsroom) -> None:
    """Another commune neither writes there, nor sees, nor takes a picture from there."""
    item = await _save(room, draft(), room.commune)
    await kept(room, room.commune, "p" * 32)
    async with room.database.write() as connection:
        assert await actions.see_list(connection, room.other) == []
        assert len(await actions.see_list(connection, room.writer)) == 1
    for actor in (room.other, room.head):
        with pytest.raises(AccessDenied):
            await _save(room, draft(), actor)
        with pytest.raises(AccessDenied):
            await _move(room, actor, item, "submit")
    stolen = await _save(room, draft(area_key="que-2023", pictures=(("p" * 32, "ảnh của xã khác"),)), room.other)
    async with room.database.read() as connection:
        assert await news.pictures(connection, stolen.id, stolen.version) == []


async def test_news_are_found_without_accents_the_best_first(room: Newsroom) -> None:
    """All of two words, all but one of more; beginnings of words count, pieces from their middle do not."""
    await _published(room, draft(title="Vốn vay mua bò", body="Nhà ấy có chuồng gà.", summary="Vay vốn nuôi bò"))
    await _published(room)
    await _published(room, draft(title="Họp thôn", summary="Bàn việc làng", body="Nga và bà con bàn.", kind="news"))
    async with room.database.read() as connection:
        found = [
            [row.title for row in (await actions.live_page(connection, said=said))[0]]
            for said in ("tin nuoi ga", "NUÔI GÀ thả vườn", "vay von", "máy bay", "", "về tin")
        ]
    assert found[0][0] == "Bà Mẫu nuôi gà thả vườn" and "Họp thôn" not in found[0]
    assert found[1] == ["Bà Mẫu nuôi gà thả vườn"] and found[2] == ["Vốn vay mua bò"] and found[3] == []
    assert len(found[4]) == len(found[5]) == 3
    assert await _public(room, kind="news") == ["Họp thôn"]
    assert await _public(room, topic="credit") == []


async def test_the_items_beside_one_are_those_of_its_list(room: Newsroom) -> None:
    """The newest has none that is newer."""
    first = await _published(room)
    second = await _published(room, draft(title="Tin thường", kind="news"))
    third = await _published(room, draft(title="Gương thứ ba"))
    async with room.database.read() as connection:
        rows = {each: await news.live_by_id(connection, each.id) for each in (first, second, third)}
        row = rows[third]
        assert row is not None
        assert await news.neighbours(connection, Wanted(), row) == (None, second.id)
        assert await news.neighbours(connection, Wanted(kind="story"), row) == (None, first.id)


async def test_an_announcement_begins_with_the_item(room: Newsroom) -> None:
    """Title, summary and link in each language that the item has."""
    await kept(room, room.writer, "p" * 32)
    english = {"title_en": "Chickens", "body_en": "Text"}
    item = await _published(room, draft(pictures=(("p" * 32, "gà"),), **english))
    async with room.database.read() as connection:
        row = await news.live_by_id(connection, item.id)
        assert row is not None
        made = actions.as_broadcast(row, await news.pictures(connection, row.id, row.version), "https://tin.example")
    assert made["topic"] == "emulation_news" and made["pictures"] == ["p" * 32] and made["area_key"] == "thuy-loi-2023"
    link = "https://tin.example/tin/ba-mau-nuoi-ga-tha-vuon"
    assert made["content"]["vi"]["link"] == link and made["content"]["vi"]["text"].startswith("Từ mấy chục")
    assert made["content"]["en"] == {"title": "Chickens", "text": "Chickens", "link": link}


async def test_titles_that_are_the_same_or_mean_another_page_get_their_own_address(room: Newsroom) -> None:
    """`/tin/feed` stays the feed."""
    slugs = [(await _save(room, draft(title=title))).slug for title in ("Feed", "Tin hay", "Tin hay!")]
    assert slugs == ["feed-2", "tin-hay", "tin-hay-2"]
