"""Nominations at the desk: the queue, writing one down, one with its way, correcting it, and its moves."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final
from urllib.parse import parse_qsl

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.nominations import Typed, failed_said, lists, nomination_typed, typed_from, typed_of
from desk.pages import Page, query
from desk.parts import Parts
from desk.routes.news import number_of, said
from handlers.access import VILLAGE_HEAD, can, can_anywhere, scope_filter
from handlers.actions import nomination_lists as listing
from handlers.actions import nomination_story as stories
from handlers.actions import nominations as actions
from handlers.actions.nomination_lists import MINE, VILLAGES, Wanted
from handlers.actions.nominations import DESK, NominationError, Submitted, Viewed, nominating_of
from handlers.nominating.lines import lines, named
from rules.nominations.model import ANSWERS, KINDS, MOST_PHOTOS, may_be_published
from rules.review import NEEDS_REASON, OPEN, STATES
from storage import areas, nominations
from storage.area_choices import choices

HERE: Final = f"{ROOT}/de-cu"
_PAGE: Final = 60
_PLACES: Final = ("village", "commune", "township", "ward")
_SHOWN: Final = ("approve", "forward", "take", "ask", "back", "refuse", "reopen", "answer", "withdraw")
"""In the order of the buttons; a correction has a form of its own."""


def wanted_of(given: Mapping[str, Any]) -> Wanted:
    """The filters of an address; what makes no sense is left out later."""
    return Wanted(
        str(given.get("tt", MINE))[:20] or MINE,
        str(given.get("loai", ""))[:16],
        number_of(str(given.get("nam", ""))[:4]),
        str(given.get("noi", ""))[:64],
        str(given.get("tu", ""))[:32],
        str(given.get("dong_y", ""))[:16],
        given.get("qh") == "1",
        str(given.get("tim", "")).replace("\x00", "").strip()[:120],
    )


def as_query(wanted: Wanted) -> dict[str, str]:
    """The same filters as they stand in an address."""
    return {
        "tt": "" if wanted.state == MINE else wanted.state, "loai": wanted.kind,
        "nam": str(wanted.year) if wanted.year else "", "noi": wanted.place, "tu": wanted.organisation,
        "dong_y": wanted.consent, "qh": "1" if wanted.overdue else "", "tim": wanted.text,
    }  # fmt: skip


def nomination_routes(parts: Parts, page: Page) -> list[Any]:
    """The queue, and writing a nomination down."""

    @get("/de-cu")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope = scope_filter(visitor.actor, "see_nomination")
        wanted = wanted_of(request.query_params)
        after = number_of(request.query_params.get("sau", "0"))
        async with parts.database.read() as connection:
            queue = await listing.see_queue(
                connection, visitor.actor, parts.keys, parts.frame, wanted, parts.today, after=after, limit=_PAGE
            )
            place = await areas.get(connection, wanted.place) if wanted.place else None
            places = await choices(connection, scope, place)
            years = await nominations.years(connection, scope)
        nominating = nominating_of(parts.frame)
        return page(
            "nominations.html", visitor, active="nominations", queue=queue, wanted=wanted, later=bool(after),
            here=query(as_query(wanted)), places=places, years=years, states=STATES, open_states=OPEN, kinds=KINDS,
            answers=ANSWERS, nominating=nominating, villages=VILLAGES,
            done=parts.done("desk.nomination_done", request.query_params),
            by=lambda key: named(parts.words, nominating, key),
            may_list=can_anywhere(visitor.actor, "check_nomination"),
        )  # fmt: skip

    @get("/de-cu/moi")
    async def new(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "nominate")
        token = parts.random(16).hex()
        area = visitor.actor.area_key if visitor.actor.role == VILLAGE_HEAD else ""
        return await _form(parts, page, visitor, Typed(area=area, token=token))

    @post("/de-cu/moi")
    async def create(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "nominate")
        form = await request.form()
        typed = typed_of(form)
        if visitor.actor.role == VILLAGE_HEAD:
            typed = replace(typed, organisation="", area=visitor.actor.area_key)
        choice = said(form, "trung")
        submission = f"desk:{visitor.actor.account_id}:{typed.token}"
        told = nomination_typed(typed, nominating_of(parts.frame), submission, None)
        try:
            async with parts.database.write() as connection:
                sent = await actions.submit(
                    connection, visitor.actor, parts.keys, parts.frame, told, chat=DESK, now=parts.now(),
                    today=parts.today, same_as=number_of(choice) or None, another=choice == "khac",
                )  # fmt: skip
        except NominationError as error:
            return await _form(parts, page, visitor, typed, status=400, error=failed_said(parts, error))
        if sent.row is None:
            return await _form(parts, page, visitor, typed, status=409, sent=sent)
        what = "joined" if sent.row.state == "joined" else "new"
        return Redirect(f"{HERE}/{sent.row.id}?xong={what}&vua={sent.row.receipt}", status_code=303)

    return [listed, new, create]


def nomination_move_routes(parts: Parts, page: Page) -> list[Any]:
    """One nomination, its correction and its moves."""

    @get("/de-cu/{nomination_id:int}")
    async def one(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await shown(parts, page, request, nomination_id)

    @get("/de-cu/{nomination_id:int}/sua")
    async def form(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        seen = await _seen(parts, visitor, nomination_id)
        if "correct" not in seen.may:
            return Redirect(f"{HERE}/{nomination_id}", status_code=303)
        return await _form(parts, page, visitor, typed_from(seen), row=seen.row, version=seen.row.version)

    @post("/de-cu/{nomination_id:int}/sua")
    async def corrected(nomination_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        sent = await request.form()
        typed, version = typed_of(sent), number_of(sent.get("phien_ban"))
        seen = await _seen(parts, visitor, nomination_id)
        if visitor.actor.role == VILLAGE_HEAD:
            typed = replace(typed, area=seen.row.area_key)
        told = nomination_typed(typed, nominating_of(parts.frame), seen.row.submission, seen.said)
        try:
            async with parts.database.write() as connection:
                row = await actions.move(
                    connection, visitor.actor, parts.keys, parts.frame, nomination_id, "correct", version=version,
                    now=parts.now(), today=parts.today, said=told,
                )  # fmt: skip
        except NominationError as error:
            return await _form(
                parts, page, visitor, typed, status=409, error=failed_said(parts, error), row=seen.row, version=version
            )
        return Redirect(f"{HERE}/{row.id}?xong=correct&vua={row.receipt}", status_code=303)

    @post("/de-cu/{nomination_id:int}/{wanted:str}")
    async def moved(nomination_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        sent = await request.form()
        reason = said(sent, "ly_do")
        try:
            async with parts.database.write() as connection:
                row = await actions.move(
                    connection, visitor.actor, parts.keys, parts.frame, nomination_id, wanted,
                    version=number_of(sent.get("phien_ban")), now=parts.now(), today=parts.today, reason=reason,
                )  # fmt: skip
        except NominationError as error:
            if error.key == "nominations.error.gone":
                raise
            return await shown(
                parts, page, request, nomination_id, status=409, error=failed_said(parts, error), typed=reason,
                tried=wanted,
            )  # fmt: skip
        here = as_query(wanted_of(dict(parse_qsl(said(sent, "loc")[:500]))))
        where = f"{HERE}/{row.id}" if wanted in ("take", "reopen") else HERE
        return Redirect(f"{where}?{query({**here, 'xong': wanted, 'vua': row.receipt})}", status_code=303)

    return [one, form, corrected, moved]


async def shown(
    parts: Parts,
    page: Page,
    request: DeskRequest,
    nomination_id: int,
    *,
    status: int = 200,
    error: str = "",
    typed: str = "",
    tried: str = "",
) -> Response[Any]:
    """The page of one nomination; that it was looked at is written down."""
    visitor = visitor_of(request)
    async with parts.database.write() as connection:
        seen = await actions.view(connection, visitor.actor, parts.keys, parts.frame, nomination_id, parts.now())
        story = await stories.story_of(connection, seen.row)
    row, nominating = seen.row, nominating_of(parts.frame)
    checks = can(visitor.actor, "check_nomination", row.area_path) and bool(seen.parts) and row.erased_at is None
    told = lines(parts.words, nominating, seen.said, row.area_name) if seen.said is not None else []
    agreed = seen.said is not None and may_be_published(seen.said.consent, row.state)
    return page(
        "nomination.html", visitor, status=status, active="nominations", seen=seen, row=row, told=told, story=story,
        moves=[each for each in _SHOWN if each in seen.may], may_correct="correct" in seen.may,
        needs_reason=NEEDS_REASON, may_check=checks,
        may_tell=checks and agreed and story is None and can(visitor.actor, "compose_broadcast", row.area_path),
        may_attach=bool(seen.parts) and row.state in OPEN and len(seen.files) < MOST_PHOTOS, most=MOST_PHOTOS,
        own=row.sent_by == visitor.actor.account_id and row.state in ("checked", "deciding"),
        over=row.state in ("withdrawn", "refused", "joined"), consent=typed_from(seen),
        here=query(as_query(wanted_of(request.query_params))), by=named(parts.words, nominating, row.organisation),
        error=error, typed=typed, tried=tried, **lists(nominating),
        done=parts.done("desk.nomination_done", request.query_params),
    )  # fmt: skip


async def _seen(parts: Parts, visitor: Visitor, nomination_id: int) -> Viewed:
    async with parts.database.write() as connection:
        return await actions.view(connection, visitor.actor, parts.keys, parts.frame, nomination_id, parts.now())


async def _form(
    parts: Parts,
    page: Page,
    visitor: Visitor,
    typed: Typed,
    *,
    status: int = 200,
    error: str = "",
    sent: Submitted | None = None,
    row: nominations.NominationRow | None = None,
    version: int = 0,
) -> Response[Any]:
    async with parts.database.read() as connection:
        scope = scope_filter(visitor.actor, "nominate")
        chosen = await areas.get(connection, typed.area) if typed.area else None
        places = [each for each in await choices(connection, scope, chosen) if each.kind in _PLACES]
        if chosen is not None and chosen.path.startswith(scope) and chosen not in places:
            places.append(chosen)
    return page(
        "nomination_form.html", visitor, status=status, active="nominations", typed=typed, error=error, row=row,
        version=version, places=places, alike=sent.alike if sent is not None else (),
        is_head=visitor.actor.role == VILLAGE_HEAD, action=f"{HERE}/{row.id}/sua" if row is not None else f"{HERE}/moi",
        **lists(nominating_of(parts.frame)),
    )  # fmt: skip
