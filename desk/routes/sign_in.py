"""Coming in and going out: the link, the second factor, the account."""

from __future__ import annotations

from typing import Any

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from desk.gate import (
    COOKIE,
    OPEN,
    PROVE,
    ROOT,
    SIGN_IN,
    UNPROVED,
    DeskRequest,
    cookie,
    csrf_of,
    visitor_of,
    way_back,
)
from desk.pages import Page, menu_of
from desk.parts import Parts
from handlers.actions import desk as actions
from handlers.actions.desk import IDLE, SignInError, needs_second_factor, token_from
from storage import sessions

_TOKEN_BYTES = 32


def home_of(actor: Any) -> str:
    """The first page that a role has."""
    menu = menu_of(actor)
    return menu[0][1] if menu else f"{ROOT}/tai-khoan"


def link_routes(parts: Parts, page: Page) -> list[Any]:
    """Coming in by a link, and going out."""

    @get("/dang-nhap", opt=OPEN)
    async def sign_in_page(request: DeskRequest) -> Response[Any]:
        back = way_back(request.query_params.get("ve"), "")
        return page("sign_in.html", None, token="", error="", back=back)

    @get("/vao/{token:str}", opt=OPEN)
    async def link(token: FromPath[str], request: DeskRequest) -> Response[Any]:
        # Only shown: a chat that fetches a link for its preview must not use it up.
        return page("sign_in.html", None, token=token, error="", back="")

    @post("/vao/{token:str}", opt=OPEN)
    async def enter(token: FromPath[str], request: DeskRequest) -> Response[Any]:
        new_token = token_from(parts.random(_TOKEN_BYTES))
        address = request.client.host if request.client is not None else ""
        failed: SignInError | None = None
        async with parts.database.write() as connection:
            try:
                await actions.sign_in(connection, parts.keys, token, new_token, address, parts.now(), parts.today)
            except SignInError as error:
                failed = error
            else:
                # Whatever session the browser had before is not continued.
                await actions.sign_out(connection, parts.keys, request.cookies.get(COOKIE, ""))
        if failed is not None:
            said = parts.say(f"desk.sign_in.{failed.reason}")
            return page("sign_in.html", None, status=429 if failed.reason == "too_many" else 403, token="", error=said,
                        back="")  # fmt: skip
        return Redirect(ROOT, status_code=303, cookies=[cookie(parts, new_token)])

    @post("/thoat", opt=UNPROVED)
    async def leave(request: DeskRequest) -> Response[Any]:
        async with parts.database.write() as connection:
            await actions.sign_out(connection, parts.keys, visitor_of(request).token)
        return Redirect(SIGN_IN, status_code=303, cookies=[cookie(parts, "")])

    @post("/thoat-het", opt=UNPROVED)
    async def leave_everywhere(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.write() as connection:
            await actions.sign_out_everywhere(connection, visitor.actor.account_id, visitor.actor.role, parts.now())
        return Redirect(SIGN_IN, status_code=303, cookies=[cookie(parts, "")])

    return [sign_in_page, link, enter, leave, leave_everywhere]


def factor_routes(parts: Parts, page: Page) -> list[Any]:
    """Giving the second factor, or setting it up."""

    async def prove_page(request: DeskRequest, status: int = 200, error: str = "") -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.write() as connection:
            secret = await actions.offered_secret(connection, parts.keys, visitor.actor.account_id, parts.random(20))
        return page("prove.html", visitor, status=status, secret=secret, error=error)

    @get("/ma-xac-thuc", opt=UNPROVED)
    async def asked(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        if visitor.session.proved or not needs_second_factor(visitor.actor):
            return Redirect(home_of(visitor.actor), status_code=303)
        return await prove_page(request)

    @post("/ma-xac-thuc", opt=UNPROVED)
    async def proved(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        said = str((await request.form()).get("ma", ""))[:40]
        new_token = token_from(parts.random(_TOKEN_BYTES))
        failed: SignInError | None = None
        done = actions.Proved()
        async with parts.database.write() as connection:
            try:
                done = await actions.prove(connection, parts.keys, visitor.session, said, new_token, parts.now())
            except SignInError as error:
                failed = error
        if failed is not None:
            status = 429 if failed.reason == "too_many_codes" else 403
            return await prove_page(request, status, parts.say(f"desk.sign_in.{failed.reason}"))
        cookies = [cookie(parts, new_token)]
        if done.recovery_codes:
            renewed = type(visitor)(visitor.session, new_token, visitor.actor, csrf_of(parts.keys, new_token))
            return page("recovery.html", renewed, cookies=cookies, codes=done.recovery_codes)
        return Redirect(home_of(visitor.actor), status_code=303, cookies=cookies)

    return [asked, proved]


def account_routes(parts: Parts, page: Page) -> list[Any]:
    """The role acting, recovery codes, and where else one is signed in."""

    @get("/tai-khoan")
    async def account(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.read() as connection:
            places = await sessions.of_account(connection, visitor.actor.account_id, parts.now(), IDLE)
            left = await sessions.count_recovery_codes(connection, visitor.actor.account_id)
            factor = await actions.has_factor(connection, visitor.actor.account_id)
        return page("account.html", visitor, active="account", places=places, left=left, factor=factor)

    @post("/tai-khoan/ma-du-phong")
    async def recovery(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        if not visitor.session.proved:
            return Redirect(PROVE, status_code=303)
        seed = token_from(parts.random(_TOKEN_BYTES))
        async with parts.database.write() as connection:
            made = await actions.new_recovery_codes(connection, parts.keys, visitor.actor.account_id, seed, parts.now())
        return page("recovery.html", visitor, codes=made)

    @post("/vai")
    async def switch(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        said = str((await request.form()).get("vai", ""))
        chosen = next((role for role in visitor.actor.roles if str(role.id) == said), None)
        if chosen is not None:
            async with parts.database.write() as connection:
                await sessions.change(connection, visitor.session.id, {"acting_role": chosen.id})
        return Redirect(ROOT, status_code=303)

    return [account, recovery, switch]
