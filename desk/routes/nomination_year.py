"""After the decision: consent, a story, erasing, photos; and the list of a year with its document and workbook."""

from __future__ import annotations

import asyncio
from base64 import urlsafe_b64encode
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from content.documents.nominations import MOST_IN_ANNEX, CommendationList, Nominee, table
from content.media import MediaError
from content.media.pictures import LARGEST, checked
from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.lazily import Lazily
from desk.nominations import consent_typed, failed_said
from desk.pages import Page
from desk.parts import Parts
from desk.routes.exchange import download
from desk.routes.news import number_of, said
from desk.routes.nominations import HERE, shown
from handlers.access import scope_filter
from handlers.actions import nomination_lists as listing
from handlers.actions import nomination_story as stories
from handlers.actions.nominations import NominationError, nominating_of
from handlers.messages import Attachment
from handlers.nominating.lines import named
from handlers.turn import VIETNAM
from rules.nominations.model import MOST_PHOTOS
from storage import areas, nominations, photos
from storage.photos import Photo

if TYPE_CHECKING:
    from content.documents import nominations_docx, table_xlsx
else:
    nominations_docx = Lazily("content.documents.nominations_docx")
    table_xlsx = Lazily("content.documents.table_xlsx")

_NO_VILLAGES: Final = ("province", "district", "town_district", "commune", "township", "ward")
_SPAN: Final = range(2000, 2100)
_PAGE: Final = 100


def nomination_story_routes(parts: Parts, page: Page) -> list[Any]:
    """Consent, the story, and erasing."""

    @post("/de-cu/{nomination_id:int}/dong-y")
    async def consented(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                row = await stories.set_consent(
                    connection, visitor_of(request).actor, parts.keys, parts.frame, nomination_id, consent_typed(form),
                    version=number_of(form.get("phien_ban")), now=parts.now(), today=parts.today,
                )  # fmt: skip
        except NominationError as error:
            return await _failed(parts, page, request, nomination_id, error, "consent")
        return Redirect(f"{HERE}/{row.id}?xong=consent&vua={row.receipt}", status_code=303)

    @post("/de-cu/{nomination_id:int}/bai")
    async def told(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        pictures = await _pictures(parts, visitor, nomination_id)
        try:
            async with parts.database.write() as connection:
                news_id = await stories.begin_story(
                    connection, visitor.actor, parts.keys, parts.frame, nomination_id,
                    version=number_of(form.get("phien_ban")), pictures=pictures, now=parts.now(), today=parts.today,
                )  # fmt: skip
        except NominationError as error:
            return await _failed(parts, page, request, nomination_id, error, "story")
        return Redirect(f"{ROOT}/tin/{news_id}?xong=saved", status_code=303)

    @post("/de-cu/{nomination_id:int}/xoa")
    async def erased(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                row = await stories.erase(
                    connection, visitor_of(request).actor, parts.keys, parts.frame, nomination_id,
                    version=number_of(form.get("phien_ban")), reason=said(form, "ly_do"), now=parts.now(),
                )  # fmt: skip
        except NominationError as error:
            return await _failed(parts, page, request, nomination_id, error, "erase")
        return Redirect(f"{HERE}/{row.id}?xong=erase&vua={row.receipt}", status_code=303)

    return [consented, told, erased]


def nomination_photo_routes(parts: Parts, page: Page) -> list[Any]:
    """Photos of a nomination: sent from the desk, and shown there."""

    @post("/de-cu/{nomination_id:int}/anh", request_max_body_size=LARGEST * MOST_PHOTOS)
    async def attached(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "nominate")
        form = await request.form()
        files = [each for each in form.getall("anh", []) if isinstance(each, UploadFile) and each.filename]
        try:
            drawn = [await asyncio.to_thread(checked, await each.read()) for each in files[: MOST_PHOTOS + 1]]
            async with parts.database.write() as connection:
                chat = ("web", f"desk:{visitor.actor.account_id}")
                kept = []
                for each in drawn:
                    photo = Photo(_new_id(parts), each.mime, len(each.data))
                    await photos.add(connection, parts.keys, chat, photo, each.data, parts.now())
                    kept.append((chat, Attachment(photo.key, photo.mime, photo.size)))
                await listing.attach_later(
                    connection, visitor.actor, parts.keys, parts.frame, nomination_id, kept, parts.now()
                )
        except MediaError as error:
            wrong = parts.say(error.key, **error.values)
            return await shown(parts, page, request, nomination_id, status=400, error=wrong)
        except NominationError as error:
            return await _failed(parts, page, request, nomination_id, error, "photos")
        return Redirect(f"{HERE}/{nomination_id}", status_code=303)

    @get("/de-cu/{nomination_id:int}/anh/{file_id:int}")
    async def photo(nomination_id: FromPath[int], file_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "see_nomination")
        async with parts.database.read() as connection:
            found = await listing.see_file(connection, visitor.actor, parts.keys, nomination_id, file_id)
        data = await parts.fetch(found[0].channel, found[1]) if found is not None else None
        kind = picture_kind(data) if data is not None else ""
        if data is None or not kind:
            return Response(b"", status_code=404, media_type="text/plain")
        return Response(
            data, media_type=kind, headers={"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
        )

    return [attached, photo]


def nomination_year_routes(parts: Parts, page: Page) -> list[Any]:
    """The list of a year, to look at and to take along."""

    @get("/de-cu/danh-sach")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope = scope_filter(visitor.actor, "check_nomination")
        year, area = _asked(parts, visitor, request.query_params)
        after = number_of(request.query_params.get("sau", "0"))
        async with parts.database.write() as connection:
            part = await listing.see_year(
                connection, visitor.actor, parts.keys, area, year, parts.now(), after=after, limit=_PAGE
            )
        async with parts.database.read() as connection:
            places = await areas.subtree(connection, scope, kinds=_NO_VILLAGES)
            years = await nominations.years(connection, scope)
        shown_years = sorted({*years, year, parts.today.year}, reverse=True)
        return page(
            "nomination_year.html", visitor, active="nominations", part=part, later=bool(after),
            rows=[(each.row.id, _nominee(parts, each)) for each in part.lines], total=sum(part.counts.values()),
            most=MOST_IN_ANNEX, confirmed=nominating_of(parts.frame).confirmed, area=area, year=year, places=places,
            years=shown_years,
        )  # fmt: skip

    @post("/de-cu/danh-sach/tai")
    async def taken(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "check_nomination")
        form = await request.form()
        year, area = _asked(parts, visitor, form)
        ending = "docx" if form.get("dang") == "docx" else "xlsx"
        found = await _whole_list(parts, visitor, area, year, ending)
        # Some seconds for thousands of lines: other people are answered meanwhile.
        make = nominations_docx.document if ending == "docx" else _workbook
        data = await asyncio.to_thread(make, found)
        return download(f"khen-thuong-{area}-{year}.{ending}", data)

    return [listed, taken]


async def _failed(
    parts: Parts, page: Page, request: DeskRequest, nomination_id: int, error: NominationError, tried: str
) -> Response[Any]:
    if error.key == "nominations.error.gone":
        raise error
    return await shown(parts, page, request, nomination_id, status=409, error=failed_said(parts, error), tried=tried)


async def _whole_list(parts: Parts, visitor: Visitor, area_key: str, year: int, ending: str) -> CommendationList:
    """The whole list, to be taken along."""
    async with parts.database.write() as connection:
        area, found = await listing.commended(
            connection, visitor.actor, parts.keys, area_key, year, parts.now(), verb="nominations_downloaded",
            detail=ending,
        )  # fmt: skip
        parent = await areas.get(connection, area.parent_key) if area.parent_key is not None else None
    return CommendationList(
        area.name, area.kind, parent.name if parent is not None else "",
        parts.knowledge.locality.office("social_affairs").name, year, tuple(_nominee(parts, each) for each in found),
        nominating_of(parts.frame).confirmed, area.demo,
    )  # fmt: skip


def _nominee(parts: Parts, each: listing.Commended) -> Nominee:
    row, told = each.row, each.said
    place = row.area_name if row.area_kind != "village" else f"{row.area_name}, {row.above}"
    day = row.decided_at.astimezone(VIETNAM).date() if row.decided_at is not None else None
    return Nominee(
        row.kind, told.name, place, told.deed, tuple(label for _, label in told.criteria),
        named(parts.words, nominating_of(parts.frame), row.organisation), row.receipt, row.consent, day,
    )  # fmt: skip


def _workbook(listed: CommendationList) -> bytes:
    made: bytes = table_xlsx.workbook([table(listed)])
    return made


def _asked(parts: Parts, visitor: Visitor, given: Mapping[str, Any]) -> tuple[int, str]:
    year = number_of(str(given.get("nam", ""))[:4])
    return year if year in _SPAN else parts.today.year, str(given.get("noi", ""))[:64] or visitor.actor.area_key


async def _pictures(parts: Parts, visitor: Visitor, nomination_id: int) -> list[tuple[str, bytes]]:
    """The photos of a nomination for its story, as far as their channels still give them out."""
    async with parts.database.read() as connection:
        found = [
            await listing.see_file(connection, visitor.actor, parts.keys, nomination_id, each.id)
            for each in await nominations.files(connection, nomination_id)
        ]
    kept = []
    for each in found:
        data = await parts.fetch(each[0].channel, each[1]) if each is not None else None
        if data is not None:
            kept.append((_new_id(parts), data))
    return kept


def _new_id(parts: Parts) -> str:
    return urlsafe_b64encode(parts.random(24)).decode()


def picture_kind(data: bytes) -> str:
    """The kind of a picture by its first bytes: what somebody sent is never shown as anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
