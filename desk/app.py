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
from desk.routes.analytics import analytics_routes
from desk.routes.broadcast_pages import broadcast_result_routes, broadcast_sum_routes
from desk.routes.broadcasts import broadcast_form_routes, broadcast_list_routes, broadcast_routes
from desk.routes.correcting import correct_routes
from desk.routes.dialogues import dialogue_routes, question_routes
from desk.routes.entitled import entitled_routes, home_routes
from desk.routes.exchange import export_routes, import_routes
from desk.routes.figures import figure_routes, period_routes
from desk.routes.inbox import inbox_routes
from desk.routes.inbox_case import case_routes
from desk.routes.knowledge import knowledge_routes
from desk.routes.knowledge_articles import article_routes, change_routes, draft_routes
from desk.routes.media import media_routes
from desk.routes.news import news_routes
from desk.routes.nomination_year import nomination_photo_routes, nomination_story_routes, nomination_year_routes
from desk.routes.nominations import nomination_move_routes, nomination_routes
from desk.routes.people import audit_routes, people_routes
from desk.routes.queue import queue_routes, report_routes
from desk.routes.register import household_routes, list_routes
from desk.routes.saved_replies import saved_reply_routes
from desk.routes.sign_in import account_routes, factor_routes, link_routes
from handlers.access import AccessDenied, record_refusal
from handlers.actions.reports import ReportError
from handlers.broadcasting.checking import BroadcastError
from handlers.cases.errors import CaseError
from handlers.newsroom.errors import NewsError
from handlers.nominating.errors import NominationError

_ROUTES: tuple[Callable[[Parts, Page], list[Any]], ...] = (
    link_routes,
    factor_routes,
    account_routes,
    queue_routes,
    report_routes,
    correct_routes,
    list_routes,
    household_routes,
    home_routes,
    entitled_routes,
    import_routes,
    export_routes,
    people_routes,
    audit_routes,
    figure_routes,
    period_routes,
    analytics_routes,
    inbox_routes,
    case_routes,
    saved_reply_routes,
    knowledge_routes,
    article_routes,
    draft_routes,
    change_routes,
    media_routes,
    news_routes,
    dialogue_routes,
    question_routes,
    nomination_routes,
    nomination_move_routes,
    nomination_story_routes,
    nomination_photo_routes,
    nomination_year_routes,
    broadcast_list_routes,
    broadcast_form_routes,
    broadcast_routes,
    broadcast_result_routes,
    broadcast_sum_routes,
)


def desk_router(parts: Parts, *, in_schema: bool = False) -> Router:
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
        exception_handlers={
            AccessDenied: denied,
            BadFormError: bad_form,
            ReportError: gone,
            CaseError: gone,
            BroadcastError: gone,
            NewsError: gone,
            NominationError: gone,
            HTTPException: refused,
        },
        include_in_schema=in_schema,
    )
