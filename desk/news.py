"""What everybody can read without an account: news and stories, their feed, and policy dialogues."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlencode

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Request, Response, Router, get
from litestar.params import FromPath, FromQuery

from content.news import TOPICS
from content.words import SOURCE_LANGUAGE
from desk.feed import FEED_TYPE, feed
from handlers.actions.news import PAGE, live_page
from handlers.turn import VIETNAM, Knowledge
from storage import dialogues, news
from storage.database import Database
from storage.news import LiveRow, PictureRow, Wanted
from storage.tables_news import NEWS_KINDS

PublicRequest = Request[Any, Any, Any]

_FOLDER: Final = Path(__file__).parent / "templates"
_PAGES_KEPT: Final = "public, max-age=60"
_PICTURES_KEPT: Final = "public, max-age=3600"
_LONGEST_SAID: Final = 80
_MOST_PAGES: Final = 9999
_IN_FEED: Final = 30
_MOST_DIALOGUES: Final = 50


def news_router(database: Database, known: Knowledge, now: Callable[[], datetime]) -> Router:
    """`/tin`, `/tin/<slug>`, `/tin/feed`, `/tin/anh/<id>`, `/doi-thoai`, `/doi-thoai/<slug>`."""
    pages = _Pages(known)

    @get("/tin", include_in_schema=False)
    async def listed(
        request: PublicRequest,
        tim: FromQuery[str] = "",
        loai: FromQuery[str] = "",
        chu_de: FromQuery[str] = "",
        trang: FromQuery[str] = "1",
    ) -> Response[Any]:
        said = " ".join(tim.split())[:_LONGEST_SAID]
        wanted = Wanted(loai if loai in NEWS_KINDS else "", chu_de if chu_de in TOPICS else "")
        at = min(int(trang), _MOST_PAGES) if trang.isascii() and trang.isdecimal() and len(trang) < 9 else 1
        async with database.read() as connection:
            rows, number = await live_page(connection, kind=wanted.kind, topic=wanted.topic, said=said, page=max(at, 1))
            pictures = {row.id: await news.pictures(connection, row.id, row.version) for row in rows}
        first = {each: shown[0] for each, shown in pictures.items() if shown}
        return pages.listed(request, wanted, said, max(at, 1), rows, number, first)

    @get("/tin/feed", include_in_schema=False)
    async def atom(request: PublicRequest) -> Response[Any]:
        async with database.read() as connection:
            rows, _ = await news.live(connection, Wanted(), limit=_IN_FEED)
        body = feed(rows, known.address or str(request.base_url).rstrip("/"), pages.place)
        return _answer(request, body, FEED_TYPE)

    @get("/tin/{slug:str}", include_in_schema=False)
    async def one(request: PublicRequest, slug: FromPath[str]) -> Response[Any]:
        async with database.read() as connection:
            row = await news.live_by_slug(connection, slug) if slug.isprintable() else None
            if row is None:
                return pages.page(request, "missing.html", 404, active="news")
            pictures = await news.pictures(connection, row.id, row.version)
            newer, older = [
                await news.live_by_id(connection, each) if each is not None else None
                for each in await news.neighbours(connection, Wanted(), row)
            ]
        return pages.page(request, "item.html", active="news", row=row, pictures=pictures, newer=newer, older=older)

    @get("/tin/anh/{media_id:str}", include_in_schema=False)
    async def picture(request: PublicRequest, media_id: FromPath[str]) -> Response[Any]:
        async with database.read() as connection:
            found = await news.live_picture(connection, media_id) if media_id.isprintable() else None
        if found is None:
            return Response(b"", status_code=404, media_type="text/plain")
        return _answer(request, found[1], found[0], _PICTURES_KEPT)

    return Router(path="/", route_handlers=[listed, atom, one, picture, *_dialogue_routes(database, pages, now)])


def _dialogue_routes(database: Database, pages: _Pages, now: Callable[[], datetime]) -> list[Any]:
    @get("/doi-thoai", include_in_schema=False)
    async def listed(request: PublicRequest) -> Response[Any]:
        async with database.read() as connection:
            rows = await dialogues.public(connection, limit=_MOST_DIALOGUES)
        return pages.page(request, "dialogues.html", active="dialogues", rows=rows, now=now())

    @get("/doi-thoai/{slug:str}", include_in_schema=False)
    async def one(request: PublicRequest, slug: FromPath[str]) -> Response[Any]:
        async with database.read() as connection:
            row = await dialogues.by_slug(connection, slug) if slug.isprintable() else None
            if row is None or row.state not in dialogues.PUBLIC:
                return pages.page(request, "missing.html", 404, active="dialogues")
            groups = await dialogues.group_list(connection, row.id) if row.state == "answered" else []
        return pages.page(request, "dialogue.html", active="dialogues", row=row, groups=groups, now=now())

    return [listed, one]


class _Pages:
    """The templates of the public pages."""

    def __init__(self, known: Knowledge) -> None:
        self._words: Final = known.languages[SOURCE_LANGUAGE]
        self.place: Final = self._words.translate(known.locality.about.name)
        self._environment: Final = Environment(
            loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
            lstrip_blocks=True,
        )  # fmt: skip
        self._environment.filters |= {
            "day": lambda at: self._words.date(at.astimezone(VIETNAM).date()),
            "moment": lambda at: self._words.time(at.astimezone(VIETNAM)),
        }
        self._environment.globals["topic"] = self._topic

    def page(self, request: PublicRequest, template: str, status: int = 200, **values: Any) -> Response[Any]:
        body = self._environment.get_template(f"news/{template}").render(place=self.place, **values)
        return _answer(request, body.encode(), MediaType.HTML, status=status)

    def listed(
        self,
        request: PublicRequest,
        wanted: Wanted,
        said: str,
        at: int,
        rows: list[LiveRow],
        number: int,
        pictures: dict[int, PictureRow],
    ) -> Response[Any]:
        """A page of the list, with the ways to the pages beside it."""
        heading = self._words.say("news.stories") if wanted.kind == "story" else "Tin và gương điển hình"
        if wanted.topic:
            heading = self._topic(wanted.topic)
        beside = [_address(wanted, said, each) for each in (at - 1, at + 1)]
        return self.page(
            request, "list.html", active="news", heading=heading, first=at == 1 and not said, said=said, rows=rows,
            number=number, at=at, pages=max(-(-number // PAGE), 1), before=beside[0], after=beside[1],
            pictures=pictures, chips=self._chips(wanted, said),
        )  # fmt: skip

    def _chips(self, wanted: Wanted, said: str) -> list[tuple[str, str, bool]]:
        nothing = not wanted.kind and not wanted.topic
        chips = [
            (_address(Wanted(), said, 1), "Mọi tin", nothing),
            (_address(Wanted(kind="story"), said, 1), self._words.say("news.stories"), wanted.kind == "story"),
        ]
        chips += [(_address(Wanted(topic=each), said, 1), self._topic(each), wanted.topic == each) for each in TOPICS]
        return chips

    def _topic(self, topic: str) -> str:
        return self._words.say(f"topics.name.{topic}")


def _address(wanted: Wanted, said: str, at: int) -> str:
    values = {"tim": said, "loai": wanted.kind, "chu_de": wanted.topic, "trang": at if at > 1 else ""}
    query = urlencode({name: value for name, value in values.items() if value})
    return f"/tin?{query}" if query else "/tin"


def _answer(
    request: PublicRequest, body: bytes, kind: str, kept: str = _PAGES_KEPT, *, status: int = 200
) -> Response[Any]:
    """With a mark of its content, so that a page that has not changed is not sent twice over a thin line."""
    mark = f'"{hashlib.sha256(body).hexdigest()[:32]}"'
    headers = {"Cache-Control": kept if status == 200 else "no-store", "ETag": mark}
    if status == 200 and mark in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=headers, media_type=kind)
    return Response(body, status_code=status, headers=headers, media_type=kind)
