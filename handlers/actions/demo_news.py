"""Loads the demo's news and dialogues: checked like any other, written without an author, marked as demo."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy.ext.asyncio import AsyncConnection

from content.demo_news import DemoDialogue, DemoItem, DemoNews
from content.media import pictures, scenes
from content.media.model import Picture
from content.news import searchable, slug_of
from handlers.newsroom.draft import Consent, Draft, check, check_complete, sealed
from handlers.newsroom.errors import NewsError
from handlers.turn import VIETNAM
from storage import areas, audit, dialogues, media, news
from storage.areas import AreaRow
from storage.keys import Keys
from storage.media import NewMedia


async def load_demo_news(connection: AsyncConnection, demo: DemoNews, keys: Keys, now: datetime) -> int:
    """Publish the demo's items and dialogues; returns how many. Doing it again changes nothing."""
    await audit.serialise(connection)
    if await news.slug_taken(connection, slug_of(demo.news[0].title)):
        return 0
    for item in demo.news:
        await _publish(connection, item, keys, now)
    for dialogue in demo.dialogues:
        await _hold(connection, dialogue, now)
    made = len(demo.news) + len(demo.dialogues)
    await audit.append(connection, audit.Event("load_demo_news", "news", "demo", detail={"items": made}), now)
    return made


async def _publish(connection: AsyncConnection, item: DemoItem, keys: Keys, now: datetime) -> None:
    at = now + timedelta(days=item.days)
    area = await _area(connection, item.area)
    consent = None
    if item.consent is not None:
        consent = Consent(item.consent.who, at.astimezone(VIETNAM).date(), item.consent.how, item.consent.witness)
    shown = await _drawn(connection, item, area, at)
    draft = Draft(
        item.kind, item.topic, area.key, item.title, item.summary, item.body, item.title_en, item.summary_en,
        item.body_en, item.source, "", consent is not None, consent, shown,
    )  # fmt: skip
    check(draft, now.astimezone(VIETNAM).date())
    check_complete(draft)
    news_id = await news.create(
        connection, slug=slug_of(item.title), area_path=area.path, account_id=None, now=at, demo=True
    )
    values = {
        "news_id": news_id, "version": 1, "at": at, "account_id": None, "kind": item.kind, "topic": item.topic,
        "area_key": area.key, "area_name": area.name, "title": item.title, "summary": item.summary,
        "body": item.body, "title_en": item.title_en, "summary_en": item.summary_en, "body_en": item.body_en,
        "source": item.source, "source_url": "", "names_person": consent is not None,
        "consent": sealed(keys, consent, news_id, 1), "plain_title": searchable(item.title, item.title_en),
        "plain": searchable(
            item.title, item.summary, item.body, area.name, item.title_en, item.summary_en, item.body_en
        ),
    }  # fmt: skip
    await news.add_text(connection, values, shown)
    await news.change_item(
        connection, news_id, version=1, live_version=1, state="published", published_at=at, updated_at=at, moved_at=at
    )
    await news.add_move(connection, news_id, at=at, account_id=None, role="", move="approve", version=1, reason="")


async def _drawn(
    connection: AsyncConnection, item: DemoItem, area: AreaRow, at: datetime
) -> tuple[tuple[str, str], ...]:
    """The item's drawing, kept as an uploaded picture would be; its id is made of what it shows."""
    if item.picture is None:
        return ()
    picture = _scene(item.picture.scene)
    digest = hashlib.sha256(picture.data).hexdigest()
    media_id = f"demo-{digest[:24]}"
    if await media.get(connection, media_id) is None:
        kept = NewMedia(
            media_id, "picture", picture.mime, picture.data, digest, area.path, None, width=picture.width,
            height=picture.height,
        )  # fmt: skip
        await media.add(connection, kept, at)
    return ((media_id, item.picture.alt),)


@cache
def _scene(name: str) -> Picture:
    """Several items show the same one, and drawing takes a while."""
    return pictures.checked(scenes.draw(name))


async def _hold(connection: AsyncConnection, dialogue: DemoDialogue, now: datetime) -> None:
    area = await _area(connection, dialogue.area)
    # Eight in the morning, and the end of the day for the questions.
    day = now.astimezone(VIETNAM).replace(hour=8, minute=0, second=0, microsecond=0)
    starts = day + timedelta(days=dialogue.starts)
    until = (day + timedelta(days=dialogue.until)).replace(hour=17)
    announced = min(until - timedelta(days=7), now)
    values = {
        "slug": slug_of(dialogue.title), "title": dialogue.title, "about": dialogue.about, "place": dialogue.place,
        "area_key": area.key, "area_name": area.name, "area_path": area.path, "starts_at": starts,
        "questions_until": until, "state": "answered" if dialogue.answers else "open", "version": 1,
        "created_by": None, "created_at": announced, "moved_at": announced, "announced_at": announced,
        "answered_at": starts + timedelta(days=3) if dialogue.answers else None, "demo": True,
    }  # fmt: skip
    dialogue_id = await dialogues.create(connection, values)
    for each in dialogue.answers:
        group_id = await dialogues.add_group(connection, dialogue_id, each.question, starts)
        await dialogues.change_group(connection, dialogue_id, group_id, answer=each.answer)


async def _area(connection: AsyncConnection, key: str) -> AreaRow:
    found = await areas.get(connection, key)
    if found is None:
        raise NewsError("area")
    return found
