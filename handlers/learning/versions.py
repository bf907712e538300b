"""Which text of an article is in force: the shipped file, or the newest approved change over it."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import SequenceMatcher
from typing import Final, Literal, NamedTuple

import msgspec

from content.articles import PARTS, Article, Library, Part
from content.words import Words
from storage.learning import ChangeRow

_DECODER: Final = msgspec.json.Decoder(Article)
_QUESTIONS: Final = msgspec.json.Decoder(tuple[str, ...])


class Line(NamedTuple):
    """A line of a comparison: the same, taken away or new; "skip" stands for lines left out."""

    kind: Literal["same", "gone", "new", "skip"]
    text: str


def article_of(body: str) -> Article:
    """The article of a stored body.

    Raises:
        msgspec.MsgspecError: it was written by another version and no longer fits.
    """
    return _DECODER.decode(body)


def body_of(article: Article) -> str:
    return msgspec.json.encode(article).decode()


def questions_of(row: ChangeRow) -> tuple[str, ...]:
    """The sample questions that a change brings."""
    return _QUESTIONS.decode(row.questions)


def effective(library: Library, current: Mapping[str, ChangeRow], article_id: str) -> Article | None:
    """The article as it is in force; None where there is none of this id (any more)."""
    row = current.get(article_id)
    return article_of(row.body) if row is not None and row.body else library.shipped.get(article_id)


def with_questions(article: Article, questions: tuple[str, ...]) -> Article:
    """The article with more sample questions."""
    new = tuple(question for question in questions if question not in article.questions)
    return msgspec.structs.replace(article, questions=(*article.questions, *new))


def changed_article(row: ChangeRow, base: Article | None) -> Article | None:
    """What the article becomes by a change; None where it goes, or where samples have lost their article."""
    if row.kind != "samples":
        return article_of(row.body) if row.body else None
    return None if base is None else with_questions(base, questions_of(row))


def compared(before: Article | None, after: Article | None, words: Words, around: int = 2) -> list[Line]:
    """The lines of both, with what stands around each change."""
    one, two = _lines(before, words), _lines(after, words)
    found: list[Line] = []
    for group in SequenceMatcher(a=one, b=two, autojunk=False).get_grouped_opcodes(around):
        if found:
            found.append(Line("skip", ""))
        for tag, start, end, other_start, other_end in group:
            if tag == "equal":
                found += [Line("same", text) for text in one[start:end]]
            else:
                found += [Line("gone", text) for text in one[start:end]]
                found += [Line("new", text) for text in two[other_start:other_end]]
    return found


def _lines(article: Article | None, words: Words) -> list[str]:
    if article is None:
        return []
    lines = [f"{words.say('knowledge.line.title')}: {article.title}"]
    lines.append(f"{words.say('knowledge.line.short')}: {article.short}")
    lines.append(f"{words.say('knowledge.line.office')}: {article.office or '–'}")
    for part in (None, *PARTS):
        for block in article.blocks(part):
            end = words.date(block.end) if block.end is not None else "…"
            place = part_name(part, words)
            lines.append(f"[{place}] {words.date(block.start)} – {end} ({words.say(f'knowledge.{block.confidence}')})")
            lines += block.text.splitlines()
            lines += [f"{words.say('part.law')}: {block.law}"] if block.law else []
    return [*lines, *(f"? {question}" for question in article.questions)]


def part_name(part: Part | None, words: Words) -> str:
    """What a part of an article is called; the answer itself is None."""
    return words.say("knowledge.line.answer" if part is None else f"part.{part}")
