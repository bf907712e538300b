"""The web chat's routes: page, session, WebSocket, and plain HTTP for bad lines."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import msgspec
from litestar import MediaType, Request, Response, Router, get, post, websocket
from litestar.connection import ASGIConnection, WebSocket
from litestar.datastructures import Cookie
from litestar.exceptions import (
    NotAuthorizedException,
    NotFoundException,
    PermissionDeniedException,
    WebSocketDisconnect,
)
from litestar.params import FromPath, FromQuery
from litestar.response import File
from litestar.static_files import create_static_files_router

from bot.channels.web.channel import chat_of
from bot.channels.web.photos import address_of, photo_routes
from bot.channels.web.talk import Talk, to_page
from content.localities import About
from content.words import SOURCE_LANGUAGE, Words

STATIC: Final = Path(__file__).parent / "static"
COOKIE: Final = "chungtay_chat"
_COOKIE_AGE_S: Final = 180 * 24 * 3600
_SHOWN: Final = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
_LONGEST_WAIT_S: Final = 25
# How soon a page sees what another process has written for its chat.
_LOOK_AGAIN_S: Final = 3.0
_BAD_ORIGIN: Final = 4403
_NO_SESSION: Final = 4401


def web_router(talk: Talk, about: About, languages: dict[str, Words], *, secure: bool) -> Router:
    """All routes of the web chat. `secure` marks the cookie for https only."""

    def words_of(lang: str) -> Words:
        return languages.get(lang) or languages[SOURCE_LANGUAGE]

    @get("/", media_type=MediaType.HTML, include_in_schema=False)
    async def page() -> File:
        return File(STATIC / "index.html", content_disposition_type="inline", media_type="text/html; charset=utf-8")

    @get("/chat/about", summary="What the page shows around the talk; begins a session")
    async def chat_about(
        request: Request[Any, Any, Any], lang: FromQuery[str] = SOURCE_LANGUAGE
    ) -> Response[dict[str, Any]]:
        words = words_of(lang)
        token = _session(request) or secrets.token_urlsafe(32)
        body = {
            "title": "Chung Tay",
            "place": words.translate(about.name),
            "demo": about.demo,
            # Tells the page that it is another talk than before, without telling which.
            "chat": chat_of(token)[:12],
            "language": words.language,
            "words": words.starting_with("web."),
        }
        # Set anew each time: the session lasts as long as the page is used.
        cookie = Cookie(key=COOKIE, value=token, httponly=True, samesite="lax", secure=secure, max_age=_COOKIE_AGE_S)
        return Response(body, headers={"Cache-Control": "no-store"}, cookies=[cookie])

    @get("/chat/messages", summary="The talk's messages after a sequence number; waits up to `wait` seconds")
    async def fetch(
        request: Request[Any, Any, Any], after: FromQuery[int] = 0, wait: FromQuery[int] = 0
    ) -> Response[dict[str, Any]]:
        seconds = min(max(wait, 0), _LONGEST_WAIT_S)
        messages = await talk.channel.fetch_or_wait(_chat(request), _seq(after), seconds)
        return Response({"messages": [to_page(each) for each in messages]}, headers={"Cache-Control": "no-store"})

    @post("/chat/messages", status_code=200, summary="Say something; answered after it is stored")
    async def say(request: Request[Any, Any, Any], lang: FromQuery[str] = "") -> Response[dict[str, Any]]:
        if request.headers.get("x-requested-with") != "chungtay":
            raise PermissionDeniedException("the header X-Requested-With: chungtay is missing")
        frame = await talk.take(_chat(request), await request.body(), lang, address_of(request))
        refused = frame["type"] == "refused"
        return Response(frame, status_code=(429 if "retry_after" in frame else 400) if refused else 200)

    @websocket("/chat/socket")
    async def chat_socket(socket: WebSocket[Any, Any, Any]) -> None:
        await socket.accept()
        if not _same_origin(socket):
            await socket.close(code=_BAD_ORIGIN, reason="origin")
            return
        token = _session(socket)
        if not token:
            await socket.close(code=_NO_SESSION, reason="no session")
            return
        after, lang = socket.query_params.get("after", "0"), socket.query_params.get("lang", "")
        seen = _seq(int(after) if after.isdecimal() and len(after) < 20 else 0)  # Python refuses thousands of digits
        await _converse(socket, talk, chat_of(token), seen, lang)

    return Router(path="/", route_handlers=[page, chat_about, fetch, say, chat_socket, *_file_routes(talk, words_of)])


def _file_routes(talk: Talk, words_of: Callable[[str], Words]) -> list[Any]:
    photos = [] if talk.photos is None else photo_routes(talk.photos, _chat, talk.wait_s, words_of)
    static = create_static_files_router(path="/static", directories=[STATIC], include_in_schema=False)
    return [_file_route(talk), *photos, static]


def _file_route(talk: Talk) -> Any:
    @get("/chat/files/{key:str}", summary="A picture of the talk, for the session of its chat only")
    async def chat_file(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        found = await talk.file(_chat(request), key)
        if found is None:
            raise NotFoundException("no such file in this talk")
        # A picture is shown; anything else is saved, never opened as a page of ours.
        shown = 'inline; filename="chung-tay.png"' if found.mime in _SHOWN else 'attachment; filename="tai-lieu"'
        headers = {"Cache-Control": "private, max-age=86400", "Content-Disposition": shown}
        return Response(found.data, media_type=found.mime, headers=headers)

    return chat_file


async def _converse(socket: WebSocket[Any, Any, Any], talk: Talk, chat: str, after: int, lang: str) -> None:
    sending = asyncio.Lock()

    async def send(frame: dict[str, Any]) -> None:
        async with sending:
            await socket.send_text(msgspec.json.encode(frame).decode())

    async def tell() -> None:
        seen = after
        while True:
            for message in await talk.channel.fetch_or_wait(chat, seen, _LOOK_AGAIN_S):
                await send(to_page(message))
                seen = message.seq

    async def listen() -> None:
        while True:
            await send(await talk.take(chat, await socket.receive_text(), lang, address_of(socket)))

    tasks = [asyncio.create_task(tell()), asyncio.create_task(listen())]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            error = task.exception()
            if error is not None and not isinstance(error, WebSocketDisconnect | RuntimeError | OSError):
                raise error
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _session(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    token = connection.cookies.get(COOKIE, "")
    return token if 32 <= len(token) <= 64 else ""


def _chat(request: Request[Any, Any, Any]) -> str:
    token = _session(request)
    if not token:
        raise NotAuthorizedException("no session; ask /chat/about first")
    return chat_of(token)


def _seq(after: int) -> int:
    return min(max(after, 0), 2**62)


def _same_origin(socket: WebSocket[Any, Any, Any]) -> bool:
    """A page of another site must not talk in this person's name (it would carry the cookie)."""
    origin = socket.headers.get("origin")
    return origin is None or origin.partition("://")[2] == socket.headers.get("host")
