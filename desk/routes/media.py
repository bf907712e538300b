"""Kept pictures and documents as the desk shows them: pictures in place, documents only to be saved."""

from __future__ import annotations

from typing import Any

from litestar import Response, get
from litestar.params import FromPath

from desk.gate import DeskRequest, visitor_of
from desk.pages import Page
from desk.parts import Parts
from handlers.actions.media import download_headers, see_media


def media_routes(parts: Parts, page: Page) -> list[Any]:
    """One kept file, for those who may see what is sent in its area."""

    @get("/tep/{media_id:str}")
    async def kept(media_id: FromPath[str], request: DeskRequest) -> Response[Any]:
        async with parts.database.read() as connection:
            known = media_id.isprintable()
            found = await see_media(connection, visitor_of(request).actor, media_id) if known else None
        if found is None:
            return Response(b"", status_code=404, media_type="text/plain")
        row, data = found
        if row.kind == "document":
            return Response(data, media_type=row.mime, headers=download_headers(row))
        return Response(data, media_type=row.mime, headers={"Cache-Control": "private, max-age=3600"})

    return [kept]
