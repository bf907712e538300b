"""What the bot could not answer: the groups of questions, how the search does, and new sample questions."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.response import Redirect

from desk.gate import ROOT, DeskRequest, visitor_of
from desk.knowledge_words import article_choices, said, title_of
from desk.pages import Page
from desk.parts import Parts
from handlers.access import can_anywhere
from handlers.actions import learning as actions
from handlers.learning import grouping
from handlers.learning.errors import KnowledgeError
from storage import learning

HOME: Final = f"{ROOT}/kien-thuc"
_WEEKS: Final = 12
_MOST_GROUPS: Final = 30
_MOST_IDS: Final = 200
_LONGEST: Final = 8_000


@dataclass(frozen=True, slots=True)
class Typed:
    """Sample questions that could not be proposed: they are shown again."""

    ids: tuple[int, ...]
    article: str
    text: str
    errors: tuple[str, ...]


def knowledge_routes(parts: Parts, page: Page) -> list[Any]:
    """The first page with its forms."""

    @get("/kien-thuc")
    async def home(request: DeskRequest) -> Response[Any]:
        return await _shown(parts, page, request, None)

    @post("/kien-thuc/cau-mau")
    async def samples(request: DeskRequest) -> Response[Any]:
        form = await request.form()
        ids, article = ids_of(form.get("ids")), str(form.get("bai", ""))[:64]
        text = str(form.get("cau", ""))[:_LONGEST]
        failed: KnowledgeError | None = None
        change_id = 0
        async with parts.database.write() as connection:
            try:
                change_id = await actions.propose_samples(
                    connection, visitor_of(request).actor, parts.knowledge, article, text, ids, parts.now()
                )
            except KnowledgeError as error:
                failed = error
        if failed is not None:
            typed = Typed(tuple(ids), article, text, tuple(said(parts, failed)))
            return await _shown(parts, page, request, typed, status=400)
        return Redirect(f"{HOME}/thay-doi/{change_id}?xong=proposed", status_code=303)

    @post("/kien-thuc/bo-qua")
    async def nothing(request: DeskRequest) -> Response[Any]:
        ids = ids_of((await request.form()).get("ids"))
        async with parts.database.write() as connection:
            await actions.settle(connection, visitor_of(request).actor, ids, parts.now())
        return Redirect(f"{HOME}?xong=settled", status_code=303)

    return [home, samples, nothing]


def ids_of(said: object) -> list[int]:
    """Numbers with commas between them; anything else is passed over."""
    found = [each for each in str(said or "").split(",") if each.isascii() and each.isdecimal() and len(each) < 18]
    return [int(each) for each in found[:_MOST_IDS]]


async def _shown(
    parts: Parts, page: Page, request: DeskRequest, typed: Typed | None, *, status: int = 200
) -> Response[Any]:
    visitor = visitor_of(request)
    async with parts.database.write() as connection:
        asked = await actions.see_questions(connection, visitor.actor, parts.knowledge, parts.now(), parts.today)
    async with parts.database.read() as connection:
        figures = await actions.see_figures(connection, visitor.actor, parts.today, _WEEKS)
        waiting = await learning.waiting(connection)
    groups = await asyncio.to_thread(grouping.grouped, asked)
    if typed is not None and not typed.ids:
        typed = None if not typed.errors else typed
    return page(
        "knowledge.html", visitor, status=status, active="knowledge", groups=groups[:_MOST_GROUPS],
        count=len(asked), total=len(groups), weeks=grouping.weeks(figures.days), topics=grouping.topics(figures.topics),
        waiting=waiting, typed=typed, articles=article_choices(parts), title=lambda each: title_of(parts, each),
        area=lambda key: _area_name(parts, key), joined=_joined, just=_just(request),
        may_approve=can_anywhere(visitor.actor, actions.APPROVE), fewest=grouping.FEWEST_SHOWN,
    )  # fmt: skip


def _joined(ids: Sequence[int]) -> str:
    return ",".join(str(each) for each in ids[:_MOST_IDS])


def _area_name(parts: Parts, key: str) -> str:
    area = parts.knowledge.locality.areas.get(key)
    return parts.words.translate(area.name) if area is not None else key


def _just(request: DeskRequest) -> str:
    said = str(request.query_params.get("xong", ""))
    return said if said in ("settled", "withdrawn", "refused") else ""
