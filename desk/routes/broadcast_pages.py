"""The page of one announcement: how it will look, how far it has come, what became of it, and the files of that."""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

from litestar import Response, get, post
from litestar.params import FromPath

from content.documents.table import Table
from content.exchange.cells import GUARDED
from content.topics import topics
from desk.gate import DeskRequest, Visitor, visitor_of
from desk.lazily import Lazily
from desk.pages import Page
from desk.parts import Parts
from desk.routes.exchange import download
from desk.routes.register import day_said
from handlers.access import scope_filter
from handlers.actions import broadcast_results as results
from handlers.actions import broadcasts as actions
from handlers.broadcasting.checking import BroadcastError, Problem
from handlers.broadcasting.office import office_of
from handlers.broadcasting.options import channel_name, options
from handlers.broadcasting.reaching import Reached, reach
from handlers.broadcasting.trying import looks
from handlers.newsroom.names import names_of
from handlers.turn import VIETNAM
from rules.audiences.saying import describe
from rules.audiences.tree import AudienceError, read
from storage import broadcasts
from storage.broadcasts import BroadcastRow

if TYPE_CHECKING:
    from content.documents import table_xlsx
else:
    table_xlsx = Lazily("content.documents.table_xlsx")

_BEFORE = ("draft", "waiting_approval", "scheduled", "refused")


def problem_lines(parts: Parts, problems: Sequence[Problem]) -> list[str]:
    """What must be mended, in words."""
    return [parts.say(f"broadcasts.problem.{each.key}", **each.values) for each in problems]


async def one_page(
    parts: Parts, page: Page, visitor: Visitor, broadcast_id: int, *, status: int = 200, done: str = "",
    error: Sequence[str] = (), tried: str = "", reason: str = "",
) -> Response[Any]:  # fmt: skip
    """An announcement before it is sent, or on its way and after."""
    office = office_of(parts.knowledge, parts.now())
    try:
        async with parts.database.read() as connection:
            row = await actions.see(connection, visitor.actor, broadcast_id)
            moves = await broadcasts.moves(connection, row.id)
            people = {row.created_by, row.approved_by, *(each.account_id for each in moves)}
            names = await names_of(connection, {each for each in people if each is not None}, parts.today)
            authors = await actions.authors_of(connection, row)
            known = await options(connection, office.words, row.area_path, office.outlets.shown)
            before = row.state in _BEFORE
            values: dict[str, Any] = {
                "problems": problem_lines(parts, await actions.check(connection, visitor.actor, office, row))
                if row.state == "draft"
                else [],
                "reached": await reach(connection, row, office) if before else None,
                "progress": None if before else await results.progress(connection, visitor.actor, row.id),
                "corrected": await broadcasts.read(connection, row.corrects_id) if row.corrects_id else None,
            }
    except BroadcastError as missing:
        return page("message.html", visitor, status=404, said=problem_lines(parts, missing.problems)[0])
    return page(
        "broadcast.html", visitor, status=status, active="broadcasts", row=row, moves=moves, names=names,
        audience=_described(row, known), looks=looks(row.content, office),
        channel_names=_channels(parts, values["reached"]),
        may=actions.allowed(visitor.actor, row, authors), own=visitor.actor.account_id in authors, error=error,
        tried=tried, reason=reason, done=done, approval_above=office.policy.approval_above,
        quiet=not row.urgent and office.policy.quiet(row.start_at or office.now),
        loud=office.policy.next_loud(row.start_at or office.now), **values,
    )  # fmt: skip


def broadcast_result_routes(parts: Parts, page: Page) -> list[Any]:
    """How far it has come, what became of it, and all topics of a period."""

    @get("/thong-bao/{broadcast_id:int}/tien-do")
    async def progress(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        try:
            async with parts.database.read() as connection:
                found = await results.progress(connection, visitor_of(request).actor, broadcast_id)
        except BroadcastError:
            return Response({}, status_code=404)
        told = {
            "state": found.state, "state_name": parts.say(f"broadcasts.state.{found.state}"), "total": found.total,
            "percent": found.percent, **found.counts,
        }  # fmt: skip
        return Response(told, headers={"Cache-Control": "no-store"})

    @get("/thong-bao/{broadcast_id:int}/ket-qua")
    async def shown(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        try:
            async with parts.database.read() as connection:
                found = await results.see_results(connection, visitor.actor, parts.words, broadcast_id)
        except BroadcastError as missing:
            return page("message.html", visitor, status=404, said=problem_lines(parts, missing.problems)[0])
        return page("broadcast_results.html", visitor, active="broadcasts", found=found, row=found.row)

    @post("/thong-bao/{broadcast_id:int}/tai")
    async def taken(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        ending = "csv" if (await request.form()).get("dang") == "csv" else "xlsx"
        try:
            async with parts.database.write() as connection:
                tables = await results.take_results(
                    connection, visitor.actor, parts.words, broadcast_id, ending, parts.now()
                )
        except BroadcastError as missing:
            return page("message.html", visitor, status=404, said=problem_lines(parts, missing.problems)[0])
        return download(f"thong-bao-{broadcast_id}.{ending}", _file(tables, ending))

    return [progress, shown, taken]


def broadcast_sum_routes(parts: Parts, page: Page) -> list[Any]:
    """All topics of a period."""

    @get("/thong-bao/thong-ke")
    async def sums(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "see_broadcast")
        first, last, start, end = _period(parts, request.query_params)
        async with parts.database.read() as connection:
            found = await results.see_topics(connection, visitor.actor, start, end, list(topics()))
        return page(
            "broadcast_topics.html", visitor, active="broadcasts", found=found, first=first, last=last,
        )  # fmt: skip

    @post("/thong-bao/thong-ke/tai")
    async def taken(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "see_broadcast")
        form = await request.form()
        ending = "csv" if form.get("dang") == "csv" else "xlsx"
        first, last, start, end = _period(parts, form)
        async with parts.database.write() as connection:
            tables = await results.take_topics(
                connection, visitor.actor, parts.words, start, end, list(topics()), ending, parts.now()
            )
        return download(f"thong-bao-{first:%Y%m%d}-{last:%Y%m%d}.{ending}", _file(tables, ending))

    return [sums, taken]


def _period(parts: Parts, said: Any) -> tuple[Any, Any, datetime, datetime]:
    """The first and the last day, and the moments between which they lie; the last thirty days otherwise."""
    first, last = day_said(said.get("tu", "")), day_said(said.get("den", ""))
    if first is None or last is None or first > last or last.year > 9000 or first.year < 2000:
        last = parts.today
        first = last - timedelta(days=29)
    start = datetime.combine(first, time(), VIETNAM).astimezone(UTC)
    return first, last, start, datetime.combine(last + timedelta(days=1), time(), VIETNAM).astimezone(UTC)


def _file(tables: Sequence[Table], ending: str) -> bytes:
    if ending == "xlsx":
        return table_xlsx.workbook(tables)
    stream = io.StringIO()
    writer = csv.writer(stream)
    for number, table in enumerate(tables):
        if number:
            writer.writerow(())
        writer.writerow([_cell(table.title)])
        for row in (table.head, *table.rows):
            writer.writerow([_cell(each) for each in row])
    # The mark at the beginning lets a spreadsheet program read Vietnamese letters.
    return ("\ufeff" + stream.getvalue()).encode()


def _cell(value: str | int) -> str | int:
    """What a spreadsheet program would take for a formula is marked as text."""
    return f"'{value}" if isinstance(value, str) and value.startswith(GUARDED) else value


def _channels(parts: Parts, reached: Reached | None) -> dict[str, str]:
    """The names of the channels here, and of those that some of the audience write through."""
    found = {*parts.knowledge.outlets.shown, *(reached.channels if reached is not None else ())}
    return {each: channel_name(parts.words, each) for each in found}


def _described(row: BroadcastRow, known: Mapping[str, Mapping[str, str]]) -> str:
    try:
        return describe(read(row.audience), known)
    except AudienceError:
        return row.audience
