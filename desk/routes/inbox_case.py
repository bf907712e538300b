"""One case: the talk, what is known of the person, and everything an officer can do with it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from content import office_hours
from content.media import documents, pictures
from desk.gate import ROOT, DeskRequest, visitor_of
from desk.pages import Page
from desk.parts import Parts
from handlers.access import Actor
from handlers.actions import inbox as actions
from handlers.actions import inbox_beginnings as beginnings
from handlers.actions import inbox_replies as replies
from handlers.actions.inbox_replies import Answer, File, MediaError
from handlers.cases import routing, saying, sealing
from handlers.cases.errors import AnsweredFirstError, CaseError
from handlers.cases.windows import FILES, PICTURES
from handlers.turn import VIETNAM
from storage.cases import CaseRow

LARGEST: Final = max(documents.LARGEST, pictures.LARGEST) + 100_000
_LONGEST: Final = 6_000
_DONE: Final = {
    "take": "taken", "assign": "assigned", "move": "moved", "note": "noted", "reply": "answered", "close": "closed",
    "reopen": "reopened", "relay": "relayed",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Typed:
    """What was typed into a form that could not be sent: it is shown again."""

    wanted: str = ""
    text: str = ""
    error: str = ""
    seen: int = 0
    first: tuple[tuple[str, str], ...] = ()
    """(officer, text) of the answers that came first."""
    file_key: str = ""
    file_name: str = ""


def case_routes(parts: Parts, page: Page) -> list[Any]:
    """The page of a case, its talk alone, and its forms."""

    @get("/hop-thu/{case_id:int}")
    async def one(case_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _shown(parts, page, request, case_id, Typed())

    @get("/hop-thu/{case_id:int}/loi")
    async def talk(case_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        async with parts.database.read() as connection:
            row, said = await actions.see_talk(connection, visitor.actor, parts.knowledge, case_id, parts.now())
        return page("inbox_talk.html", visitor, talk=said, row=row, tell=_telling(parts), topic_of=_titles(parts))

    @post("/hop-thu/{case_id:int}/co-mat", status_code=200)
    async def present(case_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        writing = (await request.form()).get("soan") == "1"
        async with parts.database.write() as connection:
            row, others = await actions.be_present(
                connection, visitor_of(request).actor, case_id, writing=writing, now=parts.now()
            )
        told = [{"name": one.name, "writing": one.writing} for one in others]
        return Response({"others": told, "state": row.state}, headers={"Cache-Control": "no-store"})

    @post("/hop-thu/{case_id:int}/{wanted:str}", request_max_body_size=LARGEST)
    async def done(case_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        form = await request.form()
        text = str(form.get("noi_dung", ""))[:_LONGEST]
        if wanted == "reply":
            return await _reply(parts, page, request, case_id, form)
        if wanted == "show":
            return await _shown(parts, page, request, case_id, Typed(), numbers=True)
        if wanted not in _DONE:
            raise CaseError("inbox.error_gone")
        failed: CaseError | None = None
        async with parts.database.write() as connection:
            try:
                await _do(parts, connection, visitor_of(request).actor, case_id, wanted, form)
            except CaseError as error:
                failed = error
        if failed is not None:
            typed = Typed(wanted, text, parts.say(failed.key, **failed.values))
            return await _shown(parts, page, request, case_id, typed, status=409)
        return _onwards(case_id, wanted, form)

    return [one, talk, present, done]


async def _do(parts: Parts, connection: AsyncConnection, actor: Actor, case_id: int, wanted: str, form: Any) -> CaseRow:
    """Everything but answering."""
    now, known = parts.now(), parts.knowledge
    text, submission = str(form.get("noi_dung", ""))[:_LONGEST], _submission(form)
    if wanted == "take":
        return await actions.take(connection, actor, case_id, _number(form.get("phien_ban")), now)
    if wanted == "assign":
        holder = _number(form.get("giu")) if "giu" in form else None
        return await actions.assign(connection, actor, known, case_id, _number(form.get("ai")), now, holder=holder)
    if wanted == "move":
        office, _, level = str(form.get("den", ""))[:80].partition(":")
        return await actions.move(connection, actor, known, case_id, office, level, text, now)
    if wanted == "note":
        return await actions.note(connection, actor, known, case_id, text, submission, now)
    if wanted == "close":
        return await actions.close(connection, actor, known, case_id, str(form.get("ket_qua", "")), now)
    if wanted == "relay":
        head = _number(form.get("ai"))
        return await actions.relay(connection, actor, known, case_id, head, text, submission, now)
    due = office_hours.load(known.locality.about.slug).due(now.astimezone(VIETNAM), urgent=False)
    return await actions.reopen(connection, actor, case_id, due, now)


async def _reply(parts: Parts, page: Page, request: DeskRequest, case_id: int, form: Any) -> Response[Any]:
    """Send an answer. What cannot be sent comes back with its text and its file."""
    actor = visitor_of(request).actor
    text = str(form.get("noi_dung", ""))[:_LONGEST]
    seen = _number(form.get("thay"))
    now = parts.now()
    try:
        file = await _file(parts, actor, form)
    except MediaError as error:
        typed = Typed("reply", text, parts.say(error.key, **error.values), seen)
        return await _shown(parts, page, request, case_id, typed, status=400)
    answer = Answer(text, seen, _submission(form) or parts.random(16).hex(), file, parts.random(16).hex())
    failed: CaseError | None = None
    async with parts.database.write() as connection:
        try:
            await replies.reply(connection, actor, parts.knowledge, case_id, answer, now)
        except CaseError as error:
            failed = error
    if failed is None:
        return _onwards(case_id, "reply", form)
    key = parts.random(20).hex() if file is not None else ""
    if file is not None:
        async with parts.database.write() as connection:
            await replies.keep_draft(connection, actor, parts.knowledge, key, file, now)
    first: tuple[tuple[str, str], ...] = ()
    if isinstance(failed, AnsweredFirstError):
        keys = parts.knowledge.keys
        first = tuple((one.name, sealing.opened(keys, case_id, one.text)) for one in failed.replies)
        seen = failed.replies[-1].id
    name = (file.name or parts.say("inbox.photo")) if file is not None else ""
    typed = Typed("reply", text, parts.say(failed.key, **failed.values), seen, first, key, name)
    return await _shown(parts, page, request, case_id, typed, status=409)


async def _file(parts: Parts, actor: Actor, form: Any) -> File | None:
    """The file that was chosen now, or the one kept from the last try.

    Raises:
        MediaError: it is none of the kinds that are handed out.
    """
    sent = form.get("tep")
    if isinstance(sent, UploadFile) and sent.filename:
        data = await sent.read()
        if data:
            return await replies.check_file(sent.filename, data)
    async with parts.database.read() as connection:
        return await replies.draft(connection, actor, parts.knowledge, str(form.get("tep_giu", ""))[:64], parts.now())


async def _shown(
    parts: Parts, page: Page, request: DeskRequest, case_id: int, typed: Typed, *, status: int = 200,
    numbers: bool = False,
) -> Response[Any]:  # fmt: skip
    visitor = visitor_of(request)
    said, now = request.query_params, parts.now()
    async with parts.database.write() as connection:
        seen = await actions.see_case(connection, visitor.actor, parts.knowledge, case_id, now, numbers=numbers)
    row, known, words = seen.row, parts.knowledge, parts.words
    values = beginnings.placeholders(known, words, visitor.actor, seen)
    async with parts.database.read() as connection:
        templates = await beginnings.saved(connection, visitor.actor, values)
        colleagues = await actions.colleagues(connection, row, now)
        heads = await actions.village_heads(connection, row, parts.today) if row.village_ok else []
        levels = await routing.levels(connection, parts.knowledge.locality, row.area_key)
    begun = next((text for one, text in templates if str(one.id) == said.get("mau")), "")
    found = beginnings.articles(known, words, seen.question, row.topic, parts.today)
    chosen = next((one.text for one in found if one.id == said.get("bai")), "")
    return page(
        "inbox_case.html", visitor, status=status, active="inbox", seen=seen, row=row, typed=typed,
        text=typed.text if typed.wanted == "reply" else begun or chosen, submission=parts.random(16).hex(),
        seen_line=typed.seen or seen.newest, values=values, templates=templates, colleagues=colleagues, heads=heads,
        levels=levels, offices=[(one.role, words.translate(one.name), one.level) for one in known.locality.offices],
        articles=found, outcomes=actions.OUTCOMES, at=now, tell=_telling(parts), topic_of=_titles(parts),
        talk=seen.talk,
        waited=saying.span(words, (now - row.opened_at).total_seconds()), brings_pictures=row.channel in PICTURES,
        brings_files=row.channel in FILES, longest=actions.LONGEST, just=str(said.get("xong", "")),
        happened=_DONE,
    )  # fmt: skip


def _titles(parts: Parts) -> Any:
    """The short name of an article by its id."""
    return lambda topic: saying.topic_title(parts.knowledge, parts.words, topic)


def _telling(parts: Parts) -> Any:
    """How a line of the talk is told that is nobody's words."""

    def tell(entry: Any) -> str:
        name = entry.name or parts.say("inbox.the_person")
        if entry.kind == "closed" and entry.detail:
            return f"{parts.say('inbox.happened.closed', name=name)}: {parts.say(f'inbox.outcome.{entry.detail}')}"
        return parts.say(f"inbox.happened.{entry.kind}", name=name)

    return tell


def _onwards(case_id: int, wanted: str, form: Any) -> Redirect:
    """Back to the case, or on to the next one where that was asked for."""
    after = _number(form.get("tiep"))
    where = f"{ROOT}/hop-thu/{after or case_id}"
    if wanted in ("move", "close") and not after:
        where = f"{ROOT}/hop-thu"
    return Redirect(f"{where}?xong={wanted}", status_code=303)


def _submission(form: Any) -> str:
    said = str(form.get("ma", ""))
    return said if len(said) == 32 and said.isalnum() else ""


def _number(said: object) -> int:
    text = str(said)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 18 else 0
