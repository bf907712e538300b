"""Kept pictures and documents: who may, who sees them, and how a channel gets what a message names."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.channels.web.channel import WebChannel
from handlers.access import AccessDenied
from handlers.actions import media as actions
from handlers.actions import news as news_actions
from storage import media
from storage.audit import entries
from storage.files import StoredFile, add_file
from tests.news.conftest import Newsroom, draft, kept, picture


async def test_a_picture_is_kept_for_its_area_and_seen_there(room: Newsroom) -> None:
    """By who kept it and by those above; not by another commune, never by a village head."""
    await kept(room, room.commune, "p" * 32)
    async with room.database.read() as connection:
        for actor, sees in ((room.commune, True), (room.writer, True), (room.other, False), (room.head, False)):
            found = await actions.see_media(connection, actor, "p" * 32)
            assert (found is not None) is sees
            assert await actions.usable(connection, actor, ["p" * 32, "none"]) == (["p" * 32] if sees else [])


async def test_who_composes_nothing_keeps_nothing(room: Newsroom) -> None:
    async with room.database.write() as connection:
        with pytest.raises(AccessDenied):
            await actions.keep_picture(connection, room.head, picture(), media_id="x" * 32, now=room.clock.at)
        with pytest.raises(AccessDenied):
            await actions.keep_document(connection, room.head, "a.txt", b"a", media_id="x" * 32, now=room.clock.at)


async def test_a_channel_finds_a_kept_picture_and_a_file_of_its_chat_by_their_keys(room: Newsroom) -> None:
    """The web chat hands out what was kept for many, and of the rest only what belongs to the chat."""
    await kept(room, room.writer, "p" * 32)
    now = room.clock.at
    async with room.database.write() as connection:
        await add_file(connection, StoredFile("own", "web", "me", "image/png", b"own"), now, now + timedelta(days=1))
        found = await media.outgoing(connection, media.picture_key("p" * 32), now)
        assert found is not None and found.mime == "image/jpeg" and found.data[:2] == b"\xff\xd8"
        assert await media.outgoing(connection, "media:none", now) is None
    web = WebChannel(room.database)
    assert await web.file("anybody", f"media:{'p' * 32}", now) is not None
    assert await web.file("me", "own", now) is not None
    assert await web.file("other", "own", now) is None


async def test_a_document_goes_out_under_a_plain_name_to_be_saved(room: Newsroom) -> None:
    """The last part of its key is its name: that is what channels show."""
    async with room.database.write() as connection:
        await actions.keep_document(
            connection, room.writer, "..\\Kế hoạch số 99.PDF", b"%PDF-1.4\n%%EOF", media_id="d" * 32, now=room.clock.at
        )
        row = await media.get(connection, "d" * 32)
        assert row is not None
        assert row.key == f"media:{'d' * 32}/ke-hoach-so-99.pdf"
        found = await media.outgoing(connection, row.key, room.clock.at)
    assert found is not None and found.data.startswith(b"%PDF")
    headers = actions.download_headers(row)
    assert headers["Content-Disposition"] == 'attachment; filename="ke-hoach-so-99.pdf"'
    assert "sandbox" in headers["Content-Security-Policy"]


async def test_a_picture_that_a_text_shows_is_not_deleted(room: Newsroom) -> None:
    """One that nothing shows is, once it is old, and that stands in the trail."""
    await kept(room, room.writer, "p" * 32)
    await kept(room, room.writer, "q" * 32)
    async with room.database.write() as connection:
        await news_actions.save(
            connection, room.writer, room.keys, draft(pictures=(("p" * 32, "một chuồng gà"),)), now=room.clock.at,
            today=room.today,
        )  # fmt: skip
        at, later = room.clock.at, room.clock.at + timedelta(seconds=1)
        assert await actions.discard_unused(connection, at, later) == 0
        assert await actions.discard_unused(connection, later, later) == 1
        assert await media.get(connection, "q" * 32) is None
        assert await media.get(connection, "p" * 32) is not None
        verbs = [entry.verb for entry in await entries(connection)]
    assert verbs.count("media_kept") == 2 and verbs[0] == "media_discarded"
