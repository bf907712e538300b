"""The queue of reports, one report, and the moves of the review."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, urlencode

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, visitor_of, way_back
from desk.pages import Page, error_said, problem_said, query, told_lines
from desk.parts import Parts
from desk.routes.sign_in import home_of
from handlers.access import can_anywhere, record_refusal, scope_filter
from handlers.actions import queue as actions
from handlers.actions.queue import BULK_MOVES, MINE, Wanted
from handlers.actions.reports import ReportError, move
from rules.reports.catalogue import GROUPS, forms
from rules.review import NEEDS_REASON, STATES, allowed
from storage import areas
from storage.area_choices import choices, with_parents
from storage.report_queue import next_after

PAGE_SIZE: Final = 100
_SHOWN_MOVES: Final = ("approve", "forward", "take", "ask", "back", "refuse", "reopen", "answer", "withdraw")
"""In the order of the buttons; a correction has a form of its own."""
_LONGEST: Final = 2000


def wanted_of(said: Mapping[str, Any]) -> Wanted:
    """The filters of an address; what makes no sense is left out later."""
    return Wanted(
        state=str(said.get("tt", MINE))[:20],
        form=str(said.get("loai", ""))[:40],
        village=str(said.get("thon", ""))[:64],
        overdue=said.get("qh") == "1",
        mine=said.get("toi") == "1",
        text=str(said.get("tim", "")).strip()[:80],
    )


def as_query(wanted: Wanted) -> dict[str, str]:
    """The same filters as they stand in an address."""
    return {
        "tt": "" if wanted.state == MINE else wanted.state,
        "loai": wanted.form,
        "thon": wanted.village,
        "qh": "1" if wanted.overdue else "",
        "toi": "1" if wanted.mine else "",
        "tim": wanted.text,
    }


def queue_routes(parts: Parts, page: Page) -> list[Any]:
    """The queue, and moving several reports at once."""

    @get("/")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        if not can_anywhere(visitor.actor, "see_report"):
            return Redirect(home_of(visitor.actor), status_code=303)
        said = request.query_params
        wanted = wanted_of(said)
        after = _number(said.get("sau", "0"))
        async with parts.database.read() as connection:
            queue = await actions.see_queue(
                connection, visitor.actor, parts.frame, wanted, parts.today, after=after, limit=PAGE_SIZE
            )
            village = await areas.get(connection, wanted.village) if wanted.village else None
            villages = await choices(connection, scope_filter(visitor.actor, "see_report"), village)
        part = actions.part_of(visitor.actor, parts.frame)
        return page(
            "queue.html", visitor, active="reports", queue=queue, wanted=wanted, here=query(as_query(wanted)),
            villages=villages, groups=[(group, forms().in_group(group)) for group in GROUPS], states=STATES,
            bulk={"decider": "approve", "checker": "forward"}.get(part or "", ""), done=parts.done("desk.done", said),
            later=bool(after),
        )  # fmt: skip

    @post("/nhieu")
    async def several(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        wanted = str(form.get("viec", ""))
        scope_filter(visitor.actor, "check_report" if wanted != "approve" else "decide_report")
        chosen = [_pair(each) for each in form.getall("chon", [])]
        if wanted not in BULK_MOVES or not chosen:
            return Redirect(_back(form), status_code=303)
        done = await actions.move_many(
            parts.database, visitor.actor, parts.keys, parts.frame, [each for each in chosen if each is not None],
            wanted, parts.now(), parts.today,
        )  # fmt: skip
        for each in done:
            if each.denied is not None:
                async with parts.database.write() as connection:
                    await record_refusal(connection, each.denied, parts.now())
        results = [(each, error_said(parts, each.error) if each.error is not None else "") for each in done]
        good = sum(each.error is None and each.denied is None for each in done)
        return page(
            "several.html", visitor, active="reports", results=results, move=wanted, good=good, back=_back(form)
        )

    return [listed, several]


def report_routes(parts: Parts, page: Page) -> list[Any]:
    """One report and its moves."""

    @get("/bao-cao/{report_id:int}")
    async def one(report_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _report_page(parts, page, request, report_id)

    @post("/bao-cao/{report_id:int}/{wanted:str}")
    async def moved(report_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        reason = str(form.get("ly_do", ""))[:_LONGEST]
        request.state.loc = form.get("loc", "")
        failed: ReportError | None = None
        async with parts.database.write() as connection:
            try:
                row = await move(
                    connection, visitor.actor, parts.keys, parts.frame, report_id, wanted,
                    version=_number(form.get("phien_ban", "0")), now=parts.now(), today=parts.today, reason=reason,
                )  # fmt: skip
            except ReportError as error:
                failed = error
        if failed is not None:
            if failed.key == "reports.error_gone":
                raise failed
            return await _report_page(parts, page, request, report_id, 409, error_said(parts, failed), reason, wanted)
        here = {**as_query(wanted_of(dict(parse_qsl(str(form.get("loc", ""))[:_LONGEST])))), "xong": wanted}
        if form.get("ve"):
            return Redirect(_back(form, {"xong": wanted, "vua": row.receipt}), status_code=303)
        if wanted == "take":
            return Redirect(f"{ROOT}/bao-cao/{row.id}?{query({**here, 'vua': row.receipt})}", status_code=303)
        async with parts.database.read() as connection:
            filters = await actions.filters_of(connection, visitor.actor, parts.frame, wanted_of(here), parts.today)
            following = await next_after(connection, filters, row.id)
        where = f"{ROOT}/bao-cao/{following}" if following is not None else ROOT
        return Redirect(f"{where}?{query({**here, 'vua': row.receipt})}", status_code=303)

    @get("/bao-cao/{report_id:int}/tep/{file_id:int}")
    async def photo(report_id: FromPath[int], file_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.read() as connection:
            found = await actions.see_file(connection, visitor.actor, parts.keys, report_id, file_id)
        data = await parts.fetch(found[0].channel, found[1]) if found is not None and found[1] else None
        kind = _picture(data) if data is not None else ""
        if data is None or not kind:
            return Response(b"", status_code=404, media_type="text/plain")
        headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
        return Response(data, media_type=kind, headers=headers)

    return [one, moved, photo]


async def _report_page(
    parts: Parts,
    page: Page,
    request: DeskRequest,
    report_id: int,
    status: int = 200,
    error: str = "",
    typed: str = "",
    tried: str = "",
) -> Response[Any]:
    visitor = visitor_of(request)
    filters = dict(parse_qsl(str(request.state.get("loc", ""))[:_LONGEST])) or dict(request.query_params)
    wanted = wanted_of(filters)
    async with parts.database.write() as connection:
        seen = await actions.see_report(
            connection, visitor.actor, parts.keys, parts.frame, report_id, wanted, parts.now(), parts.today
        )
        places = await with_parents(connection, {home.area_key for home in seen.homes})
    row, case = seen.viewed.row, seen.viewed.case
    members = {member.id: member.name for home in (case.household, case.other) if home for member in home.members}
    may = allowed(row.state, seen.viewed.parts)
    return page(
        "report.html", visitor, status=status, active="reports", seen=seen, row=row, case=case, places=places,
        told=told_lines(parts, row.form, seen.viewed.told.fields, members),
        problem=problem_said(parts, seen.problem) if seen.problem is not None else "",
        may_correct="correct" in may, moves=[each for each in _SHOWN_MOVES if each in may],
        needs_reason=NEEDS_REASON, error=error, typed=typed,
        tried=tried, here=query(as_query(wanted)), done=parts.done("desk.done", request.query_params),
    )  # fmt: skip


def _back(form: Mapping[str, Any], more: Mapping[str, str] | None = None) -> str:
    where = way_back(form.get("ve"))
    if not more:
        return where
    base, _, old = where.partition("?")
    kept = [(name, value) for name, value in parse_qsl(old) if name not in more]
    return f"{base}?{urlencode([*kept, *more.items()])}"


def _pair(said: object) -> tuple[int, int] | None:
    """A chosen report as its box says it: "12:3", id and version."""
    report_id, _, version = str(said).partition(":")
    if not (report_id.isdecimal() and version.isdecimal() and len(report_id) < 18 and len(version) < 9):
        return None
    return int(report_id), int(version)


def _number(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0


def _picture(data: bytes) -> str:
    """The kind of a picture by its first bytes: what somebody sent is never shown as anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
