"""News and stories: writing, a second person's approval, publishing, withdrawing. Nothing else writes them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.news import search_words, searchable, slug_of
from content.text import plain
from handlers.access import Actor, can, require, scope_filter
from handlers.actions import media as pictures
from handlers.newsroom.draft import Consent, Draft, check, check_complete, opened, sealed
from handlers.newsroom.errors import NewsError
from storage import areas, audit, media, news
from storage.areas import AreaRow
from storage.keys import Keys
from storage.news import ItemRow, LiveRow, MoveRow, PictureRow, TextRow, Wanted

PAGE: Final = 5
MOVES: Final = {
    "submit": ("draft", "waiting_approval"),
    "send_back": ("waiting_approval", "draft"),
    "approve": ("waiting_approval", "published"),
}
"""Move: from which state to which; `withdraw` and `erase` are below."""
_LONGEST_REASON: Final = 500
_NO_SLUGS: Final = ("feed", "anh")
"""Parts of addresses that mean something else."""


@dataclass(frozen=True, slots=True)
class SeenNews:
    """An item as the desk shows it."""

    item: ItemRow
    text: TextRow
    consent: Consent | None
    pictures: tuple[PictureRow, ...]
    moves: tuple[MoveRow, ...]
    may: frozenset[str]


async def see_list(
    connection: AsyncConnection, actor: Actor, *, state: str = "", offset: int = 0, limit: int = 50
) -> list[tuple[ItemRow, TextRow]]:
    """The items of the actor's area.

    Raises:
        AccessDenied: the role sees no news at the desk.
    """
    scope = scope_filter(actor, "see_broadcast")
    return await news.listed(connection, scope, state=state, offset=offset, limit=limit)


async def see(connection: AsyncConnection, actor: Actor, keys: Keys, news_id: int, now: datetime) -> SeenNews:
    """One item with everything; that a consent was looked at stands in the trail.

    Raises:
        AccessDenied: it lies outside the actor's area.
        NewsError: there is none.
    """
    scope_filter(actor, "see_broadcast")
    item = await _item(connection, news_id)
    require(actor, "see_broadcast", item.area_path)
    text = await news.text(connection, news_id, item.version)
    consent = opened(keys, text.consent, news_id, text.version)
    if consent is not None:
        await _audited(connection, actor, "news_consent_seen", item, now)
    return SeenNews(
        item,
        text,
        consent,
        tuple(await news.pictures(connection, news_id, text.version)),
        tuple(await news.moves(connection, news_id)),
        may(actor, item, text),
    )


def may(actor: Actor, item: ItemRow, text: TextRow) -> frozenset[str]:
    """What the actor may do with an item now."""
    found: set[str] = set()
    if can(actor, "compose_broadcast", item.area_path):
        found |= {"change"} if item.state != "waiting_approval" else {"send_back"}
        found |= {"submit"} if item.state == "draft" else set()
        found |= {"withdraw"} if item.live_version is not None else set()
        found |= {"erase"} if text.title and item.live_version is None else set()
    if can(actor, "approve_broadcast", item.area_path) and item.state == "waiting_approval":
        found |= {"send_back"} if _is_author(actor, text) else {"approve", "send_back"}
    return frozenset(found)


async def save(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    draft: Draft,
    *,
    news_id: int | None = None,
    version: int = 0,
    now: datetime,
    today: date,
) -> ItemRow:
    """Keep a text: a new item, or a further text of one. What is live stays until the new text is approved.

    Raises:
        AccessDenied: the actor may not compose there.
        NewsError: what is wrong with the text, or somebody else has changed it meanwhile.
    """
    await audit.serialise(connection)
    check(draft, today)
    area = await _area(connection, draft.area_key)
    require(actor, "compose_broadcast", area.path)
    allowed = await pictures.usable(connection, actor, [media_id for media_id, _ in draft.pictures])
    if news_id is None:
        news_id = await news.create(
            connection, slug=await _slug(connection, draft.title), area_path=area.path,
            account_id=actor.account_id or None, now=now,
        )  # fmt: skip
    item = await _item(connection, news_id, lock=True)
    require(actor, "compose_broadcast", item.area_path)
    if item.version != version or item.state == "waiting_approval":
        raise NewsError("changed_meanwhile")
    # Pictures that a text of this item shows already may stay, whoever kept them.
    allowed += [each.media_id for each in await news.pictures(connection, news_id, item.version)]
    shown = [(media_id, alt.strip()) for media_id, alt in draft.pictures if media_id in allowed]
    written = item.version + 1
    await news.add_text(connection, _values(keys, draft, area, news_id, written, actor, now), shown)
    slug = item.slug
    if item.published_at is None and not slug.startswith(slug_of(draft.title)):
        slug = await _slug(connection, draft.title)
    await news.change_item(
        connection, news_id, version=written, state="draft", slug=slug, area_path=area.path, moved_at=now
    )
    await _moved(connection, actor, await _item(connection, news_id), "saved", now)
    return await _item(connection, news_id)


async def move(
    connection: AsyncConnection,
    actor: Actor,
    keys: Keys,
    news_id: int,
    wanted: str,
    *,
    version: int,
    now: datetime,
    reason: str = "",
) -> ItemRow:
    """Submit, approve, send back, withdraw, or erase the text that the actor has seen.

    Raises:
        AccessDenied: the actor may not, or wrote the text that is to be approved.
        NewsError: not possible now, or something is missing.
    """
    scope_filter(actor, "see_broadcast")
    await audit.serialise(connection)
    item = await _item(connection, news_id, lock=True)
    text = await news.text(connection, news_id, item.version)
    require(actor, "approve_broadcast" if wanted == "approve" else "see_broadcast", item.area_path)
    if item.version != version:
        raise NewsError("changed_meanwhile")
    if wanted == "approve" and item.state == "waiting_approval" and _is_author(actor, text):
        raise NewsError("own_text")
    if wanted not in may(actor, item, text):
        raise NewsError("not_now")
    if wanted in ("send_back", "withdraw") and not plain(reason):
        raise NewsError("reason_empty")
    if wanted in ("submit", "approve"):
        await _complete(connection, keys, text)
    await news.change_item(connection, news_id, **_after(item, wanted, now))
    await _moved(connection, actor, item, wanted, now, reason.strip()[:_LONGEST_REASON])
    if wanted == "erase":
        # The address was made of the title, which may have named somebody.
        await news.change_item(connection, news_id, slug=f"da-xoa-{news_id}")
        for media_id in await news.erase(connection, news_id):
            await media.remove(connection, media_id)
    return await _item(connection, news_id)


def as_broadcast(item: LiveRow, shown: list[PictureRow], address: str) -> dict[str, Any]:
    """What an announcement begins with: topic, area, pictures, and title, text and link by language."""
    link = f"{address}/tin/{item.slug}"
    content = {"vi": {"title": item.title, "text": item.summary, "link": link}}
    if item.title_en:
        content["en"] = {"title": item.title_en, "text": item.summary_en or item.title_en, "link": link}
    return {
        "topic": item.topic,
        "area_key": item.area_key,
        "pictures": [picture.media_id for picture in shown],
        "content": content,
    }


async def live_page(
    connection: AsyncConnection,
    *,
    kind: str = "",
    topic: str = "",
    said: str = "",
    every: bool = False,
    page: int = 1,
) -> tuple[list[LiveRow], int]:
    """A page of what everybody may read, and how many there are in all. Nobody has to be known for it."""
    wanted = Wanted(kind, topic, search_words(said), every)
    return await news.live(connection, wanted, offset=(max(page, 1) - 1) * PAGE, limit=PAGE)


async def _complete(connection: AsyncConnection, keys: Keys, text: TextRow) -> None:
    """The text as it stands, checked once more: who publishes relies on it."""
    shown = await news.pictures(connection, text.news_id, text.version)
    draft = Draft(
        text.kind, text.topic, text.area_key, text.title, text.summary, text.body, text.title_en, text.summary_en,
        text.body_en, text.source, text.source_url, text.names_person,
        opened(keys, text.consent, text.news_id, text.version), tuple((each.media_id, each.alt) for each in shown),
    )  # fmt: skip
    check_complete(draft)


def _after(item: ItemRow, wanted: str, now: datetime) -> dict[str, Any]:
    if wanted == "approve":
        return {
            "state": "published", "live_version": item.version, "moved_at": now,
            "published_at": item.published_at or now, "updated_at": now,
        }  # fmt: skip
    if wanted in ("withdraw", "erase"):
        return {"state": "withdrawn", "live_version": None, "moved_at": now}
    return {"state": MOVES[wanted][1], "moved_at": now}


def _values(
    keys: Keys, draft: Draft, area: AreaRow, news_id: int, version: int, actor: Actor, now: datetime
) -> dict[str, Any]:
    kept = {
        name: value.strip() if isinstance(value, str) else value
        for name, value in asdict(draft).items()
        if name not in ("consent", "pictures")
    }
    return {
        **kept,
        "news_id": news_id,
        "version": version,
        "at": now,
        "account_id": actor.account_id or None,
        "area_name": area.name,
        "consent": sealed(keys, draft.consent if draft.names_person else None, news_id, version),
        "plain_title": searchable(draft.title, draft.title_en),
        "plain": searchable(
            draft.title, draft.summary, draft.body, area.name, draft.title_en, draft.summary_en, draft.body_en
        ),
    }


def _is_author(actor: Actor, text: TextRow) -> bool:
    return not actor.account_id or actor.account_id == text.account_id


async def _item(connection: AsyncConnection, news_id: int, *, lock: bool = False) -> ItemRow:
    found = await news.item(connection, news_id, lock=lock)
    if found is None:
        raise NewsError("gone")
    return found


async def _area(connection: AsyncConnection, key: str) -> AreaRow:
    found = await areas.get(connection, key)
    if found is None:
        raise NewsError("area")
    return found


async def _slug(connection: AsyncConnection, title: str) -> str:
    wanted = slug_of(title)
    slug, number = wanted, 1
    while slug in _NO_SLUGS or await news.slug_taken(connection, slug):
        number += 1
        slug = f"{wanted}-{number}"
    return slug


async def _moved(
    connection: AsyncConnection, actor: Actor, item: ItemRow, what: str, now: datetime, reason: str = ""
) -> None:
    await news.add_move(
        connection, item.id, at=now, account_id=actor.account_id or None, role=actor.role, move=what,
        version=item.version, reason=reason,
    )  # fmt: skip
    await _audited(connection, actor, f"news_{what}", item, now)


async def _audited(connection: AsyncConnection, actor: Actor, verb: str, item: ItemRow, now: datetime) -> None:
    event = audit.Event(
        verb, "news", str(item.id), actor.account_id or None, actor.role, item.area_path, {"version": item.version}
    )
    await audit.append(connection, event, now)
