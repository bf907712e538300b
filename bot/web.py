"""The ASGI application: web chat, webhooks, health."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any, Final

from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import ResponseHeader
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError

from bot.bootstrap import App, now
from bot.channels.web.channel import WebChannel
from bot.channels.web.routes import web_router
from bot.channels.web.talk import Talk
from bot.webhooks import Webhook
from content.words import SOURCE_LANGUAGE

_MOST_BODY: Final = 1_000_000
_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'; object-src 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "X-Frame-Options": "DENY",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=()",
    "Cross-Origin-Opener-Policy": "same-origin",
}


def create_app(app: App, webhook: Webhook | None = None) -> Litestar:
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
    if webhook is not None:
        handlers.append(_telegram_route(webhook))
    return Litestar(
        handlers,
        lifespan=[life],
        request_max_body_size=_MOST_BODY,
        response_headers=[ResponseHeader(name=name, value=value) for name, value in _HEADERS.items()],
        openapi_config=OpenAPIConfig(
            title="Chung Tay", version="1", render_plugins=[JsonRenderPlugin(path="/openapi.json")], path="/schema"
        ),
        debug=False,
    )


def _telegram_route(webhook: Webhook) -> Any:
    @post("/webhooks/telegram", summary="Updates from Telegram")
    async def telegram(request: Request[Any, Any, Any]) -> Response[None]:
        return Response(None, status_code=await webhook.receive(dict(request.headers), await request.body()))

    return telegram
