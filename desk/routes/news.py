"""News and stories at the desk: written, approved by a second person, published, withdrawn."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from content.media import MediaError
from content.media.pictures import LARGEST
from content.news import TOPICS
from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.pages import Page
from desk.parts import Parts
from desk.routes.register import day_said
from handlers.access import can_anywhere, require, scope_filter
from handlers.actions import media
from handlers.actions import news as actions
from handlers.newsroom.draft import HOW, MOST_PICTURES, Draft, consent_said
from handlers.newsroom.errors import NewsError
from handlers.newsroom.names import names_of
from storage import areas, news
from storage.areas import AreaRow
from storage.tables_news import NEWS_KINDS, NEWS_STATES

_BODY: Final = LARGEST * MOST_PICTURES
_PAGE: Final = 30
_NO_VILLAGES: Final = ("province", "district", "town_district", "commune", "township", "ward")
_TEXTS: Final = {
    "title": "tieu_de", "summary": "tom_tat", "body": "noi_dung", "title_en": "tieu_de_en", "summary_en": "tom_tat_en",
    "body_en": "noi_dung_en", "source": "nguon", "source_url": "nguon_dc",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What stood in the form, as it was typed: shown again where it cannot be kept."""

    draft: Draft
    who: str = ""
    on: date | None = None
    how: str = ""
    witness: str = ""


def news_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, and one item with its form."""

    @get("/tin")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        state = str(request.query_params.get("tt", ""))
        state = state if state in NEWS_STATES else ""
        at = number_of(request.query_params.get("trang", "1")) or 1
        async with parts.database.read() as connection:
            rows = await actions.see_list(
                connection, visitor.actor, state=state, offset=(at - 1) * _PAGE, limit=_PAGE + 1
            )
        return page(
            "news_list.html", visitor, active="news", rows=rows[:_PAGE], more=len(rows) > _PAGE, at=at, state=state,
            states=NEWS_STATES, may_write=can_anywhere(visitor.actor, "compose_broadcast"),
        )  # fmt: skip

    @get("/tin/moi")
    async def new(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "compose_broadcast")
        return await _form(parts, page, visitor, Typed(Draft("story", TOPICS[0], "", "", "", "")))

    @post("/tin/moi", request_max_body_size=_BODY)
    async def create(request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, None)

    @get("/tin/{news_id:int}")
    async def one(news_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _item(parts, page, visitor_of(request), news_id, done=str(request.query_params.get("xong", "")))

    @post("/tin/{news_id:int}", request_max_body_size=_BODY)
    async def change(news_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, news_id)

    @post("/tin/{news_id:int}/{wanted:str}")
    async def moved(news_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                await actions.move(
                    connection, visitor.actor, parts.keys, news_id, wanted, version=number_of(form.get("phien_ban")),
                    now=parts.now(), reason=said(form, "ly_do"),
                )  # fmt: skip
        except NewsError as error:
            return await _item(parts, page, visitor, news_id, status=409, error=parts.say(error.key, **error.values))
        return Redirect(f"{ROOT}/tin/{news_id}?xong={wanted}", status_code=303)

    return [listed, new, create, one, change, moved]


async def _saved(parts: Parts, page: Page, request: DeskRequest, news_id: int | None) -> Response[Any]:
    """Keep the form's text and its new pictures in one transaction; what is wrong is said above the same form."""
    visitor = visitor_of(request)
    scope_filter(visitor.actor, "compose_broadcast")
    form = await request.form()
    typed = _typed(form)
    version = number_of(form.get("phien_ban"))
    files = [each for each in form.getall("anh_moi", []) if isinstance(each, UploadFile) and each.filename]
    try:
        async with parts.database.write() as connection:
            draft = replace(
                typed.draft, consent=consent_said(typed.who, typed.on, typed.how, typed.witness),
                pictures=(*typed.draft.pictures, *await _kept(connection, parts, visitor, files)),
            )  # fmt: skip
            if (typed.who or typed.on) and draft.names_person and draft.consent is None:
                raise NewsError("consent_half")
            item = await actions.save(
                connection, visitor.actor, parts.keys, draft, news_id=news_id, version=version, now=parts.now(),
                today=parts.today,
            )  # fmt: skip
    except (NewsError, MediaError) as error:
        said = parts.say(error.key, **error.values)
        if news_id is None:
            return await _form(parts, page, visitor, typed, status=400, error=said)
        return await _item(parts, page, visitor, news_id, status=400, error=said, typed=typed)
    return Redirect(f"{ROOT}/tin/{item.id}?xong=saved", status_code=303)


async def _kept(
    connection: AsyncConnection, parts: Parts, visitor: Visitor, files: Sequence[UploadFile]
) -> list[tuple[str, str]]:
    """New pictures without a word about what is to be seen: that is asked for on the page that follows."""
    found = []
    for file in files[:MOST_PICTURES]:
        media_id = urlsafe_b64encode(parts.random(24)).decode()
        await media.keep_picture(connection, visitor.actor, await file.read(), media_id=media_id, now=parts.now())
        found.append((media_id, ""))
    return found


async def _form(
    parts: Parts, page: Page, visitor: Visitor, typed: Typed, *, status: int = 200, error: str = ""
) -> Response[Any]:
    async with parts.database.read() as connection:
        places = await places_of(connection, visitor)
    return page(
        "news_new.html", visitor, status=status, active="news", typed=typed, error=error, places=places, version=0,
        action=f"{ROOT}/tin/moi", **_lists(),
    )  # fmt: skip


async def _item(
    parts: Parts,
    page: Page,
    visitor: Visitor,
    news_id: int,
    *,
    status: int = 200,
    error: str = "",
    done: str = "",
    typed: Typed | None = None,
) -> Response[Any]:
    try:
        async with parts.database.write() as connection:
            seen = await actions.see(connection, visitor.actor, parts.keys, news_id, parts.now())
            places = await places_of(connection, visitor) if "change" in seen.may else []
            versions = await news.texts(connection, news_id)
            accounts = [each.account_id for each in seen.moves] + [each.account_id for each in versions]
            names = await names_of(connection, (each for each in accounts if each is not None), parts.today)
    except NewsError as gone:
        return page("message.html", visitor, status=404, said=parts.say(gone.key))
    key = f"desk.news_done.{done}"
    return page(
        "news_item.html", visitor, status=status, active="news", seen=seen, item=seen.item, text=seen.text,
        typed=typed or _from(seen), error=error, places=places, version=seen.item.version, names=names,
        versions=versions[1:], action=f"{ROOT}/tin/{news_id}", address=parts.knowledge.address,
        done=parts.told(key), **_lists(),
    )  # fmt: skip


async def places_of(connection: AsyncConnection, visitor: Visitor) -> list[AreaRow]:
    """Where something may be announced for: the actor's area and the communes below it."""
    scope = scope_filter(visitor.actor, "compose_broadcast")
    require(visitor.actor, "compose_broadcast", scope)
    return await areas.subtree(connection, scope, kinds=_NO_VILLAGES)


def _lists() -> dict[str, Any]:
    return {
        "kinds": NEWS_KINDS,
        "topics": TOPICS,
        "hows": HOW,
        "most": MOST_PICTURES,
        "megabytes": LARGEST // 1_000_000,
    }


def _from(seen: actions.SeenNews) -> Typed:
    """The form as it stands in what is kept."""
    text, consent = seen.text, seen.consent
    draft = Draft(
        text.kind, text.topic, text.area_key, text.title, text.summary, text.body, text.title_en, text.summary_en,
        text.body_en, text.source, text.source_url, text.names_person, None,
        tuple((each.media_id, each.alt) for each in seen.pictures),
    )  # fmt: skip
    if consent is None:
        return Typed(draft)
    return Typed(draft, consent.who, consent.on, consent.how, consent.witness)


def _typed(form: Mapping[str, Any]) -> Typed:
    texts: dict[str, Any] = {name: said(form, field).replace("\r\n", "\n") for name, field in _TEXTS.items()}
    pictures = []
    for number in range(1, MOST_PICTURES + 1):
        media_id = said(form, f"anh_{number}")[:64]
        if media_id and not form.get(f"bo_{number}"):
            pictures.append((media_id, said(form, f"mo_ta_{number}")))
    draft = Draft(
        kind=said(form, "loai"), topic=said(form, "chu_de"), area_key=said(form, "noi")[:64],
        names_person=bool(form.get("neu_ten")), pictures=tuple(pictures), **texts,
    )  # fmt: skip
    return Typed(
        draft, said(form, "ai")[:200], day_said(form.get("ngay", "")), said(form, "cach"), said(form, "chung")[:200],
    )  # fmt: skip


def said(form: Mapping[str, Any], field: str) -> str:
    """What a field of a form says; PostgreSQL takes no NUL."""
    return str(form.get(field, "")).replace("\x00", "")


def number_of(value: object) -> int:
    """A number of a form or an address; 0 for anything else."""
    text = str(value)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
