"""Who holds which role, inviting, ending and handing over; and the audit trail."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, visitor_of
from desk.pages import Page, error_said, invitable
from desk.parts import Parts
from desk.routes.register import day_said
from handlers import codes
from handlers.access import AREA_KINDS, can, invite_verb, scope_filter
from handlers.actions import people as actions
from handlers.actions import trail
from handlers.actions.people import Invited, PeopleError
from storage import areas, invitations, people
from storage.audit import Verified


def people_routes(parts: Parts, page: Page) -> list[Any]:
    """The page of people; every change comes back to it."""

    @get("/nguoi")
    async def listed(request: DeskRequest) -> Response[Any]:
        return await _people_page(parts, page, request)

    @post("/nguoi/moi")
    async def invite(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "see_people")
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                invited = await actions.invite(
                    connection, visitor.actor, parts.keys, role=str(form.get("vai", "")),
                    area_key=str(form.get("noi", ""))[:64], name=str(form.get("ten", ""))[:200],
                    seed=parts.random(16).hex(), now=parts.now(),
                )  # fmt: skip
        except PeopleError as error:
            return await _people_page(parts, page, request, status=400, error=error_said(parts, error))
        return await _people_page(parts, page, request, invited=invited)

    @post("/nguoi/ket-thuc")
    async def end(request: DeskRequest) -> Response[Any]:
        return await _changed(parts, page, request, "role_ended")

    @post("/nguoi/ban-giao")
    async def hand_over(request: DeskRequest) -> Response[Any]:
        return await _changed(parts, page, request, "handed_over")

    @post("/nguoi/thu-hoi")
    async def revoke(request: DeskRequest) -> Response[Any]:
        return await _changed(parts, page, request, "revoked")

    return [listed, invite, end, hand_over, revoke]


async def _people_page(
    parts: Parts,
    page: Page,
    request: DeskRequest,
    *,
    status: int = 200,
    error: str = "",
    invited: Invited | None = None,
) -> Response[Any]:
    visitor = visitor_of(request)
    actor = visitor.actor
    scope = scope_filter(actor, "see_people")
    async with parts.database.read() as connection:
        held = await people.holders(connection, scope, parts.today)
        waiting = await invitations.still_open(connection, scope, parts.now())
        places = await areas.subtree(connection, scope)
    names = {place.key: place.name for place in places}
    accounts = {one.role.account_id: one.name for one in held}
    key = f"desk.did_now.{request.query_params.get('xong', '')}"
    roles = invitable(actor)
    kinds = {kind for role in roles for kind in AREA_KINDS[role]}
    return page(
        "people.html", visitor, status=status, active="people", held=held, waiting=waiting,
        places=[place for place in places if place.kind in kinds], names=names, roles=roles, accounts=accounts,
        may_end={one.role.id for one in held if can(actor, invite_verb(one.role.role), one.role.area_path)},
        error=error, code=codes.shown(invited.code) if invited is not None else "", invited=invited,
        done=parts.told(key),
    )  # fmt: skip


async def _changed(parts: Parts, page: Page, request: DeskRequest, what: str) -> Response[Any]:
    visitor = visitor_of(request)
    scope_filter(visitor.actor, "see_people")
    form = await request.form()
    number = _number(form.get("so", ""))
    on = max(day_said(form.get("ngay", "")) or parts.today, parts.today)
    try:
        async with parts.database.write() as connection:
            if what == "role_ended":
                await actions.end_role(connection, visitor.actor, number, on, parts.now())
            elif what == "handed_over":
                successor = _number(form.get("nguoi", ""))
                await actions.hand_over(connection, visitor.actor, number, successor, on, parts.now())
            else:
                await actions.revoke_invitation(connection, visitor.actor, number, parts.now())
    except PeopleError as error:
        return await _people_page(parts, page, request, status=409, error=error_said(parts, error))
    return Redirect(f"{ROOT}/nguoi?xong={what}", status_code=303)


def audit_routes(parts: Parts, page: Page) -> list[Any]:
    """The trail, and the proof that it is whole."""

    async def shown(request: DeskRequest, verified: Verified | None = None) -> Response[Any]:
        visitor = visitor_of(request)
        said = request.query_params
        verb, account = str(said.get("viec", ""))[:64], _number(said.get("nguoi", ""))
        async with parts.database.read() as connection:
            lines, before = await trail.see_trail(
                connection, visitor.actor, verb=verb, account_id=account or None,
                before=_number(said.get("truoc", "")) or None,
            )  # fmt: skip
            places = {row.path: row.name for row in await areas.subtree(connection, "/")}
        verbs = sorted(parts.words.starting_with("desk.verb.").items(), key=lambda each: each[1])
        return page(
            "audit.html", visitor, active="audit", lines=lines, before=before, verb=verb, account=account or "",
            verbs=verbs, known=dict(verbs), places=places, verified=verified,
        )  # fmt: skip

    @get("/nhat-ky")
    async def listed(request: DeskRequest) -> Response[Any]:
        return await shown(request)

    @post("/nhat-ky/kiem-tra")
    async def checked(request: DeskRequest) -> Response[Any]:
        found = await trail.verify(parts.database, visitor_of(request).actor, parts.now())
        return await shown(request, found)

    return [listed, checked]


def _number(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
