"""What an answer can begin with: saved replies filled in for the case, and articles that fit the question."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy.ext.asyncio import AsyncConnection

from content.search.finding import Finding
from content.words import Words
from handlers.access import Actor
from handlers.actions.inbox import Seen
from handlers.cases import saying
from handlers.cases.saved import filled
from handlers.turn import Knowledge
from storage import saved_replies
from storage.saved_replies import SavedRow

_MOST_ARTICLES: Final = 3


@dataclass(frozen=True, slots=True)
class Fitting:
    """An article that may answer the question; `text` is its answer as of today."""

    id: str
    title: str
    text: str


def placeholders(knowledge: Knowledge, words: Words, actor: Actor, seen: Seen) -> dict[str, str]:
    """What stands for each placeholder of a saved reply in this case; nothing where it is not known."""
    row = seen.row
    return {
        "so": row.receipt, "nguoi": seen.person, "viec": saying.topic_title(knowledge, words, row.topic),
        "noi": seen.area_name, "can_bo": actor.name, "co_quan": saying.office_name(knowledge, words, row.office),
    }  # fmt: skip


async def saved(connection: AsyncConnection, actor: Actor, values: Mapping[str, str]) -> list[tuple[SavedRow, str]]:
    """The actor's own saved replies and the office's, each with its text filled in."""
    found = await saved_replies.usable(connection, actor.account_id, actor.area_path)
    return [(one, filled(one.text, values)) for one in found]


def articles(knowledge: Knowledge, words: Words, question: str, topic: str, today: date) -> list[Fitting]:
    """What the search would have answered, and the subject itself."""
    found: Finding | None = knowledge.search.find(question, today=today) if question else None
    ids = [found.article] if found is not None and found.article else []
    ids += [one.article for one in found.candidates] if found is not None else []
    fitting = []
    for article_id in dict.fromkeys([*ids, topic]):
        article = knowledge.library.get(article_id or "")
        part = knowledge.filler.part(article, None, today, words) if article is not None else None
        if article is not None and part is not None:
            fitting.append(Fitting(article.id, words.translate(article.title), part.text))
    return fitting[:_MOST_ARTICLES]
