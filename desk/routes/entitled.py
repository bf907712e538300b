"""Households that may get more, with what became of it; and the accounts that are linked with a household."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from content.documents.entitled import load as words
from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.lazily import Lazily
from desk.pages import Page, query
from desk.parts import Parts
from desk.routes.exchange import download
from handlers import codes
from handlers.access import can, scope_filter
from handlers.actions import findings as actions
from handlers.actions import linked
from handlers.actions.findings import Filters, FindingError, Listed
from handlers.actions.linked import Given, LinkError
from handlers.entitled.comparing import PAID
from handlers.entitled.listing import cause_said, facts_said
from storage import areas
from storage.area_choices import choices
from storage.findings import Line
from storage.tables_entitlements import KINDS
from storage.tables_linked import OUTCOMES

if TYPE_CHECKING:
    from content.documents import found
else:
    found = Lazily("content.documents.found")

PAGE_SIZE: Final = 50
_HERE: Final = f"{ROOT}/quyen-loi-moi"
_DONE: Final = tuple(outcome for outcome in OUTCOMES if outcome != "open")


def filters_of(said: Mapping[str, Any]) -> Filters:
    """The filters of an address or a form."""
    return Filters(
        place=str(said.get("noi", ""))[:64],
        kind=str(said.get("viec", ""))[:16],
        handled=str(said.get("xong", "")) if said.get("xong") in ("1", "all") else "",
    )


def as_query(filters: Filters) -> dict[str, str]:
    """The same filters as they stand in an address."""
    return {"noi": filters.place, "viec": filters.kind, "xong": filters.handled}


def entitled_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, marking an entry, and the list as a file."""

    async def shown(request: DeskRequest, error: str = "", status: int = 200, revealed: int = 0) -> Response[Any]:
        visitor = visitor_of(request)
        said = request.query_params
        filters, after = filters_of(said), _number(said.get("sau", ""))
        async with parts.database.read() as connection:
            scope = scope_filter(visitor.actor, "see_findings")
            listed = await actions.see_list(
                connection, visitor.actor, parts.keys, filters, parts.today, after=after, limit=PAGE_SIZE
            )
            place = await areas.get(connection, filters.place) if filters.place else None
            places = await choices(connection, scope, place)
        rows = [_row(parts, listed, line, hidden=line.id != revealed) for line in listed.lines]
        here = as_query(filters)
        key = f"desk.did_now.{said.get('vua', '')}"
        return page(
            "entitled.html", visitor, status=status, active="entitled", rows=rows, total=listed.total, places=places,
            filters=filters, here=query(here), kinds=KINDS, outcomes=_DONE,
            at_page=query({**here, "sau": after or ""}), error=error, later=bool(after),
            following=query({**here, "sau": listed.after}) if listed.after else "",
            may_export=can(visitor.actor, "export_register", visitor.actor.area_path),
            done=parts.told(key),
        )  # fmt: skip

    @get("/quyen-loi-moi")
    async def listed_page(request: DeskRequest) -> Response[Any]:
        return await shown(request)

    @post("/quyen-loi-moi/{finding_id:int}")
    async def marked(finding_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "handle_finding")
        form = await request.form()
        asked = form.get("xem") == "1"
        try:
            await _handle(parts, visitor, finding_id, form, asked=asked)
        except FindingError as error:
            return await shown(request, parts.say(f"linked.error.{error.reason}"), 409)
        if asked:
            return await shown(request, revealed=finding_id)
        where = query({**as_query(filters_of(form)), "vua": "finding_marked"})
        return Redirect(f"{_HERE}?{where}", status_code=303)

    @post("/quyen-loi-moi/tai")
    async def taken(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "export_register")
        filters = filters_of(await request.form())
        async with parts.database.write() as connection:
            listed = await actions.take_along(
                connection, visitor.actor, parts.keys, filters, parts.today, parts.now()
            )  # fmt: skip
        data = found.workbook([_cells(parts, listed, line) for line in listed.lines])
        return download(f"ho-co-the-duoc-them-{parts.today:%Y%m%d}.xlsx", data)

    return [listed_page, marked, taken]


async def _handle(parts: Parts, visitor: Visitor, finding_id: int, form: Any, *, asked: bool) -> None:
    """Show what tells of health (`asked`), or say what became of it."""
    async with parts.database.write() as connection:
        if asked:
            await actions.show(connection, visitor.actor, finding_id, parts.now())
            return
        await actions.mark(
            connection, visitor.actor, parts.keys, finding_id, str(form.get("ket_qua", "")),
            seen=_number(form.get("da_xem", "")), note=str(form.get("ghi_chu", ""))[:2000], now=parts.now(),
        )  # fmt: skip


def home_routes(parts: Parts, page: Page) -> list[Any]:
    """Who is linked with a household: a code for it, passing on its notices, ending a link."""

    async def shown(request: DeskRequest, household_id: int, *more: Any, **marks: Any) -> Response[Any]:
        return await _links_page(parts, page, request, household_id, *more, **marks)

    @get("/ho/{household_id:int}/gan")
    async def links(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await shown(request, household_id)

    @post("/ho/{household_id:int}/gan/ma")
    async def code(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        try:
            async with parts.database.write() as connection:
                given = await linked.give_code(
                    connection, visitor.actor, parts.keys, household_id, parts.random(16).hex(), parts.now()
                )
        except LinkError as error:
            return await shown(request, household_id, error=parts.say(f"linked.error.{error.reason}"), status=409)
        return await shown(request, household_id, given)

    @post("/ho/{household_id:int}/gan/thay")
    async def behalf(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        if form.get("da_nghe") != "1":
            return await shown(request, household_id, error=parts.say("linked.consent_unclear"), status=400)
        try:
            async with parts.database.write() as connection:
                await linked.link_on_behalf(connection, visitor.actor, household_id, parts.now())
        except LinkError as error:
            return await shown(request, household_id, error=parts.say(f"linked.error.{error.reason}"), status=409)
        return Redirect(f"{ROOT}/ho/{household_id}/gan?xong=home_linked", status_code=303)

    @post("/ho/{household_id:int}/gan/go")
    async def ended(household_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "link_household")
        link_id = _number((await request.form()).get("gan", ""))
        async with parts.database.write() as connection:
            await linked.see_links(connection, visitor.actor, household_id, parts.now())
            await linked.detach(connection, visitor.actor, link_id, household_id, parts.now())
        return Redirect(f"{ROOT}/ho/{household_id}/gan?xong=home_unlinked", status_code=303)

    return [links, code, behalf, ended]


async def _links_page(
    parts: Parts,
    page: Page,
    request: DeskRequest,
    household_id: int,
    given: Given | None = None,
    error: str = "",
    status: int = 200,
) -> Response[Any]:
    visitor = visitor_of(request)
    async with parts.database.read() as connection:
        seen = await linked.see_links(connection, visitor.actor, household_id, parts.now())
    if seen is None:
        return page("message.html", visitor, status=404, said=parts.say("desk.gone"))
    key = f"desk.did_now.{request.query_params.get('xong', '')}"
    mine = any(
        each.account_id == visitor.actor.account_id and each.ended_at is None for each in seen.links
    )  # fmt: skip
    return page(
        "home_links.html", visitor, status=status, active="register", seen=seen, error=error, mine=mine,
        code=codes.shown(given.code) if given is not None else "", given=given,
        consent=parts.say(f"linked.consent.{linked.SPOKEN}", home=f"{seen.head.code}, {seen.head.name}"),
        done=parts.told(key),
    )  # fmt: skip


def _row(parts: Parts, listed: Listed, line: Line, *, hidden: bool) -> dict[str, Any]:
    """A line of the table in words. `hidden`: what tells of health is to be asked for first."""
    row, outcome = line.row, line.outcome
    one, assessor, told = row.finding, parts.knowledge.assessor, words()
    benefit = assessor.engine.catalogue.get(one.benefit)
    handled = outcome is not None and outcome.outcome != "open"
    hides = hidden and one.sensitive
    return {
        "id": line.id,
        "hidden": hides,
        "row": row,
        "kind": one.kind,
        "who": row.person or told.whole,
        "benefit": benefit.title,
        "slug": one.benefit,
        "amount": int(float(one.amount)) if one.amount and benefit.group in PAID else None,
        "period": told.periods.get(benefit.period, ""),
        "day": one.day,
        "cause": cause_said(one, told),
        "missing": facts_said(one, assessor, told),
        "unsure": "" if one.confirmed else told.unsure.strip(),
        "seen": outcome.id if outcome is not None else 0,
        "outcome": parts.say(f"linked.outcome.{outcome.outcome}") if outcome is not None and handled else "",
        "by": outcome.name if outcome is not None else "",
        "at": outcome.at if outcome is not None else None,
        "note": listed.notes.get(outcome.id, "") if outcome is not None and not hides else "",
        "linked": listed.linked.get(one.household_id, 0),
    }


def _cells(parts: Parts, listed: Listed, line: Line) -> list[Any]:
    """The same line for the workbook, in the order of its columns."""
    said = _row(parts, listed, line, hidden=False)
    row = line.row
    return [
        row.commune, row.village, row.code, row.head, said["who"], parts.say(f"desk.found.kind.{said['kind']}"),
        said["benefit"], said["amount"], said["day"], said["cause"],
        "; ".join(each for each in (said["missing"], said["unsure"]) if each), said["outcome"], said["note"],
    ]  # fmt: skip


def _number(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
