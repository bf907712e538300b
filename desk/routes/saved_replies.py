"""Saved replies: the own ones and those of the whole office."""

from __future__ import annotations

from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, visitor_of
from desk.pages import Page
from desk.parts import Parts
from handlers.access import scope_filter
from handlers.actions import inbox_replies as actions
from handlers.cases import routing
from handlers.cases.saved import PLACEHOLDERS, SavedError
from storage import saved_replies

_LONGEST: Final = 6_000


def saved_reply_routes(parts: Parts, page: Page) -> list[Any]:
    """The list with its forms, keeping one and deleting one."""

    @get("/hop-thu/mau")
    async def listed(request: DeskRequest) -> Response[Any]:
        return await _shown(request)

    @post("/hop-thu/mau")
    async def kept(request: DeskRequest) -> Response[Any]:
        form = await request.form()
        title, text = str(form.get("ten", ""))[:200], str(form.get("noi_dung", ""))[:_LONGEST]
        number = _number(form.get("so"))
        failed: SavedError | None = None
        async with parts.database.write() as connection:
            try:
                await actions.save_reply(
                    connection, visitor_of(request).actor, title, text, shared=form.get("chung") == "1",
                    now=parts.now(), reply_id=number,
                )  # fmt: skip
            except SavedError as error:
                failed = error
        if failed is not None:
            said = parts.say(failed.key, **failed.values)
            return await _shown(request, error=said, title=title, text=text, number=number, status=400)
        return Redirect(f"{ROOT}/hop-thu/mau?xong=1", status_code=303)

    @post("/hop-thu/mau/{reply_id:int}/xoa")
    async def dropped(reply_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        failed: SavedError | None = None
        async with parts.database.write() as connection:
            try:
                await actions.drop_reply(connection, visitor_of(request).actor, reply_id, parts.now())
            except SavedError as error:
                failed = error
        if failed is not None:
            return await _shown(request, error=parts.say(failed.key, **failed.values), status=404)
        return Redirect(f"{ROOT}/hop-thu/mau?xong=1", status_code=303)

    async def _shown(
        request: DeskRequest, *, error: str = "", title: str = "", text: str = "", number: int = 0, status: int = 200
    ) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, routing.ANSWER)
        async with parts.database.read() as connection:
            saved = await saved_replies.usable(connection, visitor.actor.account_id, visitor.actor.area_path)
        chosen = number or _number(request.query_params.get("sua"))
        edited = next((one for one in saved if one.id == chosen), None)
        if edited is not None and not error:
            title, text = edited.title, edited.text
        return page(
            "inbox_saved.html", visitor, status=status, active="inbox", saved=saved, error=error, title=title,
            text=text, edited=edited, placeholders=PLACEHOLDERS, just=request.query_params.get("xong") == "1",
        )  # fmt: skip

    return [listed, kept, dropped]


def _number(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
