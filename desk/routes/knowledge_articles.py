"""The articles at the desk: reading, editing, comparing, approving and taking back."""

from __future__ import annotations

import asyncio
from typing import Any, Final

from litestar import Response, get, post
from litestar.params import FromPath
from litestar.response import Redirect
from sqlalchemy.ext.asyncio import AsyncConnection

from content.articles import Article
from desk.gate import DeskRequest, visitor_of
from desk.knowledge_words import said, title_of
from desk.pages import Page
from desk.parts import Parts
from desk.routes.knowledge import HOME, ids_of
from handlers.access import Actor, can_anywhere, scope_filter
from handlers.actions import inbox
from handlers.actions import learning as actions
from handlers.actions.learning import Proposed
from handlers.learning import trial
from handlers.learning.errors import KnowledgeError
from handlers.learning.form import SECTIONS, Typed, TypedBlock, article_from, read, shown
from handlers.learning.masking import masked
from handlers.learning.versions import article_of, compared, effective
from storage import learning

_DONE: Final = {"approve": "approved", "refuse": "refused", "withdraw": "withdrawn"}
_SAID: Final = ("proposed", "tried", "approved", "refused", "withdrawn", "restored")


def article_routes(parts: Parts, page: Page) -> list[Any]:
    """The list, and one article with its versions."""

    @get("/kien-thuc/bai")
    async def listed(request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        scope_filter(visitor.actor, actions.EDIT)
        async with parts.database.read() as connection:
            current = await learning.in_force(connection)
        library = parts.knowledge.library
        return page(
            "knowledge_articles.html", visitor, active="knowledge", current=current,
            groups=[(group, library.in_group(group.key)) for group in library.groups],
        )  # fmt: skip

    @get("/kien-thuc/bai/{article_id:str}")
    async def one(article_id: FromPath[str], request: DeskRequest) -> Response[Any]:
        return await _article(parts, page, request, article_id, "")

    @post("/kien-thuc/bai/{article_id:str}/quay-lai")
    async def back(article_id: FromPath[str], request: DeskRequest) -> Response[Any]:
        number = _number((await request.form()).get("ve"))
        failed = ""
        async with parts.database.write() as connection:
            try:
                await actions.restore(
                    connection, visitor_of(request).actor, parts.knowledge, article_id, number, parts.now()
                )
            except KnowledgeError as error:
                failed = said(parts, error)[0]
        if failed:
            return await _article(parts, page, request, article_id, failed, status=409)
        return Redirect(f"{HOME}/bai/{article_id}?xong=restored", status_code=303)

    return [listed, one, back]


def draft_routes(parts: Parts, page: Page) -> list[Any]:
    """The form of an article, empty and filled."""

    @get("/kien-thuc/soan")
    async def empty(request: DeskRequest) -> Response[Any]:
        return await _begun(parts, page, request, "")

    @post("/kien-thuc/soan")
    async def made(request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, "")

    @get("/kien-thuc/soan/{article_id:str}")
    async def filled(article_id: FromPath[str], request: DeskRequest) -> Response[Any]:
        return await _begun(parts, page, request, article_id)

    @post("/kien-thuc/soan/{article_id:str}")
    async def saved(article_id: FromPath[str], request: DeskRequest) -> Response[Any]:
        return await _saved(parts, page, request, article_id)

    return [empty, made, filled, saved]


def change_routes(parts: Parts, page: Page) -> list[Any]:
    """A change that waits, or waited, for its second person."""

    @get("/kien-thuc/thay-doi/{change_id:int}")
    async def change(change_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        return await _change(parts, page, request, change_id, [])

    @post("/kien-thuc/thay-doi/{change_id:int}/thu")
    async def tried(change_id: FromPath[int], request: DeskRequest) -> Response[Any]:
        visitor = visitor_of(request)
        try:
            async with parts.database.read() as connection:
                proposed = await actions.proposed(connection, visitor.actor, parts.knowledge, change_id)
        except KnowledgeError as error:
            return _gone(parts, page, request, error)
        known = parts.knowledge
        result = await asyncio.to_thread(
            trial.try_out, proposed.number, known.library, known.search, proposed.row.article_id, proposed.after,
            parts.today,
        )  # fmt: skip
        async with parts.database.write() as connection:
            await actions.keep_trial(connection, visitor.actor, change_id, result)
        return Redirect(f"{HOME}/thay-doi/{change_id}?xong=tried", status_code=303)

    @post("/kien-thuc/thay-doi/{change_id:int}/{wanted:str}")
    async def moved(change_id: FromPath[int], wanted: FromPath[str], request: DeskRequest) -> Response[Any]:
        scope_filter(visitor_of(request).actor, actions.EDIT)
        reason = str((await request.form()).get("ly_do", ""))
        failed: KnowledgeError | None = None
        async with parts.database.write() as connection:
            try:
                await _move(parts, connection, visitor_of(request).actor, change_id, wanted, reason)
            except KnowledgeError as error:
                failed = error
        if failed is not None:
            return await _change(parts, page, request, change_id, said(parts, failed), reason=reason, status=409)
        return Redirect(f"{HOME}/thay-doi/{change_id}?xong={_DONE[wanted]}", status_code=303)

    return [change, tried, moved]


async def _move(
    parts: Parts, connection: AsyncConnection, actor: Actor, change_id: int, wanted: str, reason: str
) -> None:
    if wanted == "approve":
        await actions.approve(connection, actor, parts.knowledge, change_id, parts.now())
    elif wanted == "refuse":
        await actions.refuse(connection, actor, change_id, reason, parts.now())
    elif wanted == "withdraw":
        await actions.withdraw(connection, actor, change_id, parts.now())
    else:
        raise KnowledgeError("knowledge.error.no_change")


async def _change(
    parts: Parts, page: Page, request: DeskRequest, change_id: int, errors: list[str], *, reason: str = "",
    status: int = 200,
) -> Response[Any]:  # fmt: skip
    visitor = visitor_of(request)
    try:
        async with parts.database.read() as connection:
            proposed = await actions.proposed(connection, visitor.actor, parts.knowledge, change_id)
    except KnowledgeError as error:
        return _gone(parts, page, request, error)
    mine = proposed.row.created_by == visitor.actor.account_id
    return page(
        "knowledge_change.html", visitor, status=status, active="knowledge", row=proposed.row, trial=proposed.trial,
        lines=compared(proposed.before, proposed.after, parts.words), name=_name(proposed), errors=errors, mine=mine,
        fresh=proposed.trial is not None and proposed.trial.number == proposed.number, reason=reason,
        may_approve=can_anywhere(visitor.actor, actions.APPROVE), title=lambda each: title_of(parts, each),
        just=_just(request),
    )  # fmt: skip


def _name(proposed: Proposed) -> str:
    article = proposed.after or proposed.before
    return article.title if article is not None else proposed.row.article_id


async def _article(
    parts: Parts, page: Page, request: DeskRequest, article_id: str, error: str, *, status: int = 200
) -> Response[Any]:
    visitor = visitor_of(request)
    scope_filter(visitor.actor, actions.EDIT)
    library = parts.knowledge.library
    async with parts.database.read() as connection:
        current = await learning.in_force(connection)
        versions = await learning.approved_of(connection, article_id)
    article = effective(library, current, article_id)
    shipped = library.shipped.get(article_id)
    if article is None and not versions:
        return _gone(parts, page, request, KnowledgeError("knowledge.error.no_article"))
    texts: dict[int, Article | None] = {0: shipped}
    texts |= {row.number or 0: article_of(row.body) if row.body else shipped for row in versions}
    asked = request.query_params
    one, other = _number(asked.get("tu")), _number(asked.get("den"))
    wanted = "tu" in asked and one in texts and other in texts
    return page(
        "knowledge_article.html", visitor, status=status, active="knowledge", article=article, article_id=article_id,
        versions=versions, shipped=shipped, error=error, just=_just(request),
        lines=compared(texts[one], texts[other], parts.words) if wanted else None, one=one, other=other,
        whole=compared(None, article, parts.words, around=10_000) if article is not None else [],
        may_approve=can_anywhere(visitor.actor, actions.APPROVE),
        office=parts.words.translate(parts.knowledge.locality.office_for(article_id).name),
    )  # fmt: skip


async def _begun(parts: Parts, page: Page, request: DeskRequest, article_id: str) -> Response[Any]:
    visitor = visitor_of(request)
    scope_filter(visitor.actor, actions.EDIT)
    said_in, known = request.query_params, parts.knowledge
    ids = ids_of(said_in.get("cau_hoi"))
    async with parts.database.read() as connection:
        current = await learning.in_force(connection)
        asked = await actions.chosen_questions(connection, visitor.actor, known, ids) if ids else []
    texts = list(dict.fromkeys(each.text for each in asked))
    case_id = _number(said_in.get("ho_so"))
    answer = ""
    if case_id:
        question, answer = await _from_case(parts, visitor.actor, case_id)
        texts += [question] if question else []
    article = effective(known.library, current, article_id) if article_id else None
    if article_id and article is None:
        return _gone(parts, page, request, KnowledgeError("knowledge.error.no_article"))
    if article is None:
        block = TypedBlock(parts.today.isoformat(), "", "unconfirmed", answer)
        typed = Typed(questions="\n".join(texts), group=known.library.groups[0].key, office="commune")
        typed = typed.with_block("answer", block)
    else:
        typed = shown(article, known.locality.office_for(article.id).role)
        if answer:
            typed = typed.with_block("answer", TypedBlock(parts.today.isoformat(), "", "unconfirmed", answer))
    row = current.get(article_id)
    base = row.number if row is not None and row.number is not None else 0
    return _form(parts, page, request, article_id, typed, base=base, ids=ids, errors=[])


async def _from_case(parts: Parts, actor: Actor, case_id: int) -> tuple[str, str]:
    """The question of a case and what the officer answered, for who may read the case."""
    async with parts.database.write() as connection:
        seen = await inbox.see_case(connection, actor, parts.knowledge, case_id, parts.now())
    answers = [said.text for said in seen.talk if said.entry.kind == "staff" and said.text]
    return masked(seen.question), answers[-1] if answers else ""


async def _saved(parts: Parts, page: Page, request: DeskRequest, article_id: str) -> Response[Any]:
    visitor = visitor_of(request)
    scope_filter(visitor.actor, actions.EDIT)
    form = await request.form()
    typed, ids, base = read(form), ids_of(form.get("ids")), _number(form.get("goc"))
    wanted = form.get("them")
    if wanted is not None:
        more = typed.with_block(str(wanted))
        return _form(parts, page, request, article_id, more, base=base, ids=ids, errors=[])
    known = parts.knowledge
    failed: KnowledgeError | None = None
    change_id = 0
    async with parts.database.write() as connection:
        current = await learning.in_force(connection)
        before = effective(known.library, current, article_id) if article_id else None
        office = known.locality.office_for(article_id or typed.id).role
        try:
            article = article_from(typed, before, office, parts.today)
            change_id = await actions.propose_article(
                connection, visitor.actor, known, article, base=base, new=before is None, ids=ids, now=parts.now()
            )
        except KnowledgeError as error:
            failed = error
    if failed is not None:
        errors = said(parts, failed)
        return _form(parts, page, request, article_id, typed, base=base, ids=ids, errors=errors, status=400)
    return Redirect(f"{HOME}/thay-doi/{change_id}?xong=proposed", status_code=303)


def _form(
    parts: Parts, page: Page, request: DeskRequest, article_id: str, typed: Typed, *, base: int, ids: list[int],
    errors: list[str], status: int = 200,
) -> Response[Any]:  # fmt: skip
    known, words = parts.knowledge, parts.words
    return page(
        "knowledge_form.html", visitor_of(request), status=status, active="knowledge", typed=typed, base=base,
        ids=",".join(map(str, ids)), errors=errors, article_id=article_id, sections=SECTIONS,
        groups=known.library.groups, offices=[(one.role, words.translate(one.name)) for one in known.locality.offices],
    )  # fmt: skip


def _gone(parts: Parts, page: Page, request: DeskRequest, error: KnowledgeError) -> Response[Any]:
    return page("message.html", visitor_of(request), status=404, said=said(parts, error)[0])


def _just(request: DeskRequest) -> str:
    wanted = str(request.query_params.get("xong", ""))
    return wanted if wanted in _SAID else ""


def _number(said_number: object) -> int:
    text = str(said_number)
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0
