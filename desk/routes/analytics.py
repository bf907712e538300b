"""What the district learns about the service: a page with charts, and the same as a workbook."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from litestar import Response, get, post

from desk.analytics import about, panels, period_said, shown, wait_said
from desk.gate import DeskRequest, visitor_of
from desk.lazily import Lazily
from desk.pages import Page
from desk.parts import Parts
from desk.routes.exchange import download
from handlers.access import Actor, scope_filter
from handlers.actions import analytics

if TYPE_CHECKING:
    from content.documents import analytics as files
else:
    files = Lazily("content.documents.analytics")


def analytics_routes(parts: Parts, page: Page) -> list[Any]:
    """Both are noted in the audit trail."""

    @get("/thong-ke")
    async def seen(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, analytics.VERB)
        said = request.query_params
        async with parts.database.write() as connection:
            found = await analytics.see(
                connection, visitor.actor, str(said.get("quy", "")), _area(said, visitor.actor), parts.now()
            )
        own = found.figures.own
        return page(
            "analytics.html", visitor, active="analytics", seen=found, figures=found.figures,
            panels=panels(parts, found), period=period_said(parts, found), hidden=shown(parts, None),
            total=shown(parts, own.sum if own is not None else None),
            half=wait_said(parts, own.half if own is not None else None),
            most=wait_said(parts, own.most if own is not None else None), top=visitor.actor.area_key,
        )  # fmt: skip

    @post("/thong-ke/tai")
    async def taken(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, analytics.VERB)
        form = await request.form()
        async with parts.database.write() as connection:
            found = await analytics.see(
                connection, visitor.actor, str(form.get("quy", "")), _area(form, visitor.actor), parts.now(), taken=True
            )
        sheets = [each.sheet for each in panels(parts, found)]
        data = files.workbook(about(parts, found), sheets, shown(parts, None))
        return download(f"thong-ke-{found.area.key}-{found.quarter.key}.xlsx", data)

    return [seen, taken]


def _area(said: Any, actor: Actor) -> str:
    return str(said.get("noi", ""))[:64] or actor.area_key
