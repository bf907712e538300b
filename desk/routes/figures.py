"""The figures of a period: a page with charts, the workbook, the report to sign, and closing the period."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from content.documents.report import FALLS, LISTS, RISES, Line, PeriodReport
from content.exchange import demo as demos
from desk.gate import ROOT, DeskRequest, visitor_of
from desk.lazily import Lazily
from desk.pages import Page
from desk.parts import Parts
from desk.routes.exchange import download
from desk.routes.register import day_said
from handlers.access import Actor, can, require, scope_filter
from handlers.actions.figures import hand_in, period_report
from handlers.actions.register import totals_by_area
from storage import areas, audit
from storage.area_choices import choices
from storage.areas import AreaRow
from storage.errors import StorageError

if TYPE_CHECKING:
    from content.documents import docx, xlsx
else:
    docx, xlsx = Lazily("content.documents.docx"), Lazily("content.documents.xlsx")

_MOST_LINES: Final = 500
"""A longer table shows no villages; the workbook always does."""
_MOST_GROUPS: Final = 100
_BAR: Final = 300
"""Width of the longest bar, in the units of the drawing."""


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar of a chart: how long it is, and the number beside it."""

    kind: str
    length: int
    number: int


@dataclass(frozen=True, slots=True)
class BarGroup:
    """Bars under one name."""

    name: str
    bars: tuple[Bar, ...]


def figure_routes(parts: Parts, page: Page) -> list[Any]:
    """The page of a period."""

    @get("/so-lieu")
    async def shown(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope = scope_filter(visitor.actor, "see_figures")
        first, last, good = _period(parts, request.query_params)
        area = _place(request.query_params, visitor.actor)
        async with parts.database.read() as connection:
            row = await areas.get(connection, area)
            require(visitor.actor, "see_figures", row.path if row is not None else "/")
            places = await choices(connection, scope, row)
            report = await _report_of(parts, connection, visitor.actor, area, first, last + timedelta(days=1))
        is_large = len(report.lines) > _MOST_LINES
        if is_large:
            report = replace(report, lines=tuple(line for line in report.lines if line.level != "village"))
        key = f"desk.did_now.{request.query_params.get('xong', '')}"
        return page(
            "figures.html", visitor, active="figures", report=report, is_large=is_large, area=area, places=places,
            first=first, last=last, problem="" if good else parts.say("desk.error_day"), by_place=by_place(report),
            by_reason=by_reason(report),
            falls=FALLS, rises=RISES, lists=LISTS, may_lock=_may_lock(visitor.actor, row) and last < parts.today,
            done=parts.told(key),
        )  # fmt: skip

    return [shown]


def period_routes(parts: Parts, page: Page) -> list[Any]:
    """Taking the report of a period along, and closing the period."""

    @post("/so-lieu/tai")
    async def taken(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "see_figures")
        form = await request.form()
        first, last, _ = _period(parts, form)
        area = _place(form, visitor.actor)
        ending = "docx" if form.get("dang") == "docx" else "xlsx"
        async with parts.database.write() as connection:
            row = await areas.get(connection, area)
            path = row.path if row is not None else "/"
            require(visitor.actor, "see_figures", path)
            report = await _report_of(parts, connection, visitor.actor, area, first, last + timedelta(days=1))
            detail = {"from": first.isoformat(), "to": last.isoformat(), "as": ending}
            event = audit.Event(
                "download_figures", "area", area, visitor.actor.account_id or None, visitor.actor.role, path, detail
            )
            await audit.append(connection, event, parts.now())
        data = docx.document(report) if ending == "docx" else xlsx.workbook(report)
        return download(f"so-lieu-{area}-{first:%Y%m%d}-{last:%Y%m%d}.{ending}", data)

    @post("/so-lieu/khoa")
    async def locked(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "lock_period")
        form = await request.form()
        first, last, good = _period(parts, form)
        if not good or last >= parts.today:
            return page("message.html", visitor, status=400, said=parts.say("desk.error_period"))
        area = _place(form, visitor.actor)
        try:
            async with parts.database.write() as connection:
                await hand_in(connection, visitor.actor, area, first, last + timedelta(days=1), parts.now())
        except StorageError:
            return page("message.html", visitor, status=409, said=parts.say("desk.error_period"))
        where = f"tu={first.isoformat()}&den={last.isoformat()}&noi={area}"
        return Redirect(f"{ROOT}/so-lieu?{where}&xong=locked", status_code=303)

    return [taken, locked]


@cache
def _demo(slug: str) -> demos.Demo | None:
    return demos.load(slug)


async def _report_of(
    parts: Parts, connection: AsyncConnection, actor: Actor, area: str, start: date, end: date
) -> PeriodReport:
    locality = parts.knowledge.locality
    parents = {row.key: row.parent_key for row in await areas.subtree(connection, "/")}
    totals = totals_by_area(_demo(locality.about.slug), parents)
    return await period_report(connection, actor, locality, parts.frame.parameters, area, start, end, totals)


def _period(parts: Parts, said: Any) -> tuple[date, date, bool]:
    """The first and the last day; with neither, the year so far. False where what was said made no sense."""
    first, last = day_said(said.get("tu", "")), day_said(said.get("den", ""))
    asked = bool(said.get("tu") or said.get("den"))
    if first is not None and last is not None and first <= last < date.max:
        return first, last, True
    return parts.today.replace(month=1, day=1), parts.today, not asked


def _place(said: Any, actor: Actor) -> str:
    return str(said.get("noi", ""))[:64] or actor.area_key


def by_place(report: PeriodReport) -> list[BarGroup]:
    """Both lists at the end, by commune, or by village where the report is of one commune; nothing where no eye could
    follow.
    """
    level = "unit" if any(line.level == "unit" for line in report.lines) else "village"
    lines = [line for line in report.lines if line.level == level and any(_ends(line))]
    if len(lines) > _MOST_GROUPS:
        return []
    longest = max((number for line in lines for number in (*_starts(line), *_ends(line))), default=0) or 1
    found = []
    for line in lines:
        (poor_was, near_was), (poor, near) = _starts(line), _ends(line)
        numbers = (("poor was", poor_was), ("poor", poor), ("near was", near_was), ("near", near))
        found.append(
            BarGroup(line.name, tuple(Bar(kind, round(_BAR * each / longest), each) for kind, each in numbers))
        )
    return found


def by_reason(report: PeriodReport) -> list[BarGroup]:
    """Households that came onto each list or left it, by reason."""
    columns = (*FALLS, *RISES)
    lists = report.total.lists
    longest = max((lists[status][column][0] for status in LISTS for column in columns), default=0) or 1
    return [
        BarGroup(
            column,
            tuple(
                Bar(kind, round(_BAR * lists[status][column][0] / longest), lists[status][column][0])
                for kind, status in (("poor", "poor"), ("near", "near_poor"))
            ),
        )
        for column in columns
        if any(lists[status][column][0] for status in LISTS)
    ]


def _starts(line: Line) -> tuple[int, int]:
    return line.lists["poor"]["start"][0], line.lists["near_poor"]["start"][0]


def _ends(line: Line) -> tuple[int, int]:
    return line.lists["poor"]["end"][0], line.lists["near_poor"]["end"][0]


def _may_lock(actor: Actor, row: AreaRow | None) -> bool:
    return row is not None and can(actor, "lock_period", row.path)
