"""How the pages of the knowledge say what is wrong, where, and what a change does."""

from __future__ import annotations

from collections.abc import Iterable

from content.article_checks import Problem
from desk.parts import Parts
from handlers.learning.errors import KnowledgeError, ProblemsError


def said(parts: Parts, error: KnowledgeError) -> list[str]:
    """Every reason, each a line."""
    if isinstance(error, ProblemsError):
        return problems_said(parts, error.problems)
    return [parts.say(error.key, **error.values)]


def problems_said(parts: Parts, problems: Iterable[Problem]) -> list[str]:
    """What is wrong, with the part and the number of the text in it."""
    lines = []
    for problem in problems:
        line = parts.say(f"knowledge.problem.{problem.key}", **problem.values)
        if problem.part is not None:
            name = parts.say("knowledge.line.answer" if problem.part == "answer" else f"part.{problem.part}")
            line = parts.say("knowledge.problem_at", part=name, number=problem.block + 1, problem=line)
        lines.append(line)
    return lines


def title_of(parts: Parts, article_id: str) -> str:
    """The title of an article, or what a kind of answer is called."""
    article = parts.knowledge.library.get(article_id)
    if article is not None:
        return article.title
    key = f"knowledge.kind.{article_id}"
    return parts.say(key) if key in parts.words.phrases else article_id or parts.say("knowledge.kind.handoff")


def article_choices(parts: Parts) -> list[tuple[str, str]]:
    """(id, title) of every article, by title."""
    return sorted(((article.id, article.title) for article in parts.knowledge.library), key=lambda pair: pair[1])
