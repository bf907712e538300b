"""The staff desk as one router: every route behind the gate."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from litestar import Response, Router
from litestar.background_tasks import BackgroundTask
from litestar.exceptions import HTTPException
from litestar.status_codes import HTTP_413_REQUEST_ENTITY_TOO_LARGE

from desk.gate import ROOT, BadFormError, DeskRequest, gate
from desk.pages import Page, pages
from desk.parts import Parts
from desk.routes.exchange import export_routes, import_routes
from desk.routes.figures import figure_routes, period_routes
from desk.routes.people import audit_routes, people_routes
from desk.routes.queue import queue_routes, report_routes
from desk.routes.register import household_routes, list_routes
from desk.routes.sign_in import account_routes, factor_routes, link_routes
from handlers.access import AccessDenied, record_refusal
from handlers.actions.reports import ReportError

_ROUTES: tuple[Callable[[Parts, Page], list[Any]], ...] = (
    link_routes,
    factor_routes,
    account_routes,
    queue_routes,
    report_routes,
    list_routes,
    household_routes,
    import_routes,
    export_routes,
    people_routes,
    audit_routes,
    figure_routes,
    period_routes,
)


def desk_router(parts: Parts) -> Router:
    """`/can-bo` and everything below it."""
    page = pages(parts)

    async def record(error: AccessDenied) -> None:
        async with parts.database.write() as connection:
            await record_refusal(connection, error, parts.now())

    def denied(request: DeskRequest, error: AccessDenied) -> Response[Any]:
        answer = page("message.html", request.state.get("visitor"), status=403, said=parts.say("desk.denied"))
        answer.background = BackgroundTask(record, error)
        return answer

    def bad_form(request: DeskRequest, _: Exception) -> Response[Any]:
        return page("message.html", None, status=403, said=parts.say("desk.bad_form"))

    def gone(request: DeskRequest, _: Exception) -> Response[Any]:
        return page("message.html", request.state.get("visitor"), status=404, said=parts.say("desk.gone"))

    def refused(request: DeskRequest, error: HTTPException) -> Response[Any]:
        too_large = error.status_code == HTTP_413_REQUEST_ENTITY_TOO_LARGE
        said = parts.say("desk.too_large" if too_large else "desk.gone")
        return page("message.html", request.state.get("visitor"), status=error.status_code, said=said)

    return Router(
        path=ROOT,
        route_handlers=[handler for routes in _ROUTES for handler in routes(parts, page)],
        before_request=gate(parts),
        exception_handlers={AccessDenied: denied, BadFormError: bad_form, ReportError: gone, HTTPException: refused},
        include_in_schema=False,
    )
