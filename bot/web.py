"""The ASGI application: web chat, webhooks, health."""

from __future__ import annotations

import secrets
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final, Protocol, runtime_checkable

import structlog
from litestar import Litestar, Request, Response, get, post
from litestar.exceptions import HTTPException
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import ASGIApp, Message, Receive, Scope, Send
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import App, now
from bot.channels import loading
from bot.channels.web.channel import WebChannel
from bot.channels.web.routes import web_router
from bot.channels.web.talk import Talk
from bot.turns import place
from bot.webhooks import Webhook
from content.words import SOURCE_LANGUAGE
from desk.app import desk_router
from desk.benefits import benefits_router
from desk.parts import FetchFile, Parts
from handlers.turn import VIETNAM

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


def create_app(
    app: App, webhook: Webhook | None = None, zalo_webhooks: Mapping[str, Webhook] | None = None
) -> Litestar:
    """The ASGI app over a built product; it starts and closes the product with itself."""

    @asynccontextmanager
    async def life(_: Litestar) -> AsyncIterator[None]:
        await app.start()
        try:
            yield
        finally:
            await app.close()

    @get("/health/live", summary="The process runs")
    async def live() -> dict[str, str]:
        return {"status": "ok"}

    @get("/health/ready", summary="The process can take messages")
    async def ready() -> Response[dict[str, str]]:
        try:
            async with app.database.read() as connection:
                await connection.execute(text("SELECT 1"))
        except (SQLAlchemyError, OSError):
            return Response({"status": "database unreachable"}, status_code=503)
        return Response({"status": "ok"})

    languages = dict(app.knowledge.languages)
    channel = app.channels["web"]
    if not isinstance(channel, WebChannel):
        raise TypeError("the web channel is missing")
    talk = Talk(channel, app.engine.handle, lambda lang: languages.get(lang) or languages[SOURCE_LANGUAGE], now)
    secure = app.settings.public_url.startswith("https://")
    handlers: list[Any] = [live, ready, web_router(talk, app.knowledge.locality.about, languages, secure=secure)]
    known = app.knowledge
    handlers.append(benefits_router(known.load_assessor, known.guide, lambda: now().astimezone(VIETNAM).date()))
    handlers.append(desk_router(Parts(app.database, known, now, secrets.token_bytes, _photos(app), secure)))
    if webhook is not None:
        handlers.append(_telegram_route(webhook))
    if zalo_webhooks:
        keys = app.knowledge.keys
        handlers += loading.zalo().routes(app.settings, zalo_webhooks, app.database, keys, now)
    return Litestar(
        handlers,
        lifespan=[life],
        request_max_body_size=_MOST_BODY,
        middleware=[_with_headers],
        exception_handlers={Exception: _unexpected},
        openapi_config=OpenAPIConfig(
            title="Chung Tay", version="1", render_plugins=[JsonRenderPlugin(path="/openapi.json")], path="/schema"
        ),
        logging_config=None,
        debug=False,
    )


@runtime_checkable
class _Fetching(Protocol):
    """A channel that hands out again the pictures it was sent."""

    async def fetch(self, ref: str) -> bytes | None: ...


def _photos(app: App) -> FetchFile:
    """The bytes of a photo that came with a report, from the channel that holds it."""

    async def fetch(channel: str, ref: str) -> bytes | None:
        source = app.channels.get(channel)
        return await source.fetch(ref) if isinstance(source, _Fetching) else None

    return fetch


def _with_headers(app: ASGIApp) -> ASGIApp:
    """Security headers on every answer, errors and static files included."""

    async def wrapped(scope: Scope, receive: Receive, send: Send) -> None:
        async def with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *_HEADERS]
            await send(message)

        await app(scope, receive, with_headers)

    return wrapped


def _unexpected(request: Request[Any, Any, Any], error: Exception) -> Response[dict[str, Any]]:
    """What the caller may see of an error; ours is logged by its place, without what the person wrote."""
    if isinstance(error, HTTPException):
        return Response({"detail": error.detail}, status_code=error.status_code)
    log.error("web.failed", path=request.url.path, failure=place(error))
    return Response({"detail": "Internal Server Error"}, status_code=500)


def _telegram_route(webhook: Webhook) -> Any:
    @post("/webhooks/telegram", summary="Updates from Telegram")
    async def telegram(request: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=await webhook.receive(dict(request.headers), await request.body()))

    return telegram
