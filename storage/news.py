"""News and stories: one row per item, one per text that it had. What the public reads is the live text of an item."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, literal, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_media import media
from storage.tables_news import news_items, news_moves, news_pictures, news_versions

ERASED: Final = ("title", "summary", "body", "title_en", "summary_en", "body_en", "source", "source_url", "consent")
_ENOUGH_FOR_ALL: Final = 2


@dataclass(frozen=True, slots=True)
class ItemRow:
    """An item as it stands."""

    id: int
    slug: str
    state: str
    version: int
    live_version: int | None
    area_path: str
    created_by: int | None
    created_at: datetime
    moved_at: datetime
    published_at: datetime | None
    updated_at: datetime | None
    demo: bool


@dataclass(frozen=True, slots=True)
class TextRow:
    """A text of an item; `consent` is ciphertext, bound to the item and the version."""

    news_id: int
    version: int
    at: datetime
    account_id: int | None
    kind: str
    topic: str
    area_key: str
    area_name: str
    title: str
    summary: str
    body: str
    title_en: str
    summary_en: str
    body_en: str
    source: str
    source_url: str
    names_person: bool
    consent: str


@dataclass(frozen=True, slots=True)
class PictureRow:
    """A picture of a text, with its size in pixels so that a page can leave room for it."""

    media_id: str
    alt: str
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class LiveRow:
    """What the public may read of an item. It holds no consent and no name of an officer."""

    id: int
    slug: str
    version: int
    kind: str
    topic: str
    area_key: str
    area_name: str
    title: str
    summary: str
    body: str
    title_en: str
    summary_en: str
    body_en: str
    source: str
    source_url: str
    published_at: datetime
    updated_at: datetime
    demo: bool


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move of an item: who, when, what, why."""

    at: datetime
    account_id: int | None
    role: str
    move: str
    version: int
    reason: str


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which live items: of a kind, a topic, with these words in the plain spelling."""

    kind: str = ""
    topic: str = ""
    words: tuple[str, ...] = ()
    every: bool = False
    """Each of the words has to be there, also where there are many."""


_ITEM: Final = tuple(news_items.c[name] for name in ItemRow.__slots__)
_TEXT: Final = tuple(news_versions.c[name] for name in TextRow.__slots__)
_LIVE: Final = (
    news_items.c.id,
    news_items.c.slug,
    news_versions.c.version,
    *(news_versions.c[name] for name in LiveRow.__slots__[3:15]),
    news_items.c.published_at,
    news_items.c.updated_at,
    news_items.c.demo,
)
_ON_LIVE: Final = and_(news_versions.c.news_id == news_items.c.id, news_versions.c.version == news_items.c.live_version)


async def create(
    connection: AsyncConnection,
    *,
    slug: str,
    area_path: str,
    account_id: int | None,
    now: datetime,
    demo: bool = False,
) -> int:
    """A new item without a text; the slug may be changed until it is published."""
    values = {
        "slug": slug, "state": "draft", "version": 0, "live_version": None, "area_path": area_path,
        "created_by": account_id, "created_at": now, "moved_at": now, "demo": demo,
    }  # fmt: skip
    made = await connection.execute(insert(news_items).values(values).returning(news_items.c.id))
    news_id: int = made.scalar_one()
    return news_id


async def item(connection: AsyncConnection, news_id: int, *, lock: bool = False) -> ItemRow | None:
    """An item; `lock` holds it until the transaction ends."""
    query = select(*_ITEM).where(news_items.c.id == news_id)
    found = (await connection.execute(query.with_for_update() if lock else query)).one_or_none()
    return None if found is None else _item(found)


async def change_item(connection: AsyncConnection, news_id: int, **values: Any) -> None:
    """Write columns of an item that has been locked."""
    await connection.execute(update(news_items).where(news_items.c.id == news_id).values(**values))


async def slug_taken(connection: AsyncConnection, slug: str) -> bool:
    found = await connection.execute(select(news_items.c.id).where(news_items.c.slug == slug))
    return found.first() is not None


async def add_text(connection: AsyncConnection, values: Mapping[str, Any], pictures: Sequence[tuple[str, str]]) -> None:
    """A further text with its pictures (media id, what is to be seen)."""
    await connection.execute(insert(news_versions).values(dict(values)))
    if pictures:
        rows = [
            {
                "news_id": values["news_id"], "version": values["version"], "position": position,
                "media_id": media_id, "alt": alt,
            }
            for position, (media_id, alt) in enumerate(pictures, start=1)
        ]  # fmt: skip
        await connection.execute(insert(news_pictures), rows)


async def text(connection: AsyncConnection, news_id: int, version: int) -> TextRow:
    """One text of an item; every version of an item has one, if only an erased one."""
    found = await connection.execute(
        select(*_TEXT).where(news_versions.c.news_id == news_id, news_versions.c.version == version)
    )
    row: Any = found.one()
    return TextRow(*row)


async def texts(connection: AsyncConnection, news_id: int) -> list[TextRow]:
    """Every text of an item, newest first."""
    found = await connection.execute(
        select(*_TEXT).where(news_versions.c.news_id == news_id).order_by(news_versions.c.version.desc())
    )
    rows: Any = found
    return [TextRow(*row) for row in rows]


async def pictures(connection: AsyncConnection, news_id: int, version: int) -> list[PictureRow]:
    """The pictures of a text in their order."""
    found: Any = await connection.execute(
        select(news_pictures.c.media_id, news_pictures.c.alt, media.c.width, media.c.height)
        .join(media, media.c.id == news_pictures.c.media_id)
        .where(news_pictures.c.news_id == news_id, news_pictures.c.version == version)
        .order_by(news_pictures.c.position)
    )
    return [PictureRow(*row) for row in found]


async def erase(connection: AsyncConnection, news_id: int) -> list[str]:
    """Empty every text of an item and take its pictures off; returns the pictures that nothing shows any more."""
    of_item = news_pictures.c.news_id == news_id
    shown = set((await connection.execute(select(news_pictures.c.media_id).where(of_item))).scalars())
    await connection.execute(delete(news_pictures).where(of_item))
    await connection.execute(
        update(news_versions)
        .where(news_versions.c.news_id == news_id)
        .values(**dict.fromkeys((*ERASED, "plain_title", "plain"), ""))
    )
    still: set[str] = set()
    if shown:
        kept = select(news_pictures.c.media_id).where(news_pictures.c.media_id.in_(shown))
        still = set((await connection.execute(kept)).scalars())
    return sorted(shown - still)


async def add_move(
    connection: AsyncConnection,
    news_id: int,
    *,
    at: datetime,
    account_id: int | None,
    role: str,
    move: str,
    version: int,
    reason: str,
) -> None:
    await connection.execute(
        insert(news_moves).values(
            news_id=news_id, at=at, account_id=account_id, role=role, move=move, version=version, reason=reason
        )
    )


async def moves(connection: AsyncConnection, news_id: int) -> list[MoveRow]:
    """What was done with an item, oldest first."""
    columns = tuple(news_moves.c[name] for name in MoveRow.__slots__)
    found: Any = await connection.execute(
        select(*columns).where(news_moves.c.news_id == news_id).order_by(news_moves.c.id)
    )
    return [MoveRow(*row) for row in found]


async def listed(
    connection: AsyncConnection, path: str, *, state: str = "", offset: int = 0, limit: int = 50
) -> list[tuple[ItemRow, TextRow]]:
    """The items below an area with their newest text, what moved last first."""
    newest = and_(news_versions.c.news_id == news_items.c.id, news_versions.c.version == news_items.c.version)
    query = select(*_ITEM, *_TEXT).join(news_versions, newest).where(below(news_items.c.area_path, path))
    if state:
        query = query.where(news_items.c.state == state)
    query = query.order_by(news_items.c.moved_at.desc(), news_items.c.id.desc()).offset(offset).limit(limit)
    found = [tuple(row) for row in await connection.execute(query)]
    return [(_item(row[: len(_ITEM)]), TextRow(*row[len(_ITEM) :])) for row in found]


async def live(
    connection: AsyncConnection, wanted: Wanted, *, offset: int = 0, limit: int = 5
) -> tuple[list[LiveRow], int]:
    """What the public may read, newest first (what fits best first where words are looked for), and how many."""
    conditions: list[ColumnElement[bool]] = [news_items.c.live_version.is_not(None)]
    if wanted.kind:
        conditions.append(news_versions.c.kind == wanted.kind)
    if wanted.topic:
        conditions.append(news_versions.c.topic == wanted.topic)
    order: list[ColumnElement[Any]] = [news_items.c.published_at.desc(), news_items.c.id.desc()]
    if wanted.words:
        hits = _hits(news_versions.c.plain, wanted.words)
        strict = wanted.every or len(wanted.words) <= _ENOUGH_FOR_ALL
        least = len(wanted.words) - (0 if strict else 1)
        conditions.append(hits >= least)
        order = [hits.desc(), _hits(news_versions.c.plain_title, wanted.words).desc(), *order]
    source = news_items.join(news_versions, _ON_LIVE)
    count = (await connection.execute(select(func.count()).select_from(source).where(*conditions))).scalar_one()
    query = select(*_LIVE).select_from(source).where(*conditions).order_by(*order).offset(offset).limit(limit)
    found: Any = await connection.execute(query)
    return [LiveRow(*row) for row in found], int(count)


async def neighbours(connection: AsyncConnection, wanted: Wanted, row: LiveRow) -> tuple[int | None, int | None]:
    """The ids of the newer and of the older item beside one, in the list of its kind or topic."""
    conditions: list[ColumnElement[bool]] = [news_items.c.live_version.is_not(None)]
    if wanted.kind:
        conditions.append(news_versions.c.kind == wanted.kind)
    if wanted.topic:
        conditions.append(news_versions.c.topic == wanted.topic)
    at, number = news_items.c.published_at, news_items.c.id
    query = select(news_items.c.id).join(news_versions, _ON_LIVE).where(*conditions).limit(1)
    newer = query.where(or_(at > row.published_at, and_(at == row.published_at, number > row.id)))
    older = query.where(or_(at < row.published_at, and_(at == row.published_at, number < row.id)))
    return (
        (await connection.execute(newer.order_by(at, number))).scalar_one_or_none(),
        (await connection.execute(older.order_by(at.desc(), number.desc()))).scalar_one_or_none(),
    )


async def live_by_id(connection: AsyncConnection, news_id: int) -> LiveRow | None:
    return await _one_live(connection, news_items.c.id == news_id)


async def live_by_slug(connection: AsyncConnection, slug: str) -> LiveRow | None:
    return await _one_live(connection, news_items.c.slug == slug)


async def live_picture(connection: AsyncConnection, media_id: str) -> tuple[str, bytes] | None:
    """Kind and bytes of a picture that a live text shows; of no other."""
    query = (
        select(media.c.mime, media.c.data)
        .join(news_pictures, news_pictures.c.media_id == media.c.id)
        .join(
            news_items,
            and_(news_items.c.id == news_pictures.c.news_id, news_items.c.live_version == news_pictures.c.version),
        )
        .where(media.c.id == media_id)
        .limit(1)
    )
    found = (await connection.execute(query)).first()
    return None if found is None else (found.mime, found.data)


async def live_media(connection: AsyncConnection, media_ids: Iterable[str]) -> set[str]:
    """Those of the pictures that a live text shows: everybody may see them already."""
    shown = and_(news_items.c.id == news_pictures.c.news_id, news_items.c.live_version == news_pictures.c.version)
    query = select(news_pictures.c.media_id).join(news_items, shown)
    return set((await connection.execute(query.where(news_pictures.c.media_id.in_(list(media_ids))))).scalars())


async def _one_live(connection: AsyncConnection, condition: ColumnElement[bool]) -> LiveRow | None:
    query = select(*_LIVE).join(news_versions, _ON_LIVE).where(condition, news_items.c.live_version.is_not(None))
    found: Any = (await connection.execute(query)).one_or_none()
    return None if found is None else LiveRow(*found)


def _hits(column: ColumnElement[Any], words: Sequence[str]) -> ColumnElement[int]:
    """How many of the words begin a word of the column; they are in the plain spelling (`content.text.plain`)."""
    total: ColumnElement[int] = literal(0)
    for word in words:
        total = total + case((column.contains(f" {word}", autoescape=True), 1), else_=0)
    return total


def _item(row: Any) -> ItemRow:
    return ItemRow(*row)
