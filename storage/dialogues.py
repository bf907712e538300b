"""Policy dialogues: announced, asked beforehand, answered. Who asked is never handed to the desk."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import and_, delete, func, insert, or_, select, update
from sqlalchemy.ext.asyncio import AsyncConnection

from storage.areas import below
from storage.tables_dialogues import dialogue_groups, dialogue_moves, dialogue_questions, dialogues
from storage.tables_people import account_channels
from storage.turns import ChatKey, upsert

PUBLIC: Final = ("open", "answers_waiting", "answered")
"""States in which everybody may read of a dialogue."""


@dataclass(frozen=True, slots=True)
class DialogueRow:
    """A dialogue as it stands."""

    id: int
    slug: str
    title: str
    about: str
    place: str
    area_key: str
    area_name: str
    area_path: str
    starts_at: datetime
    questions_until: datetime
    state: str
    version: int
    created_by: int | None
    created_at: datetime
    moved_at: datetime
    announced_at: datetime | None
    answered_at: datetime | None
    demo: bool

    def takes_questions(self, now: datetime) -> bool:
        return self.state == "open" and now <= self.questions_until


@dataclass(frozen=True, slots=True)
class GroupRow:
    """A question as it is published, with its answer; `asked` is how many people asked it."""

    id: int
    dialogue_id: int
    question: str
    answer: str
    answered_by: int | None
    changed_at: datetime
    asked: int


@dataclass(frozen=True, slots=True)
class QuestionRow:
    """A question as somebody asked it: the text is ciphertext, who asked is not here."""

    id: int
    dialogue_id: int
    group_id: int | None
    text: str
    asked_at: datetime
    set_aside: str
    told_at: datetime | None


@dataclass(frozen=True, slots=True)
class Asker:
    """Where the answer to a question goes."""

    question_id: int
    group_id: int | None
    set_aside: str
    channel: str
    chat: str
    account_id: int | None
    language: str


@dataclass(frozen=True, slots=True)
class MoveRow:
    """A move of a dialogue: who, when, what, why."""

    at: datetime
    account_id: int | None
    role: str
    move: str
    reason: str


_DIALOGUE: Final = tuple(dialogues.c[name] for name in DialogueRow.__slots__)
_QUESTION: Final = tuple(dialogue_questions.c[name] for name in QuestionRow.__slots__)


async def create(connection: AsyncConnection, values: Mapping[str, Any]) -> int:
    made = await connection.execute(insert(dialogues).values(dict(values)).returning(dialogues.c.id))
    dialogue_id: int = made.scalar_one()
    return dialogue_id


async def get(connection: AsyncConnection, dialogue_id: int, *, lock: bool = False) -> DialogueRow | None:
    """A dialogue; `lock` holds it until the transaction ends."""
    query = select(*_DIALOGUE).where(dialogues.c.id == dialogue_id)
    return _dialogue((await connection.execute(query.with_for_update() if lock else query)).one_or_none())


async def by_slug(connection: AsyncConnection, slug: str) -> DialogueRow | None:
    return _dialogue((await connection.execute(select(*_DIALOGUE).where(dialogues.c.slug == slug))).one_or_none())


async def change(connection: AsyncConnection, dialogue_id: int, **values: Any) -> None:
    """Write columns of a dialogue that has been locked; its version goes up."""
    await connection.execute(
        update(dialogues).where(dialogues.c.id == dialogue_id).values(version=dialogues.c.version + 1, **values)
    )


async def listed(connection: AsyncConnection, path: str, *, limit: int = 100) -> list[DialogueRow]:
    """The dialogues below an area, what moved last first."""
    query = select(*_DIALOGUE).where(below(dialogues.c.area_path, path))
    found = await connection.execute(query.order_by(dialogues.c.moved_at.desc(), dialogues.c.id.desc()).limit(limit))
    return [each for each in map(_dialogue, found) if each is not None]


async def public(connection: AsyncConnection, *, offset: int = 0, limit: int = 20) -> list[DialogueRow]:
    """What everybody may read of, the latest day first."""
    query = select(*_DIALOGUE).where(dialogues.c.state.in_(PUBLIC))
    query = query.order_by(dialogues.c.starts_at.desc(), dialogues.c.id.desc()).offset(offset).limit(limit)
    return [each for each in map(_dialogue, await connection.execute(query)) if each is not None]


async def add_move(
    connection: AsyncConnection,
    dialogue_id: int,
    *,
    at: datetime,
    account_id: int | None,
    role: str,
    move: str,
    reason: str,
) -> None:
    await connection.execute(
        insert(dialogue_moves).values(
            dialogue_id=dialogue_id, at=at, account_id=account_id, role=role, move=move, reason=reason
        )
    )


async def moves(connection: AsyncConnection, dialogue_id: int) -> list[MoveRow]:
    """What was done with a dialogue, oldest first."""
    columns = tuple(dialogue_moves.c[name] for name in MoveRow.__slots__)
    found: Any = await connection.execute(
        select(*columns).where(dialogue_moves.c.dialogue_id == dialogue_id).order_by(dialogue_moves.c.id)
    )
    return [MoveRow(*row) for row in found]


async def ask(
    connection: AsyncConnection,
    *,
    dialogue_id: int,
    key: ChatKey,
    text: str,
    hashes: Iterable[str],
    language: str,
    now: datetime,
) -> int | None:
    """Keep a question (`text` is ciphertext); None where this chat has asked the same already.

    `hashes` are those of every key of the installation, the newest first.
    """
    newest, *older = hashes
    if older and await _asked_before(connection, dialogue_id, key, older):
        return None
    made = await connection.execute(
        upsert(connection, dialogue_questions)
        .values(
            dialogue_id=dialogue_id, channel=key[0], chat=key[1], text=text, text_hash=newest, language=language,
            asked_at=now, set_aside="",
        )
        .on_conflict_do_nothing()
        .returning(dialogue_questions.c.id)
    )  # fmt: skip
    question_id: int | None = made.scalar_one_or_none()
    return question_id


async def _asked_before(connection: AsyncConnection, dialogue_id: int, key: ChatKey, hashes: list[str]) -> bool:
    found = await connection.execute(
        select(dialogue_questions.c.id).where(
            _of_chat(key), dialogue_questions.c.dialogue_id == dialogue_id, dialogue_questions.c.text_hash.in_(hashes)
        )
    )
    return found.first() is not None


async def number_of_chat(connection: AsyncConnection, key: ChatKey, dialogue_id: int | None = None) -> int:
    """How many questions of a chat are kept, in one dialogue or in all."""
    query = select(func.count()).select_from(dialogue_questions).where(_of_chat(key))
    if dialogue_id is not None:
        query = query.where(dialogue_questions.c.dialogue_id == dialogue_id)
    return int((await connection.execute(query)).scalar_one())


async def questions(connection: AsyncConnection, dialogue_id: int) -> list[QuestionRow]:
    """Everything that was asked, in the order in which it came."""
    found: Any = await connection.execute(
        select(*_QUESTION).where(dialogue_questions.c.dialogue_id == dialogue_id).order_by(dialogue_questions.c.id)
    )
    return [QuestionRow(*row) for row in found]


async def put(
    connection: AsyncConnection,
    dialogue_id: int,
    question_ids: Iterable[int],
    group_id: int | None,
    set_aside: str = "",
) -> int:
    """Put questions into a group, out of every group, or aside with a reason; returns how many."""
    result = await connection.execute(
        update(dialogue_questions)
        .where(dialogue_questions.c.dialogue_id == dialogue_id, dialogue_questions.c.id.in_(list(question_ids)))
        .values(group_id=group_id, set_aside=set_aside)
    )
    return int(result.rowcount)


async def add_group(connection: AsyncConnection, dialogue_id: int, question: str, now: datetime) -> int:
    made = await connection.execute(
        insert(dialogue_groups)
        .values(dialogue_id=dialogue_id, question=question, answer="", changed_at=now)
        .returning(dialogue_groups.c.id)
    )
    group_id: int = made.scalar_one()
    return group_id


async def change_group(connection: AsyncConnection, dialogue_id: int, group_id: int, **values: Any) -> bool:
    of_it = and_(dialogue_groups.c.id == group_id, dialogue_groups.c.dialogue_id == dialogue_id)
    return bool((await connection.execute(update(dialogue_groups).where(of_it).values(**values))).rowcount)


async def remove_group(connection: AsyncConnection, dialogue_id: int, group_id: int) -> bool:
    """Take a group away; its questions are in no group again."""
    await connection.execute(
        update(dialogue_questions)
        .where(dialogue_questions.c.group_id == group_id, dialogue_questions.c.dialogue_id == dialogue_id)
        .values(group_id=None)
    )
    of_it = and_(dialogue_groups.c.id == group_id, dialogue_groups.c.dialogue_id == dialogue_id)
    return bool((await connection.execute(delete(dialogue_groups).where(of_it))).rowcount)


async def group_list(connection: AsyncConnection, dialogue_id: int) -> list[GroupRow]:
    """The groups of a dialogue, the most asked first."""
    asked = func.count((dialogue_questions.c.channel + ":" + dialogue_questions.c.chat).distinct())
    columns = tuple(dialogue_groups.c[name] for name in GroupRow.__slots__[:-1])
    found: Any = await connection.execute(
        select(*columns, asked)
        .outerjoin(dialogue_questions, dialogue_questions.c.group_id == dialogue_groups.c.id)
        .where(dialogue_groups.c.dialogue_id == dialogue_id)
        .group_by(*columns)
        .order_by(asked.desc(), dialogue_groups.c.id)
    )
    return [GroupRow(*row) for row in found]


async def to_tell(connection: AsyncConnection, dialogue_id: int) -> list[Asker]:
    """Who asked and has not been told yet, oldest question first."""
    linked = and_(
        account_channels.c.channel == dialogue_questions.c.channel, account_channels.c.chat == dialogue_questions.c.chat
    )
    found: Any = await connection.execute(
        select(
            dialogue_questions.c.id,
            dialogue_questions.c.group_id,
            dialogue_questions.c.set_aside,
            dialogue_questions.c.channel,
            dialogue_questions.c.chat,
            account_channels.c.account_id,
            dialogue_questions.c.language,
        )
        .outerjoin(account_channels, linked)
        .where(dialogue_questions.c.dialogue_id == dialogue_id, dialogue_questions.c.told_at.is_(None))
        .order_by(dialogue_questions.c.id)
    )
    return [Asker(*row) for row in found]


async def told(connection: AsyncConnection, question_ids: Iterable[int], now: datetime) -> None:
    await connection.execute(
        update(dialogue_questions).where(dialogue_questions.c.id.in_(list(question_ids))).values(told_at=now)
    )


async def forget_questions(connection: AsyncConnection, key: ChatKey) -> None:
    """Delete what a chat has asked, answered or not."""
    await connection.execute(delete(dialogue_questions).where(_of_chat(key)))


async def forget_ended(connection: AsyncConnection, before: datetime) -> int:
    """Delete the questions of dialogues that ended before a time; what was published stays."""
    ended = select(dialogues.c.id).where(
        or_(
            and_(dialogues.c.state == "answered", dialogues.c.answered_at < before),
            and_(dialogues.c.state == "cancelled", dialogues.c.moved_at < before),
        )
    )
    result = await connection.execute(delete(dialogue_questions).where(dialogue_questions.c.dialogue_id.in_(ended)))
    return int(result.rowcount)


def _of_chat(key: ChatKey) -> Any:
    return and_(dialogue_questions.c.channel == key[0], dialogue_questions.c.chat == key[1])


def _dialogue(row: Any) -> DialogueRow | None:
    return None if row is None else DialogueRow(*row)
