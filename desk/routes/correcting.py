"""Correcting what a report says, by the officer who checks it: with what stood there before, and the sender told."""

from __future__ import annotations

from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.pages import Page, error_said, query
from desk.parts import Parts
from desk.routes.queue import as_query, wanted_of
from handlers.access import AccessDenied
from handlers.actions.reports import ReportError, Viewed, move, view
from handlers.reporting.correcting import FormError, inputs, read
from rules.reports.catalogue import forms
from rules.review import allowed

_LONGEST: Final = 2000


def correct_routes(parts: Parts, page: Page) -> list[Any]:
    """The form, and the form sent back."""

    def shown(visitor: Visitor, seen: Viewed, **marks: Any) -> Response[Any]:
        return _form_page(page, visitor, seen, **marks)

    @get("/bao-cao/{report_id:int}/sua")
    async def form(report_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        here = query(as_query(wanted_of(request.query_params)))
        try:
            async with parts.database.read() as connection:
                seen = await _seen_by(parts, connection, visitor, report_id)
        except ReportError as error:
            if error.key == "reports.error_gone":
                raise
            return Redirect(f"{ROOT}/bao-cao/{report_id}?{here}", status_code=303)
        return shown(visitor, seen, here=here)

    @post("/bao-cao/{report_id:int}/sua")
    async def corrected(report_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        sent = await request.form()
        typed = {name: [str(each)[:_LONGEST] for each in sent.getall(name)] for name in set(sent.keys())}
        here = query(as_query(wanted_of(dict(parse_qsl(str(sent.get("loc", ""))[:_LONGEST])))))
        version = str(sent.get("phien_ban", ""))
        async with parts.database.read() as connection:
            seen = await view(connection, visitor.actor, parts.keys, parts.frame, report_id, parts.today)
        try:
            async with parts.database.write() as connection:
                told, _ = await read(connection, visitor.actor, parts.frame, seen.told, typed, parts.today)
                row = await move(
                    connection, visitor.actor, parts.keys, parts.frame, report_id, "correct", told=told,
                    version=int(version) if version.isdecimal() and len(version) < 9 else 0, now=parts.now(),
                    today=parts.today,
                )  # fmt: skip
        except FormError as wrong:
            problems = {name: parts.say(key, **values) for name, (key, values) in wrong.problems.items()}
            return shown(
                visitor, seen, typed=typed, problems=problems, here=here, status=400,
                error=parts.say("desk.error_fields"),
            )  # fmt: skip
        except ReportError as error:
            return shown(visitor, seen, typed=typed, error=error_said(parts, error), here=here, status=409)
        where = query({**dict(parse_qsl(here)), "xong": "correct", "vua": row.receipt})
        return Redirect(f"{ROOT}/bao-cao/{row.id}?{where}", status_code=303)

    return [form, corrected]


def _form_page(
    page: Page, visitor: Visitor, seen: Viewed, *, typed: dict[str, list[str]] | None = None,
    problems: dict[str, str] | None = None, error: str = "", here: str = "", status: int = 200,
) -> Response[Any]:  # fmt: skip
    """The form. After an error it still carries the version that was seen when it was opened: what somebody else has
    written since is not overwritten by sending it again.
    """
    form = forms().get(seen.row.form).form
    return page(
        "report_edit.html", visitor, status=status, active="reports", row=seen.row, case=seen.case, form=form,
        fields=inputs(seen.case, seen.told), typed=typed or {}, problems=problems or {}, error=error, here=here,
        version=(typed or {}).get("phien_ban", [str(seen.row.version)])[0],
    )  # fmt: skip


async def _seen_by(parts: Parts, connection: AsyncConnection, visitor: Visitor, report_id: int) -> Viewed:
    seen = await view(connection, visitor.actor, parts.keys, parts.frame, report_id, parts.today)
    if "correct" not in allowed(seen.row.state, seen.parts):
        if not seen.parts:
            raise AccessDenied(visitor.actor, "correct_report", seen.row.area_path)
        raise ReportError("reports.error_not_now")
    return seen
