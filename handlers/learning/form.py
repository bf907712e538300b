"""The form of an article at the desk: what was typed, whatever it is, and the article that it makes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Final

import msgspec

from content.article_checks import Problem
from content.articles import PARTS, Article, Block
from handlers.actions.learning import lines_of
from handlers.learning.errors import ProblemsError
from rules.parameters import Confidence

ANSWER: Final = "answer"
SECTIONS: Final = (ANSWER, *PARTS)
MOST_BLOCKS: Final = 12
_LONGEST: Final = 4_000
_LONGEST_QUESTIONS: Final = 40_000
_DAYS: Final = ("%Y-%m-%d", "%d/%m/%Y")


@dataclass(frozen=True, slots=True)
class TypedBlock:
    """A dated text as it was typed."""

    start: str = ""
    end: str = ""
    confidence: str = "unconfirmed"
    text: str = ""
    law: str = ""

    @property
    def is_empty(self) -> bool:
        return not (self.text.strip() or self.start.strip() or self.end.strip() or self.law.strip())


@dataclass(frozen=True, slots=True)
class Typed:
    """Everything in the form."""

    id: str = ""
    title: str = ""
    short: str = ""
    group: str = ""
    office: str = ""
    questions: str = ""
    blocks: Mapping[str, tuple[TypedBlock, ...]] = field(default_factory=dict)

    def with_block(self, section: str, block: TypedBlock | None = None) -> Typed:
        """With one more text in a section, empty unless given."""
        there = self.blocks.get(section, ())
        if section not in SECTIONS or len(there) >= MOST_BLOCKS:
            return self
        return replace(self, blocks={**self.blocks, section: (*there, block or TypedBlock())})


def shown(article: Article, office: str) -> Typed:
    """An article as the form shows it; `office` is the role that answers for it."""
    blocks = {
        section: tuple(
            TypedBlock(
                block.start.isoformat(), block.end.isoformat() if block.end is not None else "", block.confidence,
                block.text, block.law,
            )
            for block in article.blocks(part)
        )
        for section, part in zip(SECTIONS, (None, *PARTS), strict=True)
    }  # fmt: skip
    return Typed(article.id, article.title, article.short, article.group, office, "\n".join(article.questions), blocks)


def read(form: Mapping[str, object]) -> Typed:
    """What was typed; nothing is judged yet."""

    def said(name: str, longest: int = 200) -> str:
        return str(form.get(name, "")).replace("\r\n", "\n")[:longest]

    blocks = {}
    for section in SECTIONS:
        count = said(f"{section}-so", 3)
        number = min(int(count), MOST_BLOCKS) if count.isascii() and count.isdecimal() else 0
        blocks[section] = tuple(
            TypedBlock(
                said(f"{section}-{place}-tu", 20), said(f"{section}-{place}-den", 20),
                "confirmed" if said(f"{section}-{place}-chac") == "1" else "unconfirmed",
                said(f"{section}-{place}-chu", _LONGEST), said(f"{section}-{place}-luat", 600),
            )
            for place in range(number)
        )  # fmt: skip
    return Typed(
        said("ma").strip(), said("ten"), said("nhan"), said("nhom"), said("co_quan"),
        said("cau", _LONGEST_QUESTIONS), blocks,
    )  # fmt: skip


def article_from(typed: Typed, base: Article | None, office_now: str, today: date) -> Article:
    """The article that the form makes; `base` keeps what the form does not show.

    Raises:
        ProblemsError: a day that is none, or text without its first day.
    """
    wrong: list[Problem] = []
    sections = {section: _blocks(section, typed.blocks.get(section, ()), wrong) for section in SECTIONS}
    if wrong:
        raise ProblemsError(wrong)
    parts = {part: sections[part] for part in PARTS if sections[part]}
    article = Article(
        id=typed.id, title=typed.title.strip(), short=typed.short.strip(), group=typed.group, last_checked=today,
        answer=sections[ANSWER], questions=tuple(lines_of(typed.questions)), parts=parts,
        office="" if typed.office == office_now else typed.office,
    )  # fmt: skip
    if base is None:
        return article
    kept = base.office if typed.office == office_now else typed.office
    return msgspec.structs.replace(article, id=base.id, actions=base.actions, office=kept)


def _blocks(section: str, typed: tuple[TypedBlock, ...], wrong: list[Problem]) -> tuple[Block, ...]:
    made = []
    for number, block in enumerate(typed):
        if block.is_empty:
            continue
        start, end = _day(block.start), _day(block.end)
        if start is None or (end is None and block.end.strip()):
            wrong.append(Problem("day", section, number, {"day": (block.start if start is None else block.end) or "–"}))
            continue
        confidence: Confidence = "confirmed" if block.confidence == "confirmed" else "unconfirmed"
        made.append(Block(start, block.text.strip(), confidence, end, block.law.strip()))
    return tuple(sorted(made, key=lambda block: block.start))


def _day(said: str) -> date | None:
    for form in _DAYS:
        try:
            return datetime.strptime(said.strip(), form).date()  # noqa: DTZ007  # a day has no zone
        except ValueError:
            continue
    return None
