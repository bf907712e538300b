"""What is wrong with an article before it is used: an office or figure that does not exist, a figure of the law typed
into the text, a placeholder that cannot be filled on one of its days. Everything that is wrong, not only the first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Final

from jinja2 import Environment, TemplateError, nodes

from content.articles import PARTS, Article, Block, Library, Part, check
from content.errors import ContentError
from content.filling import Filler
from content.text import plain
from content.words import Words

LONGEST_ANSWER: Final = 600
LONGEST_PART: Final = 1500
LONGEST_TITLE: Final = 100
LONGEST_SHORT: Final = 30
LONGEST_QUESTION: Final = 300
FEWEST_QUESTIONS: Final = 5
MOST_QUESTIONS: Final = 400

ID: Final = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_ID: Final = 40
_PLACEHOLDER: Final = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
# A figure that the law can change: it belongs into `rules/parameters/`, with its dates.
FIGURE: Final = re.compile(
    r"\d(?:[\d.,]*\d)?(?:\s*(?:–|-|đến)\s*\d[\d.,]*)?\s*(?:đồng|triệu|nghìn|ngàn|tỷ|%|phần trăm|tuổi|tháng|ngày|năm)\b"
    r"|\d[\d.,]*\s*%"
    r"|\b\d{1,3}(?:\.\d{3})+\b(?!/)"
)
_OFFICE: Final = re.compile(r"""\boffice\(\s*["']([^"']*)["']\s*\)""")
_FIGURE_ID: Final = re.compile(r"""\bp\(\s*["']([^"']*)["']\s*\)""")
_LEFT_OVER: Final = ("{", "}", "Undefined")
_SUMS: Final = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv)
_ALLOWED: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Call, nodes.Name, nodes.Const, nodes.If, nodes.Compare,
    nodes.Operand, nodes.Neg, *_SUMS,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that keeps an article from being used: what (`office`, `figure`, …), and in which block of which
    part (None where it is the article as a whole; the answer is the part "answer").
    """

    key: str
    part: str | None = None
    block: int = 0
    values: Mapping[str, Any] = field(default_factory=dict)


def problems(article: Article, library: Library, filler: Filler, words: Words, *, new: bool) -> list[Problem]:
    """Everything that is wrong with an article; empty where it can be used.

    Args:
        article: as it was written.
        library: the articles beside which it would stand.
        filler: fills its texts for this locality.
        words: of the language in which it is written.
        new: whether there is no article of this id yet.
    """
    found = [*_head(article, library, filler, new=new), *_questions(article, library)]
    try:
        check(article, {group.key for group in library.groups})
    except ContentError as error:
        found.append(Problem("dates", values={"reason": str(error)}))
    if not article.answer:
        found.append(Problem("no_answer", "answer"))
    elif article.answer[-1].end is not None:
        found.append(Problem("answer_ends", "answer", len(article.answer) - 1))
    for part in (None, *PARTS):
        for number, block in enumerate(article.blocks(part)):
            found += [
                Problem(key, part or "answer", number, values)
                for key, values in _block(part, block, filler, words)
            ]  # fmt: skip
    return found


def _head(article: Article, library: Library, filler: Filler, *, new: bool) -> Iterator[Problem]:
    if not ID.fullmatch(article.id) or len(article.id) > _LONGEST_ID:
        yield Problem("id", values={"most": _LONGEST_ID})
    elif new and article.id in library:
        yield Problem("id_taken", values={"id": article.id})
    if not 0 < len(article.title) <= LONGEST_TITLE:
        yield Problem("title", values={"most": LONGEST_TITLE})
    if not 0 < len(article.short) <= LONGEST_SHORT:
        yield Problem("short", values={"most": LONGEST_SHORT})
    if article.office and article.office not in {office.role for office in filler.offices}:
        yield _unknown_office(article.office, filler)


def _questions(article: Article, library: Library) -> Iterator[Problem]:
    asked = [plain(question) for question in article.questions]
    if not FEWEST_QUESTIONS <= len(asked) <= MOST_QUESTIONS:
        yield Problem("few_questions", values={"least": FEWEST_QUESTIONS, "most": MOST_QUESTIONS})
    yield from sample_problems(article.id, article.questions, library)


def sample_problems(article_id: str, questions: Iterable[str], library: Library) -> Iterator[Problem]:
    """What is wrong with sample questions: empty or too long, twice, or another article's already."""
    elsewhere = {
        plain(question): other.title for other in library if other.id != article_id for question in other.questions
    }
    seen: set[str] = set()
    for question in questions:
        said = plain(question)
        if not said or len(question) > LONGEST_QUESTION:
            yield Problem("question_length", values={"question": question[:60], "most": LONGEST_QUESTION})
        elif question in seen:
            yield Problem("question_twice", values={"question": question})
        elif said in elsewhere:
            yield Problem("question_elsewhere", values={"question": question, "title": elsewhere[said]})
        seen.add(question)


def _block(part: Part | None, block: Block, filler: Filler, words: Words) -> Iterator[tuple[str, dict[str, Any]]]:
    if not block.text.strip():
        yield "no_text", {}
        return
    typed = FIGURE.search(_PLACEHOLDER.sub("◊", block.text))
    if typed is not None:
        yield "undated_figure", {"figure": typed.group()}
    known = {office.role for office in filler.offices}
    strange = [role for role in _OFFICE.findall(block.text) if role not in known]
    for role in strange:
        unknown = _unknown_office(role, filler)
        yield unknown.key, dict(unknown.values)
    missing = [name for name in _FIGURE_ID.findall(block.text) if not filler.knows(name)]
    for name in missing:
        yield "unknown_figure", {"name": name}
    if strange or missing:
        return
    wrong = _placeholders(block.text) or _filled(part, block, filler, words)
    if wrong is not None:
        yield wrong


def _unknown_office(role: str, filler: Filler) -> Problem:
    return Problem("office", values={"role": role, "known": ", ".join(office.role for office in filler.offices)})


def _placeholders(text: str) -> tuple[str, dict[str, Any]] | None:
    """Only sums of figures and our own functions: whatever else a template can do has no place in an article."""
    try:
        tree = Environment(autoescape=True).parse(text)
    except TemplateError as error:
        return "placeholder", {"reason": str(error)}
    for node in _inside(tree):
        if not isinstance(node, _ALLOWED):
            return "placeholder", {"reason": type(node).__name__}
        if isinstance(node, _SUMS) and any(_is_text(each) for each in (node.left, node.right)):
            return "placeholder", {"reason": "text * number"}
    return None


def _inside(node: nodes.Node) -> Iterator[nodes.Node]:
    yield node
    for child in node.iter_child_nodes():
        yield from _inside(child)


def _is_text(node: nodes.Node) -> bool:
    return isinstance(node, nodes.Const) and not isinstance(node.value, int | float)


def _filled(part: Part | None, block: Block, filler: Filler, words: Words) -> tuple[str, dict[str, Any]] | None:
    """The first day on which the text cannot be filled or grows too long."""
    longest = LONGEST_ANSWER if part is None else LONGEST_PART
    try:
        for day in sorted(_days(block, filler, words)):
            text = filler.block(block, day, words).text
            if len(text) > longest:
                return "too_long", {"length": len(text), "most": longest, "day": words.date(day)}
            left = next((shape for shape in _LEFT_OVER if shape in text), None)
            if left is not None:
                return "placeholder", {"reason": left}
    except ContentError as error:
        return "placeholder", {"reason": str(error.__cause__ or error)}
    return None


def _days(block: Block, filler: Filler, words: Words) -> set[date]:
    changes = filler.days_of(block, words)
    return {
        day
        for change in changes
        for day in (change, change - timedelta(days=1))
        if block.start <= day and (block.end is None or day < block.end)
    }
