"""Changing what the bot knows: an officer proposes, another one approves, and what was approved can be taken back.

What changes goes by the audit chain's lock, so numbers come into force one after the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any, Final

import msgspec
from sqlalchemy.ext.asyncio import AsyncConnection

from content.article_checks import problems, sample_problems
from content.articles import Article
from content.text import plain
from content.words import SOURCE_LANGUAGE
from handlers.access import Actor, scope_filter
from handlers.learning.asking import KEPT
from handlers.learning.errors import KnowledgeError, ProblemsError
from handlers.learning.grouping import Asked, open_all
from handlers.learning.trial import Trial
from handlers.learning.versions import article_of, body_of, changed_article, effective
from handlers.turn import Knowledge
from storage import audit, learning
from storage.learning import ChangeRow, DayCount, TopicCount

EDIT: Final = "edit_knowledge"
APPROVE: Final = "approve_knowledge"
LONGEST_REASON: Final = 500
NOTHING_TO_DO: Final = 0
"""What questions are settled with that need no change."""
_MOST_SAMPLES: Final = 30


@dataclass(frozen=True, slots=True)
class Figures:
    """What the first page shows beside the groups."""

    days: list[DayCount]
    topics: list[TopicCount]


@dataclass(frozen=True, slots=True)
class Proposed:
    """A change with the text that it would replace and the one that it would bring."""

    row: ChangeRow
    before: Article | None
    after: Article | None
    number: int
    """The state of the knowledge now."""
    trial: Trial | None


async def see_questions(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, now: datetime, today: date
) -> list[Asked]:
    """The questions of the actor's area that the bot answered badly or not at all."""
    path = scope_filter(actor, EDIT)
    rows = await learning.to_look_at(connection, path, today - KEPT)
    await _record(connection, actor, "questions_seen", "", now, {"questions": len(rows)})
    return open_all(knowledge.keys, rows)


async def see_figures(connection: AsyncConnection, actor: Actor, today: date, weeks: int) -> Figures:
    """Counts of the actor's area."""
    path = scope_filter(actor, EDIT)
    since = today - timedelta(days=today.weekday() + 7 * (weeks - 1))
    return Figures(await learning.by_day(connection, path, since), await learning.topics(connection, path, since))


async def chosen_questions(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, ids: Iterable[int]
) -> list[Asked]:
    """Chosen questions of the actor's area."""
    return open_all(knowledge.keys, await learning.questions(connection, scope_filter(actor, EDIT), ids))


async def settle(connection: AsyncConnection, actor: Actor, ids: Sequence[int], now: datetime) -> int:
    """Questions of which nothing is to be made."""
    path = scope_filter(actor, EDIT)
    await audit.serialise(connection)
    count = await learning.settle(connection, path, ids, NOTHING_TO_DO)
    await _record(connection, actor, "questions_settled", "", now, {"questions": count})
    return count


async def propose_samples(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, article_id: str, said: str, ids: Sequence[int],
    now: datetime,
) -> int:  # fmt: skip
    """New sample questions for an article, one a line; the id of the change.

    Raises:
        KnowledgeError: no such article, or nothing new.
        ProblemsError: a question that cannot be a sample.
    """
    path = scope_filter(actor, EDIT)
    await audit.serialise(connection)
    current = await learning.in_force(connection)
    article = effective(knowledge.library, current, article_id)
    if article is None:
        raise KnowledgeError("knowledge.error.no_article")
    known = {plain(question) for question in article.questions}
    lines = [line for line in lines_of(said) if plain(line) not in known]
    if not lines:
        raise KnowledgeError("knowledge.error.nothing_new")
    if len(lines) > _MOST_SAMPLES:
        raise KnowledgeError("knowledge.error.many_samples", most=_MOST_SAMPLES)
    wrong = list(sample_problems(article_id, lines, knowledge.library))
    if wrong:
        raise ProblemsError(wrong)
    row = current.get(article_id)
    values = {
        "article_id": article_id, "kind": "samples", "base": row.number if row is not None else 0,
        "questions": msgspec.json.encode(lines).decode(),
    }  # fmt: skip
    return await _propose(connection, actor, path, values, ids, now)


async def propose_article(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, article: Article, *, base: int, new: bool,
    ids: Sequence[int], now: datetime,
) -> int:  # fmt: skip
    """A new article, or an edited one; `base` is the number of the text that the form showed.

    Raises:
        ProblemsError: it cannot be used as it is written.
        KnowledgeError: it is as it was.
    """
    path = scope_filter(actor, EDIT)
    wrong = _problems(knowledge, article, new=new)
    if wrong:
        raise ProblemsError(wrong)
    await audit.serialise(connection)
    before = effective(knowledge.library, await learning.in_force(connection), article.id)
    if before is not None and not new and _same(before, article):
        raise KnowledgeError("knowledge.error.nothing_new")
    values = {"article_id": article.id, "kind": "article", "base": base, "body": body_of(article)}
    return await _propose(connection, actor, path, values, ids, now)


async def proposed(connection: AsyncConnection, actor: Actor, knowledge: Knowledge, change_id: int) -> Proposed:
    """A change to be looked at.

    Raises:
        KnowledgeError: there is none.
    """
    scope_filter(actor, EDIT)
    row = await learning.change(connection, change_id)
    if row is None:
        raise KnowledgeError("knowledge.error.no_change")
    current = await learning.in_force(connection)
    before = effective(knowledge.library, current, row.article_id)
    if row.state == "approved":
        # What it brought at its time, over what was there then.
        older = [each for each in await learning.approved_of(connection, row.article_id) if each.number == row.base]
        shipped = knowledge.library.shipped.get(row.article_id)
        before = article_of(older[0].body) if older and older[0].body else shipped
        after = article_of(row.body) if row.body else shipped
    else:
        after = changed_article(row, before)
    trial = msgspec.json.decode(row.tried, type=Trial) if row.tried else None
    return Proposed(row, before, after, await learning.newest(connection), trial)


async def keep_trial(connection: AsyncConnection, actor: Actor, change_id: int, trial: Trial) -> None:
    """What trying a change has found."""
    scope_filter(actor, EDIT)
    row = await learning.change(connection, change_id, lock=True)
    if row is not None and row.state == "waiting":
        await learning.alter(connection, change_id, {"tried": msgspec.json.encode(trial).decode()})


async def approve(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, change_id: int, now: datetime
) -> ChangeRow:
    """Bring a change into force; the number it gets is what every process looks for.

    Raises:
        KnowledgeError: decided already, one's own, not tried, or the article has been changed since.
        ProblemsError: it no longer fits beside the others.
    """
    scope_filter(actor, APPROVE)
    await audit.serialise(connection)
    row = await _waiting(connection, change_id)
    if row.created_by == actor.account_id:
        raise KnowledgeError("knowledge.error.own")
    current = await learning.in_force(connection)
    number = await learning.newest(connection)
    if not row.tried or msgspec.json.decode(row.tried, type=Trial).number != number:
        raise KnowledgeError("knowledge.error.not_tried")
    last = current.get(row.article_id)
    base = last.number if last is not None and last.number is not None else 0
    if row.kind == "article" and row.base != base:
        raise KnowledgeError("knowledge.error.changed_since")
    article = changed_article(row, effective(knowledge.library, current, row.article_id))
    if article is None:
        raise KnowledgeError("knowledge.error.no_article")
    wrong = _problems(knowledge, article, new=base == 0 and article.id not in knowledge.library.shipped)
    if wrong:
        raise ProblemsError(wrong)
    values = {
        "state": "approved", "number": number + 1, "base": base, "body": body_of(article),
        "decided_by": actor.account_id, "decided_at": now,
    }  # fmt: skip
    await learning.alter(connection, change_id, values)
    await _record(connection, actor, "knowledge_approved", row.article_id, now, {"change": change_id})
    return row


async def refuse(connection: AsyncConnection, actor: Actor, change_id: int, reason: str, now: datetime) -> ChangeRow:
    """Send a change back, with the reason; its questions come back to the groups.

    Raises:
        KnowledgeError: decided already, or no reason given.
    """
    scope_filter(actor, APPROVE)
    said = reason.strip()[:LONGEST_REASON]
    if not said:
        raise KnowledgeError("knowledge.error.reason")
    return await _end(connection, actor, change_id, "refused", said, now)


async def withdraw(connection: AsyncConnection, actor: Actor, change_id: int, now: datetime) -> ChangeRow:
    """Take one's own change back before it is decided.

    Raises:
        KnowledgeError: decided already, or somebody else's.
    """
    scope_filter(actor, EDIT)
    row = await learning.change(connection, change_id)
    if row is not None and row.created_by != actor.account_id:
        raise KnowledgeError("knowledge.error.not_yours")
    return await _end(connection, actor, change_id, "withdrawn", "", now)


async def restore(
    connection: AsyncConnection, actor: Actor, knowledge: Knowledge, article_id: str, number: int, now: datetime
) -> int:
    """Go back to an earlier text at once: 0 is the shipped file. A wrong text must not wait for a second person.

    Raises:
        KnowledgeError: no such text, or it is in force already.
    """
    scope_filter(actor, APPROVE)
    await audit.serialise(connection)
    before = await learning.approved_of(connection, article_id)
    wanted = next((row for row in before if row.number == number), None)
    if not before or (wanted is None and number != 0):
        raise KnowledgeError("knowledge.error.no_version")
    body = wanted.body if wanted is not None else ""
    if body == before[0].body:
        raise KnowledgeError("knowledge.error.nothing_new")
    values = {
        "article_id": article_id, "kind": "restored", "state": "approved", "base": before[0].number, "body": body,
        "number": await learning.newest(connection) + 1, "created_by": actor.account_id, "created_at": now,
        "decided_by": actor.account_id, "decided_at": now, "reason": str(number),
    }  # fmt: skip
    change_id = await learning.propose(connection, values)
    await _record(connection, actor, "knowledge_restored", article_id, now, {"change": change_id, "to": number})
    return change_id


def lines_of(said: str) -> list[str]:
    """What was typed, one question a line, each once."""
    return list(dict.fromkeys(question for line in said.splitlines() if (question := " ".join(line.split()))))


def _problems(knowledge: Knowledge, article: Article, *, new: bool) -> list[Any]:
    words = knowledge.languages[SOURCE_LANGUAGE]
    return problems(article, knowledge.library, knowledge.filler, words, new=new)


def _same(one: Article, other: Article) -> bool:
    return msgspec.structs.replace(one, last_checked=other.last_checked) == other


async def _propose(
    connection: AsyncConnection, actor: Actor, path: str, values: dict[str, Any], ids: Sequence[int], now: datetime
) -> int:
    whole = {**values, "state": "waiting", "created_by": actor.account_id, "created_at": now}
    change_id = await learning.propose(connection, whole)
    if ids:
        await learning.settle(connection, path, ids, change_id)
    await _record(connection, actor, "knowledge_proposed", str(values["article_id"]), now, {"change": change_id})
    return change_id


async def _end(
    connection: AsyncConnection, actor: Actor, change_id: int, state: str, reason: str, now: datetime
) -> ChangeRow:
    await audit.serialise(connection)
    row = await _waiting(connection, change_id)
    values = {"state": state, "reason": reason, "decided_by": actor.account_id, "decided_at": now}
    await learning.alter(connection, change_id, values)
    await learning.reopen_questions(connection, change_id)
    await _record(connection, actor, f"knowledge_{state}", row.article_id, now, {"change": change_id})
    return row


async def _waiting(connection: AsyncConnection, change_id: int) -> ChangeRow:
    row = await learning.change(connection, change_id, lock=True)
    if row is None:
        raise KnowledgeError("knowledge.error.no_change")
    if row.state != "waiting":
        raise KnowledgeError("knowledge.error.decided")
    return row


async def _record(
    connection: AsyncConnection, actor: Actor, verb: str, article_id: str, now: datetime, detail: dict[str, Any]
) -> None:
    event = audit.Event(
        verb, "article", article_id, account_id=actor.account_id or None, role=actor.role, area_path=actor.area_path,
        detail=detail,
    )  # fmt: skip
    await audit.append(connection, event, now)
