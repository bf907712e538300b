"""Where a person fetches the copy of their data: a link that works for a day, each file once.

Opening the page takes nothing: programs that look at links before a person does must not use them up.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from litestar import MediaType, Response, Router, get, post
from litestar.params import FromPath

from content.words import SOURCE_LANGUAGE, Words
from handlers.actions.privacy import MACHINE, READABLE, fetch_copy, waiting_copies
from handlers.turn import Knowledge
from storage.database import Database
from storage.turns import language_of

_FOLDER: Final = Path(__file__).parent / "templates"
_KINDS: Final = {"doc": READABLE, "may": MACHINE}
_HEADERS: Final = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex"}


def own_data_router(database: Database, known: Knowledge, now: Callable[[], datetime]) -> Router:
    """`/du-lieu/<key>` and what its buttons fetch."""
    environment = Environment(loader=FileSystemLoader(_FOLDER), autoescape=True, undefined=StrictUndefined)

    def page(words: Words, key: str, names: list[str], status: int) -> Response[Any]:
        kinds = [kind for kind, name in _KINDS.items() if name in names]
        body = environment.get_template("own_data.html").render(words=words, key=key, kinds=kinds)
        return Response(body, media_type=MediaType.HTML, status_code=status, headers=_HEADERS)

    @get("/{key:str}", include_in_schema=False)
    async def shown(key: FromPath[str]) -> Response[Any]:
        async with database.read() as connection:
            chat, names = await waiting_copies(connection, key, now())
            language = await language_of(connection, chat) if chat is not None else ""
        words = known.languages.get(language) or known.languages[SOURCE_LANGUAGE]
        return page(words, key, names, 200 if names else 404)

    @post("/{key:str}/{kind:str}", include_in_schema=False)
    async def fetched(key: FromPath[str], kind: FromPath[str]) -> Response[Any]:
        async with database.write() as connection:
            name = _KINDS.get(kind, "")
            file = await fetch_copy(connection, known.keys, key, name, now()) if name else None
        if file is None:
            return page(known.languages[SOURCE_LANGUAGE], key, [], 404)
        headers = {**_HEADERS, "Content-Disposition": f'attachment; filename="{name}"'}
        return Response(file.data, media_type=file.mime, status_code=200, headers=headers)

    return Router(path="/du-lieu", route_handlers=[shown, fetched])
