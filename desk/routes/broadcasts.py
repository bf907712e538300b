"""Announcements at the desk: the list, the form with a live count, and each deed on one of them."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Mapping, Sequence
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect

from content.media import MediaError
from content.media.pictures import LARGEST
from content.topics import topics
from desk.broadcast_form import Filled, from_row, read_form, typed_of, without
from desk.broadcast_from_news import from_news
from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.lazily import Lazily
from desk.pages import Page
from desk.parts import Parts
from desk.routes.broadcast_pages import one_page, problem_lines
from handlers.access import can_anywhere, scope_filter
from handlers.actions import broadcasts as actions
from handlers.broadcasting.checking import LANGUAGES, LONGEST, MOST_PICTURES, BroadcastError, Problem, units
from handlers.broadcasting.groups import MOST_GROUPS
from handlers.broadcasting.office import Office, office_of
from handlers.broadcasting.options import channel_name, fixed, options
from handlers.broadcasting.reaching import Reached, reach_of, sample
from handlers.broadcasting.wording import footers, texts_of
from rules.audiences.catalogue import kinds
from rules.audiences.model import Tree
from rules.audiences.saying import describe
from rules.audiences.tree import AudienceError, nobody, read
from storage import areas, broadcasts
from storage.tables_broadcasts import BROADCAST_STATES

# Pillow comes with it: only who keeps a picture needs it.
media: Any = Lazily("handlers.actions.media")

_PAGE: Final = 30
_BODY: Final = LARGEST * MOST_PICTURES
_WAITING: Final = ("waiting_approval", "scheduled", "running", "paused")


def broadcast_list_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, filtered by state."""

    @get("/thong-bao")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope = scope_filter(visitor.actor, "see_broadcast")
        state = str(request.query_params.get("tt", ""))
        states = _WAITING if state == "open" else (state,) if state in BROADCAST_STATES else ()
        before = number_of(request.query_params.get("truoc", ""))
        async with parts.database.read() as connection:
            rows = await broadcasts.list_(connection, scope, states=states, before=before, limit=_PAGE + 1)
            waiting = await broadcasts.waiting_for_approval(connection, scope)
            names = {place.path: place.name for place in await areas.subtree(connection, scope)}
        room = (await office_of(parts.knowledge, parts.now()).outlets.reach()).room
        return page(
            "broadcast_list.html", visitor, active="broadcasts", rows=rows[:_PAGE], more=len(rows) > _PAGE,
            zalo_left=room.get("zalo_bot"),
            state=state, states=BROADCAST_STATES, names=names, waiting=waiting, titles=_titles(rows),
            may_write=can_anywhere(visitor.actor, "compose_broadcast"),
        )  # fmt: skip

    return [listed]


def broadcast_form_routes(parts: Parts, page: Page) -> list[Any]:
    """Writing one: the form, the count while it is filled in, keeping it."""

    @get("/thong-bao/moi")
    async def new(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "compose_broadcast")
        async with parts.database.read() as connection:
            told = await from_news(connection, request.query_params.get("tin", ""), parts.knowledge.address)
        return await _form(parts, page, visitor, told or Filled(topic=next(iter(topics()))))

    @post("/thong-bao/moi", request_max_body_size=_BODY)
    async def create(request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, 0)

    @get("/thong-bao/{broadcast_id:int}/sua")
    async def again(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "compose_broadcast")
        async with parts.database.read() as connection:
            row = await actions.see(connection, visitor.actor, broadcast_id)
        if row.state != "draft":
            return Redirect(f"{ROOT}/thong-bao/{broadcast_id}", status_code=303)
        filled = from_row(row, texts_of(row.content))
        return await _form(parts, page, visitor, filled, broadcast_id=row.id, version=row.version)

    @post("/thong-bao/{broadcast_id:int}/sua", request_max_body_size=_BODY)
    async def change(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, broadcast_id)

    @post("/thong-bao/dem", request_max_body_size=_BODY)
    async def counted(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, "compose_broadcast")
        filled = read_form(await request.form())
        return page("broadcast_count.html", visitor, **await _counted(parts, visitor, filled))

    return [new, create, again, change, counted]


def broadcast_routes(parts: Parts, page: Page) -> list[Any]:
    """One announcement, and what is done with it."""

    @get("/thong-bao/{broadcast_id:int}")
    async def one(broadcast_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        key = f"broadcasts.did.{request.query_params.get('xong', '')}"
        done = parts.told(key)
        return await one_page(parts, page, visitor_of(request), broadcast_id, done=done)

    @post("/thong-bao/{broadcast_id:int}/{wanted:str}")
    async def moved(broadcast_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        version, reason = number_of(form.get("phien_ban", "")), str(form.get("ly_do", ""))[:1000]
        office = office_of(parts.knowledge, parts.now())
        try:
            async with parts.database.write() as connection:
                row = await _deed(connection, visitor, office, broadcast_id, version, wanted, reason)
        except BroadcastError as error:
            return await one_page(
                parts, page, visitor, broadcast_id, status=409, error=problem_lines(parts, error.problems),
                tried=wanted, reason=reason,
            )  # fmt: skip
        if wanted in ("correct", "reopen"):
            return Redirect(f"{ROOT}/thong-bao/{row}/sua", status_code=303)
        return Redirect(f"{ROOT}/thong-bao/{row}?xong={wanted}", status_code=303)

    return [one, moved]


async def _deed(
    connection: Any, visitor: Visitor, office: Office, broadcast_id: int, version: int, wanted: str, reason: str
) -> int:
    """Do it; the id of the announcement to look at afterwards."""
    actor = visitor.actor
    if wanted == "test":
        await actions.test(connection, actor, office, broadcast_id)
        return broadcast_id
    if wanted == "submit":
        return (await actions.submit(connection, actor, office, broadcast_id, version)).id
    if wanted == "approve":
        return (await actions.approve(connection, actor, office, broadcast_id, version)).id
    if wanted == "refuse":
        return (await actions.refuse(connection, actor, office, broadcast_id, version, reason)).id
    if wanted == "correct":
        return (await actions.correct(connection, actor, office, broadcast_id)).id
    if wanted in actions.SIMPLE:
        return (await actions.step(connection, actor, office, broadcast_id, version, wanted)).id
    scope_filter(actor, "see_broadcast")
    raise BroadcastError(Problem("id", "unknown"))


async def _saved(parts: Parts, page: Page, request: DeskRequest, broadcast_id: int) -> Response[Any]:
    """Keep what was typed; what is wrong is said above the same form, with everything still in it."""
    visitor = visitor_of(request)
    scope_filter(visitor.actor, "compose_broadcast")
    form = await request.form()
    filled, version = read_form(form), number_of(form.get("phien_ban", ""))
    files = [each for each in form.getall("anh", []) if isinstance(each, UploadFile) and each.filename]
    filled, problems = await _with_pictures(parts, visitor, filled, files)
    if any(name in form for name in ("them_nhom", "bo_nhom", "dem")):
        return await _form(parts, page, visitor, filled, broadcast_id=broadcast_id, version=version, problems=problems)
    typed, unreadable = typed_of(filled)
    problems += unreadable
    if not problems:
        office = office_of(parts.knowledge, parts.now())
        try:
            async with parts.database.write() as connection:
                if broadcast_id:
                    row = await actions.rewrite(connection, visitor.actor, office, broadcast_id, version, typed)
                else:
                    row = await actions.write(connection, visitor.actor, office, typed)
            return Redirect(f"{ROOT}/thong-bao/{row.id}?xong=write", status_code=303)
        except BroadcastError as error:
            problems = list(error.problems)
    status = 409 if any(each.key in ("stale", "wrong_state") for each in problems) else 400
    if status == 409:
        async with parts.database.read() as connection:
            version = (await actions.see(connection, visitor.actor, broadcast_id)).version
    return await _form(
        parts, page, visitor, filled, status=status, broadcast_id=broadcast_id, version=version, problems=problems
    )


async def _with_pictures(
    parts: Parts, visitor: Visitor, filled: Filled, files: Sequence[UploadFile]
) -> tuple[Filled, list[Problem]]:
    """Keep the pictures that came with the form at once, so that none has to be chosen again."""
    problems: list[Problem] = []
    pictures = list(filled.pictures)
    for file in files:
        if len(pictures) >= MOST_PICTURES:
            problems.append(Problem("pictures", "too_many_pictures", {"most": MOST_PICTURES}))
            break
        media_id = urlsafe_b64encode(parts.random(24)).decode()
        data = await file.read()
        try:
            async with parts.database.write() as connection:
                await media.keep_picture(connection, visitor.actor, data, media_id=media_id, now=parts.now())
        except MediaError as error:
            said = parts.say(error.key, **error.values)
            problems.append(Problem("pictures", "picture", {"name": file.filename[:60], "why": said}))
            continue
        pictures.append(media_id)
    return without(filled, pictures), problems


async def _form(
    parts: Parts, page: Page, visitor: Visitor, filled: Filled, *, status: int = 200, broadcast_id: int = 0,
    version: int = 0, problems: Sequence[Problem] = (),
) -> Response[Any]:  # fmt: skip
    scope = visitor.actor.area_path
    async with parts.database.read() as connection:
        places = await areas.subtree(connection, scope)
    words = parts.words
    lists = fixed(words, parts.knowledge.outlets.shown)
    counted = await _counted(parts, visitor, filled)
    return page(
        "broadcast_form.html", visitor, status=status, active="broadcasts", filled=filled, id=broadcast_id,
        version=version, problems=problem_lines(parts, problems), fields={each.where for each in problems},
        topics=topics().values(), languages=LANGUAGES, kinds=kinds().values(), places=places, lists=lists,
        most_pictures=MOST_PICTURES, most_groups=MOST_GROUPS, policy=parts.knowledge.policy,
        room={each: LONGEST - units(footer) for each, footer in footers(parts.knowledge.languages).items()},
        **counted,
    )  # fmt: skip


async def _counted(parts: Parts, visitor: Visitor, filled: Filled) -> Mapping[str, Any]:
    """Who would get it now: in words, in numbers, and a few of them unrecognisable."""
    office = office_of(parts.knowledge, parts.now())
    scope = visitor.actor.area_path
    typed, _ = typed_of(filled)
    none: dict[str, Any] = {"reached": None, "sampled": [], "audience": "", "audience_error": ""}
    async with parts.database.read() as connection:
        known = await options(connection, office.words, scope, office.outlets.shown)
        try:
            tree: Tree = read(typed.audience, known) if isinstance(typed.audience, str) else typed.audience
        except AudienceError as error:
            problem = Problem("audience", f"audience_{error.key}", error.values)
            return none | {"audience_error": problem_lines(parts, [problem])[0]}
        if nobody(tree):
            return none | {"audience_error": parts.say("broadcasts.problem.nobody")}
        reached: Reached = await reach_of(connection, typed.topic, typed.urgent, tree, scope, office)
        sampled = await sample(connection, tree, scope, office)
    return none | {
        "reached": reached, "sampled": sampled, "audience": describe(tree, known),
        "channel_names": {each: channel_name(office.words, each) for each in reached.channels},
        "needs_second": reached.total > office.policy.approval_above,
        "approval_above": office.policy.approval_above,
    }  # fmt: skip


def _titles(rows: Sequence[broadcasts.BroadcastRow]) -> dict[int, str]:
    return {row.id: next((each.title for each in row.content.by_language.values() if each.title), "") for row in rows}


def number_of(said: object) -> int:
    """A number of a form; 0 for anything else."""
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
