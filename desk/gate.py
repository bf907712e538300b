"""Who comes in: the session of every request, the second factor, and the token that every form carries.

It stands before all routes of the desk at once. A route is open only if it says so with `OPEN` or `UNPROVED`.
"""

from __future__ import annotations

import hmac
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlencode, urlsplit

from litestar import Request, Response
from litestar.datastructures import Cookie
from litestar.exceptions import NotFoundException
from litestar.response import Redirect

from desk.parts import Parts
from handlers.access import Actor, actor_of_account, on_route
from handlers.actions.desk import LONGEST, is_due, needs_second_factor, session_of
from storage import sessions
from storage.keys import Keys
from storage.sessions import SessionRow

DeskRequest = Request[Any, Any, Any]

ROOT: Final = "/can-bo"
SIGN_IN: Final = f"{ROOT}/dang-nhap"
PROVE: Final = f"{ROOT}/ma-xac-thuc"
COOKIE: Final = "chungtay_desk"
CSRF_FIELD: Final = "csrf"
OPEN: Final = {"desk": "open"}
"""For routes that need no session."""
_LARGEST_NUMBER: Final = 2**63 - 1
UNPROVED: Final = {"desk": "unproved"}
"""For routes that a session without its second factor may use."""


class BadFormError(Exception):
    """A form that did not come from a page of this session."""


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, in the role acting now."""

    session: SessionRow
    token: str
    actor: Actor
    csrf: str


def gate(parts: Parts) -> Callable[[DeskRequest], Awaitable[Response[Any] | None]]:
    """The check before every request."""

    async def check(request: DeskRequest) -> Response[Any] | None:
        _readable(request)
        mode = request.route_handler.opt.get("desk", "")
        if request.method != "GET":
            _same_site(request)
        visitor = await _visitor(parts, request)
        request.state.visitor = visitor
        if mode == "open":
            return None
        if visitor is None:
            where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
            query = f"?{urlencode({'ve': where})}" if request.method == "GET" and where != ROOT else ""
            return Redirect(SIGN_IN + query, status_code=303)
        if request.method != "GET":
            form = await request.form()
            said = form.get(CSRF_FIELD, "")
            if not (isinstance(said, str) and hmac.compare_digest(said.encode(), visitor.csrf.encode())):
                raise BadFormError
            if any(isinstance(value, str) and "\x00" in value for _, value in form.multi_items()):
                raise BadFormError
        if mode != "unproved" and needs_second_factor(visitor.actor) and not visitor.session.proved:
            return Redirect(PROVE, status_code=303)
        return None

    return check


def visitor_of(request: DeskRequest) -> Visitor:
    """Who is signed in; the gate has let nobody else through."""
    visitor: Visitor | None = request.state.visitor
    if visitor is None:
        raise BadFormError
    return visitor


def csrf_of(keys: Keys, token: str) -> str:
    """What the forms of a session carry: another for each session, and for each token of it."""
    return keys.keyed_hash(f"desk-csrf:{token}")


def cookie(parts: Parts, token: str) -> Cookie:
    """The session's cookie: out of reach of scripts and of other sites' forms."""
    return Cookie(
        key=COOKIE, value=token, path=ROOT, httponly=True, samesite="lax", secure=parts.secure,
        max_age=int(LONGEST.total_seconds()) if token else 0,
    )  # fmt: skip


def way_back(said: object, otherwise: str = ROOT) -> str:
    """An address within the desk that somebody asked to return to; anything else leads nowhere else."""
    if not isinstance(said, str) or not (said == ROOT or said.startswith((f"{ROOT}/", f"{ROOT}?"))):
        return otherwise
    return said if said.isprintable() and "\\" not in said and "//" not in said.partition("?")[0] else otherwise


async def _visitor(parts: Parts, request: DeskRequest) -> Visitor | None:
    token = request.cookies.get(COOKIE, "")
    now = parts.now()
    async with parts.database.read() as connection:
        session = await session_of(connection, parts.keys, token, now) if token else None
        if session is None:
            return None
        actor = await actor_of_account(connection, session.account_id, session.acting_role, parts.today)
    if not actor.roles:
        return None
    if is_due(session, now):
        async with parts.database.write() as connection:
            await sessions.change(connection, session.id, {"seen_at": now})
    actor = on_route(actor, parts.knowledge.locality.about.review_route)
    return Visitor(session, token, actor, csrf_of(parts.keys, token))


def _readable(request: DeskRequest) -> None:
    """No database holds a number beyond 64 bits or a text with a zero byte: there is nothing at such an address."""
    numbers = (value for value in request.path_params.values() if isinstance(value, int))
    texts = (request.url.path, *(value for _, value in request.query_params.multi_items()))
    if any(abs(number) > _LARGEST_NUMBER for number in numbers) or any("\x00" in said for said in texts):
        raise NotFoundException


def _same_site(request: DeskRequest) -> None:
    """A browser says where a form comes from; another site's is refused before anything is read."""
    origin = request.headers.get("origin")
    if origin is not None and urlsplit(origin).netloc != request.headers.get("host", ""):
        raise BadFormError
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        raise BadFormError
