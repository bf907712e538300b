"""Policy dialogues at the desk: announced, questions put together, answered, published."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect

from content import similar
from desk.gate import ROOT, DeskRequest, Visitor, visitor_of
from desk.pages import Page
from desk.parts import Parts
from desk.routes.news import number_of, places_of, said
from handlers.access import can_anywhere, scope_filter
from handlers.actions import dialogues as actions
from handlers.actions.dialogues import Announcement, OpenQuestion, SeenDialogue
from handlers.newsroom.errors import NewsError
from handlers.newsroom.names import names_of
from handlers.turn import VIETNAM

_HERE: Final = f"{ROOT}/doi-thoai"


@dataclass(frozen=True, slots=True)
class Typed:
    """The form of the announcement as it was typed."""

    title: str = ""
    about: str = ""
    place: str = ""
    area_key: str = ""
    starts: str = ""
    until: str = ""


def dialogue_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, one dialogue, and its announcement."""

    @get("/doi-thoai")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.write() as connection:
            rows = await actions.see_list(connection, visitor.actor, parts.now())
        may_write = can_anywhere(visitor.actor, "compose_broadcast")
        return page("dialogues.html", visitor, active="dialogues", rows=rows, may_write=may_write, now=parts.now())

    @get("/doi-thoai/moi")
    async def new(request: DeskRequest) -> Response[Any]:
        return await _form(parts, page, visitor_of(request), Typed())

    @post("/doi-thoai/moi")
    async def create(request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, None)

    @get("/doi-thoai/{dialogue_id:int}")
    async def one(dialogue_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        done = str(request.query_params.get("xong", ""))
        return await _shown(parts, page, visitor_of(request), dialogue_id, done=done)

    @post("/doi-thoai/{dialogue_id:int}")
    async def change(dialogue_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, dialogue_id)

    @post("/doi-thoai/{dialogue_id:int}/{wanted:str}")
    async def moved(dialogue_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                await actions.move(
                    connection, visitor.actor, parts.knowledge.languages, dialogue_id, wanted,
                    version=number_of(form.get("phien_ban")), now=parts.now(), address=parts.knowledge.address,
                    reason=said(form, "ly_do"),
                )  # fmt: skip
        except NewsError as error:
            return await _shown(
                parts, page, visitor, dialogue_id, status=409, error=parts.say(error.key, **error.values)
            )
        return Redirect(f"{_HERE}/{dialogue_id}?xong={wanted}", status_code=303)

    return [listed, new, create, one, change, moved]


def question_routes(parts: Parts, page: Page) -> list[Any]:
    """Working through what was asked."""

    @post("/doi-thoai/{dialogue_id:int}/nhom")
    async def grouped(dialogue_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        """Chosen questions into a group (`nhom`: its id, `moi`, or `ngoai` for leaving them out)."""
        visitor = visitor_of(request)
        form = await request.form()
        chosen = [number for each in form.getall("cau", []) if (number := number_of(each))]
        into = said(form, "nhom")
        try:
            async with parts.database.write() as connection:
                if into in ("ngoai", "lai"):
                    reason = said(form, "ly_do") if into == "ngoai" else ""
                    if into == "ngoai" and not reason.strip():
                        raise NewsError("reason_empty")
                    await actions.set_aside(connection, visitor.actor, dialogue_id, chosen, reason, parts.now())
                else:
                    await actions.group(
                        connection, visitor.actor, dialogue_id, chosen, now=parts.now(),
                        group_id=number_of(into) or None, question=said(form, "cau_chung"),
                    )  # fmt: skip
        except NewsError as error:
            return await _shown(
                parts, page, visitor, dialogue_id, status=409, error=parts.say(error.key, **error.values)
            )
        return Redirect(f"{_HERE}/{dialogue_id}?xong=grouped", status_code=303)

    @post("/doi-thoai/{dialogue_id:int}/tra-loi/{group_id:int}")
    async def answered(dialogue_id: FromPath[int], group_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        form = await request.form()
        try:
            async with parts.database.write() as connection:
                await actions.answer(
                    connection, visitor.actor, dialogue_id, group_id, question=said(form, "cau_chung"),
                    text=said(form, "tra_loi").replace("\r\n", "\n"), now=parts.now(),
                )  # fmt: skip
        except NewsError as error:
            return await _shown(
                parts, page, visitor, dialogue_id, status=409, error=parts.say(error.key, **error.values)
            )
        return Redirect(f"{_HERE}/{dialogue_id}?xong=answered#nhom-{group_id}", status_code=303)

    return [grouped, answered]


async def _saved(parts: Parts, page: Page, request: DeskRequest, dialogue_id: int | None) -> Response[Any]:
    visitor = visitor_of(request)
    scope_filter(visitor.actor, "compose_broadcast")
    form = await request.form()
    typed = Typed(*(said(form, name).strip() for name in ("ten", "gioi_thieu", "cho", "noi", "luc", "han")))
    starts, until = _moment(typed.starts), _moment(typed.until)
    try:
        if starts is None or until is None:
            raise NewsError("dialogue_day")
        announced = Announcement(typed.title, typed.about, typed.place, typed.area_key[:64], starts, until)
        async with parts.database.write() as connection:
            row = await actions.save(
                connection, visitor.actor, announced, dialogue_id=dialogue_id, version=number_of(form.get("phien_ban")),
                now=parts.now(),
            )  # fmt: skip
    except NewsError as error:
        told = parts.say(error.key, **error.values)
        if dialogue_id is None:
            return await _form(parts, page, visitor, typed, status=400, error=told)
        return await _shown(parts, page, visitor, dialogue_id, status=400, error=told, typed=typed)
    return Redirect(f"{_HERE}/{row.id}?xong=saved", status_code=303)


async def _form(
    parts: Parts, page: Page, visitor: Visitor, typed: Typed, *, status: int = 200, error: str = ""
) -> Response[Any]:
    async with parts.database.read() as connection:
        places = await places_of(connection, visitor)
    return page(
        "dialogue_new.html", visitor, status=status, active="dialogues", typed=typed, error=error, places=places,
        version=0, action=f"{_HERE}/moi", least=parts.now().astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M"),
    )  # fmt: skip


async def _shown(
    parts: Parts,
    page: Page,
    visitor: Visitor,
    dialogue_id: int,
    *,
    status: int = 200,
    error: str = "",
    done: str = "",
    typed: Typed | None = None,
) -> Response[Any]:
    try:
        async with parts.database.write() as connection:
            seen = await actions.see(connection, visitor.actor, parts.keys, dialogue_id, parts.now())
            places = await places_of(connection, visitor) if "change" in seen.may else []
            names = await names_of(
                connection, {each.account_id for each in seen.moves if each.account_id is not None}, parts.today
            )
    except NewsError as gone:
        return page("message.html", visitor, status=404, said=parts.say(gone.key))
    key = f"desk.dialogue_done.{done}"
    return page(
        "dialogue.html", visitor, status=status, active="dialogues", seen=seen, row=seen.row, error=error,
        places=places, names=names, typed=typed or _from(seen), version=seen.row.version,
        action=f"{_HERE}/{dialogue_id}", suggested=_suggested(parts, seen), now=parts.now(), least="",
        in_group=_in_groups(seen), left_out=[each for each in seen.questions if each.row.set_aside],
        done=parts.told(key), address=parts.knowledge.address,
    )  # fmt: skip


def _suggested(parts: Parts, seen: SeenDialogue) -> list[list[OpenQuestion]]:
    """The questions in no group yet, put together by what they ask; an officer decides."""
    loose = [each for each in seen.questions if each.row.group_id is None and not each.row.set_aside]
    if "group" not in seen.may:
        return [[each] for each in loose]
    search = parts.knowledge.search
    subjects = []
    for each in loose:
        found = search.find(each.text, today=parts.today)
        subjects.append(found.article or (found.candidates[0].article if found.candidates else ""))
    return [[loose[at] for at in group] for group in similar.groups([each.text for each in loose], subjects)]


def _in_groups(seen: SeenDialogue) -> dict[int, list[OpenQuestion]]:
    found: dict[int, list[OpenQuestion]] = {group.id: [] for group in seen.groups}
    for each in seen.questions:
        if each.row.group_id is not None:
            found[each.row.group_id].append(each)
    return found


def _from(seen: SeenDialogue) -> Typed:
    row = seen.row
    starts, until = (at.astimezone(VIETNAM).strftime("%Y-%m-%dT%H:%M") for at in (row.starts_at, row.questions_until))
    return Typed(row.title, row.about, row.place, row.area_key, starts, until)


def _moment(written: str) -> datetime | None:
    """A day and time of a form, in Viet Nam's own time."""
    try:
        found = datetime.fromisoformat(written)
    except ValueError:
        return None
    return found.replace(tzinfo=VIETNAM) if found.tzinfo is None else None
