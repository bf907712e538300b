"""The ASGI application: web chat, webhooks, health."""

from __future__ import annotations

import re
import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final

import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.plugins import PluginProtocol
from litestar.plugins.core import MsgspecDIPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from structlog.contextvars import bound_contextvars

from bot.bootstrap import App, now
from bot.channels import loading
from bot.channels.web.channel import WebChannel
from bot.channels.web.photos import Photos
from bot.channels.web.routes import web_router
from bot.channels.web.talk import Talk
from bot.fetching import Fetching
from bot.logs import place
from bot.metrics.measures import Measures
from bot.webhooks import Webhook
from content.words import SOURCE_LANGUAGE
from desk.app import desk_router
from desk.benefits import benefits_router
from desk.news import news_router
from desk.own_data import own_data_router
from desk.parts import FetchFile, Parts
from handlers.turn import VIETNAM
from storage.database import Database

log = structlog.get_logger(__name__)

_MOST_BODY: Final = 1_000_000
_HEADERS: Final = (
    (
        b"content-security-policy",
        b"default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'",
    ),
    (b"x-content-type-options", b"nosniff"),
    (b"referrer-policy", b"same-origin"),
    (b"x-frame-options", b"DENY"),
    (b"permissions-policy", b"camera=(), microphone=(), geolocation=()"),
    (b"cross-origin-opener-policy", b"same-origin"),
)
_ONLY_HTTPS: Final = (b"strict-transport-security", b"max-age=31536000")
"""Only where the server is public, and for its own name only: what else lies below that name is not ours to decide."""


def create_app(
    app: App,
    webhook: Webhook | None = None,
    zalo_webhooks: Mapping[str, Webhook] | None = None,
    *,
    schema_of_desk: bool = False,
) -> Litestar:
    """The ASGI app over a built product; it starts and closes the product with itself.

    `schema_of_desk` is for tests that try every route by its description: the public one does not tell of the desk.
    """

    @asynccontextmanager
    async def life(_: Litestar) -> AsyncIterator[None]:
        await app.start()
        try:
            yield
        finally:
            await app.close()

    languages = dict(app.knowledge.languages)
    channel = app.channels["web"]
    if not isinstance(channel, WebChannel):
        raise TypeError("the web channel is missing")
    sent = Photos(app.database, app.knowledge.keys, now)
    talk = Talk(channel, app.engine.handle, lambda lang: languages.get(lang) or languages[SOURCE_LANGUAGE], now, sent)
    secure = app.settings.public_url.startswith("https://")
    handlers: list[Any] = [
        *_health(app.database),
        web_router(talk, app.knowledge.locality.about, languages, secure=secure),
    ]
    known = app.knowledge
    handlers.append(benefits_router(known.load_assessor, known.guide, lambda: now().astimezone(VIETNAM).date()))
    handlers.append(news_router(app.database, known, now))
    handlers.append(own_data_router(app.database, known, now))
    parts = Parts(app.database, known, now, secrets.token_bytes, _photos(app, sent), secure)
    handlers.append(desk_router(parts, in_schema=schema_of_desk))
    if webhook is not None:
        handlers.append(_telegram_route(webhook, app.measures))
    if zalo_webhooks:
        keys = app.knowledge.keys
        handlers += loading.zalo().routes(app.settings, zalo_webhooks, app.database, keys, now)
    served = _Lean(
        handlers,
        lifespan=[life],
        request_max_body_size=_MOST_BODY,
        exception_handlers={Exception: _unexpected},
        openapi_config=OpenAPIConfig(
            title="Chung Tay", version="1", render_plugins=[JsonRenderPlugin(path="/openapi.json")], path="/schema"
        ),
        logging_config=None,
        debug=False,
    )
    # Around everything: Litestar's own middleware does not see what it answers to an unknown address or method.
    served.asgi_handler = _with_headers(_counted(app.measures, served.asgi_handler), secure=secure)
    return served


def _health(database: Database) -> list[Any]:
    @get("/health/live", summary="The process runs")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @get("/health/ready", summary="The process can take messages")
    async def ready() -> Response[dict[str, str]]:
        try:
            async with database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return Response({"status": "database unreachable"}, status_code=503)
        return Response({"status": "ok"})

    return [live, ready]


class _Lean(Litestar):
    """Without the plugins for model libraries that we do not use but have installed: pydantic alone is 8 MB."""

    @staticmethod
    def _get_default_plugins(plugins: list[PluginProtocol]) -> list[PluginProtocol]:
        return [*plugins, MsgspecDIPlugin()]


def _photos(app: App, sent: Photos) -> FetchFile:
    """The bytes of a photo that came with a report, from the channel that holds it."""

    async def fetch(channel: str, ref: str) -> bytes | None:
        source = sent if channel == "web" else app.channels.get(channel)
        return await source.fetch(ref) if isinstance(source, Fetching) else None

    return fetch


def _with_headers(app: ASGIApp, *, secure: bool) -> ASGIApp:
    """Security headers on every answer, errors and static files included; a stricter one of the answer's own stays."""
    headers = (*_HEADERS, _ONLY_HTTPS) if secure else _HEADERS

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                own = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [*message["headers"], *(each for each in headers if each[0] not in own)]
            await send(message)

        await app(scope, receive, with_headers)

    return wrapped


# What a reverse proxy may have called the request; anything else could be made to look like another line of the log.
_REQUEST_ID: Final = re.compile(rb"[A-Za-z0-9-]{8,64}")


def _counted(measures: Measures, app: ASGIApp) -> ASGIApp:
    """Give each request a name for the log, tell it in the answer, and count the answers by class of status."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        given = dict(scope["headers"]).get(b"x-request-id", b"")
        name = given if _REQUEST_ID.fullmatch(given) else secrets.token_hex(8).encode()

        async def counting(message: Message) -> None:
            if message["type"] == "http.response.start":
                measures.responses.add(f"{message['status'] // 100}xx")
                message["headers"] = [*message["headers"], (b"x-request-id", name)]
            await send(message)

        with bound_contextvars(request=name.decode()):
            await app(scope, receive, counting)

    return wrapped


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """What the caller may see of an error; ours is logged by its place, without what the person wrote."""
    if isinstance(error, HTTPException):
        return Response({"detail": error.detail}, status_code=error.status_code)
    log.error("web.failed", path=request.url.path, failure=place(error))
    return Response({"detail": "Internal Server Error"}, status_code=500)


_REFUSALS: Final = {400: "unreadable", 403: "wrong_secret", 413: "too_large", 500: "not_stored"}


def _telegram_route(webhook: Webhook, measures: Measures) -> Any:
    @post("/webhooks/telegram", summary="Updates from Telegram")
    async def telegram(request: Request[Any, Any, Any]) -> Response[None]:
        status = await webhook.receive(dict(request.headers), await request.body())
        if status >= 400:
            measures.webhook_refusals.add("telegram", _REFUSALS.get(status, str(status)))
        return Response(None, status_code=status)

    return telegram
