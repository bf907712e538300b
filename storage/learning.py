"""Questions without their askers, and the changes of articles. Every function is one statement."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from typing import Any, Final

from sqlalchemy import ColumnElement, and_, case, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_learning import knowledge_changes, question_log
from storage.tables_people import accounts, areas

MOST_QUESTIONS: Final = 600
GOOD: Final = 1
BAD: Final = -1


@dataclass(frozen=True, slots=True)
class NewQuestion:
    """A question as it is kept; `text` is ciphertext."""

    day: date
    kind: str
    article: str
    score: float
    area_key: str
    text: str
    ticket: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question to be looked at."""

    id: int
    day: date
    kind: str
    article: str
    score: float
    area_key: str
    text: str
    rating: int | None


@dataclass(frozen=True, slots=True)
class DayCount:
    """So many questions of a day, by what became of them."""

    day: date
    asked: int
    answered: int
    rated: int
    good: int


@dataclass(frozen=True, slots=True)
class TopicCount:
    """So many questions of an area about an article; both may be empty."""

    article: str
    area_key: str
    asked: int
    bad: int


@dataclass(frozen=True, slots=True)
class ChangeRow:
    """A change of an article, with the names of who wrote and who decided it."""

    id: int
    article_id: str
    kind: str
    state: str
    number: int | None
    base: int
    body: str
    questions: str
    tried: str
    reason: str
    created_by: int
    created_at: datetime
    decided_by: int | None
    decided_at: datetime | None
    author: str = ""
    decider: str = ""


async def add_questions(connection: AsyncConnection, rows: Sequence[NewQuestion]) -> None:
    if rows:
        await connection.execute(insert(question_log), [asdict(row) for row in rows])


async def rate(connection: AsyncConnection, ticket: str, rating: int) -> bool:
    """Keep a rating and forget the ticket, so that nothing leads back to the conversation; False without such one."""
    values = {"rating": rating, "ticket": None}
    done = await connection.execute(update(question_log).where(question_log.c.ticket == ticket).values(values))
    return bool(done.rowcount)


async def forget_question(connection: AsyncConnection, ticket: str) -> None:
    """Delete the question of a conversation that is being deleted."""
    await connection.execute(delete(question_log).where(question_log.c.ticket == ticket))


async def forget_tickets(connection: AsyncConnection, before: date) -> int:
    """From the next day on nothing leads from a conversation to its questions."""
    old = and_(question_log.c.ticket.is_not(None), question_log.c.day < before)
    done = await connection.execute(update(question_log).where(old).values(ticket=None))
    return int(done.rowcount)


async def expire(connection: AsyncConnection, before: date) -> int:
    """Delete the questions of the days before."""
    done = await connection.execute(delete(question_log).where(question_log.c.day < before))
    return int(done.rowcount)


def _within(path: str) -> ColumnElement[bool]:
    """Of an area below the path; those of no known area count everywhere."""
    inside = select(areas.c.key).where(below(areas.c.path, path))
    return or_(question_log.c.area_key == "", question_log.c.area_key.in_(inside))


async def to_look_at(
    connection: AsyncConnection, path: str, since: date, *, limit: int = MOST_QUESTIONS
) -> list[QuestionRow]:
    """The newest questions without an answer or with a bad rating, which nobody has made anything of."""
    wanted = or_(question_log.c.kind != "article", question_log.c.rating == BAD)
    query = (
        select(*(question_log.c[name] for name in QuestionRow.__slots__))
        .where(wanted, question_log.c.text != "", question_log.c.day >= since, question_log.c.change_id.is_(None))
        .where(_within(path))
        .order_by(question_log.c.day.desc(), question_log.c.id.desc())
        .limit(limit)
    )
    return [QuestionRow(**row._mapping) for row in await connection.execute(query)]


async def questions(connection: AsyncConnection, path: str, ids: Iterable[int]) -> list[QuestionRow]:
    """Chosen questions, as far as they lie below the path."""
    query = select(*(question_log.c[name] for name in QuestionRow.__slots__)).where(
        question_log.c.id.in_(list(ids)), _within(path)
    )
    return [QuestionRow(**row._mapping) for row in await connection.execute(query.order_by(question_log.c.id))]


async def settle(connection: AsyncConnection, path: str, ids: Iterable[int], change_id: int | None) -> int:
    """Note what was made of questions; 0 is "nothing to be made of them"."""
    chosen = and_(question_log.c.id.in_(list(ids)), _within(path))
    done = await connection.execute(update(question_log).where(chosen).values(change_id=change_id))
    return int(done.rowcount)


async def reopen_questions(connection: AsyncConnection, change_id: int) -> None:
    """A change that came to nothing leaves its questions to be looked at again."""
    await connection.execute(update(question_log).where(question_log.c.change_id == change_id).values(change_id=None))


async def by_day(connection: AsyncConnection, path: str, since: date) -> list[DayCount]:
    """How many questions of each day were answered and rated, oldest first."""
    answered = func.sum(case((question_log.c.kind == "article", 1), else_=0))
    good = func.sum(case((question_log.c.rating == GOOD, 1), else_=0))
    query = (
        select(question_log.c.day, func.count(), answered, func.count(question_log.c.rating), good)
        .where(question_log.c.day >= since, _within(path))
        .group_by(question_log.c.day)
        .order_by(question_log.c.day)
    )
    return [DayCount(day, *map(int, counts)) for day, *counts in await connection.execute(query)]


async def topics(connection: AsyncConnection, path: str, since: date) -> list[TopicCount]:
    """Questions by article and area, the most asked first; those without an answer have no article."""
    about = case((question_log.c.kind == "article", question_log.c.article), else_="")
    bad = func.sum(case((question_log.c.rating == BAD, 1), else_=0))
    query = (
        select(about.label("article"), question_log.c.area_key, func.count().label("asked"), bad.label("bad"))
        .where(question_log.c.day >= since, _within(path))
        .group_by(about, question_log.c.area_key)
        .order_by(func.count().desc(), about)
    )
    found = await connection.execute(query)
    return [TopicCount(row.article, row.area_key, int(row.asked), int(row.bad)) for row in found]


_AUTHOR: Final = accounts.alias("author")
_DECIDER: Final = accounts.alias("decider")
_CHANGE: Final = (
    select(
        knowledge_changes,
        func.coalesce(_AUTHOR.c.name, "").label("author"),
        func.coalesce(_DECIDER.c.name, "").label("decider"),
    )
    .outerjoin(_AUTHOR, _AUTHOR.c.id == knowledge_changes.c.created_by)
    .outerjoin(_DECIDER, _DECIDER.c.id == knowledge_changes.c.decided_by)
)


async def newest(connection: AsyncConnection) -> int:
    """The number of the last change that came into force: one look at the end of an index."""
    found = await connection.execute(select(func.max(knowledge_changes.c.number)))
    return int(found.scalar_one() or 0)


async def in_force(connection: AsyncConnection) -> dict[str, ChangeRow]:
    """The newest approved change of each article; one with an empty body is as shipped."""
    last = (
        select(func.max(knowledge_changes.c.number))
        .where(knowledge_changes.c.state == "approved")
        .group_by(knowledge_changes.c.article_id)
    )
    found = await connection.execute(_CHANGE.where(knowledge_changes.c.number.in_(last)))
    return {row.article_id: ChangeRow(**row._mapping) for row in found}


async def change(connection: AsyncConnection, change_id: int, *, lock: bool = False) -> ChangeRow | None:
    query = _CHANGE.where(knowledge_changes.c.id == change_id)
    if lock:
        query = query.with_for_update(of=knowledge_changes)
    row = (await connection.execute(query)).one_or_none()
    return None if row is None else ChangeRow(**row._mapping)


async def approved_of(connection: AsyncConnection, article_id: str) -> list[ChangeRow]:
    """Every change of an article that came into force, the newest first."""
    chosen = and_(knowledge_changes.c.article_id == article_id, knowledge_changes.c.state == "approved")
    found = await connection.execute(_CHANGE.where(chosen).order_by(knowledge_changes.c.number.desc()))
    return [ChangeRow(**row._mapping) for row in found]


async def waiting(connection: AsyncConnection, *, limit: int = 200) -> list[ChangeRow]:
    """The changes that wait for a second person, oldest first."""
    query = _CHANGE.where(knowledge_changes.c.state == "waiting").order_by(knowledge_changes.c.id).limit(limit)
    return [ChangeRow(**row._mapping) for row in await connection.execute(query)]


async def propose(connection: AsyncConnection, values: Mapping[str, Any]) -> int:
    """A new change; what is not given is empty."""
    whole = {"body": "", "questions": "[]", "tried": "", "reason": "", **values}
    made = await connection.execute(insert(knowledge_changes).values(whole).returning(knowledge_changes.c.id))
    change_id: int = made.scalar_one()
    return change_id


async def alter(connection: AsyncConnection, change_id: int, values: Mapping[str, Any]) -> None:
    await connection.execute(update(knowledge_changes).where(knowledge_changes.c.id == change_id).values(dict(values)))
