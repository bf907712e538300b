"""Photos that somebody sends from the page: drawn anew, sealed, and handed to the turn by their key."""

from __future__ import annotations

import asyncio
import importlib
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any, Final

from litestar import Request, Response, get, post
from litestar.connection import ASGIConnection
from litestar.exceptions import NotFoundException, PermissionDeniedException
from litestar.params import FromPath, FromQuery

from content.media import MediaError, Picture
from content.words import Words
from handlers.messages import Attachment
from storage import photos
from storage.database import Database
from storage.keys import Keys
from storage.photos import Photo

LARGEST: Final = 10_000_000
"""Bytes. The page makes photos smaller before it sends them; what is larger all the same is refused unread."""
_MOST_WAITING: Final = 20
_CHANNEL: Final = "web"
_MEGA: Final = 1_000_000
_SIZES: Final = ("picture_too_large", "too_many_pixels")


class Photos:
    """Keeps the photos of the web chat."""

    def __init__(self, database: Database, keys: Keys, clock: Callable[[], datetime]) -> None:
        self._database: Final = database
        self._keys: Final = keys
        self._clock: Final = clock
        # One at a time: a phone's photo unfolds to 150 MB.
        self._drawing: Final = asyncio.Lock()

    async def take(self, chat: str, data: bytes) -> Photo:
        """Keep a photo of a chat.

        Raises:
            MediaError: no picture, too large, broken, or too many that belong to nothing yet (`many`).
        """
        async with self._database.read() as connection:
            if await photos.waiting(connection, (_CHANNEL, chat)) >= _MOST_WAITING:
                raise MediaError("many")
        async with self._drawing:
            # Pillow is loaded when the first photo comes: most processes never see one.
            pictures = importlib.import_module("content.media.pictures")
            drawn: Picture = await asyncio.to_thread(pictures.checked, data)
        photo = Photo(secrets.token_urlsafe(24), drawn.mime, len(drawn.data))
        async with self._database.write() as connection:
            await photos.add(connection, self._keys, (_CHANNEL, chat), photo, drawn.data, self._clock())
        return photo

    async def attachment(self, chat: str, key: str) -> Attachment | None:
        """What the turn gets of a photo of this chat; None for any other."""
        async with self._database.read() as connection:
            found = await photos.of_chat(connection, key, (_CHANNEL, chat))
        return None if found is None else Attachment(found.key, found.mime, found.size)

    async def shown(self, chat: str, key: str) -> tuple[str, bytes] | None:
        """Kind and bytes of a photo, for the person who sent it."""
        async with self._database.read() as connection:
            found = await photos.of_chat(connection, key, (_CHANNEL, chat))
            data = await photos.read(connection, self._keys, key) if found is not None else None
        return None if found is None or data is None else (found.mime, data)

    async def fetch(self, ref: str) -> bytes | None:
        """The bytes of a photo, for whoever may see the report that it belongs to."""
        async with self._database.read() as connection:
            return await photos.read(connection, self._keys, ref)


def address_of(connection: ASGIConnection[Any, Any, Any, Any]) -> str:
    """Where a request comes from, as the server or its trusted proxy saw it."""
    return connection.client.host if connection.client is not None else ""


def photo_routes(
    kept: Photos,
    chat_of: Callable[[Request[Any, Any, Any]], str],
    wait_s: Callable[[str, str], int],
    words_of: Callable[[str], Words],
) -> list[Any]:
    """Sending a photo, and looking at one's own."""

    @post(
        "/chat/photos", status_code=200, request_max_body_size=LARGEST,
        summary="Keep a photo; its key goes along with the next message",
    )  # fmt: skip
    async def send_photo(request: Request[Any, Any, Any], lang: FromQuery[str] = "") -> Response[dict[str, Any]]:
        if request.headers.get("x-requested-with") != "chungtay":
            raise PermissionDeniedException("the header X-Requested-With: chungtay is missing")
        chat, words = chat_of(request), words_of(lang)
        length = request.headers.get("content-length", "")
        if length.isdecimal() and int(length) > LARGEST:
            return _refused(words, "picture_too_large")
        wait = wait_s(chat, address_of(request))
        if wait:
            return Response({"text": words.say("talk.refused_fast", seconds=wait)}, status_code=429)
        try:
            photo = await kept.take(chat, await request.body())
        except MediaError as error:
            return _refused(words, error.reason)
        return Response({"photo": photo.key, "size": photo.size})

    @get("/chat/photos/{key:str}", summary="A photo that was sent, for the session that sent it")
    async def own_photo(request: Request[Any, Any, Any], key: FromPath[str]) -> Response[bytes]:
        found = await kept.shown(chat_of(request), key)
        if found is None:
            raise NotFoundException("no such photo in this talk")
        headers = {"Cache-Control": "private, max-age=86400", "Content-Disposition": "inline"}
        return Response(found[1], media_type=found[0], headers=headers)

    return [send_photo, own_photo]


def _refused(words: Words, reason: str) -> Response[dict[str, Any]]:
    if reason == "many":
        text = words.say("talk.photo_many")
    elif reason in _SIZES:
        text = words.say("talk.photo_too_large", most=LARGEST // _MEGA)
    else:
        text = words.say("talk.photo_unreadable")
    return Response({"text": text}, status_code=413 if reason in _SIZES else 422)
