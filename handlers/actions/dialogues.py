"""Policy dialogues: announcing, taking questions, answering, publishing. Nothing else writes them.

What people ask is free text, so it is kept encrypted; the desk reads it without learning who asked, and it is deleted
some time after the answers were published.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.news import slug_of
from content.text import plain
from content.words import Words
from handlers.access import Actor, can, require, scope_filter
from handlers.learning.masking import numbers_hidden
from handlers.newsroom.errors import NewsError
from handlers.newsroom.telling import tell_askers
from storage import areas, audit, dialogues
from storage.dialogues import DialogueRow, GroupRow, MoveRow, QuestionRow
from storage.keys import Keys
from storage.turns import ChatKey

KEPT: Final = timedelta(days=90)
"""How long questions are kept after the answers were published; people are told so before they ask."""
LONGEST_QUESTION: Final = 1000
LONGEST_ANSWER: Final = 4000
MOST_QUESTIONS: Final = 10
"""Of one chat in one dialogue."""
_LONGEST: Final = {"title": 150, "about": 3000, "place": 300}
_STEPS: Final = {
    "submit": ("draft", "waiting_approval"),
    "approve": ("waiting_approval", "open"),
    "submit_answers": ("open", "answers_waiting"),
    "publish": ("answers_waiting", "answered"),
}
_BACK: Final = {"waiting_approval": "draft", "answers_waiting": "open"}
_SECOND: Final = frozenset({"approve", "publish"})
_CANCELLED_FROM: Final = frozenset({"draft", "waiting_approval", "open"})


@dataclass(frozen=True, slots=True)
class Announcement:
    """What is told of a dialogue beforehand."""

    title: str
    about: str
    place: str
    area_key: str
    starts_at: datetime
    questions_until: datetime


@dataclass(frozen=True, slots=True)
class OpenQuestion:
    """A question as the desk reads it."""

    row: QuestionRow
    text: str


@dataclass(frozen=True, slots=True)
class SeenDialogue:
    """A dialogue as the desk shows it."""

    row: DialogueRow
    groups: tuple[GroupRow, ...]
    questions: tuple[OpenQuestion, ...]
    moves: tuple[MoveRow, ...]
    may: frozenset[str]


async def see_list(connection: AsyncConnection, actor: Actor, now: datetime) -> list[DialogueRow]:
    """The dialogues of the actor's area; questions past their time are deleted on the way.

    Raises:
        AccessDenied: the role sees none at the desk.
    """
    scope = scope_filter(actor, "see_broadcast")
    await dialogues.forget_ended(connection, now - KEPT)
    return await dialogues.listed(connection, scope)


async def see(connection: AsyncConnection, actor: Actor, keys: Keys, dialogue_id: int, now: datetime) -> SeenDialogue:
    """A dialogue with what was asked, without who asked; that questions were read stands in the trail.

    Raises:
        AccessDenied: it lies outside the actor's area.
        NewsError: there is none.
    """
    scope_filter(actor, "see_broadcast")
    row = await _row(connection, dialogue_id)
    require(actor, "see_broadcast", row.area_path)
    asked: tuple[OpenQuestion, ...] = ()
    if can(actor, "compose_broadcast", row.area_path):
        asked = tuple(
            OpenQuestion(each, numbers_hidden(keys.decrypt(each.text, _context(dialogue_id)).decode()))
            for each in await dialogues.questions(connection, dialogue_id)
        )
    if asked:
        await _audited(connection, actor, "dialogue_questions_seen", row, now, {"questions": len(asked)})
    moves = tuple(await dialogues.moves(connection, dialogue_id))
    return SeenDialogue(
        row, tuple(await dialogues.group_list(connection, dialogue_id)), asked, moves, may(actor, row, moves, now)
    )


def may(actor: Actor, row: DialogueRow, moves: tuple[MoveRow, ...], now: datetime) -> frozenset[str]:
    """What the actor may do with a dialogue now."""
    composes = can(actor, "compose_broadcast", row.area_path)
    approves = can(actor, "approve_broadcast", row.area_path)
    found: set[str] = set()
    if composes and row.state == "draft":
        found |= {"change", "submit"}
    if approves and row.state == "open":
        found |= {"change"}
    if composes and row.state == "open":
        found |= {"group"} | ({"submit_answers"} if now > row.questions_until else set())
    if row.state in _BACK and (composes or approves):
        found |= {"send_back"}
    if approves and row.state in _BACK and _submitted_by(moves) != actor.account_id:
        found |= {"approve" if row.state == "waiting_approval" else "publish"}
    if row.state in _CANCELLED_FROM and (approves or (composes and row.state == "draft")):
        found |= {"cancel"}
    return frozenset(found)


async def save(
    connection: AsyncConnection,
    actor: Actor,
    said: Announcement,
    *,
    dialogue_id: int | None = None,
    version: int = 0,
    now: datetime,
) -> DialogueRow:
    """A new dialogue, or a changed announcement; of an open one only who may approve changes it.

    Raises:
        AccessDenied: the actor may not compose there.
        NewsError: what is wrong with it, or somebody else has changed it meanwhile.
    """
    await audit.serialise(connection)
    _check(said, now)
    area = await areas.get(connection, said.area_key)
    if area is None:
        raise NewsError("area")
    require(actor, "compose_broadcast", area.path)
    values: dict[str, Any] = {
        "title": said.title.strip(), "about": said.about.strip(), "place": said.place.strip(), "area_key": area.key,
        "area_name": area.name, "area_path": area.path, "starts_at": said.starts_at,
        "questions_until": said.questions_until, "moved_at": now,
    }  # fmt: skip
    if dialogue_id is None:
        begun = {"state": "draft", "version": 1, "created_by": actor.account_id or None, "created_at": now}
        slug = await _slug(connection, said.title)
        dialogue_id = await dialogues.create(connection, {**values, **begun, "slug": slug, "demo": False})
    else:
        row = await _row(connection, dialogue_id, lock=True)
        require(actor, "compose_broadcast", row.area_path)
        if row.version != version:
            raise NewsError("changed_meanwhile")
        if "change" not in may(actor, row, (), now):
            raise NewsError("not_now")
        await dialogues.change(connection, dialogue_id, **values)
    row = await _row(connection, dialogue_id)
    await _moved(connection, actor, row, "saved", now)
    return row


async def move(
    connection: AsyncConnection,
    actor: Actor,
    languages: Mapping[str, Words],
    dialogue_id: int,
    wanted: str,
    *,
    version: int,
    now: datetime,
    address: str,
    reason: str = "",
) -> DialogueRow:
    """Submit, approve, send back, cancel, submit the answers, or publish them; who asked is told at the end.

    Raises:
        AccessDenied: the actor may not.
        NewsError: not possible now, or something is missing.
    """
    scope_filter(actor, "see_broadcast")
    await audit.serialise(connection)
    row = await _row(connection, dialogue_id, lock=True)
    require(actor, "approve_broadcast" if wanted in _SECOND else "see_broadcast", row.area_path)
    if row.version != version:
        raise NewsError("changed_meanwhile")
    moves = tuple(await dialogues.moves(connection, dialogue_id))
    if wanted in _SECOND and row.state == _STEPS[wanted][0] and _submitted_by(moves) == actor.account_id:
        raise NewsError("own_text")
    if wanted not in may(actor, row, moves, now) or wanted in ("change", "group"):
        raise NewsError("not_now")
    if wanted in ("send_back", "cancel") and not plain(reason):
        raise NewsError("reason_empty")
    if wanted == "approve" and now > row.questions_until:
        raise NewsError("deadline_past")
    if wanted in ("submit_answers", "publish"):
        await _all_answered(connection, dialogue_id)
    state = "cancelled" if wanted == "cancel" else _BACK[row.state] if wanted == "send_back" else _STEPS[wanted][1]
    when = {"approve": {"announced_at": now}, "publish": {"answered_at": now}}.get(wanted, {})
    await dialogues.change(connection, dialogue_id, state=state, moved_at=now, **when)
    await _moved(connection, actor, row, wanted, now, reason.strip()[:500])
    row = await _row(connection, dialogue_id)
    if wanted in ("publish", "cancel"):
        groups = await dialogues.group_list(connection, dialogue_id)
        told = await tell_askers(connection, languages, row, groups, reason.strip(), address, now)
        await _audited(connection, actor, "dialogue_askers_told", row, now, {"people": told})
    return row


async def ask(
    connection: AsyncConnection, keys: Keys, key: ChatKey, dialogue_id: int, text: str, language: str, now: datetime
) -> DialogueRow:
    """Keep a question of a person for a dialogue.

    Raises:
        NewsError: empty, too long, too late, asked already, or too many of one person.
    """
    await audit.serialise(connection)
    row = await _row(connection, dialogue_id, lock=True)
    said = " ".join(text.split())
    if not plain(said):
        raise NewsError("question_empty")
    if len(said) > LONGEST_QUESTION:
        raise NewsError("question_long", most=LONGEST_QUESTION)
    if not row.takes_questions(now):
        raise NewsError("question_late")
    if await dialogues.number_of_chat(connection, key, dialogue_id) >= MOST_QUESTIONS:
        raise NewsError("questions_many", most=MOST_QUESTIONS)
    await dialogues.forget_ended(connection, now - KEPT)
    kept = await dialogues.ask(
        connection,
        dialogue_id=dialogue_id,
        key=key,
        text=keys.encrypt(said.encode(), _context(dialogue_id)),
        hashes=keys.keyed_hashes(f"dialogue:{dialogue_id}:{plain(said)}"),
        language=language,
        now=now,
    )
    if kept is None:
        raise NewsError("question_same")
    event = audit.Event("dialogue_asked", "dialogue", str(dialogue_id), area_path=row.area_path)
    await audit.append(connection, event, now)
    return row


async def group(
    connection: AsyncConnection,
    actor: Actor,
    dialogue_id: int,
    question_ids: list[int],
    *,
    group_id: int | None = None,
    question: str = "",
    now: datetime,
) -> int:
    """Put questions into a group, or into a new one with its public question; returns the group.

    Raises:
        AccessDenied: the actor may not compose there.
        NewsError: nothing chosen, no words, or not now.
    """
    row = await _composing(connection, actor, dialogue_id, now)
    if group_id is None:
        if not plain(question) or len(question) > LONGEST_QUESTION:
            raise NewsError("group_empty", most=LONGEST_QUESTION)
        group_id = await dialogues.add_group(connection, dialogue_id, question.strip(), now)
    elif group_id not in {each.id for each in await dialogues.group_list(connection, dialogue_id)}:
        raise NewsError("gone")
    if question_ids:
        await dialogues.put(connection, dialogue_id, question_ids, group_id)
    await _audited(connection, actor, "dialogue_grouped", row, now, {"questions": len(question_ids)})
    return group_id


async def set_aside(
    connection: AsyncConnection, actor: Actor, dialogue_id: int, question_ids: list[int], reason: str, now: datetime
) -> None:
    """Leave questions out with a reason, which their askers are told; without one they come back.

    Raises:
        AccessDenied: the actor may not compose there.
        NewsError: not now.
    """
    row = await _composing(connection, actor, dialogue_id, now)
    await dialogues.put(connection, dialogue_id, question_ids, None, reason.strip()[:300])
    await _audited(connection, actor, "dialogue_set_aside", row, now, {"questions": len(question_ids)})


async def answer(
    connection: AsyncConnection,
    actor: Actor,
    dialogue_id: int,
    group_id: int,
    *,
    question: str,
    text: str,
    now: datetime,
) -> None:
    """Write the public question and the answer of a group; with neither of them the group is dissolved.

    Raises:
        AccessDenied: the actor may not compose there.
        NewsError: no such group, too long, or not now.
    """
    row = await _composing(connection, actor, dialogue_id, now)
    if len(question) > LONGEST_QUESTION or len(text) > LONGEST_ANSWER:
        raise NewsError("answer_long", most=LONGEST_ANSWER)
    if not plain(question) and not plain(text):
        done = await dialogues.remove_group(connection, dialogue_id, group_id)
    elif not plain(question):
        raise NewsError("group_empty", most=LONGEST_QUESTION)
    else:
        done = await dialogues.change_group(
            connection, dialogue_id, group_id, question=question.strip(), answer=text.strip(),
            answered_by=actor.account_id or None, changed_at=now,
        )  # fmt: skip
    if not done:
        raise NewsError("gone")
    await _audited(connection, actor, "dialogue_answered", row, now, {"group": group_id})


async def _composing(connection: AsyncConnection, actor: Actor, dialogue_id: int, now: datetime) -> DialogueRow:
    scope_filter(actor, "compose_broadcast")
    await audit.serialise(connection)
    row = await _row(connection, dialogue_id, lock=True)
    require(actor, "compose_broadcast", row.area_path)
    if "group" not in may(actor, row, (), now):
        raise NewsError("not_now")
    return row


async def _all_answered(connection: AsyncConnection, dialogue_id: int) -> None:
    groups = await dialogues.group_list(connection, dialogue_id)
    asked = await dialogues.questions(connection, dialogue_id)
    if any(each.group_id is None and not each.set_aside for each in asked):
        raise NewsError("ungrouped")
    if any(not plain(each.answer) for each in groups):
        raise NewsError("unanswered")


def _check(said: Announcement, now: datetime) -> None:
    if not plain(said.title) or not plain(said.about) or not plain(said.place):
        raise NewsError("dialogue_empty")
    for name, most in _LONGEST.items():
        if len(getattr(said, name)) > most:
            raise NewsError("dialogue_long", most=most)
    if said.questions_until <= now:
        raise NewsError("deadline_past")
    if said.starts_at < said.questions_until:
        raise NewsError("deadline_after_day")


def _submitted_by(moves: tuple[MoveRow, ...]) -> int | None:
    return next((each.account_id for each in reversed(moves) if each.move in ("submit", "submit_answers")), None)


def _context(dialogue_id: int) -> str:
    return f"dialogue_questions.text:{dialogue_id}"


async def _row(connection: AsyncConnection, dialogue_id: int, *, lock: bool = False) -> DialogueRow:
    found = await dialogues.get(connection, dialogue_id, lock=lock)
    if found is None:
        raise NewsError("gone")
    return found


async def _slug(connection: AsyncConnection, title: str) -> str:
    wanted = slug_of(title)
    slug, number = wanted, 1
    while await dialogues.by_slug(connection, slug) is not None:
        number += 1
        slug = f"{wanted}-{number}"
    return slug


async def _moved(
    connection: AsyncConnection, actor: Actor, row: DialogueRow, what: str, now: datetime, reason: str = ""
) -> None:
    await dialogues.add_move(
        connection, row.id, at=now, account_id=actor.account_id or None, role=actor.role, move=what, reason=reason
    )
    await _audited(connection, actor, f"dialogue_{what}", row, now)


async def _audited(
    connection: AsyncConnection,
    actor: Actor,
    verb: str,
    row: DialogueRow,
    now: datetime,
    detail: dict[str, Any] | None = None,
) -> None:
    event = audit.Event(
        verb, "dialogue", str(row.id), actor.account_id or None, actor.role, row.area_path, detail or {}
    )
    await audit.append(connection, event, now)
