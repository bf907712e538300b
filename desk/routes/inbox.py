"""The inbox of questions that people handed over: the lists, and what happens while one looks on."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import msgspec
from litestar import Response, get
from litestar.params import FromPath
from litestar.response import ServerSentEvent
from litestar.response.sse import ServerSentEventMessage

from content import office_hours
from content.localities import LOWEST_KINDS
from content.text import plain
from desk.gate import DeskRequest, visitor_of
from desk.inbox_live import Follower, InboxWatch
from desk.pages import Page, query
from desk.parts import Parts
from handlers.access import scope_filter
from handlers.actions import inbox as actions
from handlers.cases import routing, saying
from handlers.turn import VIETNAM
from storage import areas, case_inbox
from storage.cases import receipt
from storage.tables_cases import CAUSES

PAGE_SIZE: Final = 50
_FOLLOWED_FOR_S: Final = 55.0
_MICRO: Final = 1_000_000


def filters_of(parts: Parts, request: DeskRequest) -> tuple[case_inbox.Filters, dict[str, str]]:
    """The filters of an address, and the same as they stand there; what makes no sense is left out.

    Raises:
        AccessDenied: the role answers no cases.
    """
    said = request.query_params
    visitor = visitor_of(request)
    here = {
        "hop": str(said.get("hop", ""))[:16],
        "viec": str(said.get("viec", ""))[:64],
        "noi": str(said.get("noi", ""))[:64],
        "vi": str(said.get("vi", ""))[:16],
        "cap": "1" if said.get("cap") == "1" else "",
        "tim": str(said.get("tim", "")).strip()[:80],
    }
    words = plain(here["tim"]).split()
    topics = tuple(
        article.id
        for article in parts.knowledge.library
        if words and all(word in plain(f"{article.title} {article.short}") for word in words)
    )
    filters = actions.filters_for(
        visitor.actor, here["hop"] or "unassigned", parts.now(),
        here=visitor.actor.area_key if here["cap"] else "", topic=here["viec"], topics=topics, area_key=here["noi"],
        cause=here["vi"] if here["vi"] in CAUSES else "", text=here["tim"],
    )  # fmt: skip
    return filters, here


def inbox_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, and the stream of what happens."""
    watch = InboxWatch(parts.database)

    @get("/hop-thu")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        filters, here = filters_of(parts, request)
        async with parts.database.read() as connection:
            inbox = await actions.see_inbox(
                connection, visitor.actor, parts.knowledge, filters,
                after=place_of(request.query_params.get("sau")), limit=PAGE_SIZE,
            )  # fmt: skip
            places = await areas.subtree(connection, visitor.actor.area_path, kinds=LOWEST_KINDS)
        return page(
            "inbox.html", visitor, active="inbox", inbox=inbox, box=filters.box, here=here, at=parts.now(),
            link=query({**here, "hop": ""}), places=places, causes=CAUSES, topics=_topics(parts),
            topic_of=lambda topic: saying.topic_title(parts.knowledge, parts.words, topic),
            waited=lambda since: saying.span(parts.words, (parts.now() - since).total_seconds()),
            next_page=query({**here, "sau": place_said(inbox.after)}) if inbox.after is not None else "",
            hours=_hours(parts), most=case_inbox.MOST_COUNTED,
        )  # fmt: skip

    @get("/hop-thu/dong")
    async def stream(request: DeskRequest) -> ServerSentEvent:
        actor = visitor_of(request).actor
        path = scope_filter(actor, routing.ANSWER)
        case_id = str(request.query_params.get("so", ""))
        follower = Follower(
            path, routing.offices_of(actor), int(case_id) if case_id.isdecimal() and len(case_id) < 18 else 0
        )
        wanted = str(request.query_params.get("giay", ""))
        seconds = min(_FOLLOWED_FOR_S, float(wanted)) if wanted.isdecimal() and len(wanted) < 3 else _FOLLOWED_FOR_S
        headers = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}
        return ServerSentEvent(_messages(watch, follower, seconds), headers=headers)

    @get("/hop-thu/{case_id:int}/anh/{entry_id:int}")
    async def photo(case_id: FromPath[int], entry_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        async with parts.database.read() as connection:
            found = await actions.photo_of(connection, visitor_of(request).actor, parts.knowledge, case_id, entry_id)
        data = await parts.fetch(*found) if found is not None and found[1] else None
        kind = _picture(data) if data is not None else ""
        if data is None or not kind:
            return Response(b"", status_code=404, media_type="text/plain")
        headers = {"Cache-Control": "private, no-store", "Content-Disposition": "inline"}
        return Response(data, media_type=kind, headers=headers)

    return [listed, stream, photo]


async def _messages(watch: InboxWatch, follower: Follower, seconds: float) -> AsyncIterator[ServerSentEventMessage]:
    """What came together as one message; a comment where nothing did, which also finds out that the page has gone."""
    async for found in watch.follow(follower, seconds):
        if not found:
            yield ServerSentEventMessage(comment="still here", retry=1500)
        else:
            told = [
                {"case": one.case_id, "receipt": receipt(one.case_id), "kind": one.kind, "line": one.id}
                for one in found
            ]
            yield ServerSentEventMessage(data=msgspec.json.encode(told).decode(), event="case")


def place_said(place: case_inbox.Place) -> str:
    """Where the next page begins, as it stands in an address."""
    rank, due, case_id = place
    return f"{rank}.{round(due.timestamp() * _MICRO)}.{case_id}"


def place_of(said: object) -> case_inbox.Place | None:
    """The same again; None for anything else."""
    numbers = str(said or "").split(".")
    if len(numbers) != 3 or not all(each.isascii() and each.isdecimal() and len(each) < 18 for each in numbers):
        return None
    rank, due, case_id = map(int, numbers)
    return rank, datetime.fromtimestamp(0, UTC) + timedelta(microseconds=due), case_id


def _topics(parts: Parts) -> list[tuple[str, str]]:
    named = [(article.id, parts.words.translate(article.short)) for article in parts.knowledge.library]
    return sorted(named, key=lambda each: plain(each[1]))


def _hours(parts: Parts) -> Mapping[str, Any]:
    """What the desk aims at, for the line below the list."""
    aims = office_hours.load(parts.knowledge.locality.about.slug)
    local = parts.now().astimezone(VIETNAM)
    return {"days": aims.answer_within_working_days, "works": aims.default.works(local.date())}


def _picture(data: bytes) -> str:
    """The kind of a picture by its first bytes: what somebody sent is never shown as anything else."""
    if data.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if data.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    return "image/webp" if data[:4] == b"RIFF" and data[8:12] == b"WEBP" else ""
